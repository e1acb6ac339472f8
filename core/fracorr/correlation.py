"""Sliding a kernel over a scene: the cross-correlation, from which all classical scores follow.

For a kernel t with support w and a scene s, all sums running over the pixels of a window and over its channels::

    P = Σ w² t s        Q = Σ w² s²          E = Σ w² t²
    C = Σ w² (t − t̄) s   V = Σ w² (s − s̄)²    F = Σ w² (t − t̄)²

    CCORR  = P              CCORR_NORMED  = P / √(E Q)
    SQDIFF = Q − 2 P + E    SQDIFF_NORMED = (Q − 2 P + E) / √(E Q)
    CCOEFF = C              CCOEFF_NORMED = C / √(F V)

Q and V are the same for all kernels of one size, and computed once for a scene; P and C are computed once for a scene
and a kernel, from transforms of the scene that are computed once. C is P − Σ t̄ w² s; it is correlated anew because the
difference would lose the digits of what it is made of.

These are OpenCV's definitions, also of its masks (its M is w). One detail: OpenCV's two CCOEFF methods take the means
t̄ and s̄ with weight w and not w², which matters only where the support is neither 0 nor 1; so do we.

Where the brightness of a scene is large against its range, all sums of squares and products are taken relative to a
level within that range: digits that float32 and float64 do not have cannot be lost.

Sources: J. P. Lewis, "Fast Normalized Cross-Correlation", Vision Interface 1995, pp. 120-123, for the window sums;
D. Padfield, "Masked Object Registration in the Fourier Domain", IEEE Transactions on Image Processing 21(5), 2012,
doi:10.1109/TIP.2011.2181402, for sums under a mask by transforms.
"""

from __future__ import annotations

import functools
import itertools
import weakref
from collections.abc import Callable, Iterable
from typing import TypeAlias

import attrs
import numpy as np

from fracorr import buffers
from fracorr.blocks import Grid, Place, grid_for
from fracorr.images import FloatArray
from fracorr.kernel import Kernel, frozen
from fracorr.kernel_sums import KernelSums
from fracorr.memo import size_of
from fracorr.once import computed_once
from fracorr.opencv import cv2
from fracorr.planes import Planes
from fracorr.scene import Scene
from fracorr.sliding import LARGEST, SlidingSum, cross_correlate, require_fit, rescaled
from fracorr.squares import Squares
from fracorr.support_sums import SupportSums
from fracorr.weak import alive, weakly
from fracorr.window_sums import BoxSums, WindowSums

__all__ = ["Correlation", "cross_correlate"]

#: Where float32 may put a normalised score wrong by 1e-5 or more, those windows are done again in float64: where the
#: standard deviation of the sums is so many times what they are divided by. Over 15 photographs and kernels from 16 to
#: 128 px the largest error is then 1.5e-5 (docs/performance.md); without, 2e-3, and with OpenCV's matchTemplate 0.6.
_DROWNED = 10.0
#: Gives a score that is not bounded or divided yet, from the sliding sums at a place.
Formula: TypeAlias = Callable[[FloatArray, Place], FloatArray]
#: Writes the scores at a place, from the sliding sums there.
Writer: TypeAlias = Callable[[FloatArray, Place, FloatArray], None]
#: Pixels of a band of a surface.
_BAND = 1 << 18


