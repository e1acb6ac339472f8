"""Small photographs put together into large pictures: as a mosaic, or as pieces that lie on a photograph."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt
from scipy import ndimage

from fracorr import ConfigurationError, Target
from fracorr.images import FloatArray

#: The width of a piece's soft edge over its side.
_SOFT: Final = 0.1
_TRIES: Final = 10_000


@attrs.frozen(eq=False)
class Cell:
    """A crop to be shown: its pixels, its angle in degrees, and whether it is looked for."""

    crop: FloatArray
    angle: float
    wanted: bool


def enlarged(crop: FloatArray, height: int, width: int) -> FloatArray:
    """Return a picture at a larger size, by cubic splines, (height, width) in [0, 1]."""
    rows = (np.arange(height) + 0.5) * crop.shape[0] / height - 0.5
    columns = (np.arange(width) + 0.5) * crop.shape[1] / width - 0.5
    return _read(crop, *np.meshgrid(rows, columns, indexing="ij"))


def turned(crop: FloatArray, side: int, angle: float) -> FloatArray:
    """Return a square crop enlarged to `side` and turned about its middle, the corners filled with its mirror image.

    Parameters
    ----------
    crop : (N, N) array
    side : int
        In pixels.
    angle : float
        Degrees, counter-clockwise as seen on the screen.

    Returns
    -------
    (side, side) float32 array
    """
    offsets = (np.arange(side) + 0.5 - side / 2) * len(crop) / side
    across, down = np.meshgrid(offsets, offsets)
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    middle = (len(crop) - 1) / 2
    return _read(crop, middle + sine * across + cosine * down, middle + cosine * across - sine * down)


def mosaic(cells: Sequence[Cell], shape: tuple[int, int], side: int) -> tuple[FloatArray, list[Target]]:
    """Return a grid of crops, row by row, and the boxes of those that are looked for.

    Parameters
    ----------
    cells : sequence of Cell
        As many as the grid has.
    shape : (int, int)
        Columns and rows of the grid.
    side : int
        Of each crop, in pixels.
    """
    columns, rows = shape
    pixels = np.empty((rows * side, columns * side), np.float32)
    targets = []
    for index, cell in enumerate(cells):
        top, left = (each * side for each in divmod(index, columns))
        pixels[top : top + side, left : left + side] = turned(cell.crop, side, cell.angle)
        if cell.wanted:
            targets.append(_target(left, top, side, cell.angle))
    return pixels, targets


def on_photograph(
    cells: Sequence[Cell],
    photograph: FloatArray,
    shape: tuple[int, int],
    side: int,
    margin: int,
    rng: np.random.Generator,
) -> tuple[FloatArray, list[Target]]:
    """Return a photograph with crops on it as round pieces that do not touch, and the boxes of those looked for.

    Parameters
    ----------
    cells : sequence of Cell
    photograph : (H, W) array
        Of the proportions of `shape`.
    shape : (int, int)
        Width and height of the picture over the side of a crop.
    side : int
        Of each crop, in pixels.
    margin : int
        So many pixels along the edge stay without a crop that is looked for.
    rng : numpy.random.Generator
        Draws the places.
    """
    columns, rows = shape
    pixels = enlarged(photograph, rows * side, columns * side)
    weight = _weights(side)
    taken: list[tuple[int, int]] = []
    targets = []
    for cell in cells:
        left, top = _free_place(pixels.shape, side, margin if cell.wanted else 0, taken, rng)
        taken.append((left, top))
        under = pixels[top : top + side, left : left + side]
        under += weight * (turned(cell.crop, side, cell.angle) - under)
        if cell.wanted:
            targets.append(_target(left, top, side, cell.angle))
    return pixels, targets


def _target(left: int, top: int, side: int, angle: float) -> Target:
    return attrs.evolve(Target.from_box(left, top, side, side, "face"), angle=angle)


def _read(crop: FloatArray, rows: npt.NDArray[np.float64], columns: npt.NDArray[np.float64]) -> FloatArray:
    found = ndimage.map_coordinates(crop.astype(np.float64), [rows, columns], order=3, mode="reflect")
    # Splines overshoot beside edges.
    return np.asarray(np.clip(found, 0.0, 1.0), dtype=np.float32)


def _weights(side: int) -> FloatArray:
    """Return the weight of a round piece with a soft edge, (side, side) in [0, 1]."""
    offsets = (np.arange(side) + 0.5) / side - 0.5
    inwards = np.clip((0.5 - np.hypot(offsets, offsets[:, None])) / _SOFT, 0.0, 1.0)
    return np.asarray(inwards * inwards * (3 - 2 * inwards), np.float32)


def _free_place(
    shape: tuple[int, ...], side: int, margin: int, taken: Sequence[tuple[int, int]], rng: np.random.Generator
) -> tuple[int, int]:
    """Draw left and top of a piece that touches no other."""
    for _ in range(_TRIES):
        left, top = (int(rng.integers(margin, whole - side - margin + 1)) for whole in (shape[1], shape[0]))
        if all(math.hypot(left - x, top - y) >= side for x, y in taken):
            return left, top
    raise ConfigurationError(
        "'faces': a photograph has no room for so many pieces; use fewer faces or decoys, more cells, or less margin"
    )
