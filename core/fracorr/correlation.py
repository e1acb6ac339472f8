"""Sliding a kernel over a scene: one cross-correlation, from which all classical scores follow."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt
import scipy.signal

from fracorr.errors import ImageError
from fracorr.images import FloatArray
from fracorr.kernel import Kernel
from fracorr.scene import Scene

DoubleArray = npt.NDArray[np.float64]


def cross_correlate(planes: npt.ArrayLike, weights: npt.ArrayLike) -> DoubleArray:
    """Return the sum of weights times pixels at every place where the weights fit wholly.

    Parameters
    ----------
    planes : (H, W) or (H, W, C) array
    weights : (h, w) or (h, w, C) array
        Any real numbers.

    Returns
    -------
    (H - h + 1, W - w + 1) float64 array
        Summed over channels.
    """
    image, filter_ = np.atleast_3d(planes).astype(np.float64), np.atleast_3d(weights).astype(np.float64)
    total = sum(
        scipy.signal.oaconvolve(image[..., channel], filter_[::-1, ::-1, channel], mode="valid")
        for channel in range(image.shape[2])
    )
    return np.asarray(total)


@attrs.frozen(eq=False)
class Correlation:
    """A kernel and a scene, correlated: what the scores of all six methods are made of.

    Make one with :meth:`of`; for one scene and one kernel the work is done once, however many methods ask.
    """

    area: float
    covariance: DoubleArray
    deviation: DoubleArray
    excess: DoubleArray
    means: DoubleArray
    kernel_deviation: float
    kernel_means: DoubleArray
    kernel_excess: DoubleArray

    @classmethod
    def of(cls, scene: Scene, kernel: Kernel) -> Correlation:
        """Correlate, or return what was computed before.

        Raises
        ------
        ImageError
            If the kernel is larger than the scene.
        """
        require_fit(scene, kernel)
        key = ("correlation", kernel.digest)
        return scene.memo.get(key, lambda: _correlate(scene, kernel))

    def ccoeff(self) -> FloatArray:
        return self.covariance.astype(np.float32)

    def ccoeff_normed(self) -> FloatArray:
        return _ratio(self.covariance, np.sqrt(self.deviation * self.kernel_deviation), -1.0)

    def ccorr(self) -> FloatArray:
        return self._products().astype(np.float32)

    def ccorr_normed(self) -> FloatArray:
        return _ratio(self._products(), self._norms(), -1.0)

    def sqdiff(self) -> FloatArray:
        return self._differences().astype(np.float32)

    def sqdiff_normed(self) -> FloatArray:
        norms = self._norms()
        return np.where(norms > 0, _ratio(self._differences(), norms, 0.0), np.float32(1.0))

    def _products(self) -> DoubleArray:
        mixed = self.area * self.means * self.kernel_means + self.excess * self.kernel_means
        return self.covariance + (mixed + self.means * self.kernel_excess).sum(axis=2)

    def _differences(self) -> DoubleArray:
        gap = self.means - self.kernel_means
        mixed = gap * (2 * (self.excess - self.kernel_excess) + self.area * gap)
        total = self.deviation - 2 * self.covariance + self.kernel_deviation + mixed.sum(axis=2)
        return np.maximum(total, 0.0)

    def _norms(self) -> DoubleArray:
        scene = self.deviation + (self.means * (2 * self.excess + self.area * self.means)).sum(axis=2)
        means = self.kernel_means
        own = self.kernel_deviation + float((means * (2 * self.kernel_excess + self.area * means)).sum())
        return np.sqrt(np.maximum(scene, 0.0) * max(own, 0.0))


def require_fit(scene: Scene, kernel: Kernel) -> None:
    """Check that a kernel is not larger than a scene.

    Raises
    ------
    ImageError
        If it is.
    """
    if kernel.height > scene.height or kernel.width > scene.width:
        raise ImageError(
            f"kernel '{kernel.name}' ({kernel.width}×{kernel.height} px) is larger than scene '{scene.name}' "
            f"({scene.width}×{scene.height} px): shrink the kernel or take a larger scene"
        )


def _ratio(scores: DoubleArray, norms: DoubleArray, low: float) -> FloatArray:
    result = np.divide(scores, norms, out=np.zeros_like(scores), where=norms > 0)
    return np.clip(result, low, 1.0).astype(np.float32)


def _correlate(scene: Scene, kernel: Kernel) -> Correlation:
    color = scene.is_color and kernel.is_color
    image = np.atleast_3d(scene.pixels if color else scene.gray).astype(np.float64)
    template = np.atleast_3d(kernel.pixels if color else kernel.gray).astype(np.float64)
    level = image.mean(axis=(0, 1))
    image -= level
    weights = kernel.support.astype(np.float64)
    squares = weights**2
    total, area = weights.sum(), squares.sum()
    kernel_means = np.tensordot(weights, template, 2) / total
    centred = (template - kernel_means) * squares[..., None]
    kernel_excess = centred.sum(axis=(0, 1))
    kernel_deviation = float((centred * (template - kernel_means)).sum())
    slides = [cross_correlate(image[..., c], weights) / total for c in range(image.shape[2])]
    means = np.stack(slides, axis=2)
    excess = np.stack([cross_correlate(image[..., c], squares) for c in range(image.shape[2])], axis=2) - area * means
    energy = cross_correlate((image**2).sum(axis=2), squares)
    deviation = energy - (means * (2 * excess + area * means)).sum(axis=2)
    floor = 1e-12 * max(float(energy.max()), 1e-30)
    covariance = cross_correlate(image, centred) - (means * kernel_excess).sum(axis=2)
    return Correlation(
        area=area,
        covariance=covariance,
        deviation=np.where(deviation > floor, deviation, 0.0),
        excess=excess,
        means=means + level,
        kernel_deviation=kernel_deviation if kernel_deviation > 1e-12 * area else 0.0,
        kernel_means=kernel_means,
        kernel_excess=kernel_excess,
    )
