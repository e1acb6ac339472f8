"""Any weights slid over a scene: the sum of products at every place, in float32 and where it matters in float64."""

from __future__ import annotations

import itertools
import math
import weakref
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.blocks import (
    SAMPLED,
    Grid,
    Pair,
    Place,
    Plane,
    correlate_directly,
    correlate_pair,
    correlate_pairs,
    grid_for,
    transform_pair,
    transform_weights,
    variance,
)
from fracorr.errors import ImageError
from fracorr.images import FloatArray
from fracorr.kernel import frozen
from fracorr.memo import size_of
from fracorr.once import computed_once
from fracorr.planes import Planes, unit_scale
from fracorr.scene import Scene
from fracorr.squares import Squares
from fracorr.weak import alive, weakly

#: Up to so many pixels a kernel is slid product by product, which is quicker then (docs/performance.md).
_DIRECT = 36
#: A row of weights is weak if its squares sum up to less than this part of the strongest row's.
_WEAK = 0.01
#: The largest number that float32 holds.
LARGEST = float(np.finfo(np.float32).max)


def cross_correlate(scene: Scene, weights: npt.ArrayLike) -> FloatArray:
    """Return the sum of weights times pixels at every place where the weights fit wholly.

    The scene's transforms are shared by all kernels of the same size.

    Parameters
    ----------
    scene : Scene
    weights : (h, w) or (h, w, 3) array
        Any finite numbers. (h, w) weights are correlated with the luma of the scene, (h, w, 3) weights with its
        channels, and summed over them; a gray scene has three equal ones.

    Returns
    -------
    (H - h + 1, W - w + 1) float32 array
        Accurate to about 1e-6 of its largest magnitude.

    Raises
    ------
    ImageError
        If the weights are larger than the scene, or no such array.
    """
    factors = np.asarray(weights, dtype=np.float64)
    if factors.ndim not in (2, 3) or (factors.ndim == 3 and factors.shape[2] != 3) or factors.size == 0:
        raise ImageError(f"weights to correlate with have the shape (h, w) or (h, w, 3), not {factors.shape}")
    if not np.isfinite(factors).all():
        raise ImageError("weights to correlate with must be finite, but some are NaN or infinite")
    require_fit(factors.shape, scene, "the array of weights")
    if factors.ndim == 3 and not scene.is_color:
        factors = factors.sum(axis=2)
    planes = Planes.of(scene, color=factors.ndim == 3)
    grid = grid_for(planes.shape, (factors.shape[0], factors.shape[1]))
    unit = unit_scale(float(np.abs(factors).max()))
    factors = factors.reshape(*factors.shape[:2], -1) * unit
    values = SlidingSum(scene, planes, grid, factors, factors.sum(axis=(0, 1))).values
    return rescaled(values, 1.0 / (planes.scale * unit))


