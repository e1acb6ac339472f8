"""The optimal trade-off synthetic discriminant function."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fracorr_composite.spectra import average_power, constrained, trade_off


def otsdf(images: npt.NDArray[np.float64], alpha: float) -> npt.NDArray[np.float64]:
    r"""Return the best filter between the sharpest peaks and the least noise.

    It answers 1 to every training image and minimises
    :math:`\sum_f \left(\alpha D(f) + \sqrt{1 - \alpha^2}\, C(f)\right) |H(f)|^2`: no other filter has both less
    correlation energy (D, the average power spectrum, scaled to mean 1) and less output noise (C = 1, white noise).

    Parameters
    ----------
    images : (N, C, H, W) float64 array
    alpha : float
        In [0, 1]: 1 gives :func:`~fracorr_composite.mace.mace`, 0 gives :func:`~fracorr_composite.sdf.sdf`.

    Returns
    -------
    (C, H, W) float64 array

    References
    ----------
    P. Réfrégier, "Filter design for optical pattern recognition: multicriteria optimization approach", Optics Letters
    15(15), 1990, doi:10.1364/OL.15.000854.
    """
    return constrained(images, trade_off(average_power(images), alpha))
