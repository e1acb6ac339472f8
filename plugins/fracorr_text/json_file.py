"""Every trial and the arms in one JSON file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from fracorr import parameter
from fracorr.validators import file_name
from fracorr_text.growing_file import GrowingFile

if TYPE_CHECKING:
    from fracorr.running import Run
    from fracorr.trial import TrialResult


@attrs.define
class JsonFile:
    """Writes ``results.json`` into the run's folder: the trials one by one as they end, then the summary.

    The file appears when the run is over; it is not kept in memory meanwhile.
    """

    name: str = attrs.field(
        default="results.json",
        validator=file_name("results.json"),
        metadata=parameter("File name in the run's folder", main=True),
    )
    _run: Run | None = attrs.field(default=None, init=False, repr=False, eq=False)
    _file: GrowingFile | None = attrs.field(default=None, init=False, repr=False, eq=False)
    _separator: str = attrs.field(default="", init=False, repr=False, eq=False)

    def begin(self, run: Run) -> None:
        self._run = run
        self._file = GrowingFile(run.need_directory() / self.name)
        self._file.write(lambda text: text.write('{"trials": ['))
        self._separator = "\n"

    def record(self, result: TrialResult) -> None:
        if self._file is not None:
            self._file.write(lambda text: text.write(self._separator + _strict(result.to_dict())))
            self._separator = ",\n"

    def end(self) -> None:
        if self._run is None or self._file is None:
            return
        summary = self._run.to_dict()
        self._file.write(lambda text: text.write(f'\n],\n"run": {_strict(summary, indent=1)}}}\n'))
        self._file.finish()


def _strict(data: dict[str, Any], indent: int | None = None) -> str:
    return json.dumps(data, allow_nan=False, indent=indent)
