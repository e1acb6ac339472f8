"""The mean of ever smaller copies: a kernel that is there at several scales at once."""

from __future__ import annotations

import attrs
import numpy as np

from fracorr import Kernel
from fracorr_harmonic import fields
from fracorr_harmonic.copies import Copy, mean_of_copies
from fracorr_harmonic.frame import Frame


@attrs.frozen
class Pyramid:
    """The mean of copies of the kernel, each smaller than the one before, about the same middle.

    Attributes
    ----------
    ratio : float
        Size of each copy over that of the one before, below 1.
    levels : int
        Number of copies, the kernel itself included.
    weighting : float
        Weight of each copy over that of the one before: 1 for equal weights, less to favour the large ones.
    size : int or None
        Longer side of the result in pixels.
    """

    ratio: float = fields.number(0.5, "Size of each copy over that of the one before", 0.001, 0.99)
    levels: int = fields.whole(4, "Number of copies", 1, 64)
    weighting: float = fields.number(1.0, "Weight of each copy over that of the one before", 0, 100)
    size: int | None = fields.size()

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        frame = Frame.of(self, kernel, self.size)
        # The largest weight is 1, so that no sum of powers overflows.
        largest = max(1.0, self.weighting) ** (self.levels - 1)
        copies = [Copy(scale=self.ratio**k, weight=self.weighting**k / largest) for k in range(self.levels)]
        return mean_of_copies(kernel, frame, copies)
