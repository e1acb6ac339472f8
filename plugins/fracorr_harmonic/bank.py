"""The turned copies of a template, written as sums of a few kernels: all angles from a dozen correlations.

A template that turns is a sum of circular harmonics (Hsu and Arsenault 1982, doi:10.1364/AO.21.004016), which are also
the principal components of its turned copies, because turning does not change their scalar products (Perona 1995,
doi:10.1109/34.391394). For a part of a turn there are fewer principal components, and they are found as such.
"""

from __future__ import annotations

import math

import attrs
import numpy as np
import numpy.typing as npt
import scipy.fft

from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr_harmonic.correlator import Correlator
from fracorr_harmonic.template import Reals, Samples

#: Share of the energy of windows that may be left out.
_LEFT_OUT_OF_WINDOWS = 0.002
#: Weights that differ by less than this share of their mean from angle to angle are taken to be the same.
_SAME = 0.02


@attrs.frozen(eq=False)
class Expansion:
    """Images as sums of a few kernels.

    Attributes
    ----------
    mix : (N, R) float32 array
        How much of each kernel there is in each image.
    correlator : Correlator
        Of the R kernels.
    """

    mix: FloatArray
    correlator: Correlator

    @classmethod
    def of_turn(cls, images: FloatArray, left_out: float) -> Expansion:
        """Expand images (N, k, k) of a template at equal steps through a whole turn in circular harmonics."""
        count = len(images)
        harmonics = scipy.fft.rfft(images.reshape(count, -1), axis=0)
        energies = (np.abs(harmonics) ** 2).sum(axis=1)
        energies[1 : (count + 1) // 2] *= 2
        orders = np.sort(_largest(energies, left_out))
        twice = np.where((orders > 0) & (2 * orders < count), 2.0, 1.0) / count
        turns = np.exp(2j * math.pi * np.outer(np.arange(count), orders) / count) * twice
        mix = np.stack([turns.real, -turns.imag], axis=2).reshape(count, -1)
        kernels = np.stack([harmonics[orders].real, harmonics[orders].imag], axis=1)
        # The harmonic of order 0 has no imaginary part.
        kept = [index for index in range(2 * len(orders)) if orders[index // 2] > 0 or index % 2 == 0]
        kernels = kernels.reshape(-1, *images.shape[1:])[kept]
        return cls(np.ascontiguousarray(mix[:, kept], dtype=np.float32), Correlator(kernels.astype(np.float32)))

    @classmethod
    def of_part(cls, images: FloatArray, left_out: float) -> Expansion:
        """Expand any images (N, k, k) in their principal components."""
        flat = images.reshape(len(images), -1)
        energies, vectors = np.linalg.eigh(flat @ flat.T)
        mix = np.ascontiguousarray(vectors[:, _largest(energies, left_out)], dtype=np.float32)
        return cls(mix, Correlator((mix.T @ flat).reshape(-1, *images.shape[1:])))


def _largest(energies: Reals, left_out: float) -> npt.NDArray[np.intp]:
    """Return which energies to keep so that all but a share of their sum is there."""
    order = np.argsort(-energies, kind="stable")
    kept = np.cumsum(energies[order]) / max(float(energies.sum()), 1e-30)
    return order[: int(np.searchsorted(kept, 1 - left_out)) + 1]


@attrs.frozen(eq=False)
class Bank:
    """A template at one resolution and many angles.

    Attributes
    ----------
    angles : (N,) float64 array
        Degrees.
    patterns : Expansion
        Of the template less its mean, times its weights, with ``sum(weights * template ** 2) == 1``.
    windows : Expansion
        Of the weights, whose sum is 1; with one row of `mix` if they are the same at every angle.
    """

    angles: Reals
    patterns: Expansion
    windows: Expansion

    @property
    def nbytes(self) -> int:
        """How much memory the kernels take, with their transforms."""
        return self.patterns.correlator.nbytes + self.windows.correlator.nbytes

    @classmethod
    def of(cls, samples: Samples, low: float, high: float, step: float, left_out: float) -> Bank:
        """Turn a gray template to angles from `low` to `high` that are at most a `step` apart, in degrees.

        A share `left_out` of the patterns' energy may be left out.
        """
        whole = high - low >= 360.0
        count = max(1, math.ceil((high - low) / step - 1e-9))
        count = 4 * math.ceil(count / 4) if whole else count
        angles = low + (high - low) * (np.arange(count) + 0.5) / count
        first = angles[: count // 4] if whole else angles
        values, weights = _turned(samples, first)
        if whole:
            # What is turned by a right angle need not be looked up again.
            values, weights = _quarters(values), _quarters(weights)
        weights = weights / weights.sum(axis=(1, 2), keepdims=True)
        values = values - np.einsum("nij,nij->n", weights, values)[:, None, None]
        patterns = weights * values
        patterns /= np.sqrt(np.einsum("nij,nij->n", patterns, values))[:, None, None]
        expand = Expansion.of_turn if whole else Expansion.of_part
        if np.abs(weights - weights[0]).mean() < _SAME * weights[0].mean():
            windows = Expansion(np.ones((1, 1), np.float32), Correlator(weights.mean(axis=0, keepdims=True)))
        else:
            windows = expand(weights, _LEFT_OUT_OF_WINDOWS)
        return cls(angles, expand(patterns, left_out), windows)


def _quarters(images: FloatArray) -> FloatArray:
    return np.concatenate([np.rot90(images, turns, axes=(1, 2)) for turns in range(4)])


def _turned(samples: Samples, angles: Reals) -> tuple[FloatArray, FloatArray]:
    """Return values and weights of turned copies, (N, k, k), on grids of about the samples' own mesh.

    They are looked up on a grid of half the mesh and averaged, as the pixels of a scene average what falls on them.
    """
    height, width = samples.weights.shape
    side = 2 * _reach(samples) + 1
    fine = np.empty((2, len(angles), 2 * side, 2 * side), np.float32)
    sources = (samples.values[..., 0] * samples.weights, samples.weights)
    for index, angle in enumerate(np.radians(angles)):
        cosine, sine = math.cos(angle) / 2, math.sin(angle) / 2
        matrix = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0]])
        matrix[:, 2] = ((width - 1) / 2, (height - 1) / 2) - matrix[:, :2] @ (side - 0.5, side - 0.5)
        for source, copies in zip(sources, fine, strict=True):
            cv2.warpAffine(
                source,
                matrix,
                (2 * side, 2 * side),
                copies[index],
                cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                cv2.BORDER_CONSTANT,
            )
    coarse = cv2.resize(
        fine.reshape(-1, 2 * side), (side, 2 * len(angles) * side), interpolation=cv2.INTER_AREA
    ).reshape(2, len(angles), side, side)
    return coarse[0] / np.maximum(coarse[1], 1e-6), coarse[1]


def _reach(samples: Samples) -> int:
    """Return how far from the centre there is weight at any angle, in samples."""
    height, width = samples.weights.shape
    rows, columns = np.nonzero(samples.weights > 1e-3)
    return math.ceil(float(np.hypot(columns - (width - 1) / 2, rows - (height - 1) / 2).max()))
