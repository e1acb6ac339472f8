"""What the frequency-domain filters share: spectra of training images, their power, and constrained minimisation."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import scipy.fft

RealArray = npt.NDArray[np.float64]

#: Where the weight of a frequency is below this share of the largest one, it is taken to be that much: the images
#: hold nothing there, and dividing by it would only amplify rounding errors.
_FLOOR: Final = 1e-10


def average_power(images: RealArray) -> RealArray:
    r"""Return the average power spectrum :math:`D = \frac{1}{N} \sum_i |X_i|^2` of training images.

    Parameters
    ----------
    images : (N, C, H, W) float64 array

    Returns
    -------
    (C, H, W) float64 array
        Scaled to a mean of 1, the power spectrum of white noise. Each channel has its own, as if the channels of an
        image had nothing to do with each other: their correlation energies add up.
    """
    # One image at a time: complex spectra of a whole family would take several times its memory.
    power = sum((np.abs(scipy.fft.fft2(image)) ** 2 for image in images), np.zeros(images.shape[1:]))
    return np.asarray(power / power.mean())


def constrained(images: RealArray, weight: RealArray) -> RealArray:
    r"""Return the filter h with :math:`h \cdot x_i = 1` for all images and the least :math:`\sum_f T(f) |H(f)|^2`.

    With the spectra as the columns of X and T on a diagonal, that is

    .. math:: H = T^{-1} X \left(X^+ T^{-1} X\right)^{-1} u,

    u being all ones and :math:`^+` the conjugate transpose. Where images repeat (a kernel that is its own turned
    copy), the pseudo-inverse takes the place of the inverse, and the constraints still hold.

    Parameters
    ----------
    images : (N, C, H, W) float64 array
    weight : (C, H, W) float64 array
        T, not negative, with :math:`T(-f) = T(f)`.

    Returns
    -------
    (C, H, W) float64 array
        h, in pixels.
    """
    positive = _positive(weight)
    whitened = np.stack([_filtered(image, positive) for image in images])
    # By Parseval's theorem X⁺ T⁻¹ X is, up to a factor that cancels, a matrix of inner products in pixels.
    gram = np.einsum("ichw,jchw->ij", images, whitened, optimize=True)
    answers = np.linalg.pinv(gram, rcond=1e-10, hermitian=True) @ np.ones(len(images))
    return np.asarray(np.tensordot(answers, whitened, 1))


def unconstrained(images: RealArray, weight: RealArray) -> RealArray:
    r"""Return the filter :math:`H = T^{-1} m` for the mean spectrum m, scaled to an average :math:`h \cdot x_i` of 1.

    Parameters and result are those of :func:`constrained`.
    """
    mean = images.mean(axis=0)
    h = _filtered(mean, _positive(weight))
    return np.asarray(h / max(float((h * mean).sum()), 1e-300))


def trade_off(power: RealArray, alpha: float) -> RealArray:
    r"""Return :math:`T = \alpha D + \sqrt{1 - \alpha^2}\, C`, the noise C being white with power 1."""
    return np.asarray(alpha * power + np.sqrt(1.0 - alpha**2))


def _positive(weight: RealArray) -> RealArray:
    return np.asarray(np.maximum(weight, _FLOOR * weight.max()))


def _filtered(image: RealArray, weight: RealArray) -> RealArray:
    # Power spectra are symmetric, so what is left of the imaginary part is rounding.
    return np.asarray(scipy.fft.ifft2(scipy.fft.fft2(image) / weight).real)
