"""The minimum average correlation energy filter."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fracorr_composite.spectra import average_power, constrained


def mace(images: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    r"""Return the filter that answers 1 to every training image and as little as possible beside it.

    It minimises the average energy of the (periodic) correlations with the training images,
    :math:`\sum_f D(f) |H(f)|^2`, D being their average power spectrum:

    .. math:: H = D^{-1} X \left(X^+ D^{-1} X\right)^{-1} u.

    The peaks are needles, and so the filter follows every detail of the training images and much of the noise.

    Parameters
    ----------
    images : (N, C, H, W) float64 array

    Returns
    -------
    (C, H, W) float64 array

    References
    ----------
    A. Mahalanobis, B. V. K. Vijaya Kumar, D. Casasent, "Minimum average correlation energy filters", Applied Optics
    26(17), 1987, doi:10.1364/AO.26.003633.
    """
    return constrained(images, average_power(images))
