"""What correlation needs of a kernel: its weighted mean, contrast and energy, and the weights to slide."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.kernel import Kernel
from fracorr.planes import unit_scale

#: Contrast per weight below the square of this part of the brightest pixel is the rounding of the mean: flat.
_ROUNDING = 1e-14


@attrs.frozen(eq=False)
class KernelSums:
    """Sums over a kernel t with the squared support w² as weight; pixels are taken times `scale`.

    Attributes
    ----------
    scale : float
        A power of two: 1 for pixels of usual size.
    weight : float
        W = Σ w².
    means : (C,) float64 array
        t̄ = Σ w² t / W of each channel.
    centred : (h, w, C) float64 array
        w² (t − t̄): sums to 0 in each channel.
    weighted : (h, w, C) float64 array
        w² t.
    contrast, energy : float
        Σ w² (t − t̄)² and Σ w² t² over all channels; the contrast of a flat kernel is exactly 0.
    shift : (C,) float64 array or None
        t̄ minus the mean weighted by w; None where the support is 0 or 1 everywhere.
    """

    scale: float
    weight: float
    means: npt.NDArray[np.float64]
    centred: npt.NDArray[np.float64]
    weighted: npt.NDArray[np.float64]
    contrast: float
    energy: float
    shift: npt.NDArray[np.float64] | None

    @classmethod
    def of(cls, kernel: Kernel, color: bool) -> KernelSums:
        """Sum up a kernel, its colour channels or its luma."""
        pixels = kernel.pixels if color else kernel.gray
        scale = unit_scale(pixels)
        values = pixels.reshape(*kernel.shape, -1).astype(np.float64) * scale
        support = kernel.support[..., None].astype(np.float64)
        weights = support**2
        total = float(weights.sum())
        weighted = values * weights
        means = weighted.sum(axis=(0, 1)) / total
        offset = values - means
        centred = offset * weights
        contrast = float((centred * offset).sum())
        if contrast <= total * (_ROUNDING * float(np.abs(values).max())) ** 2:
            contrast = 0.0
        shift = None
        if not np.array_equal(support, weights):
            shift = means - (values * support).sum(axis=(0, 1)) / support.sum()
        return cls(
            scale=scale,
            weight=total,
            means=means,
            centred=centred,
            weighted=weighted,
            contrast=contrast,
            energy=float((weighted * values).sum()),
            shift=shift,
        )

    def contrast_about_plain_mean(self, plain: bool = True) -> float:
        """Return Σ w² (t − m)² with m weighted by w, as OpenCV's masked TM_CCOEFF_NORMED has it."""
        if self.shift is None or not plain:
            return self.contrast
        return self.contrast + self.weight * float((self.shift**2).sum())
