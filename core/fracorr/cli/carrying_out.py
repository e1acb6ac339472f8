"""Carrying out an experiment from the command line: progress, what to say at the end, and the exit code."""

from __future__ import annotations

import json
import pathlib
import sys
from typing import TYPE_CHECKING

import typer

from fracorr.errors import EXIT_DONE, EXIT_INTERRUPTED, EXIT_PLUGIN, EXIT_TRIALS_FAILED
from fracorr.plugins import default_registry

if TYPE_CHECKING:
    from fracorr.experiment import Experiment
    from fracorr.running import Run


def carry_out(experiment: Experiment, out: pathlib.Path, *, as_json: bool) -> None:
    """Run an experiment into a folder, report on the terminal, and leave with the right exit code."""
    from fracorr.cli.progress import planning, progress_of_run
    from fracorr.files import check_folder
    from fracorr.plan import make_plan
    from fracorr.running import execute

    check_folder(out)  # before anything is computed
    with planning():
        plan = make_plan(experiment, default_registry())
    with progress_of_run(len(plan)) as advance:
        # With --json the standard output belongs to the machine that reads it.
        run = execute(plan, out=out, on_result=advance, output=sys.stderr if as_json else sys.stdout)
    if as_json:
        typer.echo(json.dumps(run.to_dict(), indent=1))
    _say_what_went_wrong(run)
    typer.echo(f"the experiment and its reports are in {out}", err=True)
    raise typer.Exit(exit_code(run))


def exit_code(run: Run) -> int:
    """Return the exit code that tells how a run went."""
    if run.interrupted:
        return EXIT_INTERRUPTED
    if run.reporter_failures:
        return EXIT_PLUGIN
    return EXIT_TRIALS_FAILED if run.failed else EXIT_DONE


def _say_what_went_wrong(run: Run) -> None:
    if run.failed:
        typer.echo(f"{run.failed} of {run.done} trials failed:", err=True)
        for failure in run.failures[:10]:
            typer.echo(f"  {failure}", err=True)
        if len(run.failures) > 10:
            typer.echo(f"  … and {len(run.failures) - 10} more kinds of failure", err=True)
    for failure in run.reporter_failures:
        typer.echo(f"{failure}", err=True)
    if run.interrupted:
        typer.echo(f"interrupted after {run.done} of {len(run.plan)} trials; the reports show those", err=True)
