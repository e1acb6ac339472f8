"""What correlation needs of a kernel: the weights to slide, and its contrast and energy."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.kernel import Kernel
from fracorr.planes import Planes, unit_scale

#: What is below this part of the largest number involved is nothing but the rounding of float64.
_ROUNDING = 1e-14


@attrs.frozen(eq=False)
class KernelSums:
    """Sums over a kernel t with the squared support w² as weight, in float64.

    Pixels are taken in the units of the scene (:class:`~fracorr.planes.Planes`) times `unit`.

    Attributes
    ----------
    unit : float
        A power of two: 1 for pixels of usual size.
    weight : float
        W = Σ w².
    centred : (h, w, C) float64 array
        w² (t − t̄), with t̄ = Σ w² t / W of each channel: sums to 0 in each.
    levelled : (h, w, C) float64 array
        w² (t − L), with L the scene's level.
    sums : (C,) float64 array
        Σ w² (t − L) of each channel.
    contrast : float
        Σ w² (t − t̄)² over all channels; exactly 0 for a flat kernel.
    energy, raw_energy : float
        Σ w² (t − L)² and Σ w² t² over all channels; the latter exactly 0 for a black kernel.
    shift : (C,) float64 array or None
        t̄ minus the mean weighted by w; None where the support is 0 or 1 everywhere.
    """

    unit: float
    weight: float
    centred: npt.NDArray[np.float64]
    levelled: npt.NDArray[np.float64]
    sums: npt.NDArray[np.float64]
    contrast: float
    energy: float
    raw_energy: float
    shift: npt.NDArray[np.float64] | None

    @classmethod
    def of(cls, kernel: Kernel, planes: Planes) -> KernelSums:
        """Sum up a kernel, its colour channels or its luma as the scene is read."""
        pixels = kernel.pixels if planes.channels > 1 else kernel.gray
        raw = pixels.reshape(*kernel.shape, -1).astype(np.float64) * planes.scale
        values = raw - planes.level if planes.level else raw
        largest = max(float(values.max()), -float(values.min()))
        unit = unit_scale(largest)
        if unit != 1.0:
            raw, values = raw * unit, values * unit
        support = None if kernel.has_full_support else kernel.support[..., None].astype(np.float64)
        weights = 1.0 if support is None else support * support
        total = float(kernel.support.size if support is None else np.sum(weights))
        levelled = values if support is None else values * weights
        sums = levelled.sum(axis=(0, 1))
        offset = values - sums / total
        centred = offset if support is None else offset * weights
        shift = None
        if support is not None and not np.array_equal(support, weights):
            shift = sums / total - (values * support).sum(axis=(0, 1)) / support.sum()
        contrast, energy = _inner(centred, offset), _inner(levelled, values)
        raw_energy = _inner(raw * weights, raw) if planes.level else energy
        nothing = total * (_ROUNDING * largest * unit) ** 2
        return cls(
            unit=unit,
            weight=total,
            centred=centred,
            levelled=levelled,
            sums=sums,
            contrast=contrast if contrast > nothing else 0.0,
            energy=energy,
            raw_energy=raw_energy if raw_energy > nothing else 0.0,
            shift=shift,
        )

    @property
    def contrast_about_w_mean(self) -> float:
        """Σ w² (t − m)² over all channels, with m weighted by w: what OpenCV's masked TM_CCOEFF_NORMED divides by."""
        if self.shift is None:
            return self.contrast
        return self.contrast + self.weight * float((self.shift**2).sum())


def _inner(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
    # Not numpy.vdot, which calls BLAS, which may start threads for so little.
    return float(np.einsum("ijc,ijc", one, other))