@attrs.define(eq=False, slots=False)
class SlidingSum:
    """The sum of weights times scene, (s − level), at every place.

    Parameters
    ----------
    scene : Scene
    planes : Planes
        How the scene is read.
    grid : Grid
        How it is cut.
    weights : (h, w, C) float64 array
    sums : (C,) array or None
        The sum of the weights of each channel; None if they are meant to be 0.
    level : float, optional
    """

    _scene: weakref.ref[Scene] = attrs.field(converter=weakly)
    planes: Planes
    grid: Grid
    weights: npt.NDArray[np.float64]
    sums: npt.NDArray[np.float64] | None = None
    level: float = 0.0
    _patches: tuple[Any, list[tuple[Place, FloatArray]]] | None = attrs.field(default=None, init=False)
    _spectra: dict[tuple[int, int], list[Plane]] = attrs.field(factory=dict, init=False)

    @computed_once
    def values(self) -> FloatArray:
        """The sums, (H', W') float32."""
        if self.weights.shape[0] * self.weights.shape[1] <= _DIRECT:
            return frozen(correlate_directly(self.planes.read, self.grid, self.weights, self.sums, self.level))
        pairs = self.planes.blocks(alive(self._scene), self.grid)
        weights = transform_weights(self.weights, self.grid, np.float32)
        return frozen(correlate_pairs(pairs, self.grid, weights, self.sums, self.level))

    @computed_once
    def spreads(self) -> tuple[float, ...]:
        """The standard deviation of the values in each pair of parts of the grid: their rounding is a part of it.

        It is no less than a scene of noise would give, which has all detail that the kernel has: rounding is noise.
        """
        weights = float(self._energies.sum())
        noise = iter(self.planes.variances(alive(self._scene), self.grid))
        spreads = []
        for places in self.grid.pairs:
            parts = [(variance(self._some_of(place)), weights * next(noise)) for place in places]
            spreads.append(math.sqrt(max(map(sum, zip(*parts, strict=True))) / len(parts)))
        return tuple(spreads)

    def _some_of(self, place: Place) -> FloatArray:
        """Return rows no further apart than the weights are high: whatever a window holds shows in one of them."""
        values = self.values[place]
        return np.concatenate([values[: -1 : min(SAMPLED, self._height)], values[-1:]])

    @computed_once
    def _energies(self) -> npt.NDArray[np.float64]:
        """The sum of the squares of each row of weights."""
        return np.asarray(np.square(self.weights).reshape(self.weights.shape[0], -1).sum(axis=1))

    @computed_once
    def _height(self) -> int:
        """How many rows of weights one below the other are not weak: a support may leave out the others."""
        weak = np.flatnonzero(self._energies < _WEAK * self._energies.max()).tolist()
        return max(below - above for above, below in itertools.pairwise([-1, *weak, len(self._energies)])) - 1

    def patches(self, squares: Squares, limit: float) -> list[tuple[Place, FloatArray]]:
        """Return what to put in place of values in which the rounding of float32 would show, computed in float64.

        Parameters
        ----------
        squares : Squares
            By whose roots the values are divided.
        limit : float
            The largest standard deviation, over such a root, at which a value stays as it is.

        Returns
        -------
        list of ((slice, slice), array)
            Places and float32 values.
        """
        drowned = []
        for places, spread in zip(self.grid.pairs, self.spreads, strict=True):
            parts = [part for place in places for part in squares.clusters((spread / limit) ** 2, place)]
            if parts:
                drowned.append((places, parts))
        if self._patches is None or self._patches[0] != drowned:
            self._patches = drowned, [patch for places, parts in drowned for patch in self._patch(places, parts)]
        return self._patches[1]

    def _patch(self, places: Pair, parts: list[Place]) -> list[tuple[Place, FloatArray]]:
        """Compute parts of two places in float64, or all of both where that takes hardly longer."""
        grids = [self._grid_of(part) for part in parts]
        # The transforms of both are kept for the next kernel, those of parts are not.
        if 2 * sum(grid.pixels for grid in grids) < self.grid.block[0] * self.grid.block[1]:
            return [(part, self._in_double(part, grid)) for part, grid in zip(parts, grids, strict=True)]
        outs = [np.empty(self.values[place].shape) for place in places]
        pair = self.planes.pair_in_double(alive(self._scene), self.grid, places)
        correlate_pair(pair, self.grid, self._weights_in_double(self.grid), outs, self.sums, self.level)
        return [(place, out.astype(np.float32)) for place, out in zip(places, outs, strict=True)]

    def _grid_of(self, part: Place) -> Grid:
        """Return how to cut what the scene holds under a part of the values."""
        kernel = self.weights.shape[0], self.weights.shape[1]
        # Most parts are no larger than a kernel: they share blocks, and thereby the transform of the weights.
        out = part[0].stop - part[0].start, part[1].stop - part[1].start
        height, width = (max(places + side - 1, 2 * side) for places, side in zip(out, kernel, strict=True))
        return attrs.evolve(grid_for((height, width), kernel), out=out)

    def _in_double(self, part: Place, grid: Grid) -> FloatArray:
        """Compute a part of the values in float64."""
        top, left = (each.start for each in part)

        def read(rows: slice, columns: slice, channel: int) -> FloatArray:
            below, right = (slice(each.start + by, each.stop + by) for each, by in ((rows, top), (columns, left)))
            return self.planes.read(below, right, channel)

        pairs = (transform_pair(read, self.planes.channels, grid, places, np.float64) for places in grid.pairs)
        weights = self._weights_in_double(grid)
        return correlate_pairs(pairs, grid, weights, self.sums, self.level).astype(np.float32)

    def _weights_in_double(self, grid: Grid) -> list[Plane]:
        # Clusters of windows are much of a size: they share blocks.
        if grid.block not in self._spectra:
            self._spectra[grid.block] = transform_weights(self.weights, grid, np.float64)
        return self._spectra[grid.block]

    @property
    def nbytes(self) -> int:
        """How much memory the values take."""
        patches = self._patches[1] if self._patches else []
        return size_of([vars(self).get("values", ()), *(values for _, values in patches)])


def rescaled(values: FloatArray, factor: float) -> FloatArray:
    """Return values times factor, kept within what float32 holds."""
    if factor == 1.0:
        return values
    return np.clip(values.astype(np.float64) * factor, -LARGEST, LARGEST).astype(np.float32)


def require_fit(shape: tuple[int, ...], scene: Scene, what: str) -> None:
    """Check that a height and width are not larger than a scene.

    Raises
    ------
    ImageError
        If they are.
    """
    if shape[0] > scene.height or shape[1] > scene.width:
        raise ImageError(
            f"{what} ({shape[1]}×{shape[0]} px) is larger than scene '{scene.name}' ({scene.width}×{scene.height} "
            "px): shrink it or take a larger scene"
        )
