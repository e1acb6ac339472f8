"""How often a template looks the same within a whole turn."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import scipy.fft

from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr_harmonic.template import Reals, Template

Complexes = npt.NDArray[np.complex128]

#: Turned by a right angle, a symmetrical template correlates with itself at least so much.
_SAME = 0.97
_ANGLES, _RADII = 240, 24
_HIGHEST_ORDER = 24


def symmetry_order(template: Template) -> int:
    """Return in how many directions of a whole turn a template looks the same.

    Returns
    -------
    int
        1 where it has no such symmetry; 0 where it looks the same at every angle.
    """
    likeness = likeness_by_angle(template)
    if likeness.min() >= _SAME:
        return 0
    for order in range(_HIGHEST_ORDER, 1, -1):
        turns = np.arange(1, order) * _ANGLES / order
        nearest = [likeness[np.floor(turns).astype(int)], likeness[np.ceil(turns).astype(int)]]
        if np.maximum(*nearest).min() >= _SAME:
            return order
    return 1


def likeness_by_angle(template: Template) -> Reals:
    """Return how much a template correlates with itself turned by 0 to 358.5 degrees, where both have support.

    This is the masked zero-mean normalised cross-correlation (Padfield 2012, doi:10.1109/TIP.2011.2181402) along the
    angle, in polar coordinates about the template's centre.
    """
    samples = template.at(min(1.0, 2 * _RADII / math.hypot(*template.size)))
    height, width = samples.weights.shape
    radii = (np.arange(_RADII) + 0.5) / _RADII * math.hypot(width, height) / 2
    turn = 2 * math.pi * np.arange(_ANGLES)[:, None] / _ANGLES
    columns = (width - 1) / 2 + radii * np.cos(turn)
    rows = (height - 1) / 2 - radii * np.sin(turn)
    inside = (np.abs(columns - (width - 1) / 2) <= width / 2) & (np.abs(rows - (height - 1) / 2) <= height / 2)

    def looked_up(image: FloatArray) -> Reals:
        found = cv2.remap(
            image,
            columns.astype(np.float32),
            rows.astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(found, np.float64)

    weights = looked_up(samples.weights) * inside
    spectra = scipy.fft.rfft(weights, axis=0)
    area = np.maximum(_summed(spectra, spectra, radii), 1e-6)
    covariance, variance = np.zeros(_ANGLES), np.zeros(_ANGLES)
    for channel in range(samples.values.shape[2]):
        values = looked_up(samples.values[..., channel])
        values = values - (values * weights * radii).sum() / (weights * radii).sum()
        first = scipy.fft.rfft(values * weights, axis=0)
        second = scipy.fft.rfft(values**2 * weights, axis=0)
        here, there = _summed(first, spectra, radii), _summed(spectra, first, radii)
        covariance += _summed(first, first, radii) - here * there / area
        own = _summed(second, spectra, radii) - here**2 / area
        other = _summed(spectra, second, radii) - there**2 / area
        variance += np.sqrt(np.maximum(own, 0) * np.maximum(other, 0))
    return covariance / np.maximum(variance, 1e-12)


def _summed(first: Complexes, second: Complexes, radii: Reals) -> Reals:
    """Return the circular correlations of columns given by their spectra, summed with their radii as weights."""
    return np.asarray(scipy.fft.irfft((np.conj(first) * second * radii).sum(axis=1), _ANGLES))
