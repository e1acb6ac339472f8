"""What every window of a scene has in common for all kernels of one size or support: its energy and its contrast.

The scene s is taken as its :class:`~fracorr.planes.Planes` give it, relative to their level L; the squared support w²
is the weight, W = Σ w². All sums run in float64; what comes out is float32.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.blocks import Grid, Place, grid_for
from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr.planes import Planes

#: A sum of squares below this part of the largest possible one cannot be told from the rounding of running sums.
_ROUNDING = 1e-13
#: Pixels of a band of the scene, so that its float64 sums stay in the cache.
_BAND = 1 << 18


@attrs.define(eq=False, slots=False)
class Squares:
    """A sum of squares at every window, to divide by its root.

    Parameters
    ----------
    values : (H', W') float32 array
    rounding : float
        What is up to this counts as 0.
    grid : Grid
        How the windows are parted.
    """

    values: FloatArray
    rounding: float
    grid: Grid

    def inverse_roots(self, place: Place, out: FloatArray) -> None:
        """Write one over the roots at some places; 0 where the sum counts as 0."""
        squares = self.values[place]
        if not self.positive:
            squares = np.where(squares > self.rounding, squares, np.float32(np.inf))
        cv2.pow(squares, -0.5, dst=out)

    def up_to(self, limit: float, place: Place) -> npt.NDArray[np.bool_]:
        """Return where the sums are at most so large, but do not count as 0."""
        squares = self.values[place]
        return squares <= limit if self.positive else (squares <= limit) & (squares > self.rounding)

    @functools.cached_property
    def smallest(self) -> list[float]:
        """The smallest sum in each part of the grid, of those that do not count as 0; infinite if there is none."""
        if self.positive:
            return self._minima
        parts = (self.values[place] for place in self.grid.places())
        return [float(np.min(part, where=part > self.rounding, initial=np.inf)) for part in parts]

    @property
    def positive(self) -> bool:
        """Whether none counts as 0."""
        return min(self._minima) > self.rounding

    @functools.cached_property
    def _minima(self) -> list[float]:
        return [cv2.minMaxLoc(self.values[place])[0] for place in self.grid.places()]

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

    @functools.cached_property
    def energy(self) -> FloatArray:
        if self.planes.channels == 1:
            # No band twice where they overlap, and no copy: it takes a third less.
            return self._box(cv2.sqrBoxFilter, self.planes.levelled(slice(None), slice(None), 0), cv2.CV_32F)
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
    def contrast(self) -> Squares:
        result = self._empty()
        for pixels, place in self._bands():
            self._contrast(pixels, result[place])
        return Squares(result, self._rounding, self._grid)

    @functools.cached_property
    def raw_energy(self) -> Squares:
        energy = self.energy
        if self.planes.level:
            energy = without_level(energy, self.sums, self.planes.level, self._count)
        return Squares(energy, self._rounding, self._grid)

    @property
    def nbytes(self) -> int:
        """How much memory the sums take once all of them were asked for."""
        maps = 2 + (1 + self.planes.channels if self.planes.level else 0)
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

    def _contrast(self, channels: Iterable[FloatArray], out: FloatArray) -> None:
        """Put Σ s² − (Σ s)² / N into `out`: in float64, for what remains may be a small part of either."""
        # The same for all channels: memory that is fresh costs as much as the sums in it.
        buffers = [np.empty((out.shape[0] + self.shape[0] - 1, self.planes.shape[1])) for _ in range(2)]
        for number, pixels in enumerate(channels):
            filters = (cv2.sqrBoxFilter, cv2.boxFilter)
            squares, sums = (self._box(each, pixels, cv2.CV_64F, to) for each, to in zip(filters, buffers, strict=True))
            cv2.multiply(sums, sums, dst=sums, scale=1.0 / self._count)
            if number == 0:
                cv2.subtract(squares, sums, dst=out, dtype=cv2.CV_32F)
            else:
                cv2.add(out, cv2.subtract(squares, sums, dst=squares), dst=out, dtype=cv2.CV_32F)

    def _box(
        self, filter_: Callable[..., Any], pixels: FloatArray, depth: int, to: npt.NDArray[Any] | None = None
    ) -> npt.NDArray[Any]:
        height, width = self.shape
        around = {"anchor": (0, 0), "normalize": False, "borderType": cv2.BORDER_CONSTANT}
        sums = filter_(pixels, depth, (width, height), to, **around)
        return np.asarray(sums)[: pixels.shape[0] - height + 1, : pixels.shape[1] - width + 1]


def without_level(energy: FloatArray, sums: tuple[FloatArray, ...], level: float, weight: float) -> FloatArray:
    """Σ w² s² over all channels, from sums that are relative to a level."""
    total = functools.reduce(np.add, sums)
    constant = level * level * weight * len(sums)
    return np.asarray(cv2.addWeighted(energy, 1.0, total, 2.0 * level, constant), dtype=np.float32)
