"""Looking up a kernel between its pixels, precisely.

A cubic B-spline through the pixels (Unser 1999, "Splines: a perfect fit for signal and image processing",
doi:10.1109/79.799930), each value from four bilinear look-ups (Sigg and Hadwiger 2005, "Fast third-order texture
filtering", GPU Gems 2, chapter 20). What is left of a turned kernel's energy in wrong orders is this interpolation's
error, so bilinear look-ups, or the bicubic ones of OpenCV, which bend even a linear ramp, would not do.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from fracorr.errors import ConfigurationError
from fracorr.images import FloatArray
from fracorr.opencv import cv2

Reals = npt.NDArray[np.float64]

#: The coefficients that a spline needs beyond the edge.
_PAD: Final = 3
#: OpenCV's remap takes no picture with a longer side.
LONGEST: Final = 32_000
_ROW: Final = 128


class Interpolant:
    """Premultiplied pixels as a function of the place.

    Parameters
    ----------
    stacked : (H, W, C + 1) float32 array
        From :func:`fracorr.sampling.premultiplied`.
    smooth : bool
        Whether to use a spline, for pixels that have full support everywhere; if not, bilinear interpolation, which
        does not ring at the edge of a cut-out shape.

    Raises
    ------
    ConfigurationError
        If a side is too long.
    """

    def __init__(self, stacked: FloatArray, smooth: bool) -> None:
        self.height, self.width = stacked.shape[:2]
        if max(self.height, self.width) > LONGEST:
            raise ConfigurationError(
                f"a kernel of {self.width}×{self.height} pixels has too long a side to be resampled; "
                f"make it at most {LONGEST} pixels"
            )
        self._channels = stacked.shape[2]
        self._smooth = smooth
        sheet = stacked[..., :-1] if smooth else stacked
        for axis in (0, 1):
            if smooth:
                sheet = _coefficients(sheet, axis)
        self._sheet: FloatArray = np.pad(sheet, [(_PAD, _PAD), (_PAD, _PAD), (0, 0)], mode="symmetric")
        if self._sheet.shape[2] == 2:
            # OpenCV 5 interpolates 1, 3 and 4 channels exactly, but 2 only to a 32nd of a pixel.
            self._sheet = np.pad(self._sheet, [(0, 0), (0, 0), (0, 1)])

    def at(self, x: Reals, y: Reals) -> FloatArray:
        """Look up places; those beyond the edge take its colour.

        Parameters
        ----------
        x, y : (…) arrays
            In pixels from the upper left *corner* of the first pixel: its centre is (0.5, 0.5).

        Returns
        -------
        (…, C + 1) float32 array
        """
        column = _in_rows((np.clip(x, 0.0, self.width) + (_PAD - 0.5)).astype(np.float32))
        row = _in_rows((np.clip(y, 0.0, self.height) + (_PAD - 0.5)).astype(np.float32))
        found = self._spline(column, row) if self._smooth else self._bilinear(column, row)
        result = np.ones((x.size, self._channels), np.float32)
        known = self._channels - 1 if self._smooth else self._channels
        result[:, :known] = found.reshape(-1, found.shape[2])[: x.size, :known]
        return result.reshape(*x.shape, self._channels)

    def _spline(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Sum four by four pixels; their weights are positive, so two by two bilinear look-ups give them all."""
        (left, right, across), (upper, lower, down) = _pairs(x), _pairs(y)
        top = _mixed(self._bilinear(left, upper), self._bilinear(right, upper), across)
        bottom = _mixed(self._bilinear(left, lower), self._bilinear(right, lower), across)
        return _mixed(top, bottom, down)

    def _bilinear(self, x: FloatArray, y: FloatArray) -> FloatArray:
        found = cv2.remap(self._sheet, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(found, np.float32).reshape(*x.shape, -1)


def smaller(stacked: FloatArray, scale: float, *, least: int = 1) -> FloatArray:
    """Return pixels at a smaller scale, averaged so that fine detail does not turn into false coarse detail.

    The mean over the area of each new pixel alone lets a sixth of the finest stripes through; a narrow Gaussian before
    it, of a quarter of a new pixel, leaves less than a hundredth.

    Parameters
    ----------
    stacked : (H, W, C + 1) float32 array
    scale : float
        Below 1.
    least : int, optional
        The smallest side of the result, in pixels.

    Returns
    -------
    (h, w, C + 1) float32 array
        With sides rounded to whole pixels.
    """
    height, width = (max(least, round(side * scale)) for side in stacked.shape[:2])
    sigma = min(0.25 / scale, max(stacked.shape[:2]) / 4)
    blurred = cv2.GaussianBlur(stacked, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
    result = cv2.resize(blurred.reshape(stacked.shape), (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(result, np.float32).reshape(height, width, -1)


def _coefficients(pixels: FloatArray, axis: int) -> FloatArray:
    """Return the coefficients of the splines along one axis, for lines that go on as their mirror image."""
    side = pixels.shape[axis]
    if side >= 12:
        return np.asarray(ndimage.spline_filter1d(pixels, 3, axis, output=np.float32, mode="reflect"))
    # On short sides SciPy's "reflect" is inexact; together with its mirror image a line is periodic, which is not.
    pair = np.concatenate([pixels, np.flip(pixels, axis)], axis)
    filtered = ndimage.spline_filter1d(pair, 3, axis, output=np.float32, mode="grid-wrap")
    return np.asarray(np.take(filtered, range(side), axis))


def _in_rows(values: FloatArray) -> FloatArray:
    """Lay values out in rows of equal length, the last one filled up: OpenCV takes sheets, and no long lines."""
    flat = values.reshape(-1)
    return np.concatenate([flat, np.zeros(-flat.size % _ROW, np.float32)]).reshape(-1, _ROW)


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
    second -= first
    second *= weight[..., None]
    second += first
    return second
