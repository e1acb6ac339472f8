"""The drawn part of the gallery: a face, an eye and a spiral, painted from soft shapes and smooth noise.

``python -m fracorr_features.drawing FOLDER`` draws them again. They stand in for learned features: soft edges, textures
at several scales, muted colours, and a support where the subject ends.
"""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import scipy.ndimage

from fracorr import images
from fracorr.opencv import cv2

Array: TypeAlias = npt.NDArray[np.float64]
Color: TypeAlias = tuple[float, float, float]

#: Side of the finished pictures in pixels, and how much finer they are painted before they are averaged down.
SIDE: Final = 128
FINER: Final = 4


class Canvas:
    """A square from (−1, −1) at the top left to (1, 1), x right and y down, painted in layers of straight RGB.

    Parameters
    ----------
    color : (r, g, b)
        The ground.
    seed : int
        Fixes all noise.
    """

    def __init__(self, color: Color, seed: int) -> None:
        self.side = SIDE * FINER
        steps = (np.arange(self.side) + 0.5) / self.side * 2 - 1
        self.x, self.y = (np.asarray(each) for each in np.meshgrid(steps, steps))
        self.rgb = np.ones((self.side, self.side, 3)) * np.asarray(color)
        self._rng = np.random.default_rng(seed)

    def paint(self, color: Color | Array, where: Array) -> None:
        """Lay a colour, or a picture, over the canvas with the opacity `where`."""
        self.rgb += where[..., None] * (np.asarray(color) - self.rgb)

    def shade(self, amount: float, where: Array) -> None:
        """Make lighter (amount above 0) or darker."""
        self.rgb *= 1 + amount * where[..., None]

    def noise(self, scale: float, across: float | None = None, angle: Array | float = 0.0) -> Array:
        """Return smooth noise of standard deviation 1.

        Parameters
        ----------
        scale, across : float
            Size of its grains, on the canvas of width 2, horizontally and vertically; alike by default.
        angle : (side, side) array or float
            Where each pixel looks the noise up, turned by this many radians: makes strands run along a flow.
        """
        width, height = (size * self.side / 2 for size in (scale, across or scale))
        white = self._rng.standard_normal((self.side, self.side))
        smooth = scipy.ndimage.gaussian_filter(white, (height, width), mode="wrap")
        smooth = np.asarray(smooth / smooth.std())
        if np.ndim(angle) == 0 and not angle:
            return smooth
        u = self.x * np.cos(angle) + self.y * np.sin(angle)
        v = -self.x * np.sin(angle) + self.y * np.cos(angle)
        return look_up(smooth, u, v)

    def texture(self, strength: float, where: Array | float = 1.0) -> None:
        """Vary colour and brightness at several scales, as feature images do."""
        for scale, part in ((0.22, 1.0), (0.08, 0.7), (0.03, 0.55), (0.012, 0.35)):
            hue = np.stack([self.noise(scale), self.noise(scale), self.noise(scale)], axis=-1)
            # Mostly brightness: real pictures vary far less in colour than in light.
            grain = 0.35 * (hue - hue.mean(axis=-1, keepdims=True)) + hue.mean(axis=-1, keepdims=True)
            self.rgb += strength * part * grain * np.asarray(where)[..., None]

    def ripple(self, amount: float, scale: float) -> None:
        """Displace everything a little by smooth noise, so that nothing is ruled or compassed."""
        u, v = self.x + amount * self.noise(scale), self.y + amount * self.noise(scale)
        self.rgb = np.stack([look_up(self.rgb[..., channel], u, v) for channel in range(3)], axis=-1)

    def finished(self, support: Array) -> tuple[Array, Array]:
        """Return pixels (SIDE, SIDE, 3) and support (SIDE, SIDE), averaged down, in [0, 1]."""
        weight = np.clip(support, 0, 1)
        pixels = cv2.resize(np.clip(self.rgb, 0, 1), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        return np.asarray(pixels), np.asarray(cv2.resize(weight, (SIDE, SIDE), interpolation=cv2.INTER_AREA))


def look_up(values: Array, u: Array, v: Array) -> Array:
    """Return `values` at canvas coordinates, bilinearly, mirrored at the edges."""
    side = values.shape[0]
    columns, rows = (((each + 1) / 2 * side - 0.5).astype(np.float32) for each in (u, v))
    return np.asarray(cv2.remap(values, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101))


def ramp(value: Array, soft: float) -> Array:
    """Return 0 where `value` is below −soft and 1 above soft, with a smooth step between (3t² − 2t³)."""
    t = np.clip(value / (2 * soft) + 0.5, 0, 1)
    return np.asarray(t * t * (3 - 2 * t))


def inner(opacity: Array) -> Array:
    """Return a support that is 0 where less than half was painted, so that no ground shines through at the edge."""
    return np.clip(2 * opacity - 1, 0, 1)


def ellipse(canvas: Canvas, x: float, y: float, width: float, height: float, soft: float = 0.03) -> Array:
    """Return the opacity of a soft ellipse with the given middle and half axes."""
    distance = (1 - np.hypot((canvas.x - x) / width, (canvas.y - y) / height)) * min(width, height)
    return ramp(distance, soft)


def arc(canvas: Canvas, x: float, y: float, width: float, bend: float, thick: float, soft: float = 0.02) -> Array:
    """Return the opacity of a bent stroke that thins towards its ends; a positive bend arches upwards."""
    along = (canvas.x - x) / width
    middle = y - bend * (1 - along**2)
    body = thick * np.sqrt(np.clip(1 - along**2, 0, 1))
    return ramp(body - np.abs(canvas.y - middle), soft) * ramp(1 - np.abs(along), soft / width)


def draw_face() -> tuple[Array, Array]:
    """Paint an upright frontal face."""
    canvas = Canvas((0.62, 0.63, 0.66), seed=11)
    x, y = canvas.x, canvas.y
    hair = ellipse(canvas, 0, 0, 0.77, 0.95, 0.04) * ramp(0.52 - 0.5 * (np.abs(x) - 0.56) ** 2 - y, 0.05)
    # The jaw narrows below the cheeks.
    half = 0.53 - 0.2 * np.clip(y - 0.22, 0, 1) ** 1.5
    skin = ramp((1 - np.hypot(x / half, (y - 0.1) / 0.75)) * 0.53, 0.035)
    neck = ramp(0.3 - np.abs(x) + 0.08 * np.clip(y - 0.75, 0, 1), 0.04) * ramp(y - 0.55, 0.1)
    canvas.paint((0.36, 0.24, 0.15), hair)
    strands = canvas.noise(0.22, 0.012, angle=np.arctan2(y + 0.1, x) + np.pi / 2)
    canvas.shade(0.22, hair * strands)
    canvas.shade(0.5, ellipse(canvas, -0.3, -0.68, 0.34, 0.16, 0.16) * hair)
    canvas.paint((0.66, 0.46, 0.36), neck)
    canvas.shade(-0.45, neck * ramp(0.92 - y, 0.16))
    canvas.paint((0.87, 0.67, 0.55), skin)
    _model_face(canvas, skin)
    for side in (-1, 1):
        _face_eye(canvas, side)
    _nose_and_mouth(canvas)
    fringe = (
        ramp(-0.53 + 0.1 * x - 0.35 * (x - 0.2) ** 2 + 0.5 * (x - 0.2) ** 4 - y + 0.03 * canvas.noise(0.02, 0.3), 0.05)
        * hair
    )
    canvas.paint((0.4, 0.27, 0.17), fringe)
    canvas.shade(0.25, fringe * canvas.noise(0.014, 0.2, angle=0.5 * x))
    canvas.texture(0.014)
    canvas.ripple(0.006, 0.16)
    support = np.maximum(np.maximum(hair, skin), neck * ramp(1.02 - y, 0.06))
    return canvas.finished(inner(support))


def _model_face(canvas: Canvas, skin: Array) -> None:
    """Give the skin its light from above and in front."""
    canvas.shade(0.15, ellipse(canvas, 0, -0.32, 0.36, 0.24, 0.18) * skin)
    canvas.shade(-0.32, skin * (1 - ellipse(canvas, 0, 0.08, 0.46, 0.72, 0.2)))
    canvas.shade(0.09, ellipse(canvas, 0, 0.7, 0.14, 0.1, 0.1))
    for side in (-1, 1):
        canvas.shade(-0.2, ellipse(canvas, side * 0.24, -0.02, 0.21, 0.15, 0.12))
        canvas.paint((0.9, 0.58, 0.5), 0.45 * ellipse(canvas, side * 0.31, 0.28, 0.17, 0.13, 0.13))
        canvas.shade(0.13, ellipse(canvas, side * 0.28, 0.24, 0.16, 0.11, 0.1))


def _face_eye(canvas: Canvas, side: int) -> None:
    x, y = side * 0.235, 0.0
    opening = ramp(0.062 - 3.1 * (canvas.x - x) ** 2 - np.abs(canvas.y - y), 0.014)
    canvas.paint((0.92, 0.9, 0.88), opening)
    canvas.paint((0.3, 0.2, 0.13), opening * ellipse(canvas, x, y - 0.004, 0.07, 0.07, 0.012))
    canvas.paint((0.05, 0.04, 0.04), opening * ellipse(canvas, x, y - 0.004, 0.034, 0.034, 0.012))
    canvas.paint((0.97, 0.97, 0.97), ellipse(canvas, x - 0.022, y - 0.03, 0.016, 0.016, 0.008))
    canvas.paint((0.16, 0.1, 0.08), 0.9 * arc(canvas, x, y - 0.005, 0.155, 0.062, 0.02, 0.014))
    canvas.paint((0.4, 0.24, 0.19), 0.5 * arc(canvas, x, y + 0.01, 0.14, -0.058, 0.01, 0.014))
    canvas.paint((0.55, 0.36, 0.28), 0.6 * arc(canvas, x, y - 0.05, 0.16, 0.062, 0.008, 0.016))
    canvas.paint((0.29, 0.19, 0.12), 0.85 * arc(canvas, x + side * 0.02, y - 0.15, 0.2, 0.065, 0.028, 0.022))


def _nose_and_mouth(canvas: Canvas) -> None:
    for side in (-1, 1):
        canvas.shade(-0.14, ellipse(canvas, side * 0.085, 0.12, 0.035, 0.2, 0.05))
        canvas.shade(-0.22, ellipse(canvas, side * 0.1, 0.28, 0.05, 0.05, 0.04))
        canvas.paint((0.3, 0.15, 0.12), 0.75 * ellipse(canvas, side * 0.055, 0.318, 0.034, 0.018, 0.016))
        canvas.shade(-0.16, ellipse(canvas, side * 0.235, 0.5, 0.025, 0.09, 0.05))
    canvas.shade(0.16, ellipse(canvas, 0, 0.1, 0.035, 0.22, 0.04))
    canvas.shade(0.16, ellipse(canvas, 0, 0.26, 0.05, 0.045, 0.04))
    canvas.shade(-0.16, ellipse(canvas, 0, 0.36, 0.11, 0.03, 0.035))
    canvas.paint((0.72, 0.34, 0.33), 0.9 * arc(canvas, 0, 0.5, 0.2, 0.0, 0.035, 0.02))
    canvas.paint((0.8, 0.42, 0.41), 0.9 * arc(canvas, 0, 0.53, 0.17, -0.03, 0.04, 0.02))
    canvas.paint((0.36, 0.12, 0.13), 0.9 * arc(canvas, 0, 0.505, 0.205, -0.014, 0.009, 0.014))
    canvas.shade(0.18, ellipse(canvas, 0, 0.55, 0.08, 0.018, 0.018))
    canvas.shade(-0.2, ellipse(canvas, 0, 0.625, 0.12, 0.025, 0.035))


def draw_eye() -> tuple[Array, Array]:
    """Paint one open eye with its lids."""
    canvas = Canvas((0.8, 0.6, 0.49), seed=23)
    x, y = canvas.x, canvas.y
    r, angle = np.hypot(x, y), np.arctan2(y, x)
    canvas.shade(-0.3, ramp(r - 0.75, 0.35))
    canvas.shade(-0.25, arc(canvas, 0, -0.18, 0.95, 0.42, 0.12, 0.16))
    canvas.paint((0.52, 0.33, 0.25), 0.7 * arc(canvas, 0, -0.2, 0.9, 0.42, 0.03, 0.05))
    upper, lower = 0.36 * (1 - (np.abs(x) / 0.86) ** 2.2), 0.36 * (1 - (np.abs(x) / 0.86) ** 2)
    opening = ramp(np.minimum(y + upper, lower - y), 0.025)
    canvas.paint((0.9, 0.87, 0.84), opening)
    canvas.shade(-0.35, opening * ramp(np.abs(x) - 0.62, 0.2))
    iris = ellipse(canvas, 0, 0, 0.42, 0.42, 0.02)
    rays = canvas.noise(0.02, 0.5, angle=0.0)
    spokes = look_up(rays, angle / np.pi, r)
    canvas.paint((0.33, 0.52, 0.5), opening * iris)
    canvas.shade(0.28, opening * iris * spokes)
    canvas.paint((0.66, 0.52, 0.25), 0.75 * opening * ellipse(canvas, 0, 0, 0.25, 0.25, 0.07))
    canvas.shade(0.2, opening * ellipse(canvas, 0, 0, 0.3, 0.3, 0.08) * spokes)
    canvas.paint((0.1, 0.14, 0.17), 0.85 * opening * iris * ramp(r - 0.375, 0.05))
    canvas.paint((0.03, 0.03, 0.04), opening * ellipse(canvas, 0, 0, 0.19, 0.19, 0.02))
    canvas.shade(-0.55, opening * ramp(0.1 - (y + upper), 0.16))
    canvas.paint((0.97, 0.98, 1.0), opening * ellipse(canvas, -0.13, -0.15, 0.075, 0.065, 0.02))
    canvas.paint((0.8, 0.86, 0.9), 0.6 * opening * ellipse(canvas, 0.14, 0.15, 0.05, 0.035, 0.03))
    lashes = 0.045 + 0.1 * np.abs(np.sin(26 * x + 5 * x * (y + upper))) ** 5
    band = ramp(np.minimum(y + upper + lashes * (1 - x**2), 0.03 - y - upper), 0.022)
    canvas.paint((0.13, 0.09, 0.08), 0.9 * band * ramp(0.86 - np.abs(x), 0.04))
    canvas.paint((0.42, 0.24, 0.2), 0.6 * ramp(0.02 - np.abs(lower - y), 0.025) * ramp(0.84 - np.abs(x), 0.04))
    canvas.texture(0.014)
    canvas.ripple(0.006, 0.15)
    return canvas.finished(ramp(0.97 - r, 0.04))


def draw_spiral() -> tuple[Array, Array]:
    """Paint a logarithmic spiral of two arms."""
    canvas = Canvas((0.56, 0.53, 0.5), seed=37)
    r, angle = np.hypot(canvas.x, canvas.y), np.arctan2(canvas.y, canvas.x)
    turn = 2 * angle + 6.5 * np.log(r + 0.02) + 0.3 * canvas.noise(0.2)
    wave = np.cos(turn)
    canvas.paint((0.2, 0.3, 0.42), ramp(wave, 0.75))
    canvas.paint((0.88, 0.74, 0.52), ramp(-wave - 0.1, 0.6))
    canvas.paint((0.95, 0.9, 0.8), 0.8 * ramp(np.cos(turn + 2.6) - 0.82, 0.2))
    canvas.paint((0.62, 0.26, 0.18), 0.6 * ramp(np.cos(turn + 1.5) - 0.72, 0.25))
    canvas.shade(0.16, look_up(canvas.noise(0.3, 0.014), angle / np.pi, np.sin(turn / 2) * 0.9))
    canvas.texture(0.022)
    canvas.ripple(0.012, 0.1)
    return canvas.finished(ramp(0.97 - r, 0.04))


DRAWINGS: Final[Mapping[str, Callable[[], tuple[Array, Array]]]] = {
    "eye": draw_eye,
    "face": draw_face,
    "spiral": draw_spiral,
}


def main(folder: str) -> None:
    """Write all drawings into a folder, as PNG files with alpha."""
    for name, draw in DRAWINGS.items():
        pixels, support = draw()
        images.write(pathlib.Path(folder) / f"{name}.png", pixels, support)


if __name__ == "__main__":
    main(sys.argv[1])
