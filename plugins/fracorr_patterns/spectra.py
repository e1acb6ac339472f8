"""Power spectra of kernels, and pictures that have a given one."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import scipy.fft

from fracorr import Kernel
from fracorr_patterns.grid import Array

ComplexArray = npt.NDArray[np.complex128]

#: Pixels this close to [0, 1], over their standard deviation, count as inside: clipping them changes the power spectrum
#: by a few times that.
_CLOSE: Final = 1e-5
_ROUNDS: Final = 200
#: How far beyond the nearest allowed value a pixel is sent in each round: between 1 and 2 it speeds things up.
_RELAXATION: Final = 1.6


def mean_color(kernel: Kernel) -> Array:
    """Return the mean of the pixels, weighted with the support, (C,) in [0, 1]."""
    weights = kernel.support.astype(np.float64)[..., None]
    return np.asarray((planes(kernel) * weights).sum(axis=(0, 1)) / weights.sum())


def planes(kernel: Kernel) -> Array:
    """Return the pixels as (H, W, C) in float64, C being 1 for gray and 3 for colour."""
    pixels = kernel.pixels.astype(np.float64)
    return pixels if pixels.ndim == 3 else pixels[..., None]


def as_seen(kernel: Kernel) -> Array:
    """Return what the kernel shows: its pixels where it has support, its mean elsewhere.

    With support everywhere this is what a correlation that honours the support multiplies the scene with: support times
    the difference from the mean. So its power spectrum, apart from the mean, is the kernel's.

    Returns
    -------
    (H, W, C) float64 array
        C is 1 for gray and 3 for colour.
    """
    return filled(planes(kernel), kernel.support, mean_color(kernel))


def filled(pixels: npt.NDArray[np.floating], support: npt.NDArray[np.floating], ground: npt.ArrayLike) -> Array:
    """Return pixels (H, W, C) laid over a ground of one colour."""
    weights = support.astype(np.float64)[..., None]
    return np.asarray(pixels * weights + np.asarray(ground) * (1 - weights))


def transform(pixels: Array) -> ComplexArray:
    """Return the discrete Fourier transform over rows and columns, half of it: (H, W//2 + 1, C)."""
    return np.asarray(scipy.fft.rfft2(pixels, axes=(0, 1)))


def back(spectrum: ComplexArray, shape: tuple[int, int]) -> Array:
    """Undo :func:`transform`."""
    return np.asarray(scipy.fft.irfft2(spectrum, s=shape, axes=(0, 1)))


def brought_into_range(spectrum: ComplexArray, shape: tuple[int, int]) -> Array:
    """Return a picture with this power spectrum, its phases moved until the pixels are in [0, 1].

    Clipping the pixels and restoring the magnitudes in turn, as in phase retrieval (J. R. Fienup 1982,
    doi:10.1364/AO.21.002758) and for surrogate data (T. Schreiber and A. Schmitz 1996, doi:10.1103/PhysRevLett.77.635).
    All channels move by the same phase, so that their cross spectra stay too.

    Parameters
    ----------
    spectrum : (H, W//2 + 1, C) complex array
        The magnitudes to keep, and the phases to begin with.
    shape : (int, int)
        H and W.

    Returns
    -------
    (H, W, C) float64 array
        The mean and the magnitudes are exact. Where no such picture is found, as for black and white kernels, whose
        spectrum leaves no room, pixels stay outside [0, 1].
    """
    pixels = back(spectrum, shape)
    close = _CLOSE * float(pixels.std()) + 1e-12  # what rounding leaves of a flat picture
    for _ in range(_ROUNDS):
        inside = np.clip(pixels, 0.0, 1.0)
        if np.abs(pixels - inside).max() <= close:
            return inside
        wanted = transform(pixels + _RELAXATION * (inside - pixels))
        product = (np.conj(spectrum) * wanted).sum(axis=2)
        magnitude = np.abs(product)
        turn = np.where(magnitude > 0, product / np.where(magnitude > 0, magnitude, 1), 1)
        turn[0, 0] = 1
        pixels = back(spectrum * turn[..., None], shape)
    return pixels
