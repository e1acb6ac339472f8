"""Every trial as one row of a CSV file."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, TextIO

import attrs

from fracorr import parameter
from fracorr.exporting import csv_writer
from fracorr.rows import COLUMNS, flat_row, plain_row, row_of
from fracorr.validators import file_name
from fracorr_text.growing_file import GrowingFile

if TYPE_CHECKING:
    from fracorr.running import Run
    from fracorr.trial import TrialResult

_COLUMNS = tuple(COLUMNS)


@attrs.define
class CsvFile:
    """Writes ``results.csv`` into the run's folder: the trials in the order in which they end, one row each.

    The columns are those of ``fracorr export --csv``, which writes the rows in the plan's order; ``number`` is the
    place there. The file appears when the run is over.
    """

    name: str = attrs.field(
        default="results.csv",
        validator=file_name("results.csv"),
        metadata=parameter("File name in the run's folder", main=True),
    )
    _file: GrowingFile | None = attrs.field(default=None, init=False, repr=False, eq=False)
    _writer: csv.DictWriter[str] | None = attrs.field(default=None, init=False, repr=False, eq=False)

    def begin(self, run: Run) -> None:
        self._file = GrowingFile(run.need_directory() / self.name)
        self._file.write(self._write_heading)

    def record(self, result: TrialResult) -> None:
        if self._file is None or self._writer is None:
            return
        writer = self._writer
        self._file.write(lambda _: writer.writerow(flat_row(plain_row(_COLUMNS, row_of(result)))))

    def end(self) -> None:
        if self._file is not None:
            self._file.finish()

    def _write_heading(self, text: TextIO) -> None:
        self._writer = csv_writer(text)
