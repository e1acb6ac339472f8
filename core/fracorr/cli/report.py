"""``fracorr report``: draw a run's results again."""

from __future__ import annotations

import pathlib
import sys
from typing import Annotated

import typer

from fracorr.cli.carrying_out import AsJson, tell
from fracorr.cli.completion import completer
from fracorr.components import Kind


def report(
    directory: Annotated[pathlib.Path, typer.Argument(metavar="DIR", help="The run's folder.")],
    reporters: Annotated[
        list[str] | None,
        typer.Option(
            *("-r", "--reporter"),
            metavar="SPEC",
            help="Reporter (repeatable); default: those of the experiment.",
            autocompletion=completer(Kind.REPORTER),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Report a run's results again, or in another way, without computing any trial.

    It also works while the run goes on: the reports then show what is done by now.

    fracorr report runs/20260101-120000 -r table -r figures
    """
    from fracorr.errors import EXIT_DONE, EXIT_PLUGIN
    from fracorr.stored import open_run

    stored = open_run(directory)
    run = stored.report(reporters or None, output=sys.stderr if as_json else sys.stdout)
    tell(run, as_json=as_json)
    typer.echo(f"{run.done} of {stored.total} trials are reported; files are in {directory}", err=True)
    raise typer.Exit(EXIT_PLUGIN if run.reporter_failures else EXIT_DONE)
