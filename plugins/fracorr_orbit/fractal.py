"""Drawing an image fractal: a window of the plane, band by band."""

from __future__ import annotations

import attrs
import numpy as np

from fracorr.images import FloatArray
from fracorr.sampling import bands, shrink
from fracorr_orbit.orbits import Doubles, Indices, Orbits, Rule, escape_radius, follow
from fracorr_orbit.rules import RULES, RuleName
from fracorr_orbit.texture import Texture
from fracorr_orbit.trap import SquareTrap
from fracorr_orbit.window import Window


@attrs.frozen
class Drawing:
    """What was trapped: premultiplied color (H, W, C), support (H, W), and whether any orbit hit the trap at all."""

    color: FloatArray
    support: FloatArray
    hit: bool


@attrs.frozen
class Fractal:
    """The Julia set of z^degree + c, or the Mandelbrot set where c is None, with a picture in its trap."""

    degree: float
    c: complex | None
    iterations: int
    rule: RuleName
    trap: SquareTrap
    texture: Texture

    def draw(self, window: Window) -> Drawing:
        """Draw what the window shows."""
        size, channels = window.size, self.texture.channels
        color = np.zeros((size, size, channels), dtype=np.float32)
        support = np.zeros((size, size), dtype=np.float32)
        across = window.across()
        hit = False
        for rows in bands(size, size * window.supersample**2):
            pixels, colors = self._trapped(across, window.down(rows), window)
            hit = hit or pixels.size > 0
            _place(color[rows], support[rows], pixels, colors, window.supersample)
        return Drawing(color, support, hit)

    def start(self, across: Doubles, down: Doubles, radius: float) -> tuple[Indices, Orbits]:
        """Return the orbits of a grid of points that can be trapped at all, and which points those are."""
        if self.c is None:
            points = np.arange(across.size * down.size)
            c_x, c_y = np.tile(across, down.size), np.repeat(down, across.size)
            return points, Orbits(np.zeros(points.size), np.zeros(points.size), c_x, c_y)
        rows, columns = np.flatnonzero(np.abs(down) <= radius), np.flatnonzero(np.abs(across) <= radius)
        x, y = across[columns], down[rows]
        near = (y * y)[:, None] + x * x <= radius * radius
        row = np.repeat(np.arange(y.size), np.count_nonzero(near, axis=1))
        column = np.flatnonzero(near) - row * x.size
        return rows[row] * across.size + columns[column], Orbits(x[column], y[row], self.c.real, self.c.imag)

    def follow(self, orbits: Orbits, radius: float, trap: SquareTrap, rule: Rule) -> None:
        """Let `rule` see every hit of `trap`."""
        follow(orbits, self.degree, self.iterations, radius, trap, rule)

    def _trapped(self, across: Doubles, down: Doubles, window: Window) -> tuple[Indices, FloatArray]:
        """Return which points of a grid are trapped, with color and support."""
        largest_c = window.largest if self.c is None else abs(self.c)
        radius = escape_radius(self.degree, largest_c, self.trap.reach)
        points, orbits = self.start(across, down, radius)
        rule = RULES[self.rule](points.size, self.texture)
        self.follow(orbits, radius, self.trap, rule)
        trapped, colors = rule.colors()
        return points[trapped], colors


def _place(color: FloatArray, support: FloatArray, pixels: Indices, colors: FloatArray, supersample: int) -> None:
    """Put trapped samples into a band of the drawing."""
    height, width, channels = color.shape
    if supersample == 1:
        for channel in range(channels):  # twice as fast as all at once
            color.reshape(-1, channels)[pixels, channel] = colors[:, channel]
        support.reshape(-1)[pixels] = colors[:, -1]
        return
    samples = np.zeros((height * supersample * width * supersample, channels + 1), dtype=np.float32)
    samples[pixels] = colors
    stacked = shrink(samples.reshape(height * supersample, width * supersample, channels + 1), supersample)
    color[...] = stacked[..., :-1]
    support[...] = stacked[..., -1]
