"""Where figures go, and as what kinds of files."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import attrs
from matplotlib.figure import Figure

from fracorr.files import replacing

Format: TypeAlias = Literal["png", "svg", "pdf"]

#: How each kind of file is written. Weak compression is fast, and photographs gain little by a strong one; without
#: dates the same run writes the same file.
_OPTIONS: dict[str, dict[str, Any]] = {
    "png": {"pil_kwargs": {"compress_level": 3}},
    "svg": {"metadata": {"Date": None}},
    "pdf": {"metadata": {"CreationDate": None}},
}


@attrs.frozen
class Output:
    """A folder for figures: sheets in it, figures of single trials in its ``trials``, of the run in its ``summary``."""

    folder: pathlib.Path
    formats: tuple[Format, ...]
    dpi: int

    def paths(self, name: str) -> tuple[pathlib.Path, ...]:
        """Return the files that a figure is written to."""
        return tuple(self.folder / f"{name}.{each}" for each in self.formats)


def save(figure: Figure, paths: Sequence[pathlib.Path]) -> None:
    """Write a figure to files, of the kinds that their endings name, and let go of what was drawn.

    Each appears whole or not at all.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    for path in paths:
        kind = path.suffix.removeprefix(".")
        with replacing(path) as temporary:
            figure.savefig(temporary, format=kind, **_OPTIONS[kind])
    figure.clear()  # a figure and its parts refer to each other: without this they wait for the collector
