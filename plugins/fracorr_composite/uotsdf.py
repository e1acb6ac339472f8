"""The unconstrained composite filters."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fracorr_composite.spectra import average_power, trade_off, unconstrained


def uotsdf(images: npt.NDArray[np.float64], alpha: float) -> npt.NDArray[np.float64]:
    r"""Return the optimal trade-off filter for the average of the training images.

    Nothing is demanded of single images; the average answer is 1:

    .. math:: H = \left(\alpha D + \sqrt{1 - \alpha^2}\, C\right)^{-1} m,

    with m the mean spectrum, D the average power spectrum (scaled to mean 1) and C = 1, white noise. That leaves
    more room for what lies between the training images, and needs no matrix inverse.

    Parameters
    ----------
    images : (N, C, H, W) float64 array
    alpha : float
        In [0, 1]: 1 gives :func:`umace`, 0 the mean image.

    Returns
    -------
    (C, H, W) float64 array

    References
    ----------
    B. V. K. Vijaya Kumar, D. W. Carlson, A. Mahalanobis, "Optimal trade-off synthetic discriminant function filters
    for arbitrary devices", Optics Letters 19(19), 1994, doi:10.1364/OL.19.001556.
    """
    return unconstrained(images, trade_off(average_power(images), alpha))


def umace(images: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    r"""Return the unconstrained minimum average correlation energy filter :math:`H = D^{-1} m`.

    References
    ----------
    A. Mahalanobis, B. V. K. Vijaya Kumar, S. Song, S. R. F. Sims, J. F. Epperson, "Unconstrained correlation filters",
    Applied Optics 33(17), 1994, doi:10.1364/AO.33.003751.
    """
    return unconstrained(images, average_power(images))
