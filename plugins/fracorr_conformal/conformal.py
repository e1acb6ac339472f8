"""Classical conformal maps of the plane: Möbius maps, powers, inversion in a circle, and Joukowski's z + r²/z.

References
----------
T. Needham (1997), "Visual Complex Analysis", Oxford University Press, chapters 2 to 4.
"""

from __future__ import annotations

from typing import Literal, get_args

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import Kernel, parameter, validators
from fracorr.images import FloatArray
from fracorr.sampling import Outside
from fracorr_conformal import fields
from fracorr_conformal.mipmap import Complexes, MipMap
from fracorr_conformal.render import frame_for, render, usable

Kind = Literal["moebius", "power", "inversion", "joukowski"]


@attrs.frozen
class Conformal:
    """The kernel seen through a map: the result at z shows the kernel at f(z).

    The plane's origin is the middle of the picture, its unit half the shorter side, and y points upwards, for the
    kernel and for the result.

    Attributes
    ----------
    kind : {"moebius", "power", "inversion", "joukowski"}
        f(z) = (a z + b) / (c z + d); z^p; q + r² / conj(z − q); z + r² / z.
    a, b, c, d : complex
        Of the Möbius map, a d ≠ b c. The defaults move the disc's point 1/2 to the middle.
    exponent : complex
        p of the power, not 0. Only whole numbers close without a seam; others are cut along the negative real axis.
    radius : float
        r of the inversion and of Joukowski's map.
    centre : complex
        q of the inversion.
    zoom : float
        Magnification of the result; below 1 more of the plane is seen.
    outside : {"transparent", "edge", "tile", "mirror"}
        What there is beyond the kernel's edge.
    size : int or None
        Longer side of the result in pixels.
    supersampling : int
        Samples along each side of a pixel.

    Raises
    ------
    ConfigurationError
        If a value is out of its bounds, or the Möbius map has the determinant 0.
    """

    kind: Kind = attrs.field(
        default="moebius", validator=fields.one_of(*get_args(Kind)), metadata=parameter("Which map", main=True)
    )
    a: complex = fields.complex_number(1 + 0j, "Of (az + b)/(cz + d)")
    b: complex = fields.complex_number(0.5 + 0j, "Of (az + b)/(cz + d)")
    c: complex = fields.complex_number(0.5 + 0j, "Of (az + b)/(cz + d)")
    d: complex = fields.complex_number(1 + 0j, "Of (az + b)/(cz + d)")
    exponent: complex = fields.complex_number(2 + 0j, "Of the power; whole numbers give no seam")
    radius: float = fields.number(0.5, "Of the inversion's circle, and of z + r²/z", above=0, high=1e6)
    centre: complex = fields.complex_number(0j, "Of the inversion's circle")
    zoom: float = fields.zoom("Magnification; below 1 more of the plane is seen")
    outside: Outside = fields.outside()  # noqa: RUF009 - it makes an attrs field
    size: int | None = fields.size()
    supersampling: int = fields.supersampling()

    def __attrs_post_init__(self) -> None:
        a, b, c, d = self.coefficients
        if abs(self.determinant) <= 1e-12 * (abs(a * d) + abs(b * c)):
            raise validators.wrong(
                self,
                f"the map (az + b)/(cz + d) with a={self.a}, b={self.b}, c={self.c}, d={self.d} sends everything to "
                "one point, because ad − bc = 0; change one of the four",
            )
        if self.exponent == 0:
            raise validators.wrong(
                self, "exponent=0 sends everything to one point; choose another, such as 2 or 0.5+0.5i"
            )

    @property
    def coefficients(self) -> tuple[complex, complex, complex, complex]:
        """The coefficients of the Möbius map over the largest of them: their common size means nothing."""
        largest = max(map(abs, (self.a, self.b, self.c, self.d))) or 1.0
        return self.a / largest, self.b / largest, self.c / largest, self.d / largest

    @property
    def determinant(self) -> complex:
        """The determinant ad − bc of those coefficients."""
        a, b, c, d = self.coefficients
        return a * d - b * c

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        source = MipMap(usable(self, kernel), self.outside, self.outside)

        def paint(places: Complexes, pitch: float) -> FloatArray:
            with np.errstate(all="ignore"):  # poles are looked up as infinitely far away
                image, stretch = self.map(places / self.zoom)
            return source.at(image, np.abs(stretch) * (pitch / self.zoom))

        return render(self, kernel, frame_for(self, kernel, self.size), paint, self.supersampling)

    def map(self, z: npt.ArrayLike) -> tuple[Complexes, Complexes]:
        """Return f(z) and its derivative (for the inversion, which reverses orientation, that of its conjugate).

        Parameters
        ----------
        z : complex array
            Places in the result's plane.

        Returns
        -------
        image, derivative : complex128 arrays
            Infinite or NaN at poles.
        """
        z = np.asarray(z, dtype=np.complex128)
        if self.kind == "moebius":
            a, b, c, d = self.coefficients
            below = c * z + d
            return (a * z + b) / below, self.determinant / below**2
        if self.kind == "power":
            power = self._power(z)
            return power, self.exponent * power / z
        square = complex(self.radius) ** 2
        if self.kind == "inversion":
            away = z - self.centre
            return self.centre + square / away.conj(), -square / away**2
        return z + square / z, 1 - square / z**2

    def _power(self, z: Complexes) -> Complexes:
        whole = round(self.exponent.real)
        if self.exponent == whole and abs(whole) <= 64:
            return np.asarray(z**whole, np.complex128)
        return np.asarray(np.exp(self.exponent * np.log(z)), np.complex128)
