"""The Droste effect and Escher's spiral.

A picture whose middle holds a smaller copy of itself is periodic in the logarithm of the radius, with the period
L = ln(r₂/r₁), and of course in the angle, with 2π. Multiplying the logarithm by γ = p₁ / (cos α · e^{iα}) with
tan α = (p₂/p₁) · L/2π gives γ = p₁ − i p₂ L/2π. One turn in the result, 2πi, then becomes γ · 2πi = p₁ · 2πi + p₂ L:
whole periods of the picture, so the result closes without a seam.

References
----------
B. de Smit and H. W. Lenstra Jr. (2003), "The mathematical structure of Escher's Print Gallery", Notices of the AMS
50 (4), 446–451.
"""

from __future__ import annotations

import math

import attrs
import numpy as np

from fracorr import Kernel
from fracorr.images import FloatArray
from fracorr_conformal import fields
from fracorr_conformal.mipmap import Complexes, MipMap, Reals
from fracorr_conformal.render import frame_for, render, usable

#: What would be this transparent need not be drawn.
_INVISIBLE = 1e-4


@attrs.frozen
class Droste:
    """The kernel inside itself for ever.

    Copies of the kernel, each cut to a disc of radius `outer` and each `outer` / `inner` times smaller than the one
    before, lie on each other, the smaller on the larger, and the whole is twisted until its ends meet. Lengths are in
    units of half the kernel's shorter side.

    With p₁ = `periodicity`, p₂ = `strands` and L = ln(`outer` / `inner`), the result at z shows the kernel at
    r₁ · exp(γ · ln(z / r₁)), γ = p₁ − i p₂ L / 2π (de Smit and Lenstra 2003; see the module's text).

    Attributes
    ----------
    inner, outer : float
        Radii of the ring that repeats, 0 < inner < outer.
    periodicity : int
        p₁: how many times the picture appears in one turn.
    strands : int
        p₂: how many levels deeper one turn leads; 0 for rings, negative for a spiral the other way round.
    zoom, rotation : float
        Size and turn (degrees, counter-clockwise) of the result.
    blend : float
        The part of each ring, in the logarithm of the radius, over which it fades into the next larger copy; 0 for a
        sharp edge.
    see_through : int
        How many larger copies are looked for behind transparent places. The larger, the coarser: behind the first there
        is mostly the magnified middle.
    centre : complex
        The kernel's point that everything spirals into.
    size : int or None
        Longer side of the result in pixels.
    supersampling : int
        Samples along each side of a pixel.

    Raises
    ------
    ConfigurationError
        If a value is out of its bounds, or `inner` is not below `outer`.
    """

    inner: float = fields.radius(0.25, "Inner radius of the ring; 1 is half the kernel's shorter side")
    outer: float = fields.radius(1.0, "Outer radius of the ring")
    periodicity: int = fields.whole(1, "How many times the picture appears in one turn", low=1, high=64)
    strands: int = fields.whole(1, "How many levels deeper one turn leads; 0 gives rings", low=-64, high=64)
    zoom: float = fields.zoom("Magnification of the result")
    rotation: float = fields.angle("Turn of the result, counter-clockwise")
    blend: float = fields.number(0.25, "Part of each ring that fades into the next", low=0, high=1)
    see_through: int = fields.whole(1, "Larger copies seen behind transparent places", low=0, high=32)
    centre: complex = fields.complex_number(0j, "Where the kernel's levels meet, from its middle")
    size: int | None = fields.size()
    supersampling: int = fields.supersampling()

    def __attrs_post_init__(self) -> None:
        fields.check_ring(self)

    @property
    def period(self) -> float:
        """L = ln(outer / inner)."""
        return math.log(self.outer) - math.log(self.inner)

    @property
    def exponent(self) -> complex:
        """γ = p₁ − i p₂ L / 2π."""
        return complex(self.periodicity, -self.strands * self.period / (2 * math.pi))

    @property
    def self_similarity(self) -> complex:
        """The scaling-rotation e^{L/γ} that leaves the endless result as it is."""
        factor: complex = np.exp(self.period / self.exponent)
        return complex(factor)

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        source = MipMap(usable(self, kernel))
        turn = self.zoom * np.exp(1j * math.radians(self.rotation))

        def paint(places: Complexes, pitch: float) -> FloatArray:
            return self._paint(source, places / turn, pitch / self.zoom)

        return render(self, kernel, frame_for(self, kernel, self.size), paint, self.supersampling)

    def _paint(self, source: MipMap, places: Complexes, pitch: float) -> FloatArray:
        z = places.ravel()
        radius = np.maximum(np.abs(z), 1e-3 * pitch)  # not 0, for the logarithm
        gamma = self.exponent
        logarithm, angle = np.log(radius / self.inner), np.angle(z)
        levels = (gamma.real * logarithm - gamma.imag * angle) / self.period
        depth = levels - np.floor(levels)  # where in its ring: 0 at the inner edge, 1 at the outer one
        bearing = gamma.imag * logarithm + gamma.real * angle
        stretch = abs(gamma) * pitch / radius  # the extent of a sample over its radius, in the kernel
        painted = np.zeros((z.size, source.channels), np.float32)
        uncovered = np.ones(z.size, np.float32)
        # Level 0 is the copy whose ring this is, −1 the smaller one on top of it: only its edge reaches here.
        for level in range(-1, max(1, self.see_through) + 1):
            # Faded edges always show the next larger copy, holes in the kernel only as far as they are seen through.
            in_view = 1 - painted[:, -1] if level <= self.see_through else uncovered
            seen = np.flatnonzero((in_view > _INVISIBLE) & (depth - level < 1 + stretch / (2 * self.period)))
            if seen.size:
                here = slice(None) if seen.size == z.size else seen  # a slice, to spare copies
                fade = self._fade(depth[here] - level, stretch[here])
                layer = self._copy(source, depth[here] - level, bearing[here], stretch[here])
                layer *= (fade * in_view[here])[:, None]
                painted[here] += layer
                uncovered[here] *= 1 - fade
        return painted.reshape(*places.shape, source.channels)

    def _fade(self, depth: Reals, stretch: Reals) -> FloatArray:
        """Return the opacity of a copy, cut to its disc: its edge is faded, or at least antialiased."""
        edge = stretch / self.period
        opacity = np.clip((1 - depth + edge / 2) / (self.blend + edge), 0.0, 1.0)
        return np.asarray(opacity * opacity * (3 - 2 * opacity), np.float32)

    def _copy(self, source: MipMap, depth: Reals, bearing: Reals, stretch: Reals) -> FloatArray:
        distance = self.inner * np.exp(depth * self.period)
        place = np.empty(depth.shape, np.complex128)
        place.real = self.centre.real + distance * np.cos(bearing)
        place.imag = self.centre.imag + distance * np.sin(bearing)
        # Where a sample spans more than a whole ring, at the pole, no more than the ring's surroundings count.
        return source.at(place, np.minimum(stretch, 1.0) * distance)
