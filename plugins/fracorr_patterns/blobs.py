"""Blob detectors: difference of Gaussians and Laplacian of Gaussian, both bright in the middle."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np

from fracorr import Kernel, parameter
from fracorr.validators import number
from fracorr_patterns import fields
from fracorr_patterns.grid import Array, polar, signed_pixels

#: Beyond it, a Gaussian is flat all over the largest kernel.
_WIDEST = 10_000


@attrs.frozen
class DifferenceOfGaussians:
    """One kernel for each width: a Gaussian minus a wider one of equal volume.

    Notes
    -----
    G(σ) − G(k σ) with G(σ) = exp(−r²/2σ²) / 2πσ². The ratio k = 1.6 comes closest to the Laplacian of Gaussian
    (D. Marr and E. Hildreth 1980, doi:10.1098/rspb.1980.0020). The gray 0.5 stands for 0; on the pixels the mean is
    exactly 0.
    """

    sigma: tuple[float, ...] = attrs.field(
        default=(3.0, 6.0),
        validator=fields.several(number(low=0.5, high=_WIDEST)),
        metadata=parameter("Standard deviation of the narrow Gaussian", unit="px", main=True),
    )
    ratio: float = attrs.field(
        default=1.6,
        # Closer to 1, the difference drowns in rounding.
        validator=number(low=1.001, high=1000),
        metadata=parameter("The wide Gaussian's σ over the narrow one's"),
    )
    size: int = fields.side()

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        for sigma in dict.fromkeys(self.sigma):
            values = gaussian(self.size, sigma) - gaussian(self.size, sigma * self.ratio)
            yield Kernel(signed_pixels(values), name=f"dog-{sigma:.15g}px")


@attrs.frozen
class LaplacianOfGaussian:
    """One kernel for each width: the negative Laplacian of a Gaussian.

    Notes
    -----
    −∇²G = (2 − r²/σ²) / σ² · G(σ), zero at r = √2 σ (D. Marr and E. Hildreth 1980, doi:10.1098/rspb.1980.0020). The
    gray 0.5 stands for 0. What sampling and the edge of the kernel leave of a mean is taken off in proportion to
    G, so that the kernel's margin stays at 0.
    """

    sigma: tuple[float, ...] = attrs.field(
        default=(3.0, 6.0),
        validator=fields.several(number(low=0.5, high=_WIDEST)),
        metadata=parameter("Standard deviation of the Gaussian", unit="px", main=True),
    )
    size: int = fields.side()

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        r, _ = polar(self.size)
        for sigma in dict.fromkeys(self.sigma):
            bell = gaussian(self.size, sigma)
            values = (2 - (r / sigma) ** 2) / sigma**2 * bell
            yield Kernel(signed_pixels(values - values.sum() * bell), name=f"log-{sigma:.15g}px")


def gaussian(size: int, sigma: float) -> Array:
    """Return a Gaussian in the middle of a square of pixels, (size, size), of sum 1."""
    r, _ = polar(size)
    # The largest exponent is taken out, so that a very narrow bell between four pixels does not vanish.
    exponent = -(r**2) / (2 * sigma**2)
    bell = np.exp(exponent - exponent.max())
    return np.asarray(bell / bell.sum())
