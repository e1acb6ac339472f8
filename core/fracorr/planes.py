"""A scene's pixels as correlation reads them: channel by channel, in a range where nothing overflows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.blocks import Block, Grid, transform_block
from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr.scene import Scene

#: Pixels whose largest magnitude is in this range are taken as they are.
_USUAL = (2.0**-10, 2.0)
#: An offset of so many times the range of the pixels is removed before squares are summed.
_FAR = 4.0
#: Transforms of a scene that need more bytes than this are made anew for each kernel.
_KEPT_BYTES = 160 * 2**20


@attrs.frozen(eq=False)
class Planes:
    """The channels of a scene.

    Attributes
    ----------
    pixels : (H, W) or (H, W, C) float32 array
        The scene's pixels times `scale`.
    scale : float
        A power of two: 1 for pixels of usual size.
    level : (C,) float64 array
        An offset of the scaled pixels that sums of squares must be taken relative to, and that float32 holds exactly;
        0 for pixels that have no large offset.
    peak : float
        The largest magnitude of the scaled pixels relative to `level`.
    """

    pixels: FloatArray
    scale: float
    level: npt.NDArray[np.float64]
    peak: float

    @classmethod
    def of(cls, scene: Scene, color: bool) -> Planes:
        """Return the colour channels or the luma of a scene, the same object each time."""
        return scene.memo.get(("planes", color), lambda: cls.from_pixels(scene.pixels if color else scene.gray))

    @classmethod
    def from_pixels(cls, pixels: FloatArray) -> Planes:
        """Look at the pixels and choose scale and level."""
        channels = 1 if pixels.ndim == 2 else pixels.shape[2]
        scale = unit_scale(pixels)
        if scale == 1.0:
            return cls(pixels, scale, np.zeros(channels), float(cv2.norm(pixels, cv2.NORM_INF)))
        scaled = pixels * np.float32(scale)
        flat = scaled.reshape(-1, channels)
        low, high = flat.min(axis=0).astype(np.float64), flat.max(axis=0).astype(np.float64)
        mean = np.asarray(flat.mean(axis=0, dtype=np.float64), dtype=np.float32).astype(np.float64)
        level = np.where(np.abs(mean) > _FAR * (high - low), mean, 0.0)
        return cls(scaled, scale, level, float(np.maximum(np.abs(high - level), np.abs(low - level)).max()))

    @property
    def channels(self) -> int:
        return self.level.size

    @property
    def shape(self) -> tuple[int, int]:
        return self.pixels.shape[0], self.pixels.shape[1]

    def read(self, rows: slice, columns: slice, channel: int) -> FloatArray:
        """Return a part of one channel."""
        part = self.pixels[rows, columns]
        return part if part.ndim == 2 else np.asarray(cv2.extractChannel(part, channel))

    def levelled(self, rows: slice, columns: slice, channel: int) -> FloatArray:
        """Return a part of one channel, relative to its level."""
        part = self.read(rows, columns, channel)
        level = self.level[channel]
        return part - np.float32(level) if level else part

    def squares(self, rows: slice, columns: slice, _: int) -> npt.NDArray[np.float64]:
        """Return the sum over channels of the squares of the levelled pixels of a part."""
        parts = (self.levelled(rows, columns, each).astype(np.float64) for each in range(self.channels))
        return np.asarray(sum(part * part for part in parts))

    def blocks(self, scene: Scene, grid: Grid, dtype: npt.DTypeLike = np.float32) -> Iterable[Block]:
        """Return the transforms of all blocks: kept in the scene's memo where they are small enough for it."""

        def transforms() -> Iterator[Block]:
            return (transform_block(self.read, self.channels, grid, place, dtype) for place in grid.places())

        if grid.pixels * self.channels * np.dtype(dtype).itemsize > _KEPT_BYTES:
            return transforms()
        key = ("blocks", self.channels, grid.block, grid.step, grid.out, np.dtype(dtype).char)
        return scene.memo.get(key, lambda: tuple(transforms()))


def unit_scale(values: npt.NDArray[Any]) -> float:
    """Return the power of two that brings values of unusual size to about 1; 1 for values of usual size."""
    peak = float(np.abs(values).max()) if values.dtype != np.float32 else float(cv2.norm(values, cv2.NORM_INF))
    if peak == 0 or _USUAL[0] <= peak <= _USUAL[1]:
        return 1.0
    return 2.0 ** -math.frexp(peak)[1]
