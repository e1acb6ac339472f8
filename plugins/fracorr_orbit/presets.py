"""Named values of c, each with the degree that it belongs to.

Sources
-------
default
    M. Christersson, *Make Fractals of Images*, malinc.se, 2015: what the page starts with.
rabbit
    Douady's rabbit: the critical point has period 3, so c³ + 2c² + c + 1 = 0 with Im c > 0. A. Douady,
    J. H. Hubbard, *Étude dynamique des polynômes complexes*, Publications mathématiques d'Orsay, 1984.
dendrite
    c = i: the critical orbit ends on a repelling cycle of two, and the Julia set is a tree without interior.
    H.-O. Peitgen, P. H. Richter, *The Beauty of Fractals*, Springer 1986, doi:10.1007/978-3-642-61717-1.
san-marco
    c = −3/4, where the cardioid meets the disc of period 2. B. B. Mandelbrot, *The Fractal Geometry of Nature*,
    Freeman 1982 (the San Marco dragon).
siegel
    A fixed point of multiplier λ = exp(2πi(√5 − 1)/2), so c = λ/2 − λ²/4. C. L. Siegel, *Iteration of analytic
    functions*, Annals of Mathematics 43 (1942), doi:10.2307/1968952.
"""

from __future__ import annotations

import cmath
import math
from typing import Final, Literal, TypeAlias

import attrs

PresetName: TypeAlias = Literal["default", "rabbit", "dendrite", "san-marco", "siegel"]

_GOLDEN_ROTATION: Final = cmath.exp(2j * math.pi * (math.sqrt(5) - 1) / 2)


@attrs.frozen
class Preset:
    """A polynomial z^degree + c."""

    degree: float
    c: complex


PRESETS: Final[dict[str, Preset]] = {
    "default": Preset(5, 0.616 - 0.04j),
    "rabbit": Preset(2, -0.12256116687665362 + 0.74486176661974424j),
    "dendrite": Preset(2, 1j),
    "san-marco": Preset(2, -0.75 + 0j),
    "siegel": Preset(2, _GOLDEN_ROTATION / 2 - _GOLDEN_ROTATION**2 / 4),
}
