"""What ``fracorr find`` prints: a table for people, JSON and comma-separated values for machines."""

from __future__ import annotations

import csv
import json
import pathlib
import sys
from collections.abc import Sequence

import attrs
import typer

from fracorr.geometry import rounded_angle
from fracorr.response import Match


@attrs.frozen
class Found:
    """What was found in one picture, or why it could not be searched."""

    path: pathlib.Path
    matches: tuple[Match, ...]
    error: str = ""


def as_json(found: Sequence[Found]) -> None:
    """Print a list with an object for each picture: its path, its matches, and the error where there was one."""
    listed = [
        {
            "scene": str(each.path),
            "matches": [match.to_dict() for match in each.matches],
            **({"error": each.error} if each.error else {}),
        }
        for each in found
    ]
    typer.echo(json.dumps(listed, indent=1, ensure_ascii=False))


def as_csv(found: Sequence[Found]) -> None:
    """Print a line for each match, under a line of headings."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    columns = [field.name for field in attrs.fields(Match)]
    writer.writerow(["scene", "place", *columns])
    for each in found:
        for place, match in enumerate(each.matches, start=1):
            values = match.to_dict()
            writer.writerow([each.path, place, *(values[column] for column in columns)])
    _say_errors(found)


def as_table(found: Sequence[Found]) -> None:
    """Print the matches rounded to what can be trusted, and which pictures hold none."""
    from rich.table import Table

    from fracorr.terminal import console, printable

    several = len(found) > 1
    matches = [match for each in found for match in each.matches]
    mirrored, symmetric = any(match.mirrored for match in matches), any(match.symmetry != 1 for match in matches)
    table = Table()
    if several:
        table.add_column("scene", overflow="fold")
    for heading in ("x", "y", "angle", "scale", "width", "height", "score"):
        table.add_column(heading, justify="right", no_wrap=True)
    for heading, wanted in (("mirrored", mirrored), ("symmetry", symmetric)):
        if wanted:
            table.add_column(heading)
    for each in found:
        for match in each.matches:
            extra = [("yes" if match.mirrored else "")] * mirrored + [_symmetry(match)] * symmetric
            table.add_row(*[printable(str(each.path))] * several, *_cells(match), *extra)
    if table.row_count:
        console().print(table)
    nothing = [str(each.path) for each in found if not each.matches and not each.error]
    if nothing:
        shown = ", ".join(nothing[:10]) + (f" and {len(nothing) - 10} more" if len(nothing) > 10 else "")
        typer.echo(f"nothing found in {shown}", err=True)
    _say_errors(found)


def _cells(match: Match) -> tuple[str, ...]:
    return (
        f"{match.x:.2f}",
        f"{match.y:.2f}",
        f"{rounded_angle(match.angle, 2):.2f}°",
        f"{match.scale:.4f}",
        f"{match.width:.1f}",
        f"{match.height:.1f}",
        f"{match.score:.4f}",
    )


def _symmetry(match: Match) -> str:
    """Say which other angles are as right as the one that is shown."""
    if match.symmetry == 1:
        return ""
    return "any angle" if match.symmetry == 0 else f"every {360 / match.symmetry:g}°"


def _say_errors(found: Sequence[Found]) -> None:
    for each in found:
        if each.error:
            typer.echo(f"fracorr: error: {each.error}", err=True)
