"""A run's trials as a table for other programs."""

from __future__ import annotations

import csv
import itertools
import json
import pathlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TextIO

from fracorr.errors import MissingDependencyError
from fracorr.rows import flat_columns, flat_row

#: So many rows are written at once.
_BATCH = 10_000


def write_csv(rows: Iterable[Mapping[str, Any]], file: TextIO) -> None:
    """Write rows of :meth:`StoredRun.rows <fracorr.stored.StoredRun.rows>` as CSV, one after the other.

    The best match has columns of its own (``best_x``, …); all matches and the targets are JSON.
    """
    csv_writer(file).writerows(map(flat_row, rows))


def csv_writer(file: TextIO) -> csv.DictWriter[str]:
    """Write the columns' names, and return what writes a :func:`~fracorr.rows.flat_row` of each trial below them."""
    writer = csv.DictWriter(file, list(flat_columns()), lineterminator="\n")
    writer.writeheader()
    return writer


def write_json(rows: Iterable[Mapping[str, Any]], file: TextIO) -> None:
    """Write rows as a JSON list, one row on each line."""
    separator = "[\n"
    for row in rows:
        file.write(separator + _strict_json(row))
        separator = ",\n"
    file.write("[]\n" if separator == "[\n" else "\n]\n")


def write_parquet(rows: Iterable[Mapping[str, Any]], place: pathlib.Path) -> None:
    """Write rows as a Parquet file with the columns of :func:`write_csv`.

    Raises
    ------
    MissingDependencyError
        If pyarrow is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingDependencyError(
            "Parquet needs pyarrow: pip install 'fracorr[parquet]', or write --csv or --json"
        ) from error
    kinds = {bool: pyarrow.bool_(), int: pyarrow.int64(), float: pyarrow.float64(), str: pyarrow.string()}
    schema = pyarrow.schema([(name, kinds[kind]) for name, kind in flat_columns().items()])
    with pyarrow.parquet.ParquetWriter(place, schema) as writer:
        for batch in _batches(map(flat_row, rows)):
            writer.write_table(pyarrow.Table.from_pylist(batch, schema))


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(itertools.islice(rows, _BATCH)):
        yield batch


def _strict_json(row: Mapping[str, Any]) -> str:
    try:
        return json.dumps(row, allow_nan=False)
    except ValueError:
        # A method may give a pose that is not a number; in JSON that is null.
        return json.dumps(json.loads(json.dumps(row), parse_constant=lambda _: None))
