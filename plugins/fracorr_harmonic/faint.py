"""Templates with next to no contrast: dark pictures of 16 bits, or floats that hardly vary.

What the search takes for noise is a matter of 8 bits, and more than such templates. So they and the scenes are
stretched alike, which changes no correlation coefficient.
"""

from __future__ import annotations

import math
from typing import Final

import attrs
import numpy as np

from fracorr import Kernel
from fracorr.finding import contrast
from fracorr.images import FloatArray

#: A standard deviation of half a level of 8 bits; templates with more are searched as they are.
_FAINT: Final = 0.5 / 255
#: The standard deviation, nearly, that others are stretched to.
_USUAL: Final = 0.15


@attrs.frozen(eq=False)
class Stretch:
    """Pixels less an offset, times a gain.

    Attributes
    ----------
    offset : (C,) float32 array
        The means of the template's channels: far from 0, sums of squares would lose what little varies.
    gain : float32
        A power of 2, so that nothing is rounded.
    """

    offset: FloatArray
    gain: np.float32

    @classmethod
    def of(cls, kernel: Kernel) -> Stretch | None:
        """Return what a faint template needs; None for others."""
        deviation = contrast(kernel)
        if deviation >= _FAINT or deviation == 0:
            return None
        pixels = kernel.pixels.reshape(-1, 3 if kernel.is_color else 1)
        mean = np.average(pixels, axis=0, weights=kernel.support.reshape(-1))
        return cls(mean.astype(np.float32), np.float32(2.0 ** round(math.log2(_USUAL / deviation))))

    def applied(self, pixels: FloatArray) -> FloatArray:
        """Return pixels (…, C) stretched."""
        return np.asarray((pixels - self.offset) * self.gain, np.float32)
