"""The kaleidoscope: plane mirrors through one point."""

from __future__ import annotations

import math

import attrs
import numpy as np

from fracorr import Kernel
from fracorr.images import FloatArray
from fracorr.sampling import Outside
from fracorr_conformal import fields
from fracorr_conformal.mipmap import Complexes, MipMap
from fracorr_conformal.render import frame_for, render, usable


@attrs.frozen
class Kaleidoscope:
    """A wedge of the kernel, mirrored all round.

    n mirror lines through one point cut the plane into 2n wedges of 180°/n. One wedge shows the kernel as it is, the
    others its reflections, so the result has the symmetry of a regular n-gon (the dihedral group of order 2n; Coxeter
    1973, "Regular Polytopes", chapter 5).

    Attributes
    ----------
    mirrors : int
        n.
    angle : float
        Direction in the kernel, in degrees counter-clockwise from the right, of the wedge's first edge.
    centre : complex
        The point of the kernel where the mirrors meet, from its middle, in half its shorter side, y upwards.
    rotation : float
        Direction of the first mirror in the result, in degrees.
    zoom : float
        Magnification.
    outside : {"transparent", "edge", "tile", "mirror"}
        What the wedge shows beyond the kernel's edge.
    size : int or None
        Longer side of the result in pixels.
    supersampling : int
        Samples along each side of a pixel.
    """

    mirrors: int = fields.whole(6, "Number of mirror lines", low=1, high=360, main=True)
    angle: float = fields.angle("Direction of the wedge in the kernel")
    centre: complex = fields.complex_number(0j, "Where the mirrors meet; 1 is half the kernel's shorter side, i is up")
    rotation: float = fields.angle("Direction of the first mirror in the result")
    zoom: float = fields.zoom("Magnification")
    outside: Outside = fields.outside()  # noqa: RUF009 - it makes an attrs field
    size: int | None = fields.size()
    supersampling: int = fields.supersampling()

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        source = MipMap(usable(self, kernel), self.outside, self.outside)
        first, start, wedge = math.radians(self.rotation), math.radians(self.angle), math.pi / self.mirrors

        def paint(places: Complexes, pitch: float) -> FloatArray:
            wedges = (np.angle(places) - first) / (2 * wedge)
            turn = 2 * wedge * np.abs(wedges - np.round(wedges))
            return source.at(self.centre + np.abs(places) / self.zoom * np.exp(1j * (turn + start)), pitch / self.zoom)

        return render(self, kernel, frame_for(self, kernel, self.size), paint, self.supersampling)
