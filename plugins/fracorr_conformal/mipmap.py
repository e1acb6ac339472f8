"""A kernel that can be looked up anywhere at any scale.

A conformal map stretches a picture equally in all directions, so the area that one sample of the result covers in the
kernel is a disc of some radius: exactly what a mip map (Williams 1983, "Pyramidal parametrics",
doi:10.1145/964967.801126) filters. Between the pixels of a level a cubic B-spline interpolates
(:mod:`fracorr.splines`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fracorr import Kernel, splines
from fracorr.errors import ConfigurationError
from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr.sampling import LONGEST_SIDE, Outside, exactly_interpolated, premultiplied
from fracorr.splines import PAD

Reals = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]


class MipMap:
    """A kernel's premultiplied pixels at every scale, in the coordinates of the plane.

    The plane has its origin in the middle of the kernel, half the shorter side as its unit, and y upwards.

    Parameters
    ----------
    kernel : Kernel
    across, down : {"transparent", "edge", "tile", "mirror"}, optional
        What there is beyond the left and right edges, and beyond the upper and lower ones.

    Raises
    ------
    ConfigurationError
        If a side of the kernel is too long to be resampled.
    """

    def __init__(self, kernel: Kernel, across: Outside = "transparent", down: Outside = "transparent") -> None:
        self._height, self._width = kernel.shape
        self._unit = min(kernel.shape) / 2
        self.channels = 2 if kernel.pixels.ndim == 2 else 4
        self._across, self._down = across, down
        # A spline rings at the edge of the support, where a shape is cut out; there bilinear look-ups stay clean.
        self._smooth = kernel.has_full_support
        pixels = kernel.pixels.reshape(*kernel.shape, -1) if self._smooth else premultiplied(kernel)
        tiled = (down == "tile", across == "tile")
        levels = [splines.surrounded(each, spline=self._smooth, tiled=tiled) for each in _halvings(pixels)]
        self._sizes = np.array([(each.shape[1] - 2 * PAD, each.shape[0] - 2 * PAD) for each in levels], np.float64)
        sheet, self._origins = _pack(levels, kernel.name)
        self._sheet = exactly_interpolated(sheet)

    def at(self, place: Complexes, reach: npt.ArrayLike) -> FloatArray:
        """Look up the mean colour around each place.

        Parameters
        ----------
        place : (…) complex array
            Where, in the plane. Places that are not finite count as infinitely far away.
        reach : float or (…) array
            The side of the area that a sample stands for, in units of the plane.

        Returns
        -------
        (…, C + 1) float32 array
            Premultiplied colour and support.
        """
        count = place.size
        places = splines.in_rows(place)
        with np.errstate(all="ignore"):
            column = places.real * self._unit + self._width / 2
            row = self._height / 2 - places.imag * self._unit
            extent = splines.in_rows(np.broadcast_to(np.asarray(reach, np.float64) * self._unit, place.shape))
        lost = ~(np.isfinite(column) & np.isfinite(row) & np.isfinite(extent))
        if lost.any():
            column, row = np.where(lost, -1e9, column), np.where(lost, -1e9, row)
            extent = np.where(lost, 1e6, extent)
        found = self._filtered(_fold(column / self._width, self._across), _fold(row / self._height, self._down), extent)
        coverage = np.ones(found.shape[:2], np.float32)
        if self._across == "transparent":
            coverage *= _coverage(column, extent, self._width)
        if self._down == "transparent":
            coverage *= _coverage(row, extent, self._height)
        result = np.empty((*found.shape[:2], self.channels), np.float32)
        result[..., -1] = 1 if self._smooth else found[..., self.channels - 1]
        result[..., :-1] = found[..., : self.channels - 1]
        result *= coverage[..., None]
        return result.reshape(-1, self.channels)[:count].reshape(*place.shape, self.channels)

    def _filtered(self, u: Reals, v: Reals, extent: Reals) -> FloatArray:
        """Interpolate between the two levels whose pixels are just smaller and just larger than the extent."""
        level = np.log2(np.clip(extent, 1.0, 2.0 ** (len(self._sizes) - 1)))
        lower = level.astype(np.intp)
        fine = self._fetch(lower, u, v)
        if level.max() == 0:
            return fine
        coarse = self._fetch(np.minimum(lower + 1, len(self._sizes) - 1), u, v)
        return splines.mixed(fine, coarse, (level - lower).astype(np.float32))

    def _fetch(self, level: npt.NDArray[np.intp], u: Reals, v: Reals) -> FloatArray:
        at: Any = level if level.min() < level.max() else level.flat[0]
        x = (u * self._sizes[at, 0] + (self._origins[at, 0] - 0.5)).astype(np.float32)
        y = (v * self._sizes[at, 1] + (self._origins[at, 1] - 0.5)).astype(np.float32)
        return splines.look_up(self._sheet, x, y, spline=self._smooth)


def _halvings(stacked: FloatArray) -> list[FloatArray]:
    """Return a picture and its halvings down to one pixel; odd sides are averaged exactly too."""
    levels = [stacked]
    while max(levels[-1].shape[:2]) > 1:
        height, width = (max(1, round(side / 2)) for side in levels[-1].shape[:2])
        half = cv2.resize(levels[-1], (width, height), interpolation=cv2.INTER_AREA)
        levels.append(np.asarray(half, np.float32).reshape(height, width, -1))
    return levels


def _pack(levels: list[FloatArray], name: str) -> tuple[FloatArray, Reals]:
    """Put all levels onto one sheet, so that a single look-up serves pixels of different levels.

    Returns
    -------
    sheet : (H, W, C + 1) float32 array
    origins : (levels, 2) float64 array
        Column and row of each level's first pixel.
    """
    first, rest = levels[0].shape, [each.shape for each in levels[1:]]
    beside = first[0] >= first[1]  # the small levels go where the sheet stays nearest to a square
    corners = [(0, 0)]
    along = 0
    for height, width, _ in rest:
        corners.append((first[1], along) if beside else (along, first[0]))
        along += height if beside else width
    columns = max(x + each.shape[1] for (x, _), each in zip(corners, levels, strict=True))
    rows = max(y + each.shape[0] for (_, y), each in zip(corners, levels, strict=True))
    if max(rows, columns) > LONGEST_SIDE:
        raise ConfigurationError(
            f"kernel '{name}' has {first[1] - 2 * PAD}×{first[0] - 2 * PAD} pixels, too long a side to be resampled; "
            f"make it smaller than about {LONGEST_SIDE * 2 // 3} pixels"
        )
    sheet = np.zeros((rows, columns, first[2]), np.float32)
    for (x, y), each in zip(corners, levels, strict=True):
        sheet[y : y + each.shape[0], x : x + each.shape[1]] = each
    return sheet, np.array(corners, np.float64) + PAD


def _fold(position: Reals, outside: Outside) -> Reals:
    """Bring relative positions into [0, 1], as the part beyond the edge asks for."""
    if outside == "tile":
        return np.asarray(position - np.floor(position))
    if outside == "mirror":
        pair = position / 2
        return np.asarray(1.0 - np.abs(2 * (pair - np.floor(pair)) - 1.0))
    return np.clip(position, 0.0, 1.0)


def _coverage(position: Reals, extent: Reals, side: int) -> FloatArray:
    """Return how much of each sample's extent lies between 0 and `side`: antialiasing of the kernel's own edge."""
    width = np.maximum(extent, 1e-6)
    inside = np.minimum(position + width / 2, side) - np.maximum(position - width / 2, 0.0)
    return np.clip(inside / width, 0.0, 1.0).astype(np.float32)
