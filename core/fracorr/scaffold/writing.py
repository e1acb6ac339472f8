"""Writing a new plugin's folder: whole or not at all."""

from __future__ import annotations

import datetime
import importlib.resources
import pathlib
import shutil
import string
from collections.abc import Iterator
from importlib.metadata import version

from fracorr.components import Kind
from fracorr.errors import ConfigurationError, OutputError
from fracorr.scaffold.names import Names

#: What can be written, and what it does, for listings.
SUMMARIES = {
    Kind.TRANSFORM: "Darken a kernel towards its edges",
    Kind.METHOD: "Mean absolute difference at a few pixels of the kernel",
    Kind.SOURCE: "A linear ramp from black to white",
    Kind.SCENES: "Dim noise with one bright disc in it",
    Kind.REPORTER: "Hits of each arm in a text file",
    Kind.ENGINE: "Trials in this process, a few at a time in another order",
}
#: What every plugin has, whatever it offers.
_COMMON = ("pyproject.toml", "README.md", "LICENSE", ".gitignore", ".github/workflows/test.yml")


def write_plugin(name: str, kind: Kind, folder: pathlib.Path) -> list[pathlib.Path]:
    """Write a small complete plugin: package, test, README, licence, CI.

    Parameters
    ----------
    name : str
        What the component is called.
    kind : Kind
        What it is.
    folder : path
        Where the plugin's own folder is made, called after its distribution.

    Returns
    -------
    list of path
        The files.

    Raises
    ------
    ConfigurationError
        If the name cannot be one, or the folder is there already.
    OutputError
        If it cannot be written; then nothing of it stays.
    """
    names = Names.of(name)
    home = folder / names.distribution
    if home.exists():
        raise ConfigurationError(f"'{home}' is there already; choose another name, or another folder with --into")
    written = []
    try:
        for place, text in _files(names, kind):
            path = home / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
    except OSError as error:
        shutil.rmtree(home, ignore_errors=True)
        raise OutputError(f"'{home}' cannot be written: {error.strerror or error}") from error
    return written


def _files(names: Names, kind: Kind) -> Iterator[tuple[str, str]]:
    words = {
        "component": names.component,
        "distribution": names.distribution,
        "package": names.package,
        "module": names.module,
        "cls": names.cls,
        "kind": kind.key,
        "label": kind.label,
        "summary": SUMMARIES[kind],
        "hook": kind.hook,
        "check": f"check_{kind.key}",
        "checks": ", ".join(sorted((f"check_{kind.key}", "check_plugin"))),
        "year": str(datetime.date.today().year),
        "fracorr": _compatible_versions(),
    }
    for place in _COMMON:
        yield place, _filled(f"common/{place.rpartition('/')[2]}", words)
    yield f"{names.package}/__init__.py", _filled("common/__init__.py", words)
    yield f"{names.package}/py.typed", ""
    yield f"{names.package}/plugin.py", _filled("common/plugin.py", words)
    yield f"{names.package}/{names.module}.py", _filled(f"{kind.key}.py", words)
    yield f"tests/test_{names.module}.py", _filled(f"{kind.key}_test.py", words)


def _filled(template: str, words: dict[str, str]) -> str:
    text = (importlib.resources.files(__package__) / "templates" / f"{template}.txt").read_text(encoding="utf-8")
    return string.Template(text).substitute(words)


def _compatible_versions() -> str:
    """Return what a plugin written today works with: this release, and those before the next that may break it."""
    major, minor, *_ = version("fracorr").split(".")
    following = f"{int(major) + 1}" if int(major) else f"0.{int(minor) + 1}"
    return f"fracorr>={major}.{minor},<{following}"
