"""All trials as CSV, packed while they come, so that the page can hand them over in one click."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import tempfile
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from fracorr.trial import TrialResult

_MATCH = ("x", "y", "angle", "scale", "score")


class TrialsFile:
    """A compressed CSV file that is not kept in memory; close it, or leave the ``with``."""

    def __init__(self) -> None:
        self._packed = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as this object
        self._stream = gzip.GzipFile(fileobj=self._packed, mode="wb", mtime=0)
        self._text = io.TextIOWrapper(self._stream, encoding="utf-8", errors="backslashreplace", newline="")
        self._writer: csv.DictWriter[str] | None = None
        self.count = 0

    def add(self, result: TrialResult) -> None:
        """Write one row."""
        row = _flat(result)
        if self._writer is None:
            self._writer = csv.DictWriter(self._text, list(row))
            self._writer.writeheader()
        self._writer.writerow(row)
        self.count += 1

    def base64(self) -> str:
        """Finish the file and return it as text."""
        self._text.close()
        self._packed.seek(0)
        return base64.b64encode(self._packed.read()).decode()

    def close(self) -> None:
        """Let go of the file."""
        self._text.close()
        self._packed.close()


def _flat(result: TrialResult) -> dict[str, object]:
    best = result.matches[0].to_dict() if result.matches else {}
    return {
        **result.trial.to_dict(),
        **{name: best.get(name, "") for name in _MATCH},
        **attrs.asdict(result.metrics),
        "seconds": result.seconds,
        "failure": "" if result.failure is None else str(result.failure),
    }
