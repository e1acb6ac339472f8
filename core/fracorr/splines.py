"""Looking pixels up between their centres with cubic B-splines: precise, and quick.

A cubic B-spline goes through the pixels (Unser 1999, "Splines: a perfect fit for signal and image processing",
doi:10.1109/79.799930) and reproduces ramps and parabolas, which OpenCV's bicubic look-ups do not. Its four by four
weights at any place are all positive, so that four bilinear look-ups add them up (Sigg and Hadwiger 2005, "Fast
third-order texture filtering", GPU Gems 2, chapter 20).

First :func:`surrounded` prepares pixels, then :func:`look_up` reads them.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from fracorr.images import FloatArray
from fracorr.opencv import cv2

#: The pixels that :func:`surrounded` adds beyond each edge: places may be up to one pixel outside.
PAD: Final = 3
_ROW: Final = 128
#: On shorter sides SciPy's "reflect" is inexact.
_LONG_ENOUGH: Final = 12


def surrounded(pixels: FloatArray, *, spline: bool, tiled: tuple[bool, bool] = (False, False)) -> FloatArray:
    """Prepare pixels to be looked up, and surround them with what is beyond their edges.

    Parameters
    ----------
    pixels : (H, W, C) float32 array
    spline : bool
        Whether to turn them into the coefficients of splines, for ``look_up(…, spline=True)``.
    tiled : (bool, bool), optional
        Whether rows and columns go on as in a tiling, downwards and across; if not, as their mirror image.

    Returns
    -------
    (H + 2 PAD, W + 2 PAD, C) float32 array
        The first pixel is at row and column :data:`PAD`.
    """
    for axis, repeats in enumerate(tiled):
        if spline:
            pixels = _coefficients(pixels, axis, repeats)
        width = [(0, 0)] * 3
        width[axis] = (PAD, PAD)
        pixels = np.pad(pixels, width, mode="wrap" if repeats else "symmetric")
    return pixels


def look_up(sheet: FloatArray, x: FloatArray, y: FloatArray, *, spline: bool) -> FloatArray:
    """Read pixels from :func:`surrounded` at any places.

    Parameters
    ----------
    sheet : (H, W, C) float32 array
        With 1, 3 or 4 channels, see :func:`fracorr.sampling.exactly_interpolated`.
    x, y : (h, w) float32 arrays
        Column and row; the centre of the sheet's first pixel is (0, 0). At most 32,000 places in a row, which
        :func:`in_rows` sees to.
    spline : bool
        Whether the sheet holds coefficients of splines; if not, the look-up is bilinear.

    Returns
    -------
    (h, w, C) float32 array
    """
    if not spline:
        return _bilinear(sheet, x, y)
    (left, right, across), (upper, lower, down) = _pairs(x), _pairs(y)
    top = mixed(_bilinear(sheet, left, upper), _bilinear(sheet, right, upper), across)
    bottom = mixed(_bilinear(sheet, left, lower), _bilinear(sheet, right, lower), across)
    return mixed(top, bottom, down)


def mixed(first: FloatArray, second: FloatArray, weight: FloatArray) -> FloatArray:
    """Return first + weight · (second − first), in the memory of `second`.

    Parameters
    ----------
    first, second : (h, w, C) float32 arrays
        `second` is overwritten.
    weight : (h, w) float32 array

    Returns
    -------
    (h, w, C) float32 array
    """
    second -= first
    second *= weight[..., None]
    second += first
    return second


def in_rows(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Lay values out in rows of equal length: OpenCV takes sheets, and no long lines.

    Returns
    -------
    (rows, 128) array
        Of the same dtype; the last value is repeated to fill the last row.
    """
    flat = values.reshape(-1)
    missing = -flat.size % _ROW
    if missing:
        flat = np.concatenate([flat, np.repeat(flat[-1:], missing)])
    return flat.reshape(-1, _ROW)


def _coefficients(pixels: FloatArray, axis: int, tiled: bool) -> FloatArray:
    """Return the coefficients of the splines along one axis, for lines that repeat or go on as their mirror image."""
    side = pixels.shape[axis]
    if tiled or side >= _LONG_ENOUGH:
        mode = "grid-wrap" if tiled else "reflect"
        return np.asarray(ndimage.spline_filter1d(pixels, 3, axis, output=np.float32, mode=mode))
    # Together with its mirror image a line is periodic, and SciPy is exact for those.
    pair = np.concatenate([pixels, np.flip(pixels, axis)], axis)
    filtered = ndimage.spline_filter1d(pair, 3, axis, output=np.float32, mode="grid-wrap")
    return np.asarray(np.take(filtered, range(side), axis))


def _bilinear(sheet: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    found = cv2.remap(sheet, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32).reshape(*x.shape, sheet.shape[2])


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
