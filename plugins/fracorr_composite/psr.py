"""The peak-to-sidelobe ratio, for every place as if it were a peak."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from fracorr import sampling
from fracorr.images import FloatArray
from fracorr.opencv import cv2

RealArray = npt.NDArray[np.float64]

#: A spread below this share of the largest correlation is rounding error: there is nothing to stand out from.
_FLAT: Final = 1e-5


def peak_to_sidelobe(surface: npt.ArrayLike, region: int = 21, peak: int = 5) -> FloatArray:
    r"""Return how far each value stands out from the values around it.

    .. math:: \mathrm{PSR} = (p - \mu) / \sigma,

    with the mean and standard deviation of the sidelobes: a square of `region` pixels around the place, without the
    square of `peak` pixels in its middle. At the border the part of the square that exists counts.

    Parameters
    ----------
    surface : (H, W) array
        Correlations.
    region, peak : int, optional
        Odd sides in pixels, the first larger than the second.

    Returns
    -------
    (H, W) float32 array
        0 where the sidelobes are flat.

    References
    ----------
    B. V. K. Vijaya Kumar, M. Savvides, C. Xie, K. Venkataramani, J. Thornton, A. Mahalanobis, "Biometric
    verification with correlation filters", Applied Optics 43(2), 2004, doi:10.1364/AO.43.000391.
    """
    values = np.asarray(surface)
    largest = max(-float(values.min()), float(values.max()))
    result = np.zeros(values.shape, np.float32)
    if largest == 0:
        return result
    reach = region // 2
    for rows in sampling.bands(*values.shape):
        top = max(0, rows.start - reach)
        band = values[top : rows.stop + reach].astype(np.float64) / largest
        result[rows] = _ratios(band, region, peak)[rows.start - top :][: rows.stop - rows.start]
    return result


def _ratios(values: RealArray, region: int, peak: int) -> RealArray:
    count = _ring(np.ones(values.shape), region, peak)
    known = count > 0.5
    count[~known] = 1.0
    mean = _ring(values, region, peak) / count
    variance = _ring(values**2, region, peak) / count - mean**2
    known &= variance > _FLAT**2
    return np.where(known, (values - mean) / np.sqrt(np.where(known, variance, 1.0)), 0.0)


def _ring(values: RealArray, region: int, peak: int) -> RealArray:
    """Return the sums over the sidelobes of each place, zeros being around the surface."""
    outer, inner = (
        cv2.boxFilter(values, cv2.CV_64F, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT)
        for side in (region, peak)
    )
    return np.asarray(outer - inner)
