"""The kernel in the basins of Newton's method: a fractal that fracorr itself does not have.

Newton's method for the roots of z^n = 1 takes every point of the plane to one of n roots; which one is a fractal. Here
each point is followed until it comes close to a root, and takes its color from the kernel laid around that root.

References
----------
P. Blanchard (1984), "Complex analytic dynamics on the Riemann sphere", Bulletin of the AMS 11(1), 85-141,
doi:10.1090/S0273-0979-1984-15240-6.
"""

import attrs
import numpy as np
import numpy.typing as npt
from fracorr import Kernel, parameter


@attrs.frozen
class Newton:
    """Copies of the kernel in the basins of attraction of the n-th roots of 1; the result is n-fold.

    Attributes
    ----------
    roots : int
        How many roots.
    reach : float
        How close to a root an orbit must come, as a part of the distance between neighbouring roots.
    iterations : int
        How many steps are made at most; where none of them is close enough there is no support.
    """

    roots: int = attrs.field(
        default=3,
        validator=[attrs.validators.ge(2), attrs.validators.le(12)],
        metadata=parameter("How many roots, and so how many-fold the result is", main=True),
    )
    reach: float = attrs.field(
        default=0.4,
        validator=[attrs.validators.gt(0), attrs.validators.le(0.5)],
        metadata=parameter("How close to a root counts, as a part of the distance between neighbouring roots"),
    )
    iterations: int = attrs.field(
        default=30, validator=attrs.validators.ge(0), metadata=parameter("Steps of Newton's method at most")
    )

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        """Return a square kernel as large as the shorter side of the old one."""
        side = min(kernel.shape)
        axis = np.linspace(-2, 2, side) if side > 1 else np.zeros(1)
        offset = self.landing(axis[None, :] - 1j * axis[:, None])
        there = ~np.isnan(offset)
        # The kernel's largest square lies around each root, from -1 to 1 in both directions, seen from the centre.
        half = (side - 1) / 2
        row = np.rint((kernel.height - 1) / 2 - np.where(there, offset.imag, 0) * half).astype(int)
        column = np.rint((kernel.width - 1) / 2 + np.where(there, offset.real, 0) * half).astype(int)
        row, column = np.clip(row, 0, kernel.height - 1), np.clip(column, 0, kernel.width - 1)
        pixels = np.where(there[..., None] if kernel.is_color else there, kernel.pixels[row, column], 0)
        support = np.where(there, kernel.support[row, column], 0)
        # A support that is 0 everywhere would be no kernel at all.
        return kernel.derive(pixels, support) if support.any() else kernel.derive(pixels)

    def landing(self, z: npt.NDArray[np.complex128]) -> npt.NDArray[np.complex128]:
        """Return where each orbit lands near a root, relative to it and turned so that all roots look alike.

        Parameters
        ----------
        z : complex array
            Where the orbits begin.

        Returns
        -------
        complex array
            In units of the reach, so that its magnitude is at most 1; NaN for orbits that come close to no root.
        """
        reach = self.reach * 2 * np.sin(np.pi / self.roots)
        landed = np.full(z.shape, complex(np.nan, np.nan))
        for _ in range(self.iterations + 1):
            turn = np.exp(2j * np.pi * np.round(np.angle(z) * self.roots / (2 * np.pi)) / self.roots)
            offset = (z / turn - 1) / reach
            new = np.isnan(landed) & (np.abs(offset) <= 1)
            landed[new] = offset[new]
            with np.errstate(all="ignore"):
                z = ((self.roots - 1) * z**self.roots + 1) / (self.roots * z ** (self.roots - 1))
            z = np.where(np.isfinite(z), z, 0)
        return landed
