"""Looking up a kernel between its pixels, precisely.

What is left of a turned kernel's energy in wrong orders is the interpolation's error, so that only cubic B-splines
(:mod:`fracorr.splines`) will do, and neither bilinear look-ups nor the bicubic ones of OpenCV, which bend even a linear
ramp.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fracorr import splines
from fracorr.errors import ConfigurationError
from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr.sampling import LONGEST_SIDE, exactly_interpolated
from fracorr.splines import PAD

Reals = npt.NDArray[np.float64]


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
        if max(self.height, self.width) > LONGEST_SIDE:
            raise ConfigurationError(
                f"a kernel of {self.width}×{self.height} pixels has too long a side to be resampled; "
                f"make it at most {LONGEST_SIDE} pixels"
            )
        self._channels = stacked.shape[2]
        self._smooth = smooth
        self._sheet = exactly_interpolated(splines.surrounded(stacked[..., :-1] if smooth else stacked, spline=smooth))

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
        column = splines.in_rows((np.clip(x, 0.0, self.width) + (PAD - 0.5)).astype(np.float32))
        row = splines.in_rows((np.clip(y, 0.0, self.height) + (PAD - 0.5)).astype(np.float32))
        found = splines.look_up(self._sheet, column, row, spline=self._smooth)
        result = np.ones((x.size, self._channels), np.float32)
        known = self._channels - 1 if self._smooth else self._channels
        result[:, :known] = found.reshape(-1, found.shape[2])[: x.size, :known]
        return result.reshape(*x.shape, self._channels)


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
