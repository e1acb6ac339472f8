"""The contract of reporters."""

from __future__ import annotations

import contextlib
import io
import pathlib
import tempfile
from collections.abc import Sequence
from typing import Any

from fracorr.testing import any_component
from fracorr.testing.contract import Point, check, clear_errors_only, instance_of, require
from fracorr.testing.small_run import small_run
from fracorr.trial import TrialResult


def check_reporter(reporter: Any, **parameters: Any) -> None:
    """Check that a reporter keeps its contract: a whole run, an empty one, failing trials, awkward names.

    Parameters
    ----------
    reporter : class or object
        The component's class, or an instance of it.
    **parameters
        Values for the class's parameters.

    Raises
    ------
    ContractError
        With every point that does not hold, what came instead, and how to mend it.
    """
    check("reporter", reporter, POINTS, parameters)


def a_run_is_reported(reporter: Any) -> None:
    """Hits, misses, scenes without targets, failing trials."""
    _reported(reporter, "a run with some failing trials")


def a_run_without_any_result_is_reported(reporter: Any) -> None:
    """It may be interrupted before the first."""
    _reported(reporter, "a run without any result", count=0)


def a_run_of_failures_is_reported(reporter: Any) -> None:
    """Every trial may fail."""
    _reported(reporter, "a run in which every trial fails", failures_only=True)


def results_may_come_in_any_order(reporter: Any) -> None:
    """Engines yield them as they are there."""
    _reported(reporter, "results in another order", backwards=True)


def it_can_be_used_twice(reporter: Any) -> None:
    """``begin`` starts afresh."""
    with clear_errors_only("a second run with the same reporter"):
        same = instance_of(reporter, {})
        for _ in range(2):
            _report(same)


def nothing_is_printed_behind_the_runs_back(reporter: Any) -> None:
    """Standard output belongs to whoever reads it: ``run.output`` is the place."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        _report(reporter)
    require(not printed.getvalue(), "nothing on sys.stdout", repr(printed.getvalue()[:60]), "write to run.output")


def files_are_written_into_the_runs_folder_alone(reporter: Any) -> None:
    """Whatever the names of kernels and scenes are."""
    with tempfile.TemporaryDirectory() as place:
        around = pathlib.Path(place)
        inside = around / "run"
        inside.mkdir()
        with contextlib.chdir(around):
            _report(reporter, directory=inside)
        strays = sorted(str(each.relative_to(around)) for each in around.iterdir() if each != inside)
        require(not strays, "files in run.need_directory() only", strays, "build paths with fracorr.files.slug(name)")


#: All points, the common ones first.
POINTS: tuple[Point, ...] = (
    *any_component.POINTS,
    a_run_is_reported,
    a_run_without_any_result_is_reported,
    a_run_of_failures_is_reported,
    results_may_come_in_any_order,
    it_can_be_used_twice,
    nothing_is_printed_behind_the_runs_back,
    files_are_written_into_the_runs_folder_alone,
)


def _reported(
    reporter: Any, what: str, *, count: int | None = None, failures_only: bool = False, backwards: bool = False
) -> None:
    with clear_errors_only(what):
        _report(reporter, count=count, failures_only=failures_only, backwards=backwards)


def _report(
    reporter: Any,
    *,
    count: int | None = None,
    failures_only: bool = False,
    backwards: bool = False,
    directory: pathlib.Path | None = None,
) -> None:
    with tempfile.TemporaryDirectory() as place:
        run, results = small_run(directory or pathlib.Path(place))
        told: Sequence[TrialResult] = [each for each in results if each.failure or not failures_only][:count]
        reporter.begin(run)
        for result in reversed(told) if backwards else told:
            run.count(result)
            reporter.record(result)
        reporter.end()
