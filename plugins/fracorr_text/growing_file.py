"""A text file that grows while a run goes on, and appears when the run is over."""

from __future__ import annotations

import contextlib
import pathlib
from collections.abc import Callable
from typing import TextIO

from fracorr.files import replacing


class GrowingFile:
    """A file of which nothing is kept in memory; what goes wrong while it is written takes it away."""

    def __init__(self, path: pathlib.Path) -> None:
        with contextlib.ExitStack() as opening:
            place = opening.enter_context(replacing(path))
            self._text: TextIO = opening.enter_context(place.open("w", encoding="utf-8", newline=""))
            self._open = opening.pop_all()

    def write(self, add: Callable[[TextIO], object]) -> None:
        """Let a function add to the text."""
        try:
            add(self._text)
        except Exception as error:
            # What the file's place makes of the error is what the run is told.
            self._open.__exit__(type(error), error, error.__traceback__)
            raise

    def finish(self) -> None:
        """Put the file in its place."""
        self._open.close()