@attrs.define(eq=False, slots=False)
class _Sums:
    """What is computed once for a scene and a kernel, however many methods ask.

    The scene's memo holds it, so it does not hold the scene, which would stay until garbage is collected.
    """

    _scene: weakref.ref[Scene] = attrs.field(converter=weakly)
    kernel: Kernel
    planes: Planes

    @classmethod
    def of(cls, scene: Scene, kernel: Kernel) -> _Sums:
        """Look at scene and kernel, the scene as it is read."""
        return cls(scene, kernel, Planes.of(scene, scene.is_color and kernel.is_color))

    def are_of(self, kernel: Kernel) -> bool:
        """Return whether they are of a kernel like this."""
        return self.kernel is kernel or (
            np.array_equal(self.kernel.pixels, kernel.pixels) and np.array_equal(self.kernel.support, kernel.support)
        )

    @computed_once
    def grid(self) -> Grid:
        """How the scene is cut into blocks."""
        return grid_for(self.planes.shape, self.kernel.shape)

    @computed_once
    def own(self) -> KernelSums:
        """The kernel's sums."""
        return KernelSums.of(self.kernel, self.planes)

    @computed_once
    def windows(self) -> WindowSums:
        """The windows' sums, shared by all kernels of the same size or support."""
        planes, scene, support = self.planes, alive(self._scene), self.kernel.support
        if self.kernel.has_full_support:
            key = ("window sums", planes.channels, self.kernel.shape)
            return scene.memo.get(key, lambda: BoxSums(planes, self.kernel.shape))
        _, _, sums = scene.memo.latest(
            "support sums",
            lambda held: held[0] == planes.channels and np.array_equal(held[1], support),
            lambda: (planes.channels, support, SupportSums.of(scene, planes, support)),
        )
        return sums

    @computed_once
    def covariance(self) -> SlidingSum:
        """C = Σ w² (t − t̄) s, in units of the scaled kernel and scene."""
        return SlidingSum(alive(self._scene), self.planes, self.grid, self.own.centred)

    @computed_once
    def products(self) -> SlidingSum:
        """P = Σ w² (t − L) (s − L), with the scene's level L, in units of the scaled kernel and scene."""
        own = self.own
        return SlidingSum(alive(self._scene), self.planes, self.grid, own.levelled, own.sums, self.planes.level)

    @property
    def nbytes(self) -> int:
        """How much memory they take."""
        return size_of([vars(self).get(name, ()) for name in ("covariance", "products")])


