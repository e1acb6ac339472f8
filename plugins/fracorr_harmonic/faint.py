"""Pictures with next to no contrast: dark ones of 16 bits, or floats that hardly vary.

What the search takes for noise is a matter of 8 bits, and more than such pictures have to show. So a faint template is
stretched with its scenes, and where only a scene is faint, that is; no correlation coefficient changes.
"""

from __future__ import annotations

import math
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import Kernel
from fracorr.finding import LEAST_CONTRAST, contrast
from fracorr.images import FloatArray

#: A standard deviation of half a level of 8 bits; pictures with more are searched as they are.
_FAINT: Final = 0.5 / 255
#: The standard deviation, nearly, that others are stretched to.
_USUAL: Final = 0.15
#: Every which row and column of a scene is looked at first.
_STEP: Final = 8


@attrs.frozen(eq=False)
class Stretch:
    """Pixels less an offset, times a gain.

    Attributes
    ----------
    offset : (C,) float32 array
        The means of the channels: far from 0, sums of squares would lose what little varies.
    gain : float32
        A power of 2, so that nothing is rounded.
    """

    offset: FloatArray
    gain: np.float32

    @classmethod
    def of_kernel(cls, kernel: Kernel) -> Stretch | None:
        """Return what a faint template needs; None for others, and for flat ones."""
        deviation = contrast(kernel)
        if not 0 < deviation < _FAINT:
            return None
        pixels = kernel.pixels.reshape(-1, 3 if kernel.is_color else 1)
        return cls._to_usual(np.average(pixels, axis=0, weights=kernel.support.reshape(-1)), deviation)

    @classmethod
    def of_scene(cls, pixels: FloatArray) -> Stretch | None:
        """Return what a faint scene (H, W, C) needs; None for others, and for flat ones."""
        # A few of its pixels tell of most scenes that they are not faint.
        if _deviation(pixels[::_STEP, ::_STEP]) >= _FAINT:
            return None
        deviation = _deviation(pixels)
        if not LEAST_CONTRAST * float(np.abs(pixels).max()) < deviation < _FAINT:
            return None
        return cls._to_usual(pixels.mean(axis=(0, 1), dtype=np.float64), deviation)

    @classmethod
    def _to_usual(cls, mean: npt.NDArray[np.floating[Any]], deviation: float) -> Stretch:
        return cls(mean.astype(np.float32), np.float32(2.0 ** round(math.log2(_USUAL / deviation))))

    def applied(self, pixels: FloatArray) -> FloatArray:
        """Return pixels (…, C) stretched."""
        return np.asarray((pixels - self.offset) * self.gain, np.float32)


def _deviation(pixels: FloatArray) -> float:
    """Return the standard deviation of the channel that has most."""
    return float(pixels.std(axis=(0, 1), dtype=np.float64).max())
