"""Putting a warped photograph on another: the geometry of the scene source ``warps``."""

from __future__ import annotations

import math
from typing import Final, Protocol

import numpy as np

from fracorr import Target
from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr.validators import wrong
from fracorr_scenes import continuous
from fracorr_scenes.continuous import Reals

_TRIES: Final = 1000


class Ranges(Protocol):
    """What poses are drawn from."""

    @property
    def angles(self) -> tuple[float, float]: ...
    @property
    def scales(self) -> tuple[float, float]: ...
    @property
    def size(self) -> tuple[int, int]: ...


def template(photograph: FloatArray, place: tuple[int, int], side: int) -> FloatArray:
    """Return the square with its first column and row at `place`."""
    return photograph[place[1] : place[1] + side, place[0] : place[0] + side]


def draw_pose(ranges: Ranges, rng: np.random.Generator, side: int, label: str) -> Target:
    """Draw a pose with which a square template lies wholly in the scene.

    Raises
    ------
    ConfigurationError
        If the scene is too small for it.
    """
    for _ in range(_TRIES):
        angle = float(rng.uniform(*ranges.angles))
        scale = math.exp(rng.uniform(*np.log(ranges.scales)))
        turn = math.radians(angle)
        reach = side * scale / 2 * (abs(math.cos(turn)) + abs(math.sin(turn)))
        room = [length - 2 * reach for length in ranges.size]
        if min(room) >= 0:
            x, y = (reach - 0.5 + float(rng.uniform(0, each)) for each in room)
            return Target(x, y, side * scale, side * scale, angle % 360, scale, label)
    raise wrong(
        ranges,
        f"a template of {side} px does not fit into scenes of {ranges.size[0]}×{ranges.size[1]} px at scales from "
        f"{ranges.scales[0]:g} to {ranges.scales[1]:g}; use larger scenes or smaller scales",
    )


def background(photograph: FloatArray, size: tuple[int, int], rng: np.random.Generator) -> FloatArray:
    """Return a random part of a photograph, resized so that it just covers the scene."""
    height, width = photograph.shape[:2]
    factor = max(size[0] / width, size[1] / height)
    fitted = max(size[0], round(width * factor)), max(size[1], round(height * factor))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    large = np.clip(cv2.resize(photograph, fitted, interpolation=how), 0.0, 1.0)
    left, top = (int(rng.integers(big - small + 1)) for big, small in zip(fitted, size, strict=True))
    return np.asarray(large[top : top + size[1], left : left + size[0]], dtype=np.float32)


def placed(canvas: FloatArray, photograph: FloatArray, place: tuple[int, int], target: Target) -> FloatArray:
    """Return the canvas with the photograph on it, warped so that the template at `place` goes to the target.

    The photograph counts as a continuous picture (see :func:`fracorr_scenes.continuous.looked_up`).
    """
    side = target.width / target.scale
    x, y = _in_frame(canvas, target)
    across = x / target.scale + place[0] + (side - 1) / 2
    down = y / target.scale + place[1] + (side - 1) / 2
    height, width = photograph.shape[:2]
    cover = continuous.coverage(across, down, (height, width), target.scale)
    warped = continuous.looked_up(photograph.reshape(height, width, -1), across, down, target.scale)
    return _blended(canvas, warped.reshape(canvas.shape), cover)


def covered(
    canvas: FloatArray, photograph: FloatArray, target: Target, share: float, rng: np.random.Generator
) -> FloatArray:
    """Return the canvas with a square piece of a photograph over a share of the target, somewhere in it."""
    side = target.width * math.sqrt(share)
    x, y = _in_frame(canvas, target)
    free = (target.width - side) / 2
    middle = rng.uniform(-free, free, 2)
    inside = side / 2 - np.maximum(np.abs(x - middle[0]), np.abs(y - middle[1]))
    size = canvas.shape[1], canvas.shape[0]
    # Turned upside down and then some: where it came from the background, it must not go on as the background.
    piece = background(np.ascontiguousarray(photograph[::-1, ::-1]), size, rng)
    return _blended(canvas, piece, np.clip(inside + 0.5, 0.0, 1.0))


def _in_frame(canvas: FloatArray, target: Target) -> tuple[Reals, Reals]:
    """Return where every pixel is along the target's own axes, in pixels of the scene from its centre."""
    return continuous.along(target, np.arange(canvas.shape[1]), np.arange(canvas.shape[0]))


def _blended(below: FloatArray, above: FloatArray, cover: Reals) -> FloatArray:
    weight = cover[..., None] if below.ndim == 3 else cover
    return np.asarray(below + weight * (above - below), dtype=np.float32)