@attrs.frozen(eq=False)
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
    _sums: _Sums

    @classmethod
    def of(cls, scene: Scene, kernel: Kernel) -> Correlation:
        """Correlate, or take what was computed for the same scene and kernel just before.

        Raises
        ------
        ImageError
            If the kernel is larger than the scene.
        """
        require_fit(kernel.shape, scene, f"kernel '{kernel.name}'")
        sums = scene.memo.latest("correlation", lambda held: held.are_of(kernel), lambda: _Sums.of(scene, kernel))
        return cls(scene, kernel, sums)

    def ccoeff(self) -> FloatArray:
        """Return TM_CCOEFF: how kernel and window vary together; 0 for a flat one."""
        if self._sums.own.contrast == 0:
            return self._constant(0.0)
        factor = 1.0 / (self._sums.own.unit * self._sums.planes.scale**2)
        if self._sums.own.shift is None and factor == 1.0:
            return self._sums.covariance.values
        return self._rescaled(self._sums.covariance, self._about_means, factor)

    def ccoeff_normed(self) -> FloatArray:
        """Return TM_CCOEFF_NORMED, in [-1, 1]; 0 for a flat kernel or window."""
        if self._sums.own.contrast == 0:
            return self._constant(0.0)
        size = np.sqrt(self._sums.own.contrast_about_w_mean)
        return self._normed(self._sums.covariance, self._about_means, self._sums.windows.contrast, size, (-1.0, 1.0))

    def ccorr(self) -> FloatArray:
        """Return TM_CCORR: the sum of products."""
        factor = 1.0 / (self._sums.own.unit * self._sums.planes.scale**2)
        if self._sums.planes.level == 0.0 and factor == 1.0:
            return self._sums.products.values
        return self._rescaled(self._sums.products, self._raw, factor)

    def ccorr_normed(self) -> FloatArray:
        """Return TM_CCORR_NORMED, in [-1, 1] ([0, 1] without negative pixels); 0 for a black kernel or window."""
        if self._sums.own.raw_energy == 0:
            return self._constant(0.0)
        size = np.sqrt(self._sums.own.raw_energy)
        return self._normed(self._sums.products, self._raw, self._sums.windows.raw_energy, size, (-1.0, 1.0))

    def sqdiff(self) -> FloatArray:
        """Return TM_SQDIFF: the sum of squared differences; lower is better."""
        factor = 1.0 / (self._shrink * self._sums.planes.scale) ** 2
        return self._rescaled(self._sums.products, self._differences, factor, lowest=0.0)

    def sqdiff_normed(self) -> FloatArray:
        """Return TM_SQDIFF_NORMED, in [0, 1]; lower is better; 1 (worst) for a black kernel or window."""
        if self._sums.own.raw_energy == 0:
            return self._constant(1.0)
        size, squares = np.sqrt(self._sums.own.raw_energy), self._sums.windows.raw_energy
        unit = self._sums.own.unit / self._shrink**2
        scores = self._normed(self._sums.products, self._differences, squares, size, (0.0, 1.0), unit)
        if squares.positive:
            return scores
        return frozen(np.where(squares.values > squares.rounding, scores, np.float32(1.0)))

    def _constant(self, score: float) -> FloatArray:
        return frozen(np.full(self._sums.grid.out, score, np.float32))

    def _surface(self, sums: SlidingSum, write: Writer, patches: Iterable[tuple[Place, FloatArray]] = ()) -> FloatArray:
        """Put a surface together from bands of rows, so that intermediate results stay in the cache."""
        out = buffers.empty(self._sums.grid.out, np.float32, lasting=True)
        height = max(1, _BAND // out.shape[1])
        bands = ((slice(top, min(top + height, out.shape[0])), slice(None)) for top in range(0, out.shape[0], height))
        for place, values in itertools.chain(((band, sums.values[band]) for band in bands), patches):
            write(values, place, out[place])
        return frozen(out)

    def _rescaled(self, sums: SlidingSum, formula: Formula, factor: float, lowest: float = -LARGEST) -> FloatArray:
        """Return a formula of sliding sums, times a factor."""

        def write(part: FloatArray, place: Place, out: FloatArray) -> None:
            np.clip(rescaled(formula(part, place), factor), lowest, LARGEST, out=out)

        return self._surface(sums, write)

    def _normed(
        self,
        sums: SlidingSum,
        formula: Formula,
        squares: Squares,
        size: float,
        bounds: tuple[float, float],
        unit: float = 1.0,
    ) -> FloatArray:
        """Return a formula of sliding sums, divided by the windows' and by the kernel's size."""

        def write(part: FloatArray, place: Place, out: FloatArray) -> None:
            squares.inverse_roots(place, out)
            cv2.multiply(formula(part, place), out, dst=out, scale=unit / size)
            np.clip(out, *bounds, out=out)

        return self._surface(sums, write, sums.patches(squares, _DROWNED * size))

    @property
    def nbytes(self) -> int:
        """How much memory the results take."""
        return self._sums.nbytes

    def _about_means(self, part: FloatArray, place: Place) -> FloatArray:
        """CCOEFF from C: the means weighted by w instead of w²."""
        if self._sums.own.shift is None:
            return part
        for mine, theirs in zip(self._sums.own.shift, self._sums.windows.shifts, strict=True):
            part = np.asarray(cv2.scaleAdd(theirs[place], float(mine) * self._sums.own.weight, part), dtype=np.float32)
        return part

    def _raw(self, part: FloatArray, place: Place) -> FloatArray:
        """CCORR from P, which is relative to the level."""
        level = self._sums.planes.level
        if not level:
            return part
        total = functools.reduce(np.add, (each[place] for each in self._sums.windows.sums))
        unit, weight = self._sums.own.unit, self._sums.own.weight * self._sums.planes.channels
        constant = level * (float(self._sums.own.sums.sum()) + level * unit * weight)
        return np.asarray(cv2.addWeighted(part, 1.0, total, level * unit, constant), dtype=np.float32)

    @property
    def _shrink(self) -> float:
        """What brings the larger one of kernel and scene to unit size."""
        return min(self._sums.own.unit, 1.0)

    def _differences(self, part: FloatArray, place: Place) -> FloatArray:
        """SQDIFF from P, relative to the level as it is; in units in which nothing overflows."""
        scene, kernel = self._shrink**2, (self._shrink / self._sums.own.unit) ** 2
        both = self._shrink**2 / self._sums.own.unit
        energy = self._sums.windows.energy[place]
        result = cv2.addWeighted(energy, scene, part, -2.0 * both, self._sums.own.energy * kernel)
        return np.asarray(result, dtype=np.float32)
