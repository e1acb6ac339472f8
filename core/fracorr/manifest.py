"""The manifest: what a run was made with, and each time that somebody worked on it."""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
import pathlib
import platform
import shlex
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

import attrs

from fracorr.components import Component
from fracorr.errors import ConfigurationError
from fracorr.files import write_text
from fracorr.plugins import BUILTIN, Registry, default_registry

MANIFEST_FILE = "manifest.json"
#: Written into the file, so that a later fracorr knows what it reads.
_FORMAT = 1
#: Libraries whose versions can move the last digits.
_LIBRARIES = ("attrs", "numpy", "opencv-python", "opencv-python-headless", "scipy", "scikit-image")


@attrs.define
class Session:
    """One time that a process worked on a run."""

    started: str
    command: str
    folder: str
    pid: int
    host: str
    finished: str | None = None
    #: "finished", "interrupted", "stopped" or what went wrong; None while it goes on, and for ever if it was killed.
    outcome: str | None = None
    #: How many trials there were when it ended, and how long it took.
    done: int | None = None
    seconds: float = 0.0

    @classmethod
    def now(cls) -> Session:
        """Begin one."""
        return cls(timestamp(), shlex.join(sys.argv), os.getcwd(), os.getpid(), platform.node())  # noqa: PTH109


@attrs.define
class Manifest:
    """What a run was made with.

    Attributes
    ----------
    trials : int
        How many the experiment has.
    versions : dict
        Versions by distribution: fracorr and whatever offers a component that the results depend on.
    plugins : list of dict
        Every plugin that was there, with its distribution and status.
    libraries, machine : dict
    git : dict or None
        Commit and whether there were changes, where the run was begun inside a git checkout.
    sessions : list of Session
        The first made the run, the others resumed it.
    """

    trials: int
    versions: dict[str, str]
    plugins: list[dict[str, str]]
    libraries: dict[str, str]
    machine: dict[str, Any]
    git: dict[str, Any] | None
    sessions: list[Session] = attrs.field(factory=list)
    format: int = _FORMAT

    @classmethod
    def of_this_machine(cls, trials: int, used: dict[str, str]) -> Manifest:
        """Describe a run that begins here and now."""
        return cls(trials, used, _plugins(default_registry()), _libraries(), _machine(), _git_state())

    @property
    def started(self) -> str:
        return self.sessions[0].started if self.sessions else ""

    @property
    def seconds(self) -> float:
        """How long all sessions took together."""
        return sum(session.seconds for session in self.sessions)

    def write(self, folder: pathlib.Path) -> None:
        """Write it into a run's folder.

        Raises
        ------
        OutputError
            If that cannot be written to.
        """
        write_text(folder / MANIFEST_FILE, json.dumps(attrs.asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, folder: pathlib.Path) -> Manifest:
        """Read it from a run's folder.

        Raises
        ------
        ConfigurationError
            If there is none, or none that this version can read.
        """
        file = folder / MANIFEST_FILE
        try:
            values = json.loads(file.read_text(encoding="utf-8"))
            sessions = [Session(**each) for each in values.pop("sessions")]
            return cls(**values, sessions=sessions)
        except FileNotFoundError:
            raise ConfigurationError(f"'{folder}' is no run: there is no {MANIFEST_FILE} in it") from None
        except OSError as error:
            raise ConfigurationError(f"'{file}' cannot be read: {error.strerror or error}") from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ConfigurationError(
                f"'{file}' cannot be read; it is damaged or from another version of fracorr ({error})"
            ) from error


def versions(registry: Registry | None = None) -> dict[str, str]:
    """Return the versions of fracorr and of every distribution that offers plugins, by name."""
    records = (default_registry() if registry is None else registry).records
    found = {record.distribution: record.version for record in records if record.components}
    return {BUILTIN: importlib.metadata.version(BUILTIN), **dict(sorted(found.items()))}


def versions_used(components: Iterable[Component]) -> dict[str, str]:
    """Return the versions of fracorr and of the distributions that these components come from, by name."""
    used = {each.distribution: each.version for each in components}
    return {BUILTIN: importlib.metadata.version(BUILTIN), **dict(sorted(used.items()))}


def differing_versions(before: dict[str, str], now: dict[str, str]) -> str:
    """Say which versions differ, as ``fracorr 0.1 there, 0.2 here``; empty where none does."""
    return ", ".join(
        f"{name} {before.get(name, 'none')} there, {now.get(name, 'none')} here"
        for name in dict.fromkeys([*before, *now])
        if before.get(name) != now.get(name)
    )


def timestamp() -> str:
    """Return the present local time with its offset, as ISO 8601 to the second."""
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")


def _plugins(registry: Registry) -> list[dict[str, str]]:
    keys = ("name", "module", "distribution", "version", "status", "error")
    return [{key: getattr(record, key) for key in keys} for record in registry.records]


def _libraries() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _machine() -> dict[str, Any]:
    return {
        "host": platform.node(),
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
    }


def _git_state() -> dict[str, Any] | None:
    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, timeout=5, check=True)
        return done.stdout.strip()

    try:
        commit, changes = git("rev-parse", "HEAD"), git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return None
    return {"commit": commit, "changed": bool(changes)}
