"""Local contrast: every part of a picture counts the same, however bright or rich in contrast it is.

A correlation coefficient asks most of all the parts with most contrast: what covers a tenth of a faint template with
strong contrast leaves nothing of it. Where each sample is less the mean of its surroundings, in units of their standard
deviation (Jarrett et al. 2009, doi:10.1109/ICCV.2009.5459469), a tenth covered costs about a tenth.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from fracorr.images import FloatArray
from fracorr.opencv import cv2

#: Extent (standard deviation) of the surroundings, as a share of the square root of the template's area, and at least,
#: in samples.
_SHARE_OF_SIDE, _LEAST = 0.08, 2.0
#: How many times as far one must look to tell what is no structure from what is: a share of the variance there, and the
#: variance of two levels of 8 bits, are added to that of the surroundings.
_FARTHER: Final = 5.0
_SHARE_OF_VARIANCE, _NOISE = np.float32(0.2), np.float32((2.0 / 255) ** 2)


class LocalContrast:
    """What puts pictures of one size in units of their local contrast.

    Parameters
    ----------
    weights : (h, w) float32 array or None
        What is 0 belongs to no surroundings.
    extent : float
        Of the surroundings, in samples (see :func:`extent_for`).
    """

    def __init__(self, weights: FloatArray | None, extent: float) -> None:
        self._weights, self._sides = weights, (_side(extent), _side(_FARTHER * extent))
        if weights is not None:
            self._areas = [np.maximum(_smoothed(weights, side, cv2.BORDER_CONSTANT), 1e-6) for side in self._sides]

    def of(self, values: FloatArray) -> FloatArray:
        """Return pixels (h, w, C), of colours by the contrast that all of them have together."""
        squares = _total(values * values)
        (mean, near), (_, farther) = (self._moments(values, squares, number) for number in (0, 1))
        return np.asarray((values - mean) / np.sqrt(near + _SHARE_OF_VARIANCE * farther + _NOISE), np.float32)

    def _moments(self, values: FloatArray, squares: FloatArray, number: int) -> tuple[FloatArray, FloatArray]:
        mean, power = self._mean(values, number), self._mean(squares, number)
        return mean, np.maximum(power - _total(mean * mean), np.float32(0))

    def _mean(self, picture: FloatArray, number: int) -> FloatArray:
        side = self._sides[number]
        if self._weights is None:
            return _smoothed(picture, side, cv2.BORDER_REPLICATE)
        mean = _smoothed(picture * self._weights[..., None], side, cv2.BORDER_CONSTANT)
        return np.asarray(mean / self._areas[number][..., None], np.float32)


def extent_for(weights: FloatArray) -> float:
    """Return the extent of surroundings for a template with some support on its grid, in samples."""
    return max(_LEAST, _SHARE_OF_SIDE * math.sqrt(float(weights.sum())))


def local_contrast(values: FloatArray, extent: float) -> FloatArray:
    """Return a whole picture (h, w, C) in units of its local contrast."""
    return LocalContrast(None, extent).of(values)


def _total(colors: FloatArray) -> FloatArray:
    """Return the sum over colours, (h, w, 1); with one there is nothing to do, which takes NumPy long."""
    return colors if colors.shape[2] == 1 else np.asarray(colors.sum(axis=2, keepdims=True), np.float32)


def _side(extent: float) -> int:
    """Return the odd side of a square that, applied twice, has an extent."""
    return 2 * round((math.sqrt(6 * extent**2 + 1) - 1) / 2) + 1


def _smoothed(picture: FloatArray, side: int, border: int) -> FloatArray:
    """Return local means; those over squares, taken twice, are nearly over something round."""
    once = cv2.blur(picture, (side, side), borderType=border)
    return np.asarray(cv2.blur(once, (side, side), borderType=border), np.float32).reshape(picture.shape)
