"""A progress bar on the standard error, where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fracorr.running import Run
    from fracorr.trial import TrialResult


@contextmanager
def planning() -> Iterator[None]:
    """Say that scenes and kernels are being looked at; off a terminal nothing."""
    from rich.console import Console

    if not sys.stderr.isatty():
        yield
        return
    with Console(stderr=True).status("reading scenes, making kernels"):
        yield


@contextmanager
def progress_of_run(total: int) -> Iterator[Callable[[Run, TrialResult], None]]:
    """Give a function to call with each result; off a terminal it draws nothing."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not sys.stderr.isatty(),
    ) as bar:
        task = bar.add_task("trials", total=total)

        def advance(run: Run, _: TrialResult) -> None:
            failed = f", {run.failed} failed" if run.failed else ""
            bar.update(task, advance=1, description=f"trials{failed}")

        yield advance
