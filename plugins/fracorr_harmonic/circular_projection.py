"""The projection of a kernel on circular harmonics.

On a ring of radius r a picture is a Fourier series, f(r, θ) = Σ_m f_m(r) e^{imθ}; turning it by φ multiplies f_m by
e^{−imφ}. Keeping some orders m keeps what turns in these ways, and the orders 0, d, 2d, … are what is d-fold.

References
----------
Y.-N. Hsu and H. H. Arsenault (1982), "Optical pattern recognition using circular harmonic expansion", Applied Optics
21, 4016–4019, doi:10.1364/AO.21.004016.
"""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt
from scipy.fft import next_fast_len, rfft
from scipy.interpolate import make_interp_spline

from fracorr import Kernel
from fracorr_harmonic import fields
from fracorr_harmonic.polar import Filled, PolarSource, frame_and_source, kernel_of_projection
from fracorr_harmonic.spline import Reals

#: Distance between rings in pixels.
_RING = 0.5
#: Rings that are measured at once.
_BLOCK = 16


@attrs.frozen
class Harmonic:
    """The kernel's part in chosen circular orders.

    The result lives on the largest disc in the kernel. Its pixels are the kernel's mean colour plus the projection
    (without its own mean), the latter made smaller only if it would leave [0, 1]. A ring that the kernel's support
    covers in part counts with its mean colour in the gaps, and has the covered part as its support. Where a pixel is
    too coarse for an order, at radii below m/π pixels, that order is left out.

    Attributes
    ----------
    orders : tuple of int
        The orders m; a real picture's order −m goes with m.
    size : int or None
        Longer side of the result in pixels.
    """

    orders: tuple[int, ...] = fields.orders((0, 4, 8), "Circular orders to keep")
    size: int | None = fields.size()

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        frame, source = frame_and_source(self, kernel, self.size)
        rings = Rings(source, np.array(sorted(self.orders)))
        projection = np.zeros((frame.height, frame.width, source.channels), np.float32)
        support = np.zeros((frame.height, frame.width), np.float32)
        for rows, offset in frame.bands():
            place = offset / source.scale
            radius = np.abs(place)
            edge = np.clip((source.radius - radius) * source.scale + 0.5, 0.0, 1.0)  # of the disc, antialiased
            inner = np.minimum(radius, source.radius)
            support[rows] = np.interp(inner, rings.radii, rings.support) * edge
            projection[rows] = rings.at(inner, np.exp(1j * np.angle(place)))
        projection[support == 0] = 0
        return kernel_of_projection(self, kernel, projection, support, rings.mean)


class Rings:
    """The coefficients f_m(r) of a kernel, ring by ring.

    Parameters
    ----------
    source : PolarSource
    orders : (K,) int array
        Ascending.

    Attributes
    ----------
    radii : (R,) float64 array
        In pixels of the source.
    support : (R,) float64 array
        The mean support of each ring.
    mean : (C,) float64 array
        The kernel's mean colour on the disc.
    """

    def __init__(self, source: PolarSource, orders: npt.NDArray[np.int_]) -> None:
        self._orders = orders
        self.radii = np.linspace(0, source.radius, max(2, round(source.radius / _RING) + 1))
        # The outermost ring of a block decides how finely all are sampled.
        blocks = np.array_split(self.radii, np.arange(_BLOCK, len(self.radii), _BLOCK))
        measured = [self._measure(source, block) for block in blocks]
        coefficients, mean, self.support = (np.concatenate(parts) for parts in zip(*measured, strict=True))
        area = self.support * self.radii
        self.mean: Reals = (area[:, None] * mean).sum(axis=0) / max(float(area.sum()), 1e-12)
        if orders[0] == 0:
            coefficients[:, 0] -= self.mean
        degree = min(source.degree, len(self.radii) - 1)
        self._coefficients = [make_interp_spline(self.radii, coefficients[:, k], degree) for k in range(len(orders))]

    def at(self, radius: Reals, direction: npt.NDArray[np.complex128]) -> Reals:
        """Return the projection without its mean, (h, w, C), at radii and directions e^{iθ} of shape (h, w)."""
        total: Reals = np.zeros((*radius.shape, len(self.mean)))
        for order, coefficient in zip(self._orders, self._coefficients, strict=True):
            if order == 0:
                total += coefficient(radius).real
                continue
            wave = np.where(np.pi * radius >= order, 2 * direction ** int(order), 0)
            total += (coefficient(radius) * wave[..., None]).real
        return total

    def _measure(self, source: PolarSource, radii: Reals) -> tuple[npt.NDArray[np.complex128], Reals, Reals]:
        """Return coefficients (rings, K, C), mean colours (rings, C) and support (rings,)."""
        # Two samples per pixel of the outermost ring: a picture has no finer detail that could fold onto our orders.
        count = next_fast_len(max(int(np.ceil(4 * np.pi * radii[-1])), 2 * int(self._orders[-1]) + 2, 32), real=True)
        angles = np.arange(count) * (2 * np.pi / count)
        filled = Filled.of(source.at(radii[:, None], angles[None, :]))
        spectrum = rfft(filled.colors, axis=1) / count
        return spectrum[:, self._orders], spectrum[:, 0].real, filled.support
