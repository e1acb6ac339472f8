"""Simple shapes as large as a kernel: what any blob of that size achieves."""

from __future__ import annotations

import math
from typing import Final

import attrs
import numpy as np

from fracorr import Kernel, parameter
from fracorr.validators import number
from fracorr_patterns.grid import Array, coverage, signed_pixels
from fracorr_patterns.opaque import with_full_support
from fracorr_patterns.spectra import filled, mean_color, planes

#: Halvings of the interval that the radius lies in: enough for doubles.
_HALVINGS: Final = 60


@attrs.frozen
class EqualDisc:
    """A flat disc of the kernel's mean colour, with the area of its support, on a flat ground that counts.

    Where such a disc would leave the frame, it is larger in the corners, so that the area is always that of the
    support.
    """

    ground: float = attrs.field(
        default=0.0,
        validator=number(low=0, high=1),
        metadata=parameter("Brightness around the disc, from 0 to 1", main=True),
    )

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        flat = np.broadcast_to(mean_color(kernel), planes(kernel).shape)
        return with_full_support(kernel, filled(flat, disc(kernel.shape, area_of(kernel)), self.ground))


@attrs.frozen
class EqualLog:
    """A Laplacian of Gaussian whose bright middle has the area of the kernel's support; it has support everywhere.

    Notes
    -----
    −∇²G ∝ (2 − r²/σ²) exp(−r²/2σ²) is positive within r = √2 σ (D. Marr and E. Hildreth 1980,
    doi:10.1098/rspb.1980.0020), so the area is 2πσ². The gray 0.5 stands for 0. What of the dark surround lies beyond
    the frame is cut off.
    """

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        s = _radius(kernel.shape) ** 2 * (2 * math.pi / area_of(kernel))
        pixels = signed_pixels((2 - s) * np.exp(-s / 2))
        return kernel.derive(pixels, np.ones(kernel.shape, np.float32))


def disc(shape: tuple[int, int], area: float) -> Array:
    """Return how much of each pixel of a frame lies in the disc about its middle that covers an area of it.

    Parameters
    ----------
    shape : (int, int)
        Height and width of the frame.
    area : float
        In pixels, up to that of the frame.

    Returns
    -------
    (H, W) float64 array
        In [0, 1], of sum `area`.
    """
    r = _radius(shape)
    low, high = 0.0, float(r.max()) + 1
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if coverage(middle - r).sum(dtype=np.float64) < area:
            low = middle
        else:
            high = middle
    return coverage(high - r).astype(np.float64)


def area_of(kernel: Kernel) -> float:
    """Return the sum of a kernel's support, in pixels."""
    return float(kernel.support.sum(dtype=np.float64))


def _radius(shape: tuple[int, int]) -> Array:
    rows, columns = (np.arange(side) - (side - 1) / 2 for side in shape)
    return np.asarray(np.hypot(rows[:, None], columns))
