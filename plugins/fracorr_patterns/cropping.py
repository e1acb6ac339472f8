"""What is around a kernel cut away."""

from __future__ import annotations

import attrs
import numpy as np

from fracorr import Kernel, parameter
from fracorr.sampling import crop_to_support
from fracorr.validators import number


@attrs.frozen
class Crop:
    """The smallest upright part of the kernel that holds all of its support."""

    above: float = attrs.field(
        default=0.0,
        validator=number(low=0, high=0.99),
        metadata=parameter("Support up to here counts as none", main=True),
    )

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        return crop_to_support(kernel, min(self.above, float(kernel.support.max()) / 2))
