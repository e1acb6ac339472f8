"""``fracorr runs``: what was run, and how far it came."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fracorr.errors import ConfigurationError

if TYPE_CHECKING:
    from fracorr.experiment import Experiment

_SHOWN_SPECS = 3


def runs(
    folder: Annotated[
        pathlib.Path, typer.Argument(metavar="[FOLDER]", help="Where the runs are, or one of them.")
    ] = pathlib.Path("runs"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """List the runs in a folder, the newest last: when, what, how many trials are done and failed, and the state.

    A run that was interrupted goes on with fracorr resume DIR.
    """
    if not folder.is_dir():
        raise ConfigurationError(f"there is no folder '{folder}'; say where the runs are: fracorr runs FOLDER")
    found = sorted(_summaries(folder), key=lambda each: str(each["started"]))
    if as_json:
        typer.echo(json.dumps(found, indent=1))
    elif found:
        _print(found)
    else:
        typer.echo(f"there is no run in '{folder}'", err=True)


def _summaries(folder: pathlib.Path) -> Iterator[dict[str, Any]]:
    from fracorr.errors import FracorrError
    from fracorr.manifest import MANIFEST_FILE
    from fracorr.stored import open_run

    for place in (folder, *sorted(folder.iterdir())):
        try:
            if not (place / MANIFEST_FILE).is_file():
                continue
            stored = open_run(place)
            yield {
                "directory": str(place),
                "started": stored.manifest.started,
                "experiment": _in_a_line(stored.experiment),
                "done": stored.done,
                "failed": stored.failed,
                "trials": stored.total,
                "state": stored.state,
            }
        except (FracorrError, OSError) as error:
            # One that is damaged, or somebody's own, does not hide the others.
            typer.echo(f"{error}", err=True)


def _in_a_line(experiment: Experiment) -> str:
    lists = (experiment.kernels, experiment.transforms, experiment.scenes, experiment.methods)
    return f"{' × '.join(map(_some, lists))}, seed {experiment.seed}"


def _some(specs: tuple[str, ...]) -> str:
    more = f", +{len(specs) - _SHOWN_SPECS}" if len(specs) > _SHOWN_SPECS else ""
    return ", ".join(specs[:_SHOWN_SPECS]) + more


def _print(found: list[dict[str, Any]]) -> None:
    from rich.table import Table

    from fracorr.terminal import console, printable

    table = Table()
    for heading in ("run", "begun", "experiment"):
        table.add_column(heading, overflow="fold")
    for heading in ("done", "failed", "of"):
        table.add_column(heading, justify="right")
    table.add_column("state", no_wrap=True)
    for each in found:
        counts = (str(each["done"]), str(each["failed"] or ""), str(each["trials"]))
        begun = each["started"][:19].replace("T", " ")
        table.add_row(printable(each["directory"]), begun, printable(each["experiment"]), *counts, each["state"])
    console().print(table)
