"""What every window of a scene has in common for all kernels of one size: its mean, its contrast, its norm."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.blocks import Grid, correlate_blocks, grid_for, transform_block, transform_weights
from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr.planes import Planes
from fracorr.scene import Scene

#: Contrast below this part of the largest possible one cannot be told from the rounding of float64 sums: flat.
_BOX_ROUNDING = 1e-13
_FFT_ROUNDING = 1e-12
#: Pixels of a band of the scene, so that its float64 sums stay in the cache.
_BAND = 1 << 18


@attrs.define(eq=False, slots=False)
class WindowSums:
    """Sums over every window of a scene, with the squared support w² as weight.

    Attributes
    ----------
    weight : float
        The sum W of the weights; the number of pixels N for a kernel with full support.
    level : (C,) float64 array
        What `means` are relative to.
    means : tuple of (H', W') float32 arrays
        For each channel the weighted mean of each window.
    contrast : (H', W') float32 array
        The weighted sum over pixels and channels of the squared difference to the window's mean; exactly 0 for a
        flat window.
    rounding : float
        Sums of squares up to this are nothing but the rounding of float64.
    shifts : tuple of (H', W') float32 arrays or None
        For each channel the difference between the means weighted by w² and by w; None where support is 0 or 1
        everywhere, and they are the same.
    """

    weight: float
    level: npt.NDArray[np.float64]
    means: tuple[FloatArray, ...]
    contrast: FloatArray
    rounding: float
    shifts: tuple[FloatArray, ...] | None = None

    @functools.cached_property
    def inverse_deviation(self) -> FloatArray:
        """One over the root of the contrast about the means that TM_CCOEFF uses; 0 for a flat window."""
        inverse = _inverse_root(self.contrast, self.rounding)
        if self.shifts is None:
            return inverse
        contrast = self.contrast.copy()
        for shift in self.shifts:
            cv2.scaleAdd(shift * shift, self.weight, contrast, dst=contrast)
        return np.where(inverse > 0, _inverse_root(contrast, self.rounding), np.float32(0.0))

    @functools.cached_property
    def inverse_norm(self) -> FloatArray:
        """One over the root of the weighted sum of squared pixels; 0 for a black window."""
        energy = self.contrast.copy()
        for mean, level in zip(self.means, self.level, strict=True):
            raw = mean + np.float32(level) if level else mean
            cv2.scaleAdd(raw * raw, self.weight, energy, dst=energy)
        return _inverse_root(energy, self.rounding)

    @property
    def nbytes(self) -> int:
        maps = [*self.means, self.contrast, *(self.shifts or ())]
        maps += [each for each in vars(self).values() if isinstance(each, np.ndarray) and each is not self.contrast]
        return sum(each.nbytes for each in maps)


def _inverse_root(squares: FloatArray, rounding: float) -> FloatArray:
    """Return one over the root, and 0 where there is nothing but rounding."""
    nothing = squares <= rounding if float(squares.min()) <= rounding else None
    inverse = np.sqrt(squares)
    if nothing is not None:
        inverse[nothing] = np.inf
    return np.divide(np.float32(1.0), inverse, out=inverse)


def window_sums(scene: Scene, planes: Planes, shape: tuple[int, int]) -> WindowSums:
    """Return the sums over all windows of a height and width, each pixel counting fully; the same object each time."""
    return scene.memo.get(("window sums", planes.channels, shape), lambda: _box_sums(planes, shape))


def _box_sums(planes: Planes, shape: tuple[int, int]) -> WindowSums:
    height, width = planes.shape[0] - shape[0] + 1, planes.shape[1] - shape[1] + 1
    count = float(shape[0] * shape[1])
    means = tuple(np.empty((height, width), np.float32) for _ in range(planes.channels))
    contrast = np.empty((height, width), np.float32)
    flat = _BOX_ROUNDING * count * planes.peak**2
    for rows in _bands(height, planes.shape[1], shape[0]):
        part = slice(rows.start, rows.stop + shape[0] - 1)
        total = np.zeros((rows.stop - rows.start, width))
        for channel, mean in enumerate(means):
            pixels = planes.levelled(part, slice(None), channel)
            sums, squares = (
                box(
                    pixels,
                    cv2.CV_64F,
                    (shape[1], shape[0]),
                    anchor=(0, 0),
                    normalize=False,
                    borderType=cv2.BORDER_CONSTANT,
                )[: total.shape[0], :width]
                for box in (cv2.boxFilter, cv2.sqrBoxFilter)
            )
            np.multiply(sums, 1.0 / count, out=mean[rows], casting="same_kind")
            total += squares
            total -= sums * sums * (1.0 / count)
        total[total <= flat] = 0.0
        contrast[rows] = total
    return WindowSums(count, planes.level, means, contrast, flat)


def _bands(height: int, width: int, reach: int) -> Iterator[slice]:
    rows = max(_BAND // width, 4 * reach)
    for top in range(0, height, rows):
        yield slice(top, min(top + rows, height))


def weighted_window_sums(planes: Planes, support: FloatArray) -> WindowSums:
    """Return the sums over all windows with the squares of a support (h, w) as weights."""
    grid = grid_for(planes.shape, (support.shape[0], support.shape[1]))
    weights = support.astype(np.float64)
    squares = weights**2
    total = float(squares.sum())
    means = [_weighted(planes, grid, squares / total, channel) for channel in range(planes.channels)]
    contrast = _weighted(planes, grid, squares, None)
    for mean in means:
        contrast -= total * mean * mean
    flat = _FFT_ROUNDING * total * planes.peak**2
    contrast[contrast <= flat] = 0.0
    shifts = None
    if not np.array_equal(weights, squares):
        plain = (_weighted(planes, grid, weights / weights.sum(), channel) for channel in range(planes.channels))
        shifts = tuple((mean - other).astype(np.float32) for mean, other in zip(means, plain, strict=True))
    return WindowSums(
        total,
        planes.level,
        tuple(mean.astype(np.float32) for mean in means),
        contrast.astype(np.float32),
        flat,
        shifts,
    )


def _weighted(
    planes: Planes, grid: Grid, weights: npt.NDArray[np.float64], channel: int | None
) -> npt.NDArray[np.float64]:
    """Return weighted sums in float64: of one levelled channel, or with None of the squares of all."""

    def read(rows: slice, columns: slice, _: int) -> npt.NDArray[np.generic]:
        if channel is None:
            return planes.squares(rows, columns, 0)
        return planes.levelled(rows, columns, channel)

    blocks = (transform_block(read, 1, grid, place, np.float64) for place in grid.places())
    spectra = transform_weights(weights[..., None], grid, np.float64)
    return correlate_blocks(blocks, grid, spectra, weights.sum(keepdims=True).ravel())
