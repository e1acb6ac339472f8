"""The ground around a kernel made part of it."""

from __future__ import annotations

import attrs
import numpy as np

from fracorr import Kernel, parameter
from fracorr.validators import number
from fracorr_patterns.grid import Array
from fracorr_patterns.spectra import filled, planes


@attrs.frozen
class Opaque:
    """The kernel laid on a flat ground that counts: the result has support everywhere.

    Published experiments with fractals correlate the whole picture, its black ground included; fracorr's methods leave
    out what has no support. This is the difference between the two.
    """

    ground: float = attrs.field(
        default=0.0,
        validator=number(low=0, high=1),
        metadata=parameter("Brightness around the kernel, from 0 to 1", main=True),
    )

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        return with_full_support(kernel, filled(planes(kernel), kernel.support, self.ground))


def with_full_support(kernel: Kernel, pixels: Array) -> Kernel:
    """Return a kernel of pixels (H, W, C), gray where the old one is, that count everywhere."""
    return kernel.derive(pixels if kernel.is_color else pixels[..., 0], np.ones(pixels.shape[:2], np.float32))
