"""The turned copies of a template, written as sums of a few kernels: all angles from a dozen correlations.

A template that turns is a sum of circular harmonics (Hsu and Arsenault 1982, doi:10.1364/AO.21.004016), and those are
also the principal components of its turned copies, because turning does not change their scalar products (Perona 1995,
doi:10.1109/34.391394; Uenohara and Kanade 1998, doi:10.1109/34.709607). Computed as principal components they serve
any range of angles: the smaller the range, the fewer there are.
"""

from __future__ import annotations

import math

import attrs
import numpy as np

from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr_harmonic.template import Reals, Samples

#: Share of the copies' energy that may be left out.
_LEFT_OUT = 0.02


@attrs.frozen(eq=False)
class Expansion:
    """Images as sums of few: ``mix @ kernels``.

    Attributes
    ----------
    mix : (N, R) float32 array
    kernels : (R, k, k) float32 array
    """

    mix: FloatArray
    kernels: FloatArray

    @classmethod
    def of(cls, images: FloatArray, left_out: float) -> Expansion:
        """Expand images (N, k, k) in as few kernels as keep all but a share of their energy."""
        flat = images.reshape(len(images), -1)
        gram = flat @ flat.T
        energies, vectors = np.linalg.eigh(gram)
        energies, vectors = energies[::-1], vectors[:, ::-1]
        kept = np.cumsum(np.maximum(energies, 0)) / max(float(energies.sum()), 1e-30)
        rank = min(len(images), int(np.searchsorted(kept, 1 - left_out)) + 1)
        mix = vectors[:, :rank]
        return cls(np.ascontiguousarray(mix), (mix.T @ flat).reshape(rank, *images.shape[1:]))


@attrs.frozen(eq=False)
class Bank:
    """A template at one resolution and many angles.

    Attributes
    ----------
    angles : (N,) array
        Degrees.
    patterns : Expansion
        Of the template less its mean, times its weights, with ``sum(weights * pattern ** 2) == 1``.
    windows : Expansion
        Of the weights, whose sum is 1.
    """

    angles: Reals
    patterns: Expansion
    windows: Expansion

    @classmethod
    def of(cls, samples: Samples, angles: Reals) -> Bank:
        """Turn a gray template to each of the angles."""
        values, weights = _turned(samples, angles)
        weights = weights / weights.sum(axis=(1, 2), keepdims=True)
        mean = (weights * values).sum(axis=(1, 2), keepdims=True)
        patterns = weights * (values - mean)
        patterns /= np.sqrt((patterns * (values - mean)).sum(axis=(1, 2), keepdims=True))
        windows = Expansion.of(weights, 0.002)
        if len(windows.kernels) == 1:
            # A disc looks the same at every angle.
            windows = Expansion(windows.mix[:1], windows.kernels)
        return cls(angles, Expansion.of(patterns, _LEFT_OUT), windows)


def _turned(samples: Samples, angles: Reals) -> tuple[FloatArray, FloatArray]:
    """Return values and weights of turned copies, (N, k, k), on grids of about the samples' own mesh.

    They are looked up on a grid of half the mesh and averaged, as the pixels of a scene average what falls on them.
    """
    height, width = samples.weights.shape
    side = 2 * _reach(samples) + 1
    stacked = np.dstack([samples.values[..., 0] * samples.weights, samples.weights, samples.weights])
    fine = np.empty((len(angles), 2 * side, 2 * side, 3), np.float32)
    for turned, angle in zip(fine, np.radians(angles), strict=True):
        cosine, sine = math.cos(angle) / 2, math.sin(angle) / 2
        matrix = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0]])
        matrix[:, 2] = ((width - 1) / 2, (height - 1) / 2) - matrix[:, :2] @ (side - 0.5, side - 0.5)
        cv2.warpAffine(
            stacked, matrix, (2 * side, 2 * side), turned, cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, cv2.BORDER_CONSTANT
        )
    coarse = fine.reshape(len(angles), side, 2, side, 2, 3).mean(axis=(2, 4))
    weights = coarse[..., 1]
    return coarse[..., 0] / np.maximum(weights, 1e-6), np.ascontiguousarray(weights)


def _reach(samples: Samples) -> int:
    """Return how far from the centre there is weight at any angle, in samples."""
    height, width = samples.weights.shape
    rows, columns = np.nonzero(samples.weights > 1e-3)
    return math.ceil(float(np.hypot(columns - (width - 1) / 2, rows - (height - 1) / 2).max()))
