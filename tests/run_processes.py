"""Runs in real processes: started, killed, resumed, and their trials compared."""

from __future__ import annotations

import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import attrs

#: Everything in a run's folder that depends on the clock.
_TIMES = ("seconds",)


@attrs.define
class Fracorr:
    """A ``fracorr`` process; leaving the ``with`` block ends it."""

    process: subprocess.Popen[str]

    @classmethod
    def start(cls, *arguments: object, preexec: Callable[[], None] | None = None, **options: Any) -> Fracorr:
        def prepare() -> None:
            # A test run in the background hands down an ignored SIGINT; whoever sits at a terminal has it.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            if preexec is not None:
                preexec()

        command = [sys.executable, "-m", "fracorr", *map(str, arguments)]
        pipe = subprocess.PIPE
        return cls(subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, preexec_fn=prepare, **options))

    def __enter__(self) -> Fracorr:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so while the process goes on."""
        deadline = time.monotonic() + 120
        while not condition():
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < deadline, "it takes too long"
            time.sleep(0.01)

    def interrupted(self) -> tuple[int, str, str]:
        """Press Ctrl-C as in a terminal, where all processes of the group notice, and return as :meth:`ends`."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.ends()

    def ends(self) -> tuple[int, str, str]:
        """Wait for its end and return exit code, standard output and standard error."""
        out, err = self.process.communicate(timeout=300)
        return self.process.returncode, out, err


def fracorr(*arguments: object, **options: Any) -> tuple[int, str, str]:
    """Run ``fracorr`` to its end."""
    with Fracorr.start(*arguments, **options) as running:
        return running.ends()


def rows_of(folder: pathlib.Path) -> list[dict[str, Any]]:
    """Return the trials in a run's folder without their times, as another program reads them."""
    with sqlite3.connect(folder / "trials.sqlite") as connection:
        connection.row_factory = sqlite3.Row
        found = connection.execute("SELECT * FROM trials ORDER BY number").fetchall()
    connection.close()
    return [{key: row[key] for key in row.keys() if key not in _TIMES} for row in found]  # noqa: SIM118


def stored(folder: pathlib.Path) -> int:
    """Return how many trials are in a run's folder by now, if there is one."""
    if not (folder / "trials.sqlite").is_file():
        return 0
    connection = sqlite3.connect(folder / "trials.sqlite", timeout=60)
    try:
        (count,) = connection.execute("SELECT COUNT(*) FROM trials").fetchone()
        return int(count)
    except sqlite3.OperationalError:
        return 0  # the table is not there yet
    finally:
        connection.close()
