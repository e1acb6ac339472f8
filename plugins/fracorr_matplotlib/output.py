"""Where figures go, and as what kinds of files."""

from __future__ import annotations

import pathlib
from typing import Literal, TypeAlias

import attrs

Format: TypeAlias = Literal["png", "svg", "pdf"]


@attrs.frozen
class Output:
    """A folder for figures: sheets in it, figures of single trials in its ``trials``, of the run in its ``summary``."""

    folder: pathlib.Path
    formats: tuple[Format, ...]
    dpi: int

    def paths(self, name: str) -> tuple[pathlib.Path, ...]:
        """Return the files that a figure is written to."""
        return tuple(self.folder / f"{name}.{each}" for each in self.formats)
