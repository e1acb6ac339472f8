"""``fracorr compare``: several runs in one table."""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING, Annotated

import typer

from fracorr.errors import ConfigurationError

if TYPE_CHECKING:
    from fracorr.side_by_side import SideBySide

_ENDINGS = (".html", ".md", ".json")


def compare(
    directories: Annotated[list[pathlib.Path], typer.Argument(metavar="RUN...", help="The folders of the runs.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    out: Annotated[
        pathlib.Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="Write a page instead: .html, .md or .json."),
    ] = None,
) -> None:
    """Show the arms of several runs side by side: hits with their intervals, overlap, time, and what differs.

    fracorr compare runs/first runs/second -o compared.html
    """
    if out is not None and out.suffix.lower() not in _ENDINGS:
        raise ConfigurationError(f"'{out}' should end in {', '.join(_ENDINGS)}, which says what to write")
    from fracorr.side_by_side import SideBySide
    from fracorr.stored import open_run

    found = SideBySide.of([open_run(directory) for directory in directories])
    if out is not None:
        _write(found, out)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), indent=1))
    elif out is None:
        _print(found)


def _write(found: SideBySide, out: pathlib.Path) -> None:
    from fracorr.files import write_text

    kind = out.suffix.lower()
    if kind == ".json":
        text = json.dumps(found.to_dict(), indent=1) + "\n"
    else:
        text = found.to_html() if kind == ".html" else found.to_markdown()
    write_text(out, text)
    typer.echo(str(out), err=True)


def _print(found: SideBySide) -> None:
    from rich.table import Table

    from fracorr.side_by_side import HEADINGS, NAMES
    from fracorr.terminal import console, printable

    if not found.lines:
        typer.echo("No trial was finished.")
        return
    shown = Table()
    for number, heading in enumerate(HEADINGS):
        shown.add_column(heading, overflow="fold", justify="left" if number < NAMES else "right")
    before = None
    for line in found.lines:
        if before not in (None, line.tally.arm):
            shown.add_section()
        cells = line.cells(found.folder)
        # An arm is named once; its runs stand below each other.
        names = ("", "", cells[2]) if before == line.tally.arm else cells[:NAMES]
        before = line.tally.arm
        shown.add_row(*(printable(each) for each in (*names, *cells[NAMES:])))
    output = console()
    output.print(shown)
    for note in found.notes:
        output.print(printable(note))
