"""Harmonics of rotation and of scale: circular harmonics, and log-polar (Fourier–Mellin) harmonics."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt
import scipy.special

from fracorr import ConfigurationError, Kernel, parameter
from fracorr.images import FloatArray
from fracorr.validators import number, whole, wrong
from fracorr_patterns import fields
from fracorr_patterns.grid import Array, coverage, polar, signed_pixels

ComplexArray: TypeAlias = npt.NDArray[np.complex128]
Radial: TypeAlias = Literal["bessel", "ring", "flat"]

#: Middle and width of the radial function ``ring``, over the disc's radius.
_RING = (0.55, 0.16)
#: SciPy finds the zeros of Bessel functions up to about order 3000.
_HIGHEST_ORDER = 3000


@attrs.frozen
class CircularHarmonic:
    """R(r)·exp(imθ) on a disc, one kernel for each order m and part.

    Correlating with one order is invariant to rotation in its magnitude (Y.-N. Hsu and H. H. Arsenault 1982,
    doi:10.1364/AO.21.004016).

    Notes
    -----
    With the disc's radius a, R(r) is one of

    - ``bessel``: J_m(j r/a), where j is a zero of J_m, so that all kernels are orthogonal over the disc, those of one
      order too (Q. Wang, O. Ronneberger and H. Burkhardt 2009, IEEE Transactions on Pattern Analysis and Machine
      Intelligence 31, 1715–1722),
    - ``ring``: exp(−(r/a − 0.55)² / (2 · 0.16²)),
    - ``flat``: 1.

    θ runs counter-clockwise from the right. The gray 0.5 stands for 0; the support is the disc.
    """

    order: tuple[int, ...] = attrs.field(
        default=(0, 1, 2, 3, 4),
        validator=fields.several(whole(0, fields.MOST_WAVES)),
        metadata=parameter("Orders m: how many waves around the middle", main=True),
    )
    radial: Radial = attrs.field(default="bessel", metadata=parameter("The function R of the radius"))
    zero: int = attrs.field(
        default=1,
        validator=whole(1, fields.LARGEST // 2),
        metadata=parameter("For bessel: which zero of J_m lies on the disc's edge, counted from 1"),
    )
    part: fields.Part = attrs.field(default="both", metadata=parameter("cos mθ (real), sin mθ (imaginary) or both"))
    size: int = fields.side()

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        r, _ = polar(self.size)
        inside = coverage(self.size / 2 - r)
        for order in dict.fromkeys(self.order):
            self._check_fineness(order)
            values = circular_harmonic(self.size, order, self.radial, self.zero)
            yield from _parts(values, inside, self.part, f"circular-harmonic-{order}")

    def _check_fineness(self, order: int) -> None:
        if self.radial != "bessel":
            _check_fineness(f"order={order}", order / math.pi, self.size)
            return
        if order > _HIGHEST_ORDER:
            raise wrong(self, f"order={order} is too high for radial=bessel, which goes up to {_HIGHEST_ORDER}")
        what = f"order={order} with zero={self.zero}"
        _check_fineness(what, scipy.special.jn_zeros(order, self.zero)[-1] / math.pi, self.size)


@attrs.frozen
class LogPolarHarmonic:
    """r^(iω)·exp(imθ) on a ring, one kernel for each radial frequency ω, order m and part.

    Scaling or turning it changes nothing but its phase (D. Casasent and D. Psaltis 1976, doi:10.1364/AO.15.001795): it
    is unchanged when scaled by exp(2π/ω).

    Notes
    -----
    r^(iω)·exp(imθ) = exp(i(ω ln(r/a) + mθ)) with the disc's radius a: a logarithmic spiral of m arms, rings for m = 0,
    rays for ω = 0. The support ends where half a wave gets shorter than a pixel, at r = √(ω² + m²)/π, and at the
    inner radius. The gray 0.5 stands for 0.
    """

    omega: tuple[float, ...] = attrs.field(
        default=(0.0, 6.0),
        validator=fields.several(number(low=-fields.MOST_WAVES, high=fields.MOST_WAVES)),
        metadata=parameter("Radial frequencies ω, in radians for each e-fold of the radius", main=True),
    )
    order: tuple[int, ...] = attrs.field(
        default=(1, 2, 4),
        validator=fields.several(whole(0, fields.MOST_WAVES)),
        metadata=parameter("Orders m: how many waves around the middle"),
    )
    inner: float = attrs.field(
        default=0.1,
        validator=number(low=0, high=0.999),
        metadata=parameter("Inner radius over the outer one"),
    )
    part: fields.Part = attrs.field(default="both", metadata=parameter("Cosine (real), sine (imaginary) or both"))
    size: int = fields.side()

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        r, _ = polar(self.size)
        outer = self.size / 2
        for omega in dict.fromkeys(self.omega):
            for order in dict.fromkeys(self.order):
                finest = math.hypot(omega, order) / math.pi
                _check_fineness(f"omega={omega:g} with order={order}", finest + 1, self.size)
                inside = np.minimum(coverage(outer - r), coverage(r - max(self.inner * outer, finest)))
                values = log_polar_harmonic(self.size, omega, order)
                yield from _parts(values, inside, self.part, f"log-polar-harmonic-{omega:.15g}-{order}")


def circular_harmonic(size: int, order: int, radial: Radial = "bessel", zero: int = 1) -> ComplexArray:
    """Return R(r)·exp(imθ) on a square of pixels, 0 outside its disc; see :class:`CircularHarmonic`.

    Returns
    -------
    (size, size) complex128 array
    """
    r, angle = polar(size)
    rho = r / (size / 2)
    values = _radial(rho, order, radial, zero) * np.exp(1j * order * angle)
    return np.where(rho <= 1, values, 0)


def log_polar_harmonic(size: int, omega: float, order: int) -> ComplexArray:
    """Return r^(iω)·exp(imθ) on a square of pixels; see :class:`LogPolarHarmonic`.

    Returns
    -------
    (size, size) complex128 array
        Of magnitude 1; in the middle itself, where the phase is not defined, r is taken as 1/2 pixel.
    """
    r, angle = polar(size)
    rho = np.maximum(r, 0.5) / (size / 2)
    return np.asarray(np.exp(1j * (omega * np.log(rho) + order * angle)))


def _check_fineness(what: str, radius: float, size: int) -> None:
    """Refuse waves that are too short for pixels: what needs a larger radius than the kernel has."""
    if radius > size / 2:
        needed = math.ceil(2 * radius)
        right = (
            f"it takes size={needed} or more" if needed <= fields.LARGEST else f"no size up to {fields.LARGEST} does"
        )
        raise ConfigurationError(
            f"{what} is too fine for size={size}: half a wave would be shorter than a pixel; {right}"
        )


def _radial(rho: Array, order: int, radial: Radial, zero: int) -> Array:
    if radial == "bessel":
        return np.asarray(scipy.special.jv(order, scipy.special.jn_zeros(order, zero)[-1] * rho))
    if radial == "ring":
        middle, width = _RING
        return np.asarray(np.exp(-((rho - middle) ** 2) / (2 * width**2)))
    return np.ones_like(rho)


def _parts(values: ComplexArray, inside: FloatArray, part: fields.Part, name: str) -> Iterator[Kernel]:
    """Yield the wanted parts that are not 0 everywhere, as the imaginary part without any wave is."""
    values = np.where(inside > 0, values, 0)
    for label, plane in (("real", values.real), ("imaginary", values.imag)):
        if part in (label, "both") and (part == label or np.abs(plane).max() > 0):
            yield Kernel(signed_pixels(plane), inside, name=f"{name}-{label}")
