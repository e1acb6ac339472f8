"""The trap: a square of the complex plane."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs
import numpy as np

from fracorr_orbit.orbits import Doubles, Mask


@attrs.frozen
class SquareTrap:
    """An open square of the plane, imaginary parts pointing down as on the screen.

    Attributes
    ----------
    half : float
        Half its side, F.
    centre : complex
        t.
    angle : float
        How far it is turned, in degrees, counter-clockwise as seen on the screen.
    """

    half: float
    centre: complex = 0j
    angle: float = 0.0

    @property
    def reach(self) -> float:
        """How far from 0 its farthest corner is at most."""
        return abs(self.centre) + self.half * math.sqrt(2)

    def enter(self, x: Doubles, y: Doubles, work: Sequence[Doubles]) -> tuple[Doubles, Doubles, Mask]:
        """Return the points in the trap's own frame, u right and v down, and which of them are inside."""
        u, v, first, second = work
        if self.centre == 0 and self.angle == 0:
            u, v = x, y
        else:
            np.subtract(x, self.centre.real, out=u)
            np.subtract(y, self.centre.imag, out=v)
            self._turn(u, v, first, second)
        np.abs(u, out=first)
        np.abs(v, out=second)
        np.maximum(first, second, out=first)
        return u, v, np.asarray(first < self.half)

    def _turn(self, u: Doubles, v: Doubles, first: Doubles, second: Doubles) -> None:
        """Turn the points back by the trap's angle, in place."""
        if self.angle == 0:
            return
        turn = math.radians(self.angle)
        cosine, sine = round(math.cos(turn), 15), round(math.sin(turn), 15)  # so that quarter turns are exact
        np.multiply(u, sine, out=first)
        np.multiply(v, sine, out=second)
        np.multiply(u, cosine, out=u)
        np.multiply(v, cosine, out=v)
        np.subtract(u, second, out=u)
        np.add(v, first, out=v)
