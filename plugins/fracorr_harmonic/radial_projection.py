"""The projection of a kernel on radial (Mellin) harmonics.

Along a ray, between an inner radius r₀ and an outer one R = r₀ e^L, a picture is a Fourier series in the logarithm of
the radius, f(r, θ) = Σ_n f_n(θ) e^{2πi n ln(r/r₀)/L}; scaling it by s multiplies f_n by e^{−2πi n ln(s)/L}. A part of
order n therefore repeats n times from r₀ to R, each time e^{L/n} times larger: it is self-similar, as the orders m of
circular harmonics are symmetric.

References
----------
D. Mendlovic, E. Marom and N. Konforti (1988), "Shift and scale invariant pattern recognition using Mellin radial
harmonics", Optics Communications 67, 172–176. Their basis has a further factor 1/r, which makes it orthogonal with
respect to area; without it, as here, it is orthogonal with respect to dr/r, and a picture's parts stay near its range.
"""

from __future__ import annotations

import math

import attrs
import numpy as np
import numpy.typing as npt
from scipy.fft import fft, fftfreq, ifft, next_fast_len
from scipy.interpolate import BSpline, make_interp_spline

from fracorr import Kernel, validators
from fracorr_harmonic import fields
from fracorr_harmonic.polar import Filled, PolarSource, frame_and_source, kernel_of_projection
from fracorr_harmonic.spline import Reals

#: Rays that are measured at once.
_BLOCK = 64
#: The shortest wave that pixels can carry, in pixels.
_SHORTEST_WAVE = 2.0


@attrs.frozen
class RadialHarmonic:
    """The kernel's part in chosen radial orders.

    The result lives on a ring in the kernel. Its pixels are the kernel's mean colour plus the projection (without its
    own mean), the latter made smaller only if it would leave [0, 1]. A ray that the kernel's support covers in part
    counts with its mean colour in the gaps, and has the covered part as its support.

    Attributes
    ----------
    orders : tuple of int
        The orders n; a real picture's order −n goes with n.
    inner : float
        Inner radius, in half the kernel's shorter side. Where the highest order's waves would there be shorter than two
        pixels, the ring begins where they are not.
    size : int or None
        Longer side of the result in pixels.

    Raises
    ------
    ConfigurationError
        If an order is too high for the kernel's size.
    """

    orders: tuple[int, ...] = fields.orders((0, 1, 2), "Radial orders to keep")
    inner: float = fields.number(0.05, "Inner radius; 1 is half the kernel's shorter side", 0, 0.9)
    size: int | None = fields.size()

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        frame, source = frame_and_source(self, kernel, self.size)
        rays = Rays(source, np.array(sorted(self.orders)), self._inner_radius(source.radius))
        projection = np.zeros((frame.height, frame.width, source.channels), np.float32)
        support = np.zeros((frame.height, frame.width), np.float32)
        for rows, offset in frame.bands():
            place = offset / source.scale
            radius = np.abs(place)
            inside = np.minimum(source.radius - radius, radius - rays.inner) * source.scale
            angle = np.mod(np.angle(place), 2 * np.pi)
            support[rows] = rays.support_at(angle) * np.clip(inside + 0.5, 0.0, 1.0)
            projection[rows] = rays.at(np.clip(radius, rays.inner, source.radius), angle)
        return kernel_of_projection(self, kernel, projection, support, rays.mean)

    def _inner_radius(self, outer: float) -> float:
        """Return the radius in pixels where the ring begins: r · ln(R/r) / n must be at least two pixels."""
        needed = _SHORTEST_WAVE * max(self.orders)
        largest = outer / math.e  # there r · ln(R/r) is largest, namely R/e
        if needed > largest:
            raise validators.wrong(
                self,
                f"order {max(self.orders)} has waves too short for a kernel {2 * outer:g} pixels across; use orders up "
                f"to {int(largest / _SHORTEST_WAVE)}, or a larger kernel",
            )
        low, high = 0.0, largest
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if middle * math.log(outer / max(middle, 1e-300)) < needed else (low, middle)
        return max(self.inner * outer, high)


