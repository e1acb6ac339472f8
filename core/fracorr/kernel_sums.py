"""What correlation needs of a kernel: the weights to slide, and its contrast and energy."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import buffers
from fracorr.kernel import Kernel
from fracorr.once import computed_once
from fracorr.planes import Planes, unit_scale

#: What is below this part of the largest number involved is nothing but the rounding of float64.
_ROUNDING = 1e-14


@attrs.define(eq=False, slots=False)
class KernelSums:
    """Sums over a kernel t with the squared support w² as weight, in float64, each computed when it is asked for.

    Pixels are taken in the units of the scene (:class:`~fracorr.planes.Planes`) times `unit`.

    Attributes
    ----------
    raw : (h, w, C) float64 array
        t.
    level : float
        The scene's level L.
    peak : float
        The largest magnitude of t − L.
    unit : float
        A power of two: 1 for pixels of usual size.
    support : (h, w, 1) float64 array or None
        w; None where it is 1 everywhere.
    """

    raw: npt.NDArray[np.float64]
    level: float
    peak: float
    unit: float
    support: npt.NDArray[np.float64] | None

    @classmethod
    def of(cls, kernel: Kernel, planes: Planes) -> KernelSums:
        """Take a kernel's colour channels or its luma as the scene is read."""
        pixels = kernel.pixels if planes.channels > 1 else kernel.gray
        low, high = float(pixels.min()) * planes.scale, float(pixels.max()) * planes.scale
        peak = max(high - planes.level, planes.level - low)
        unit = unit_scale(peak)
        raw = buffers.empty((*kernel.shape, planes.channels))
        np.multiply(pixels.reshape(raw.shape), planes.scale * unit, out=raw, dtype=np.float64)
        support = None if kernel.has_full_support else kernel.support[..., None].astype(np.float64)
        return cls(raw, planes.level * unit, peak * unit, unit, support)

    @computed_once
    def _weights(self) -> npt.NDArray[np.float64] | None:
        """w², (h, w, 1); None where it is 1 everywhere."""
        return None if self.support is None else self.support * self.support

    def _weighted(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return values if self._weights is None else values * self._weights

    @computed_once
    def weight(self) -> float:
        """W = Σ w²."""
        return float(self.raw.shape[0] * self.raw.shape[1] if self._weights is None else self._weights.sum())

    @computed_once
    def _values(self) -> npt.NDArray[np.float64]:
        """The kernel relative to the level: t − L."""
        return self.raw - self.level if self.level else self.raw

    @computed_once
    def levelled(self) -> npt.NDArray[np.float64]:
        """w² (t − L), (h, w, C)."""
        return self._weighted(self._values)

    @computed_once
    def sums(self) -> npt.NDArray[np.float64]:
        """Σ w² (t − L) of each channel, (C,)."""
        return _sums(self.levelled)

    @computed_once
    def _offset(self) -> npt.NDArray[np.float64]:
        """The kernel relative to its mean: t − t̄, with t̄ = Σ w² t / W of each channel."""
        offset = _less(self._values, self.sums / self.weight)
        # Once more: the first mean is rounded to a part of the brightness, the second to a part of what is left.
        return _less(offset, _sums(self._weighted(offset)) / self.weight, out=offset)

    @computed_once
    def centred(self) -> npt.NDArray[np.float64]:
        """w² (t − t̄), (h, w, C): sums to 0 in each channel."""
        return self._weighted(self._offset)

    @computed_once
    def contrast(self) -> float:
        """Σ w² (t − t̄)² over all channels; exactly 0 for a flat kernel."""
        return self._unless_rounding(_inner(self.centred, self._offset))

    @computed_once
    def energy(self) -> float:
        """Σ w² (t − L)² over all channels."""
        return _inner(self.levelled, self._values)

    @computed_once
    def raw_energy(self) -> float:
        """Σ w² t² over all channels; exactly 0 for a black kernel."""
        return self._unless_rounding(_inner(self._weighted(self.raw), self.raw) if self.level else self.energy)

    def _unless_rounding(self, squares: float) -> float:
        return squares if squares > self.weight * (_ROUNDING * self.peak) ** 2 else 0.0

    @computed_once
    def shift(self) -> npt.NDArray[np.float64] | None:
        """t̄ minus the mean weighted by w, (C,); None where the support is 0 or 1 everywhere."""
        if self.support is None or self._weights is None or np.array_equal(self.support, self._weights):
            return None
        return np.asarray(self.sums / self.weight - _sums(self._values * self.support) / self.support.sum())

    @property
    def contrast_about_w_mean(self) -> float:
        """Σ w² (t − m)² over all channels, with m weighted by w: what OpenCV's masked TM_CCOEFF_NORMED divides by."""
        if self.shift is None:
            return self.contrast
        return self.contrast + self.weight * float((self.shift**2).sum())


def _sums(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the sum of each channel. Both axes at once take numpy twenty times as long for three channels."""
    return np.asarray(values.sum(axis=0).sum(axis=0))


def _less(
    values: npt.NDArray[np.float64], means: npt.NDArray[np.float64], out: npt.NDArray[np.float64] | None = None
) -> npt.NDArray[np.float64]:
    """Return values relative to a number for each channel: by whole rows, which numpy does several times as fast."""
    result = buffers.empty(values.shape) if out is None else out
    rows = (values.shape[0], -1)
    np.subtract(values.reshape(rows), np.tile(means, values.shape[1]), out=result.reshape(rows))
    return result


def _inner(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
    # Not numpy.vdot, which calls BLAS, which may start threads for so little.
    return float(np.einsum("ijc,ijc", one, other))
