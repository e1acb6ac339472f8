"""A progress bar on the standard error, where that is a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fracorr.arms import ArmTally
    from fracorr.running import Run
    from fracorr.trial import TrialResult

#: Seconds between two looks at the totals: trials can be much quicker than the eye.
_EVERY_SECONDS = 0.2


@contextmanager
def planning() -> Iterator[None]:
    """Say that scenes and kernels are being looked at; off a terminal nothing."""
    from rich.console import Console

    if not sys.stderr.isatty():
        yield
        return
    with Console(stderr=True).status("reading scenes, making kernels"):
        yield


class RunProgress:
    """How far a run is: done, failed, rate, time left, and the best arm so far; off a terminal it draws nothing.

    Parameters
    ----------
    total : int
        How many trials there are.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._bar: Any = None
        self._task: Any = None
        self._next = 0.0

    def __enter__(self) -> RunProgress:
        if sys.stderr.isatty():
            from rich.console import Console

            self._bar = _bar(Console(stderr=True))
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def start(self, run: Run) -> None:
        """Begin, with the trials that were there before."""
        if self._bar is not None:
            # What was there before is no sign of how quick this run is: it begins at that number.
            there = self._total - run.missing
            self._task = self._bar.add_task("trials", total=self._total, completed=there, **_said(run))

    def advance(self, run: Run, _: TrialResult) -> None:
        """Look at the totals again, if it is time."""
        if self._task is None or (time.monotonic() < self._next and run.done < self._total):
            return
        self._next = time.monotonic() + _EVERY_SECONDS
        self._bar.update(self._task, completed=run.done, **_said(run))


def _bar(console: Any) -> Any:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.table import Column
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Any) -> Text:
            return Text("" if task.speed is None else f"{task.speed:.3g}/s", style="progress.data.speed")

    return Progress(
        TextColumn("{task.description}{task.fields[failed]}"),
        BarColumn(bar_width=None, table_column=Column(min_width=10, max_width=40, ratio=1)),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        TextColumn(
            "{task.fields[best]}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis", ratio=2)
        ),
        console=console,
        expand=True,
    )


def _said(run: Run) -> dict[str, str]:
    return {"failed": f", {run.failed} failed" if run.failed else "", "best": _best_arm(run.arms.values())}


def _best_arm(arms: Any) -> str:
    """Name the arm with the highest hit rate, and among those the one that was tried most, once any has hit."""
    hitting: list[ArmTally] = [tally for tally in arms if tally.hits]
    if not hitting:
        return ""
    best = max(hitting, key=lambda tally: (tally.hits / tally.on_targets, tally.on_targets))
    return f"best: {best.arm}, {best.hits} of {best.on_targets}"
