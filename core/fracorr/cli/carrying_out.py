"""Carrying out an experiment from the command line: progress, what to say at the end, and the exit code."""

from __future__ import annotations

import datetime
import json
import pathlib
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from fracorr.errors import EXIT_DONE, EXIT_INTERRUPTED, EXIT_PLUGIN, EXIT_TRIALS_FAILED
from fracorr.plugins import default_registry

if TYPE_CHECKING:
    from fracorr.cli.progress import RunProgress
    from fracorr.experiment import Experiment
    from fracorr.running import Run

#: Where runs go that are given no folder.
_RUNS = pathlib.Path("runs")

_SHOWN_FAILURES = 10

# Options of every command that carries something out.
RetryFailed: TypeAlias = Annotated[
    bool, typer.Option("--retry-failed", help="Do the trials again that failed in an earlier run into the folder.")
]
FailFast: TypeAlias = Annotated[bool, typer.Option("--fail-fast", help="Stop at the first trial that fails.")]
MaxFailures: TypeAlias = Annotated[
    int | None, typer.Option("--max-failures", metavar="N", min=1, help="Stop when so many trials have failed.")
]
DryRun: TypeAlias = Annotated[
    bool, typer.Option("--dry-run", help="Say how many trials there are and how long they take; leave nothing.")
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")]


@contextmanager
def before_the_first_trial() -> Iterator[None]:
    """Let an interruption within this block say that nothing has come of the command."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt("before the first trial; nothing was written") from None


def carry_out(
    experiment: Experiment,
    out: pathlib.Path | None,
    *,
    as_json: bool,
    retry_failed: bool = False,
    fail_fast: bool = False,
    max_failures: int | None = None,
) -> None:
    """Run an experiment into a folder, by default a new one, report on the terminal, and leave with the exit code."""
    with before_the_first_trial():
        from fracorr.checking import check_plan
        from fracorr.cli.progress import RunProgress, planning
        from fracorr.files import check_folder, new_folder
        from fracorr.plan import make_plan
        from fracorr.running import execute

        check_folder(_RUNS if out is None else out)  # before anything is computed
        with planning():
            plan = make_plan(experiment, default_registry())
        check_plan(plan)
    if out is None:
        out = new_folder(_RUNS, f"{datetime.datetime.now():%Y%m%d-%H%M%S}")
    with RunProgress(len(plan)) as progress:
        run = execute(
            plan,
            out=out,
            on_start=lambda run: _start(run, progress),
            on_result=progress.advance,
            # With --json the standard output belongs to the machine that reads it.
            output=sys.stderr if as_json else sys.stdout,
            retry_failed=retry_failed,
            max_failures=1 if fail_fast else max_failures,
        )
    tell(run, as_json=as_json)
    typer.echo(f"the experiment, its trials and its reports are in {out}", err=True)
    raise typer.Exit(exit_code(run))


def _start(run: Run, progress: RunProgress) -> None:
    """Say how much is left, as soon as that is known."""
    if not run.missing:
        typer.echo(f"nothing is left to do: all {len(run.plan)} trials are there; here are the reports again", err=True)
    elif run.missing < len(run.plan):
        typer.echo(f"{len(run.plan) - run.missing} of {len(run.plan)} trials are there already", err=True)
    progress.start(run)


def tell(run: Run, *, as_json: bool) -> None:
    """Print the summary, where a machine wants it, and what people should know."""
    if as_json:
        typer.echo(json.dumps(run.to_dict(), indent=1))
    for exclusion in run.plan.exclusions:
        typer.echo(f"{exclusion}", err=True)
    if run.failed:
        typer.echo(f"{run.failed} of {run.done} trials failed:", err=True)
        tell_failures(run.failures)
    for failure in run.reporter_failures:
        typer.echo(f"{failure}", err=True)
    if run.interrupted or run.stopped:
        how = "interrupted" if run.interrupted else "stopped, because too many trials failed,"
        typer.echo(f"{how} after {run.done} of {len(run.plan)} trials; the reports show those", err=True)
        typer.echo(f"to go on: fracorr resume {shlex.quote(str(run.directory))}", err=True)


def tell_failures(kinds: Sequence[object]) -> None:
    """Print the first of the different failures of trials, and how many more there are."""
    for failure in kinds[:_SHOWN_FAILURES]:
        typer.echo(f"  {failure}", err=True)
    if len(kinds) > _SHOWN_FAILURES:
        typer.echo(f"  … and {len(kinds) - _SHOWN_FAILURES} more kinds of failure", err=True)


def exit_code(run: Run) -> int:
    """Return the exit code that tells how a run went."""
    if run.interrupted:
        return EXIT_INTERRUPTED
    if run.reporter_failures:
        return EXIT_PLUGIN
    return EXIT_TRIALS_FAILED if run.failed else EXIT_DONE
