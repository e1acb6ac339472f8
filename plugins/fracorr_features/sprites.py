"""Sprite sheets: one picture that holds many small ones, all of the same size, row by row."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator

from fracorr import ConfigurationError
from fracorr.images import Picture

_INDEX = re.compile(r"(\d+)(?:\.\.(\d+))?")


def indices(text: str) -> range | None:
    """Read which cells are meant.

    Parameters
    ----------
    text : str
        A number counted from 0, a range ``first..last`` that includes both ends, or ``all``.

    Returns
    -------
    range or None
        None stands for all.

    Raises
    ------
    ConfigurationError
        If the text is none of these.
    """
    if text == "all":
        return None
    match = _INDEX.fullmatch(text.strip())
    if match is None:
        raise ConfigurationError(f"index={text} is not right: it takes a number such as 489, a range 3..8, or all")
    first, last = int(match.group(1)), int(match.group(2) or match.group(1))
    if last < first:
        raise ConfigurationError(f"index={text} runs backwards; write index={last}..{first}")
    return range(first, last + 1)


def cells(picture: Picture, path: pathlib.Path, name: str, side: int, index: str) -> Iterator[tuple[str, Picture]]:
    """Yield the chosen cells of a sheet, each with its name; what is left over at the right and below is no cell.

    Raises
    ------
    ConfigurationError
        If the sheet is smaller than one cell, or has fewer cells than the index asks for.
    """
    height, width = picture.pixels.shape[:2]
    rows, columns = height // side, width // side
    count = rows * columns
    if count == 0:
        raise ConfigurationError(f"'{path}' has {width}×{height} pixels, less than one cell of {side}×{side}")
    wanted = indices(index)
    chosen = range(count) if wanted is None else wanted
    if chosen[-1] >= count:
        raise ConfigurationError(
            f"index={index} is beyond the sheet: '{path}' has {count} cells of {side}×{side} ({columns} across, "
            f"{rows} down), 0..{count - 1}"
        )
    for number in chosen:
        top, left = number // columns * side, number % columns * side
        window = slice(top, top + side), slice(left, left + side)
        alpha = None if picture.alpha is None else picture.alpha[window]
        yield f"{name}-{number}", Picture(picture.pixels[window], alpha)
