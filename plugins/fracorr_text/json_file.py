"""Every trial and the arms in one JSON file."""

from __future__ import annotations

import contextlib
import json
from typing import IO, TYPE_CHECKING

import attrs

from fracorr import ConfigurationError, parameter
from fracorr.files import replacing

if TYPE_CHECKING:
    from fracorr.running import Run
    from fracorr.trial import TrialResult


def _plain_name(_: object, __: attrs.Attribute[str], value: str) -> None:
    if not value.endswith(".json") or "/" in value or "\\" in value or value.startswith("."):
        raise ConfigurationError(f"json: name={value!r} must be a plain file name such as results.json")


@attrs.define
class JsonFile:
    """Writes ``results.json`` into the run's folder: the trials one by one as they end, then the summary.

    The file appears when the run is over; it is not kept in memory meanwhile.
    """

    name: str = attrs.field(
        default="results.json", validator=_plain_name, metadata=parameter("File name in the run's folder", main=True)
    )
    _run: Run | None = attrs.field(default=None, init=False, repr=False, eq=False)
    _open: contextlib.ExitStack = attrs.field(factory=contextlib.ExitStack, init=False, repr=False, eq=False)
    _file: IO[str] | None = attrs.field(default=None, init=False, repr=False, eq=False)
    _separator: str = attrs.field(default="", init=False, repr=False, eq=False)

    def begin(self, run: Run) -> None:
        self._run = run
        self._open = contextlib.ExitStack()
        place = self._open.enter_context(replacing(run.need_directory() / self.name))
        self._file = self._open.enter_context(place.open("w", encoding="utf-8"))
        self._separator = "\n"
        self._file.write('{"trials": [')

    def record(self, result: TrialResult) -> None:
        if self._file is None:
            return
        try:
            self._file.write(self._separator + json.dumps(result.to_dict(), allow_nan=False))
        except Exception as error:
            # The half-written file goes; what the file's place makes of the error is what the run is told.
            self._open.__exit__(type(error), error, error.__traceback__)
            raise
        self._separator = ",\n"

    def end(self) -> None:
        if self._run is None or self._file is None:
            return
        summary = json.dumps(self._run.to_dict(), allow_nan=False, indent=1)
        self._file.write(f'\n],\n"run": {summary}}}\n')
        self._open.close()
