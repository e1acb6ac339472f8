"""What every window of a scene has in common for all kernels of one size or support: its energy and its contrast.

The scene s is taken as its :class:`~fracorr.planes.Planes` give it, relative to their level L; the squared support w²
is the weight, W = Σ w². All sums run in float64; what comes out is float32.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.blocks import correlate_blocks, grid_for, transform_block, transform_weights
from fracorr.images import FloatArray
from fracorr.memo import size_of
from fracorr.opencv import cv2
from fracorr.planes import Planes

#: A sum of squares below this part of the largest possible one cannot be told from the rounding of float64: nothing.
_BOX_ROUNDING = 1e-13
_FFT_ROUNDING = 1e-12
#: Pixels of a band of the scene, so that its float64 sums stay in the cache.
_BAND = 1 << 18


class WindowSums(Protocol):
    """Sums over every window, (H', W') float32 each."""

    @property
    def rounding(self) -> float:
        """Sums of squares up to this are taken for 0."""

    @property
    def energy(self) -> FloatArray:
        """Σ w² (s − L)² over all channels."""

    @property
    def sums(self) -> tuple[FloatArray, ...]:
        """Σ w² (s − L) of each channel."""

    @property
    def inverse_deviation(self) -> FloatArray:
        """1 / √V, V = Σ w² (s − s̄)² over all channels, s̄ the channel's mean weighted by w; 0 for a flat window."""

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
    def rounding(self) -> float:
        return _BOX_ROUNDING * self._count * self.planes.peak**2

    @property
    def _count(self) -> int:
        return self.shape[0] * self.shape[1]

    @functools.cached_property
    def energy(self) -> FloatArray:
        result = self._empty()
        for pixels, place in self._bands():
            squares = (self._box(cv2.sqrBoxFilter, each, cv2.CV_32F) for each in pixels)
            result[place] = functools.reduce(np.add, squares)
        return result

    @functools.cached_property
    def sums(self) -> tuple[FloatArray, ...]:
        results = tuple(self._empty() for _ in range(self.planes.channels))
        for pixels, place in self._bands():
            for result, each in zip(results, pixels, strict=False):
                result[place] = self._box(cv2.boxFilter, each, cv2.CV_32F)
        return results

    @functools.cached_property
    def inverse_deviation(self) -> FloatArray:
        result = self._empty()
        for pixels, place in self._bands():
            result[place] = functools.reduce(np.add, (self._contrast(each) for each in pixels))
            inverse_root(result[place], self.rounding, out=result[place])
        return result

    @property
    def nbytes(self) -> int:
        """How much memory the sums take once all of them were asked for."""
        maps = 2 + (self.planes.channels if self.planes.level else 0)
        return maps * self._empty().nbytes

    def _empty(self) -> FloatArray:
        rows, columns = (whole - part + 1 for whole, part in zip(self.planes.shape, self.shape, strict=True))
        return np.empty((rows, columns), np.float32)

    def _bands(self) -> Iterator[tuple[Iterator[FloatArray], slice]]:
        """Yield the channels of bands of the scene, and which rows of the output they give."""
        height, width = self.planes.shape
        rows, last = max(_BAND // width, 4 * self.shape[0]), height - self.shape[0] + 1
        for top in range(0, last, rows):
            bottom = min(top + rows, last)
            part = slice(top, bottom + self.shape[0] - 1)
            channels = range(self.planes.channels)
            yield (self.planes.levelled(part, slice(None), each) for each in channels), slice(top, bottom)

    def _contrast(self, pixels: FloatArray) -> npt.NDArray[np.float64]:
        """Σ s² − (Σ s)² / N: in float64, for what remains may be a small part of either."""
        squares = self._box(cv2.sqrBoxFilter, pixels, cv2.CV_64F)
        sums = self._box(cv2.boxFilter, pixels, cv2.CV_64F)
        np.multiply(sums, sums, out=sums)
        return np.asarray(cv2.scaleAdd(sums, -1.0 / self._count, squares, dst=squares))

    def _box(self, filter_: Callable[..., Any], pixels: FloatArray, depth: int) -> npt.NDArray[Any]:
        height, width = self.shape
        sums = filter_(pixels, depth, (width, height), anchor=(0, 0), normalize=False, borderType=cv2.BORDER_CONSTANT)
        return np.asarray(sums)[: pixels.shape[0] - height + 1, : pixels.shape[1] - width + 1]


@attrs.frozen(eq=False)
class SupportSums:
    """The sums for a kernel with a support of its own: correlations with it, in float64."""

    rounding: float
    energy: FloatArray
    sums: tuple[FloatArray, ...]
    inverse_deviation: FloatArray
    shifts: tuple[FloatArray, ...]
    nbytes: int

    @classmethod
    def of(cls, planes: Planes, support: FloatArray) -> SupportSums:
        """Sum up a scene's windows for a support (h, w)."""
        weights = support.astype(np.float64)
        squares = weights * weights
        total = float(squares.sum())
        rounding = _FFT_ROUNDING * total * planes.peak**2
        contrast = _slide(planes, squares, None)
        energy = np.maximum(contrast, 0.0).astype(np.float32)
        sums, shifts = [], []
        for channel in range(planes.channels):
            means = _slide(planes, squares / total, channel)
            contrast -= total * means * means
            if planes.level:
                sums.append((total * means).astype(np.float32))
            if not np.array_equal(weights, squares):
                means -= _slide(planes, weights / weights.sum(), channel)
                shifts.append(means.astype(np.float32))
        flat = contrast <= rounding
        for shift in shifts:
            contrast += total * np.square(shift, dtype=np.float64)
        contrast[flat] = 0.0
        deviation = inverse_root(contrast.astype(np.float32), rounding)
        maps = (energy, tuple(sums), deviation, tuple(shifts))
        return cls(rounding, *maps, nbytes=size_of(maps))


def _slide(planes: Planes, weights: npt.NDArray[np.float64], channel: int | None) -> npt.NDArray[np.float64]:
    """Return weighted sums of one levelled channel, or with None of the squares of all, in float64."""

    def read(rows: slice, columns: slice, _: int) -> npt.NDArray[Any]:
        if channel is None:
            return planes.squares(rows, columns)
        return planes.levelled(rows, columns, channel)

    grid = grid_for(planes.shape, (weights.shape[0], weights.shape[1]))
    blocks = (transform_block(read, 1, grid, place, np.float64) for place in grid.places())
    spectra = transform_weights(weights[..., None], grid, np.float64)
    return correlate_blocks(blocks, grid, spectra, weights.sum(keepdims=True).ravel())


def inverse_root(squares: FloatArray, rounding: float, out: FloatArray | None = None) -> FloatArray:
    """Return one over the root, and 0 where there is nothing but rounding."""
    nothing = squares <= rounding if cv2.minMaxLoc(squares)[0] <= rounding else None
    if nothing is not None:
        squares = np.where(nothing, np.float32(np.inf), squares)
    roots = np.sqrt(squares, out=out)
    return np.divide(np.float32(1.0), roots, out=roots)
