"""Sliding a kernel over a scene: one cross-correlation, from which all six classical scores follow.

For a kernel t with support w, and a scene s, all sums running over the pixels of a window and over its channels:

======== ======================= ==============================================================================
C        Σ w² (t − t̄) s          the covariance; the only part that needs the kernel and the scene together
s̄, V     Σ w² s / W, Σ w² (s−s̄)² mean and contrast of each window: the same for all kernels of one size
t̄, E     Σ w² t / W, Σ w² (t−t̄)² mean and contrast of the kernel; W = Σ w²
======== ======================= ==============================================================================

from which, with t̄ and s̄ per channel::

    SQDIFF = V − 2 C + E + W Σ (s̄ − t̄)²          CCORR = C + W Σ t̄ s̄          CCOEFF = C

    SQDIFF_NORMED = SQDIFF / √(Σ w² t² Σ w² s²)   CCORR_NORMED = CCORR / √(Σ w² t² Σ w² s²)
    CCOEFF_NORMED = CCOEFF / √(E V)

These are OpenCV's definitions, also of its masks (there M = w). One detail: OpenCV's two CCOEFF methods take the means
with weight w and not w², which matters only where the support is neither 0 nor 1; so do we.

Sources: J. P. Lewis, Fast Normalized Cross-Correlation, Vision Interface 1995, for the window sums; A. Kaso,
Computation of the normalized cross-correlation by fast Fourier transform, 2018, doi:10.1371/journal.pone.0203434, for
the masks.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.blocks import (
    Grid,
    Place,
    correlate_block,
    correlate_blocks,
    grid_for,
    transform_block,
    transform_weights,
)
from fracorr.errors import ImageError
from fracorr.images import FloatArray
from fracorr.kernel import Kernel
from fracorr.kernel_sums import KernelSums
from fracorr.opencv import cv2
from fracorr.planes import Planes
from fracorr.scene import Scene
from fracorr.window_sums import WindowSums, weighted_window_sums, window_sums

#: Where a score may be wrong by more than 1e-5 because of float32, its block is done again in float64. The error of a
#: block's covariance is below 2e-6 of its root mean square (measured over photographs and kernels from 8 to 256 px).
_DROWNED = 5.0
_LARGEST = float(np.finfo(np.float32).max)


def cross_correlate(scene: Scene, weights: npt.ArrayLike) -> FloatArray:
    """Return the sum of weights times pixels at every place where the weights fit wholly.

    The scene's transforms are shared by all kernels of about the same size.

    Parameters
    ----------
    scene : Scene
    weights : (h, w) or (h, w, 3) array
        Any finite numbers. (h, w) weights are correlated with the luma of the scene, (h, w, 3) weights with its
        channels, and summed over them.

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
    _require_fit(factors.shape[:2], scene, "the array of weights")
    planes = Planes.of(scene, color=factors.ndim == 3)
    grid = grid_for(planes.shape, (factors.shape[0], factors.shape[1]))
    return _correlate(scene, planes, grid, factors.reshape(*factors.shape[:2], -1))


