"""What every window of a scene has in common for all kernels of one size or support: its energy and its contrast.

The scene s is taken as its :class:`~fracorr.planes.Planes` give it, relative to their level L; the squared support w²
is the weight, W = Σ w². Sums over windows run in float64, those for the contrast from the first square to the last
difference; what comes out is float32.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Iterator
from typing import Protocol

import attrs
import numpy as np

from fracorr import buffers
from fracorr.blocks import Grid, grid_for
from fracorr.images import FloatArray
from fracorr.once import computed_once
from fracorr.opencv import cv2
from fracorr.planes import Planes
from fracorr.running_sums import box_sums, sum_of_squares
from fracorr.squares import Squares

#: A sum of squares below this part of the largest possible one cannot be told from the rounding of running sums.
_ROUNDING = 1e-13
#: Pixels of a band of the scene, so that its float64 sums stay in the cache.
_BAND = 1 << 18


class WindowSums(Protocol):
    """Sums over every window, (H', W') float32 each."""

    @property
    def energy(self) -> FloatArray:
        """Σ w² (s − L)² over all channels."""

    @property
    def sums(self) -> tuple[FloatArray, ...]:
        """Σ w² (s − L) of each channel."""

    @property
    def contrast(self) -> Squares:
        """V = Σ w² (s − s̄)² over all channels, with s̄ the channel's mean weighted by w; 0 for a flat window."""

    @property
    def raw_energy(self) -> Squares:
        """Σ w² s² over all channels; 0 for a black window."""

    @property
    def shifts(self) -> tuple[FloatArray, ...]:
        """The mean weighted by w² minus the mean weighted by w, of each channel; empty where they are the same."""


@attrs.define(eq=False, slots=False)
class BoxSums:
    """The sums for a kernel with full support: running sums, the cheapest way there is."""

    planes: Planes
    shape: tuple[int, int]
    shifts: tuple[FloatArray, ...] = ()

    @property
    def _rounding(self) -> float:
        return _ROUNDING * self._count * self.planes.peak**2

    @property
    def _grid(self) -> Grid:
        return grid_for(self.planes.shape, self.shape)

    @property
    def _count(self) -> int:
        return self.shape[0] * self.shape[1]

    @computed_once
    def energy(self) -> FloatArray:
        result = self._empty()
        for pixels, place in self._bands():
            box_sums(sum_of_squares(pixels, np.float32), self.shape, np.float32, result[place])
        return result

    @computed_once
    def sums(self) -> tuple[FloatArray, ...]:
        results = tuple(self._empty() for _ in range(self.planes.channels))
        for pixels, place in self._bands():
            for result, each in zip(results, pixels, strict=False):
                box_sums(each, self.shape, np.float32, result[place])
        return results

    @computed_once
    def contrast(self) -> Squares:
        result = self._empty()
        for pixels, place in self._bands():
            self._contrast(pixels, result[place])
        return Squares(result, self._rounding, self._grid)

    @computed_once
    def raw_energy(self) -> Squares:
        energy = self.energy
        if self.planes.level:
            energy = without_level(energy, self.sums, self.planes.level, self._count)
        return Squares(energy, self._rounding, self._grid)

    @property
    def nbytes(self) -> int:
        """How much memory the sums take once all of them were asked for."""
        maps = 2 + (1 + self.planes.channels if self.planes.level else 0)
        return maps * math.prod(self._grid.out) * np.dtype(np.float32).itemsize

    def _empty(self) -> FloatArray:
        return buffers.empty(self._grid.out, np.float32, lasting=True)

    def _bands(self) -> Iterator[tuple[Iterator[FloatArray], slice]]:
        """Yield the channels of bands of the scene, and which rows of the output they give."""
        height, width = self.planes.shape
        rows, last = max(_BAND // width, 4 * self.shape[0]), height - self.shape[0] + 1
        for top in range(0, last, rows):
            bottom = min(top + rows, last)
            part = slice(top, bottom + self.shape[0] - 1)
            channels = range(self.planes.channels)
            yield (self.planes.levelled(part, slice(None), each) for each in channels), slice(top, bottom)

    def _contrast(self, channels: Iterable[FloatArray], out: FloatArray) -> None:
        """Put Σ s² − (Σ s)² / N into `out`: in float64, for what remains may be a small part of either."""
        parts = list(channels)
        squares = box_sums(sum_of_squares(parts, np.float64), self.shape, np.float64)
        sums = sum_of_squares((box_sums(each, self.shape, np.float64) for each in parts), np.float64)
        cv2.addWeighted(squares, 1.0, sums, -1.0 / self._count, 0.0, dst=out, dtype=cv2.CV_32F)


def without_level(energy: FloatArray, sums: tuple[FloatArray, ...], level: float, weight: float) -> FloatArray:
    """Σ w² s² over all channels, from sums that are relative to a level."""
    total = functools.reduce(np.add, sums)
    constant = level * level * weight * len(sums)
    return np.asarray(cv2.addWeighted(energy, 1.0, total, 2.0 * level, constant), dtype=np.float32)