class Rays:
    """The coefficients f_n(θ) of a kernel, ray by ray.

    Parameters
    ----------
    source : PolarSource
    orders : (K,) int array
        Ascending.
    inner : float
        r₀ in pixels of the source.

    Attributes
    ----------
    mean : (C,) float64 array
        The kernel's mean colour on the ring, with respect to dr/r.
    """

    def __init__(self, source: PolarSource, orders: npt.NDArray[np.int_], inner: float) -> None:
        self.inner = inner
        self._orders = orders
        self._outer = source.radius
        self._length = math.log(source.radius / inner)
        count = next_fast_len(max(32, math.ceil(2 * math.pi * source.radius)))
        self._angles = np.arange(count + 1) * (2 * np.pi / count)
        blocks = np.array_split(self._angles[:-1], np.arange(_BLOCK, count, _BLOCK))
        measured = [self._measure(source, block) for block in blocks]
        coefficients, mean, support = (np.concatenate(parts) for parts in zip(*measured, strict=True))
        self._support = np.append(support, support[0])
        self.mean: Reals = (support[:, None] * mean).sum(axis=0) / max(float(support.sum()), 1e-12)
        if orders[0] == 0:
            coefficients[:, 0] -= self.mean
        self._levels = [self._interpolated(coefficients, level, source.degree) for level in range(self._level_count)]

    def support_at(self, angle: Reals) -> Reals:
        """Return the support at angles in [0, 2π]."""
        return np.asarray(np.interp(angle, self._angles, self._support))

    def at(self, radius: Reals, angle: Reals) -> Reals:
        """Return the projection without its mean, (h, w, C), at radii (pixels) and angles in [0, 2π]."""
        depth = np.log(radius / self.inner) * (2 * np.pi / self._length)
        total: Reals = np.zeros((*radius.shape, len(self.mean)))
        # Towards the middle a pixel spans ever more rays, so their coefficients are taken from ever smoother versions.
        level = np.log2(self._outer / radius)
        for index, splines in enumerate(self._levels):
            share = np.clip(1 - np.abs(level - index), 0.0, 1.0)
            seen = share > 0
            for order, spline in zip(self._orders, splines, strict=True):
                phase = order * depth[seen]
                wave = (1 if order == 0 else 2) * share[seen] * np.stack([np.cos(phase), -np.sin(phase)])
                total[seen] += np.einsum("xcp,px->xc", spline(angle[seen]), wave)
        return total

    @property
    def _level_count(self) -> int:
        return 1 + math.ceil(self._length / math.log(2))

    def _measure(self, source: PolarSource, angles: Reals) -> tuple[npt.NDArray[np.complex128], Reals, Reals]:
        """Return coefficients (rays, K, C), mean colours (rays, C) and support (rays,)."""
        # One sample per pixel where samples are furthest apart, and enough to tell the highest order.
        count = max(16, math.ceil(self._length * self._outer), 4 * int(self._orders[-1]) + 4)
        depth = (np.arange(count) + 0.5) / count
        radii = self.inner * np.exp(depth * self._length)
        filled = Filled.of(source.at(radii[None, :], angles[:, None]))
        waves = np.exp(-2j * np.pi * self._orders[:, None] * depth[None, :]) / count
        return np.einsum("kd,adc->akc", waves, filled.colors), filled.colors.mean(axis=1), filled.support

    def _interpolated(self, coefficients: npt.NDArray[np.complex128], level: int, degree: int) -> list[BSpline]:
        """Return for each order the coefficient as a function of the angle, without what is finer than the level."""
        if level > 0:
            finest = math.pi * self._outer / 2**level
            frequency = np.abs(fftfreq(len(coefficients), 1 / len(coefficients)))
            passed = np.clip(1.5 - frequency / finest, 0.0, 1.0)
            coefficients = ifft(fft(coefficients, axis=0) * passed[:, None, None], axis=0)
        # SciPy's periodic splines are real.
        parts = np.stack([coefficients.real, coefficients.imag], axis=-1)
        closed = np.concatenate([parts, parts[:1]])
        ends = "periodic" if degree > 1 else None
        return [make_interp_spline(self._angles, closed[:, k], degree, bc_type=ends) for k in range(len(self._orders))]