@attrs.define(eq=False, slots=False)
class Correlation:
    """A kernel and a scene, correlated: what the scores of all six methods are made of.

    Make one with :meth:`of`; for one scene and one kernel the work is done once, however many methods ask. A kernel
    and a scene of which only one has colour are both taken as gray.

    Attributes
    ----------
    scene : Scene
    kernel : Kernel
    """

    scene: Scene
    kernel: Kernel

    @classmethod
    def of(cls, scene: Scene, kernel: Kernel) -> Correlation:
        """Correlate, or return what was computed for the same scene and kernel just before.

        Raises
        ------
        ImageError
            If the kernel is larger than the scene.
        """
        _require_fit(kernel.shape, scene, f"kernel '{kernel.name}'")
        return scene.memo.latest("correlation", lambda held: held._is_of(kernel), lambda: cls(scene, kernel))

    def _is_of(self, kernel: Kernel) -> bool:
        return self.kernel is kernel or (
            np.array_equal(self.kernel.pixels, kernel.pixels) and np.array_equal(self.kernel.support, kernel.support)
        )

    @functools.cached_property
    def planes(self) -> Planes:
        """The scene, as it is read."""
        return Planes.of(self.scene, self.scene.is_color and self.kernel.is_color)

    @functools.cached_property
    def grid(self) -> Grid:
        """How the scene is cut into blocks."""
        return grid_for(self.planes.shape, self.kernel.shape)

    @functools.cached_property
    def own(self) -> KernelSums:
        """The kernel's sums."""
        return KernelSums.of(self.kernel, color=self.planes.channels > 1)

    @functools.cached_property
    def windows(self) -> WindowSums:
        """The windows' sums."""
        if self.kernel.has_full_support:
            return window_sums(self.scene, self.planes, self.kernel.shape)
        held = self.scene.memo.latest(
            "weighted window sums",
            lambda other: other[0] == self.planes.channels and np.array_equal(other[1], self.kernel.support),
            lambda: (
                self.planes.channels,
                self.kernel.support,
                weighted_window_sums(self.planes, self.kernel.support),
            ),
        )
        return held[2]

    @functools.cached_property
    def covariance(self) -> FloatArray:
        """C = Σ w² (t − t̄) s, in units of the scaled kernel and scene, (H', W') float32."""
        blocks = self.planes.blocks(self.scene, self.grid)
        return correlate_blocks(blocks, self.grid, transform_weights(self.own.centred, self.grid, np.float32))

    def ccoeff(self) -> FloatArray:
        """Return TM_CCOEFF: how kernel and window vary together; 0 for a flat one."""
        if self.own.contrast == 0:
            return np.zeros(self.grid.out, np.float32)
        factor = 1.0 / (self.own.scale * self.planes.scale)
        if self.windows_differ:
            return self._map(lambda part, place: self._shifted(part, place), factor=factor)
        return _rescaled(self.covariance.copy(), factor)

    def ccoeff_normed(self) -> FloatArray:
        """Return TM_CCOEFF_NORMED, in [-1, 1]; 0 for a flat kernel or window."""
        if self.own.contrast == 0:
            return np.zeros(self.grid.out, np.float32)
        size = np.sqrt(self.own.contrast_about_plain_mean(self.windows_differ))
        inverse = self.windows.inverse_deviation

        def score(part: FloatArray, place: Place) -> FloatArray:
            return self._shifted(part, place) * (inverse[place] * np.float32(1.0 / size))

        return self._map(score, sharp_for=inverse, size=size, bounds=(-1.0, 1.0))

    def ccorr(self) -> FloatArray:
        """Return TM_CCORR: the sum of products."""
        values = _correlate(self.scene, self.planes, self.grid, self.own.weighted)
        return _rescaled(values, 1.0 / self.own.scale)

    def ccorr_normed(self) -> FloatArray:
        """Return TM_CCORR_NORMED, in [-1, 1] ([0, 1] without negative pixels); 0 for a black kernel or window."""
        size = np.sqrt(self.own.energy)
        if size == 0:
            return np.zeros(self.grid.out, np.float32)
        inverse = self.windows.inverse_norm

        def score(part: FloatArray, place: Place) -> FloatArray:
            return self._product(part, place) * (inverse[place] * np.float32(1.0 / size))

        return self._map(score, sharp_for=inverse, size=size, bounds=(-1.0, 1.0))

    def sqdiff(self) -> FloatArray:
        """Return TM_SQDIFF: the sum of squared differences; lower is better."""
        unit = self._common_unit
        return self._map(self._difference, factor=unit * unit, bounds=(0.0, None))

    def sqdiff_normed(self) -> FloatArray:
        """Return TM_SQDIFF_NORMED, in [0, 1]; lower is better; 1 (worst) for a black kernel or window."""
        size = np.sqrt(self.own.energy)
        if size == 0:
            return np.ones(self.grid.out, np.float32)
        inverse = self.windows.inverse_norm
        factor = self._common_unit**2 * self.own.scale * self.planes.scale

        def score(part: FloatArray, place: Place) -> FloatArray:
            ratio = self._difference(part, place) * inverse[place]
            ratio *= np.float32(factor / size)
            ratio[inverse[place] == 0] = 1.0
            return ratio

        return self._map(score, sharp_for=inverse, size=size, bounds=(0.0, 1.0))

    @property
    def windows_differ(self) -> bool:
        """Whether means weighted by w and by w² are not the same."""
        return self.own.shift is not None

    def _map(
        self,
        formula: Callable[[FloatArray, Place], FloatArray],
        *,
        factor: float = 1.0,
        sharp_for: FloatArray | None = None,
        size: float = 1.0,
        bounds: tuple[float, float | None] | None = None,
    ) -> FloatArray:
        """Apply a formula to the covariance block by block, so that its intermediate results stay in the cache."""
        out = np.empty(self.grid.out, np.float32)
        for place in self.grid.places():
            part = self.covariance[place]
            if sharp_for is not None and self._drowns(part, sharp_for[place], size):
                part = self._sharp(place)
            values = _rescaled(formula(part, place), factor)
            out[place] = values if bounds is None else np.clip(values, bounds[0], bounds[1], out=values)
        return out

    @staticmethod
    def _drowns(part: FloatArray, inverse: FloatArray, size: float) -> bool:
        """Whether the faintest window of a block is so faint that the rounding of float32 would show in its score."""
        rms = float(cv2.norm(part)) / np.sqrt(part.size)
        return bool(rms * float(inverse.max()) > _DROWNED * size)

    def _sharp(self, place: Place) -> FloatArray:
        """Return a block of the covariance, computed in float64."""
        block = transform_block(self.planes.read, self.planes.channels, self.grid, place, np.float64)
        return correlate_block(block, self._sharp_weights).astype(np.float32)

    @functools.cached_property
    def _sharp_weights(self) -> list[npt.NDArray[Any]]:
        return transform_weights(self.own.centred, self.grid, np.float64)

    @property
    def _common_unit(self) -> float:
        """The larger one of the units of kernel and scene."""
        return max(1.0 / self.own.scale, 1.0 / self.planes.scale)

    def _shifted(self, part: FloatArray, place: Place) -> FloatArray:
        """CCOEFF from C: the means weighted by w instead of w²."""
        if self.own.shift is None or self.windows.shifts is None:
            return part
        result = part.copy()
        for shift, mine in zip(self.windows.shifts, self.own.shift, strict=True):
            result += np.float32(self.own.weight * mine) * shift[place]
        return result

    def _product(self, part: FloatArray, place: Place) -> FloatArray:
        """CCORR from C, in units of the scaled kernel and scene."""
        means = self.own.means * self.own.weight
        constant = float((means * self.windows.level).sum())
        result = part
        for mean, mine in zip(self.windows.means, means, strict=True):
            result = np.asarray(cv2.addWeighted(mean[place], float(mine), result, 1.0, constant), dtype=np.float32)
            constant = 0.0
        return result

    def _difference(self, part: FloatArray, place: Place) -> FloatArray:
        """SQDIFF from C, in common units squared."""
        own, windows, unit = self.own, self.windows, self._common_unit
        mine, theirs = 1.0 / (own.scale * unit), 1.0 / (self.planes.scale * unit)
        result = cv2.addWeighted(
            windows.contrast[place], theirs**2, part, -2.0 * mine * theirs, own.contrast * mine**2, dtype=cv2.CV_32F
        )
        for mean, level, own_mean in zip(windows.means, windows.level, own.means, strict=True):
            gap = mean[place] if theirs == 1.0 else mean[place] * np.float32(theirs)
            gap = gap + np.float32(level * theirs - own_mean * mine)
            np.multiply(gap, gap, out=gap)
            cv2.scaleAdd(gap, own.weight, result, dst=result)
        return np.maximum(result, 0.0, out=np.asarray(result))


def _correlate(scene: Scene, planes: Planes, grid: Grid, weights: npt.NDArray[np.float64]) -> FloatArray:
    """Return Σ weights × scene in the scene's own units."""
    spectra = transform_weights(weights, grid, np.float32)
    values = correlate_blocks(planes.blocks(scene, grid), grid, spectra, weights.sum(axis=(0, 1)))
    return _rescaled(values, 1.0 / planes.scale)


def _rescaled(values: FloatArray, factor: float) -> FloatArray:
    """Return values times factor, kept within what float32 holds."""
    if factor == 1.0:
        return values
    scaled = np.clip(values.astype(np.float64) * factor, -_LARGEST, _LARGEST)
    return scaled.astype(np.float32)


def _require_fit(shape: tuple[int, ...], scene: Scene, what: str) -> None:
    if shape[0] > scene.height or shape[1] > scene.width:
        raise ImageError(
            f"{what} ({shape[1]}×{shape[0]} px) is larger than scene '{scene.name}' ({scene.width}×{scene.height} "
            "px): shrink it or take a larger scene"
        )
