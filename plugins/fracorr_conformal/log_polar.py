"""The log-polar picture, in which turning and scaling are shifts, and its inverse.

References
----------
E. L. Schwartz (1977), "Spatial mapping in the primate sensory projection", Biological Cybernetics 25, 181–194,
doi:10.1007/BF01885636.
"""

from __future__ import annotations

import math

import attrs
import numpy as np

from fracorr import Kernel
from fracorr.images import FloatArray
from fracorr_conformal import fields
from fracorr_conformal.mipmap import Complexes, MipMap
from fracorr_conformal.render import Frame, allowed, render, usable


@attrs.frozen
class LogPolar:
    """The kernel unrolled: the logarithm of the radius runs to the right, the angle upwards.

    Turning the kernel by 360°/rows moves the result up by a row; enlarging it by e^{2π/rows} moves it right by a
    column. Both steps are the same, so the map is conformal, and small shapes keep their form.

    Attributes
    ----------
    inner, outer : float
        Radii at the left and right edge, in half the kernel's shorter side. `outer` is exact; `inner` is met to the
        nearest column.
    angle : float
        Direction at the bottom edge, in degrees counter-clockwise from the right.
    centre : complex
        The kernel's point from which radii are measured, in half its shorter side, y upwards.
    size : int or None
        Number of rows; by default one per pixel of the outer circle. The number of columns follows.
    supersampling : int
        Samples along each side of a pixel.

    Raises
    ------
    ConfigurationError
        If a value is out of its bounds, or `inner` is not below `outer`.
    """

    inner: float = fields.radius(0.02, "Radius at the left edge; 1 is half the kernel's shorter side")
    outer: float = fields.radius(1.0, "Radius at the right edge")
    angle: float = fields.angle("Direction at the bottom edge")
    centre: complex = fields.complex_number(0j, "Where radii are measured from; 1 is half the shorter side, i is up")
    size: int | None = fields.size("Rows of the result; none takes one per pixel of the outer circle")
    supersampling: int = fields.supersampling()

    def __attrs_post_init__(self) -> None:
        fields.check_ring(self)

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        source = MipMap(usable(self, kernel))
        radius = self.outer * min(kernel.shape) / 2
        rows = max(2, round(2 * math.pi * radius)) if self.size is None else self.size
        step = 2 * math.pi / rows
        columns = max(2, round((math.log(self.outer) - math.log(self.inner)) / step))
        frame = allowed(self, Frame(rows, columns))
        # The lower right corner of the frame is the outer radius in the direction of the lower edge.
        corner = complex(columns / 2, -rows / 2)
        origin = complex(math.log(self.outer), math.radians(self.angle))

        def paint(places: Complexes, pitch: float) -> FloatArray:
            from_centre = np.exp(origin + (places * frame.unit - corner) * step)
            return source.at(self.centre + from_centre, np.abs(from_centre) * (step * frame.unit * pitch))

        return render(self, kernel, frame, paint, self.supersampling)


@attrs.frozen
class LogPolarInverse:
    """The kernel rolled up: its lower and upper edges meet, its right edge becomes the outer circle.

    Undoes ``log-polar`` with the same `outer` and `angle`, and rolls up any other kernel too: its rows become the whole
    turn, and it reaches inwards to the radius outer · e^{−2π columns/rows}.

    Attributes
    ----------
    outer : float
        Radius of the outer circle, in half the side of the result.
    angle : float
        Direction of the kernel's bottom edge, in degrees counter-clockwise from the right.
    size : int or None
        Side of the result in pixels; by default the outer circle has one pixel for each row of the kernel.
    supersampling : int
        Samples along each side of a pixel.
    """

    outer: float = fields.radius(1.0, "Radius of the right edge; 1 is half the result's side")
    angle: float = fields.angle("Direction of the bottom edge")
    size: int | None = fields.size("Side of the result; none takes a pixel of the outer circle for each row")
    supersampling: int = fields.supersampling()

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        source = MipMap(usable(self, kernel), down="tile")
        side = max(2, round(kernel.height / (math.pi * self.outer))) if self.size is None else self.size
        step = 2 * math.pi / kernel.height
        unit = min(kernel.shape) / 2
        corner = complex(kernel.width / 2, -kernel.height / 2)
        origin = complex(math.log(self.outer), math.radians(self.angle))

        def paint(places: Complexes, pitch: float) -> FloatArray:
            radius = np.maximum(np.abs(places), 1e-3 * pitch)
            unrolled = np.log(radius) + 1j * np.angle(places) - origin
            return source.at((unrolled / step + corner) / unit, pitch / (radius * step * unit))

        return render(self, kernel, allowed(self, Frame(side, side)), paint, self.supersampling)
