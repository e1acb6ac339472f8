"""A scene's pixels as correlation reads them: channel by channel, in a range where nothing overflows."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import buffers
from fracorr.blocks import SAMPLED, BlockPair, Grid, Pair, Place, transform_pair, variance
from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr.scene import Scene

#: Values whose largest magnitude is in this range are taken as they are.
_USUAL = (2.0**-10, 2.0)
#: Numbers that are next to nothing even in float64 are brought no closer to 1 than by this power of two, which leaves
#: room for products.
_LARGEST_POWER = 500
#: An offset of so many times the range of the pixels is removed.
_FAR = 2.0
#: Transforms of a scene that need more bytes than this are made anew for each kernel.
_KEPT_BYTES = 128 * 2**20


@attrs.frozen(eq=False)
class Planes:
    """The channels of a scene.

    Attributes
    ----------
    pixels : (H, W) or (H, W, C) float32 array
        The scene's pixels times `scale`.
    scale : float
        A power of two: 1 for pixels of usual size.
    level : float
        The offset of the scaled pixels: 0 unless it is large against their range. Sums of squares and products are
        taken relative to it, because there it would drown the picture. float32 holds it exactly.
    peak : float
        The largest magnitude of the scaled pixels relative to `level`.
    """

    pixels: FloatArray
    scale: float
    level: float
    peak: float

    @classmethod
    def of(cls, scene: Scene, color: bool) -> Planes:
        """Return the colour channels or the luma of a scene, the same object each time."""
        return scene.memo.get(("planes", color), lambda: cls.from_pixels(scene.pixels if color else scene.gray))

    @classmethod
    def from_pixels(cls, pixels: FloatArray) -> Planes:
        """Look at the pixels and choose scale and level."""
        low, high, _, _ = cv2.minMaxLoc(pixels.reshape(pixels.shape[0], -1))
        # float32 holds no factor above 2 ** 128.
        scale = min(unit_scale(max(abs(low), abs(high))), 2.0**100)
        scaled = pixels if scale == 1.0 else pixels * np.float32(scale)
        low, high = low * scale, high * scale
        middle = float(np.float32((low + high) / 2))
        level = middle if abs(middle) > _FAR * (high - low) else 0.0
        return cls(scaled, scale, level, max(abs(high - level), abs(low - level)))

    @property
    def channels(self) -> int:
        return 1 if self.pixels.ndim == 2 else self.pixels.shape[2]

    @property
    def shape(self) -> tuple[int, int]:
        return self.pixels.shape[0], self.pixels.shape[1]

    def read(self, rows: slice, columns: slice, channel: int) -> FloatArray:
        """Return a part of one channel."""
        part = self.pixels[rows, columns]
        if part.ndim == 2:
            return part
        return np.asarray(cv2.extractChannel(part, channel, buffers.empty(part.shape[:2], part.dtype)))

    def levelled(self, rows: slice, columns: slice, channel: int) -> FloatArray:
        """Return a part of one channel, relative to its level."""
        part = self.read(rows, columns, channel)
        return part - np.float32(self.level) if self.level else part

    def variances(self, scene: Scene, grid: Grid) -> tuple[float, ...]:
        """Return the variance of the pixels under each place of a grid, about each channel's mean."""
        key = ("variances", self.channels, grid)
        return scene.memo.get(key, lambda: tuple(variance(self._under(place, grid)) for place in grid.places))

    def _under(self, place: Place, grid: Grid) -> FloatArray:
        """Return some rows of the block that gives a place, all channels, relative to their level."""
        rows, columns = (slice(each.start, each.start + side) for each, side in zip(place, grid.block, strict=True))
        return self.pixels[rows, columns][::SAMPLED] - np.float32(self.level)

    def blocks(self, scene: Scene, grid: Grid) -> Iterable[BlockPair]:
        """Return the transforms of all blocks in float32."""

        def transform(places: Pair) -> BlockPair:
            return transform_pair(self.read, self.channels, grid, places, np.float32)

        return self._kept(scene, "blocks", grid, transform, self.channels * np.complex64().itemsize)

    def blocks_in_double(self, scene: Scene, grid: Grid, channel: int | None) -> Iterable[BlockPair]:
        """Return the transforms in float64 of one levelled channel, or with None of the squares of all together."""

        def read(rows: slice, columns: slice, _: int) -> npt.NDArray[Any]:
            if channel is not None:
                return self.levelled(rows, columns, channel)
            parts = (self.levelled(rows, columns, each).astype(np.float64) for each in range(self.channels))
            return functools.reduce(np.add, (part * part for part in parts))

        def transform(places: Pair) -> BlockPair:
            return transform_pair(read, 1, grid, places, np.float64)

        return self._kept(scene, f"channel {channel} in double", grid, transform, np.complex128().itemsize)

    def pair_in_double(self, scene: Scene, grid: Grid, places: Pair) -> BlockPair:
        """Return the transforms of two blocks in float64."""
        key = ("blocks in double", self.channels, grid, places[0][0].start, places[0][1].start)
        return scene.memo.get(key, lambda: transform_pair(self.read, self.channels, grid, places, np.float64))

    def _kept(
        self, scene: Scene, what: str, grid: Grid, transform: Callable[[Pair], BlockPair], bytes_per_pixel: int
    ) -> Iterable[BlockPair]:
        """Keep transforms in the scene's memo for the next kernel, where they are small enough for it."""
        size = grid.pixels * bytes_per_pixel
        if size > _KEPT_BYTES:
            return (transform(places) for places in grid.pairs)
        return scene.memo.get((what, self.channels, grid), lambda: _KeptPairs(grid.pairs, transform, size))


@attrs.define(eq=False)
class _KeptPairs:
    """Blocks that are transformed when they are first asked for: each is used at once, while the cache holds it.

    Several threads may ask at once: what two of them transform is the same, and either may stay.
    """

    pairs: tuple[Pair, ...]
    transform: Callable[[Pair], BlockPair]
    nbytes: int
    _kept: dict[int, BlockPair] = attrs.field(factory=dict, init=False)

    def __iter__(self) -> Iterator[BlockPair]:
        for number, places in enumerate(self.pairs):
            if number not in self._kept:
                self._kept[number] = self.transform(places)
            yield self._kept[number]


def unit_scale(peak: float) -> float:
    """Return the power of two that brings an unusual largest magnitude to about 1; 1 for a usual one."""
    if peak == 0 or _USUAL[0] <= peak <= _USUAL[1]:
        return 1.0
    return 2.0 ** min(-math.frexp(peak)[1], _LARGEST_POWER)
