"""The silhouette: what a kernel's outline alone achieves."""

from __future__ import annotations

import attrs
import numpy as np

from fracorr import Kernel, parameter
from fracorr.validators import number
from fracorr_patterns.spectra import mean_color


@attrs.frozen
class Silhouette:
    """The kernel's mean colour wherever it has support, on a flat ground; the support stays the same.

    A method that honours the support sees a flat kernel and scores 0; one that ignores it sees the outline.
    """

    ground: float = attrs.field(
        default=0.0,
        validator=number(low=0, high=1),
        metadata=parameter("Brightness around the outline, from 0 to 1", main=True),
    )

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        inside = kernel.support[..., None] > 0
        pixels = np.where(inside, mean_color(kernel), self.ground)
        return kernel.derive(pixels if kernel.is_color else pixels[..., 0], kernel.support)
