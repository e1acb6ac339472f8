"""The synthetic discriminant function."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def sdf(images: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    r"""Return the sum of training images that answers 1 to each of them.

    Of all filters with :math:`h \cdot x_i = 1` it is the one with the least :math:`\sum h^2`, and so the one that
    passes the least white noise:

    .. math:: h = X (X^T X)^{-1} u,

    the images being the columns of X and u all ones.

    Parameters
    ----------
    images : (N, C, H, W) float64 array

    Returns
    -------
    (C, H, W) float64 array

    References
    ----------
    C. F. Hester and D. Casasent, "Multivariant technique for multiclass pattern recognition", Applied Optics 19(11),
    1980, doi:10.1364/AO.19.001758.
    """
    columns = images.reshape(len(images), -1).T
    # The pseudo-inverse gives the same, also where images repeat.
    answers = np.linalg.pinv(columns.T @ columns, rcond=1e-10, hermitian=True) @ np.ones(len(images))
    return np.asarray((columns @ answers).reshape(images.shape[1:]))
