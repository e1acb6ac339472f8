"""Controls that keep a kernel's spectrum and lose everything else."""

from __future__ import annotations

import attrs
import numpy as np
import scipy.fft

from fracorr import Kernel, parameter
from fracorr.validators import flag, number, optional
from fracorr_patterns.grid import Array
from fracorr_patterns.opaque import with_full_support
from fracorr_patterns.spectra import ComplexArray, as_seen, brought_into_range, transform


@attrs.frozen
class PhaseScramble:
    """The kernel's power spectrum with random phases: all of its frequencies, none of its edges and shapes.

    Every channel gets the same change of phase, so the channels' relations stay (J. Theiler et al. 1992,
    doi:10.1016/0167-2789(92)90102-S; D. Prichard and J. Theiler 1994, doi:10.1103/PhysRevLett.73.951). What is outside
    the kernel's support counts as its mean colour, and the result has support everywhere: its phases no longer know
    where the kernel was. With `outline` it keeps the kernel's support, and so the kernel's shape; fractals of both then
    have the same shape too, and differ in nothing but what they show.

    The phases are then moved until the pixels are in [0, 1]. The power spectrum always stays the kernel's; where the
    kernel is nearly black and white, its spectrum leaves no room inside [0, 1], and pixels stay outside.
    """

    outline: bool = attrs.field(default=False, validator=flag(), metadata=parameter("Keep the kernel's support"))

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        # Phases of real noise have the symmetry that a real picture needs.
        noise = transform(rng.standard_normal((*kernel.shape, 1)))
        phases = np.exp(1j * np.angle(noise))
        phases[0, 0] = 1
        pixels = brought_into_range(transform(as_seen(kernel)) * phases, kernel.shape)
        scrambled = with_full_support(kernel, pixels)
        return scrambled.derive(support=kernel.support) if self.outline else scrambled


@attrs.frozen
class SpectrumNoise:
    """Gaussian noise with the kernel's mean, variance and fall-off with frequency, alike in all directions.

    Power and cross spectra of the channels are averaged over rings of one frequency; learned features and photographs
    come out as 1/f noise (D. J. Field 1987, doi:10.1364/JOSAA.4.002379). Pixels are held in [0, 1], first by moving
    phases as for ``phase-scramble``, then by clipping. The result has support everywhere.
    """

    exponent: float | None = attrs.field(
        default=None,
        validator=optional(number(low=0, high=4)),
        metadata=parameter(
            "Let the magnitude fall as 1/f to this power instead; 0 is white; none follows the kernel", main=True
        ),
    )

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        spectrum = transform(as_seen(kernel))
        shape = kernel.shape
        white = transform(rng.standard_normal((*shape, spectrum.shape[2])))
        colored = shaped(spectrum, white, shape, self.exponent)
        return with_full_support(kernel, np.clip(brought_into_range(colored, shape), 0.0, 1.0))


def shaped(spectrum: ComplexArray, white: ComplexArray, shape: tuple[int, int], exponent: float | None) -> ComplexArray:
    """Return white noise filtered to the ring averages of a spectrum, or to a power law of the same variance.

    Parameters
    ----------
    spectrum, white : (H, W//2 + 1, C) complex arrays
        From :func:`fracorr_patterns.spectra.transform`, of the picture and of noise of variance 1.
    shape : (int, int)
        H and W.
    exponent : float or None
        Magnitude ∝ 1/f^exponent; None follows the picture.

    Returns
    -------
    (H, W//2 + 1, C) complex array
        With the picture's mean, and its variance and covariance.
    """
    frequency = np.hypot(*np.meshgrid(scipy.fft.rfftfreq(shape[1]), scipy.fft.fftfreq(shape[0])))
    ring = np.rint(frequency * max(shape)).astype(np.intp)
    cross = np.einsum("yxi,yxj->yxij", spectrum, np.conj(spectrum)).real
    weights = _column_weights(shape)
    cross[0, 0] = 0
    total = np.einsum("yx,yxij->ij", weights, cross)
    if exponent is None:
        per_ring = _ring_means(cross, weights, ring)[ring]
    else:
        law = np.where(frequency > 0, np.maximum(frequency, 1e-12) ** (-2 * exponent), 0.0)
        per_ring = law[..., None, None] * total / max(float((weights * law).sum()), 1e-300)
    colored = np.einsum("yxij,yxj->yxi", _root(per_ring), white) / np.sqrt(shape[0] * shape[1])
    colored[0, 0] = 0
    # One draw varies around the average; the control is to have the very variance of its kernel.
    drawn = float(np.einsum("yx,yxi->", weights, np.abs(colored) ** 2))
    colored *= np.sqrt(np.trace(total) / drawn) if drawn > 0 else 0.0
    colored[0, 0] = spectrum[0, 0]
    return np.asarray(colored)


def _column_weights(shape: tuple[int, int]) -> Array:
    """Return how often each coefficient of the half spectrum occurs in the whole one, (H, W//2 + 1)."""
    weights = np.full((shape[0], shape[1] // 2 + 1), 2.0)
    weights[:, 0] = 1
    if shape[1] % 2 == 0:
        weights[:, -1] = 1
    return weights


def _ring_means(cross: Array, weights: Array, ring: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> Array:
    counts = np.maximum(np.bincount(ring.ravel(), weights.ravel()), 1.0)
    channels = cross.shape[2]
    means = np.empty((counts.size, channels, channels))
    for i in range(channels):
        for j in range(channels):
            means[:, i, j] = np.bincount(ring.ravel(), (weights * cross[..., i, j]).ravel()) / counts
    return means


def _root(matrices: Array) -> Array:
    """Return the symmetric square roots of symmetric, non-negative matrices (…, C, C)."""
    values, vectors = np.linalg.eigh(matrices)
    return np.asarray(np.einsum("...ik,...k,...jk->...ij", vectors, np.sqrt(np.maximum(values, 0)), vectors))
