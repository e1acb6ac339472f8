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

from fracorr.blocks import Grid, grid_for
from fracorr.images import FloatArray
from fracorr.kernel import frozen
from fracorr.opencv import cv2
from fracorr.planes import Planes

#: A sum of squares below this part of the largest possible one cannot be told from the rounding of running sums.
_ROUNDING = 1e-13
#: Pixels of a band of the scene, so that its float64 sums stay in the cache.
_BAND = 1 << 18


@attrs.frozen(eq=False)
class InverseRoots:
    """One over the root of a sum of squares at every window.

    Attributes
    ----------
    values : (H', W') float32 array
        0 where the sum is nothing but rounding.
    peaks : tuple of float
        The largest value at each of the grid's places.
    complete : bool
        Whether no value is 0.
    """

    values: FloatArray
    peaks: tuple[float, ...]
    complete: bool

    @classmethod
    def of(cls, squares: FloatArray, rounding: float, grid: Grid, out: FloatArray | None = None) -> InverseRoots:
        """Take the roots of sums of squares; those up to `rounding` count as 0."""
        complete = cv2.minMaxLoc(squares)[0] > rounding
        if not complete:
            squares = np.where(squares > rounding, squares, np.float32(np.inf))
        values = np.sqrt(squares, out=out)
        np.divide(np.float32(1.0), values, out=values)
        return cls(frozen(values), tuple(float(values[place].max()) for place in grid.places()), complete)

    @property
    def nbytes(self) -> int:
        return self.values.nbytes


class WindowSums(Protocol):
    """Sums over every window, (H', W') float32 each."""

    @property
    def energy(self) -> FloatArray:
        """Σ w² (s − L)² over all channels."""

    @property
    def sums(self) -> tuple[FloatArray, ...]:
        """Σ w² (s − L) of each channel."""

    @property
    def deviation(self) -> InverseRoots:
        """1 / √V, V = Σ w² (s − s̄)² over all channels, s̄ the channel's mean weighted by w; 0 for a flat window."""

    @property
    def norm(self) -> InverseRoots:
        """1 / √(Σ w² s²) over all channels; 0 for a black window."""

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
    def deviation(self) -> InverseRoots:
        result = self._empty()
        for pixels, place in self._bands():
            result[place] = functools.reduce(np.add, (self._contrast(each) for each in pixels))
        return InverseRoots.of(result, self._rounding, self._grid, out=result)

    @functools.cached_property
    def norm(self) -> InverseRoots:
        energy = self.energy
        if self.planes.level:
            energy = raw_energy(energy, self.sums, self.planes.level, self._count)
        return InverseRoots.of(energy, self._rounding, self._grid)

    @property
    def nbytes(self) -> int:
        """How much memory the sums take once all of them were asked for."""
        maps = 3 + (self.planes.channels if self.planes.level else 0)
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


def raw_energy(energy: FloatArray, sums: tuple[FloatArray, ...], level: float, weight: float) -> FloatArray:
    """Σ w² s² over all channels, from sums that are relative to a level."""
    total = functools.reduce(np.add, sums)
    constant = level * level * weight * len(sums)
    return np.asarray(cv2.addWeighted(energy, 1.0, total, 2.0 * level, constant), dtype=np.float32)
