"""Any weights slid over a scene: the sum of products at every place, in float32 and where it matters in float64."""

from __future__ import annotations

import functools
import math
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.blocks import (
    Grid,
    Place,
    Weights,
    correlate_block,
    correlate_blocks,
    correlate_directly,
    grid_for,
    transform_block,
    transform_weights,
)
from fracorr.errors import ImageError
from fracorr.images import FloatArray
from fracorr.kernel import frozen
from fracorr.memo import size_of
from fracorr.opencv import cv2
from fracorr.planes import Planes, unit_scale
from fracorr.scene import Scene
from fracorr.window_sums import Squares

#: Up to so many pixels a kernel is slid product by product, which is quicker then (docs/performance.md).
_DIRECT = 49
#: A standard deviation is taken of every so many rows.
_SAMPLED = 16
#: Less than one over this of a part of the grid is computed in float64 by itself.
_SMALL = 4
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

    scene: Scene
    planes: Planes
    grid: Grid
    weights: npt.NDArray[np.float64]
    sums: npt.NDArray[np.float64] | None = None
    level: float = 0.0
    _patches: tuple[Any, list[tuple[Place, FloatArray]]] | None = attrs.field(default=None, init=False)

    @functools.cached_property
    def values(self) -> FloatArray:
        """The sums, (H', W') float32."""
        if self.weights.shape[0] * self.weights.shape[1] <= _DIRECT:
            return frozen(correlate_directly(self.planes.read, self.grid, self.weights, self.sums, self.level))
        blocks = self.planes.blocks(self.scene, self.grid)
        spectra = transform_weights(self.weights, self.grid, np.float32)
        return frozen(correlate_blocks(blocks, self.grid, spectra, self.sums, self.level))

    @functools.cached_property
    def spreads(self) -> tuple[float, ...]:
        """The standard deviation of the values in each part of the grid: their rounding is a part of it."""
        spreads = []
        for place in self.grid.places():
            part = self.values[place][::_SAMPLED]
            mean = cv2.mean(part)[0]
            spreads.append(float(np.sqrt(max(cv2.norm(part) ** 2 / part.size - mean * mean, 0.0))))
        return tuple(spreads)

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
        drowned = [
            (place, _around(squares.values[place] <= (spread / limit) ** 2, place))
            for place, spread, smallest in zip(self.grid.places(), self.spreads, squares.smallest, strict=True)
            if spread > limit * math.sqrt(smallest)
        ]
        if self._patches is None or self._patches[0] != drowned:
            self._patches = drowned, [self._patch(place, part) for place, part in drowned]
        return self._patches[1]

    def _patch(self, place: Place, part: Place) -> tuple[Place, FloatArray]:
        """Compute a part of a place in float64, or all of it where that takes hardly longer."""
        if _area(part) * _SMALL > _area(place):
            values = np.empty(self.values[place].shape, np.float32)
            block = self.planes.block_in_double(self.scene, self.grid, place)
            correlate_block(block, self.grid, self._weights_in_double, values, self.sums, self.level)
            return place, values
        top, left = (each.start for each in part)
        height, width = (
            each.stop - each.start + side - 1 for each, side in zip(part, self.weights.shape, strict=False)
        )
        grid = grid_for((height, width), (self.weights.shape[0], self.weights.shape[1]))

        def read(rows: slice, columns: slice, channel: int) -> FloatArray:
            below, right = (slice(each.start + by, each.stop + by) for each, by in ((rows, top), (columns, left)))
            return self.planes.read(below, right, channel)

        blocks = (transform_block(read, self.planes.channels, grid, each, np.float64) for each in grid.places())
        spectra = transform_weights(self.weights, grid, np.float64)
        return part, correlate_blocks(blocks, grid, spectra, self.sums, self.level).astype(np.float32)

    @functools.cached_property
    def _weights_in_double(self) -> list[Weights]:
        return transform_weights(self.weights, self.grid, np.float64)

    @property
    def nbytes(self) -> int:
        """How much memory the values take."""
        patches = self._patches[1] if self._patches else []
        return size_of([vars(self).get("values", ()), *(values for _, values in patches)])


def _around(flags: npt.NDArray[np.bool_], place: Place) -> Place:
    """Return the smallest part of a place around all its windows that are flagged."""
    left, top, width, height = cv2.boundingRect(flags.view(np.uint8))
    top, left = place[0].start + top, place[1].start + left
    return slice(top, top + height), slice(left, left + width)


def _area(place: Place) -> int:
    return int((place[0].stop - place[0].start) * (place[1].stop - place[1].start))


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
