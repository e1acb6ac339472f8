"""A kernel that can be looked up anywhere at any scale.

A conformal map stretches a picture equally in all directions, so the area that one sample of the result covers in the
kernel is a disc of some radius: exactly what a mip map (Williams 1983, "Pyramidal parametrics",
doi:10.1145/964967.801126) filters. Between the pixels of a level a cubic B-spline interpolates (Unser 1999,
"Splines: a perfect fit for signal and image processing", doi:10.1109/79.799930), evaluated by four bilinear look-ups
(Sigg and Hadwiger 2005, "Fast third-order texture filtering", GPU Gems 2, chapter 20).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from fracorr import Kernel
from fracorr.errors import ConfigurationError
from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr.sampling import Outside, premultiplied

#: The pixels that a spline needs beyond the edge of a level.
_PAD: Final = 3
#: OpenCV's remap takes no picture with a longer side.
_LONGEST: Final = 32_000
_ROW: Final = 128

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
        levels = [self._prepared(each) for each in _halvings(pixels)]
        self._sizes = np.array([(each.shape[1] - 2 * _PAD, each.shape[0] - 2 * _PAD) for each in levels], np.float64)
        self._sheet, self._origins = _pack(levels, kernel.name)
        if self._sheet.shape[2] == 2:
            # OpenCV 5 interpolates 1, 3 and 4 channels exactly, but 2 only to a 32nd of a pixel.
            self._sheet = np.pad(self._sheet, [(0, 0), (0, 0), (0, 1)])

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
        places = _in_rows(place)
        with np.errstate(all="ignore"):
            column = places.real * self._unit + self._width / 2
            row = self._height / 2 - places.imag * self._unit
            extent = _in_rows(np.broadcast_to(np.asarray(reach, np.float64) * self._unit, place.shape))
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
        return _mixed(fine, coarse, (level - lower).astype(np.float32))

    def _fetch(self, level: npt.NDArray[np.intp], u: Reals, v: Reals) -> FloatArray:
        at: Any = level if level.min() < level.max() else level.flat[0]
        x = (u * self._sizes[at, 0] + (self._origins[at, 0] - 0.5)).astype(np.float32)
        y = (v * self._sizes[at, 1] + (self._origins[at, 1] - 0.5)).astype(np.float32)
        return _spline(self._sheet, x, y) if self._smooth else _bilinear(self._sheet, x, y)

    def _prepared(self, level: FloatArray) -> FloatArray:
        """Turn a level into spline coefficients where splines are used, and surround it with what is beyond."""
        for axis, outside in ((0, self._down), (1, self._across)):
            tiled = outside == "tile"
            if self._smooth:
                level = _coefficients(level, axis, tiled)
            width = [(0, 0)] * 3
            width[axis] = (_PAD, _PAD)
            level = np.pad(level, width, mode="wrap" if tiled else "symmetric")
        return level


def _coefficients(pixels: FloatArray, axis: int, tiled: bool) -> FloatArray:
    """Return the coefficients of the splines along one axis, for lines that repeat or go on as their mirror image."""
    side = pixels.shape[axis]
    if tiled or side >= 12:
        mode = "grid-wrap" if tiled else "reflect"
        return np.asarray(ndimage.spline_filter1d(pixels, 3, axis, output=np.float32, mode=mode))
    # On short sides SciPy's "reflect" is inexact; together with its mirror image a line is periodic, which is not.
    pair = np.concatenate([pixels, np.flip(pixels, axis)], axis)
    filtered = ndimage.spline_filter1d(pair, 3, axis, output=np.float32, mode="grid-wrap")
    return np.asarray(np.take(filtered, range(side), axis))


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
    if max(rows, columns) > _LONGEST:
        raise ConfigurationError(
            f"kernel '{name}' has {first[1] - 2 * _PAD}×{first[0] - 2 * _PAD} pixels, too long a side to be resampled; "
            f"make it smaller than about {_LONGEST * 2 // 3} pixels"
        )
    sheet = np.zeros((rows, columns, first[2]), np.float32)
    for (x, y), each in zip(corners, levels, strict=True):
        sheet[y : y + each.shape[0], x : x + each.shape[1]] = each
    return sheet, np.array(corners, np.float64) + _PAD


def _in_rows(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Lay values out in rows of equal length, the last one filled up: OpenCV takes sheets, and no long lines."""
    flat = values.reshape(-1)
    missing = -flat.size % _ROW
    if missing:
        flat = np.concatenate([flat, np.repeat(flat[-1:], missing)])
    return flat.reshape(-1, _ROW)


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


def _bilinear(sheet: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    found = cv2.remap(sheet, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32).reshape(*x.shape, sheet.shape[2])


def _spline(sheet: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """Evaluate a cubic B-spline: its four by four weights, all positive, come from two by two bilinear look-ups."""
    (left, right, x_weight), (upper, lower, y_weight) = _pairs(x), _pairs(y)
    top = _mixed(_bilinear(sheet, left, upper), _bilinear(sheet, right, upper), x_weight)
    bottom = _mixed(_bilinear(sheet, left, lower), _bilinear(sheet, right, lower), x_weight)
    return _mixed(top, bottom, y_weight)


def _pairs(position: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return where to look up each pair of neighbours along one axis, and the weight of the second pair."""
    whole = np.floor(position)
    t = position - whole
    s = 1 - t
    # The weights of the pixels at −1, 0, 1 and 2, times six.
    before, after = s * s * s, t * t * t
    here, there = 3 * after - 6 * t * t + 4, 3 * before - 6 * s * s + 4
    first, second = before + here, there + after
    return whole - 1 + here / first, whole + 1 + after / second, second / 6


def _mixed(first: FloatArray, second: FloatArray, weight: FloatArray) -> FloatArray:
    """Return first + weight · (second − first), in the memory of its arguments."""
    second -= first
    second *= weight[..., None]
    second += first
    return second
