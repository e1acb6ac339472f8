"""``fracorr export``: a run's trials as a table for other programs."""

from __future__ import annotations

import pathlib
import sys
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from fracorr.errors import ConfigurationError

if TYPE_CHECKING:
    from fracorr.stored import StoredRun

_FORMATS = ("csv", "json", "parquet")


def export(
    directory: Annotated[pathlib.Path, typer.Argument(metavar="DIR", help="The run's folder.")],
    csv: Annotated[bool, typer.Option("--csv", help="Comma-separated values.")] = False,
    json: Annotated[bool, typer.Option("--json", help="A JSON list, one trial on each line.")] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="Apache Parquet; needs the extra [parquet].")] = False,
    out: Annotated[
        pathlib.Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="The file to write.", show_default="standard output"),
    ] = None,
) -> None:
    """Write every finished trial of a run as one row: what was tried, metrics, matches, time, error.

    Without an option the file's ending says the format. trials.sqlite itself opens in Datasette, DuckDB and pandas.

    fracorr export runs/20260101-120000 -o trials.csv
    """
    from fracorr.stored import open_run

    chosen = [name for name, wanted in zip(_FORMATS, (csv, json, parquet), strict=True) if wanted]
    name = _format(chosen, out)
    stored = open_run(directory)
    if out is not None:
        _write_file(stored, name, out)
    else:
        _write_text(stored, name, sys.stdout)


def _format(chosen: list[str], out: pathlib.Path | None) -> str:
    if len(chosen) > 1:
        raise ConfigurationError(f"one format at a time: --{chosen[0]} or --{chosen[1]}")
    ending = out.suffix.lower().removeprefix(".") if out is not None else ""
    if not chosen and ending not in _FORMATS:
        raise ConfigurationError("say in which format: --csv, --json or --parquet, or a file such as -o trials.csv")
    name = chosen[0] if chosen else ending
    if name == "parquet" and out is None:
        raise ConfigurationError("Parquet is no text for the standard output; say where to: -o trials.parquet")
    return name


def _write_file(stored: StoredRun, name: str, out: pathlib.Path) -> None:
    from fracorr.exporting import write_parquet
    from fracorr.files import replacing

    with replacing(out) as place:
        if name == "parquet":
            write_parquet(stored.rows(), place)
        else:
            with place.open("w", encoding="utf-8", newline="") as file:
                _write_text(stored, name, file)
    typer.echo(str(out))


def _write_text(stored: StoredRun, name: str, file: TextIO) -> None:
    from fracorr.exporting import write_csv, write_json

    write = {"csv": write_csv, "json": write_json}[name]
    write(stored.rows(), file)
