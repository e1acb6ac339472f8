"""Laying a turned and scaled kernel over a picture."""

from __future__ import annotations

import math

import numpy as np

from fracorr import Kernel, Target, sampling
from fracorr.images import FloatArray
from fracorr_scenes import continuous

#: Sigma of the Gaussian window in half sides of the kernel: at the middle of an edge it has sunk to 4 %.
_SIGMA = 0.4


def reach(shape: tuple[int, int], angle: float, scale: float) -> tuple[float, float]:
    """Return how far a turned and scaled kernel of (H, W) pixels extends across and down from its centre."""
    turn = math.radians(angle)
    cosine, sine = abs(math.cos(turn)) * scale / 2, abs(math.sin(turn)) * scale / 2
    return shape[1] * cosine + shape[0] * sine, shape[1] * sine + shape[0] * cosine


def windowed(kernel: Kernel) -> Kernel:
    """Return the kernel with its support under a Gaussian window."""
    across, down = (np.linspace(-1, 1, side, endpoint=True) for side in (kernel.width, kernel.height))
    window = np.exp(-(across[None, :] ** 2 + down[:, None] ** 2) / (2 * _SIGMA**2))
    return kernel.derive(support=kernel.support * window.astype(np.float32))


def natural_noise(size: tuple[int, int], rng: np.random.Generator) -> FloatArray:
    """Return gray noise of (width, height) pixels whose amplitude falls off as 1 / frequency, as that of photographs.

    D. J. Field, "Relations between the statistics of natural images and the response properties of cortical cells",
    Journal of the Optical Society of America A 4(12), 1987, pp. 2379-2394, doi:10.1364/JOSAA.4.002379.
    """
    width, height = size
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :])
    frequency[0, 0] = np.inf
    noise = np.fft.irfft2(np.fft.rfft2(rng.normal(size=(height, width))) / frequency, (height, width))
    return np.asarray(np.clip(0.5 + 0.18 * noise / max(float(noise.std()), 1e-12), 0.0, 1.0), dtype=np.float32)


def blended(canvas: FloatArray, kernel: Kernel, target: Target) -> FloatArray:
    """Return a picture with the kernel over it at the target's pose, as far as its support goes.

    The kernel counts as a continuous picture (see :func:`fracorr_scenes.continuous.looked_up`); at its edges a pixel of
    the scene is covered in part. Pixel on pixel it is copied exactly.

    Parameters
    ----------
    canvas : (H, W) or (H, W, 3) array
        Of the kernel's kind of colour; it is not written to.
    kernel : Kernel
    target : Target
        Inside the picture.
    """
    across, down = reach(kernel.shape, target.angle, target.scale)
    left, top = max(0, math.floor(target.x - across)), max(0, math.floor(target.y - down))
    window = np.s_[top : math.ceil(target.y + down) + 1, left : math.ceil(target.x + across) + 1]
    below = canvas[window]
    x, y = continuous.along(target, np.arange(left, left + below.shape[1]), np.arange(top, top + below.shape[0]))
    x, y = x / target.scale + kernel.centre[0], y / target.scale + kernel.centre[1]
    cover = continuous.coverage(x, y, kernel.shape, target.scale)[..., None]
    above = continuous.looked_up(sampling.premultiplied(kernel), x, y, target.scale) * cover
    stacked = below.reshape(*below.shape[:2], -1)
    picture = np.array(canvas)
    picture[window] = (stacked * (1 - above[..., -1:]) + above[..., :-1]).reshape(below.shape)
    return picture
