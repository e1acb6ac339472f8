"""The mean of turned and scaled copies of a kernel, weighted by where each of them is."""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence

import attrs
import numpy as np

from fracorr import Kernel
from fracorr.images import FloatArray
from fracorr.sampling import premultiplied
from fracorr_harmonic.frame import Complexes, Frame
from fracorr_harmonic.spline import Interpolant, Reals, smaller


@attrs.frozen
class Copy:
    """One copy: its size, its turn in degrees counter-clockwise, and its weight in the mean."""

    scale: float = 1.0
    angle: float = 0.0
    weight: float = 1.0


def mean_of_copies(kernel: Kernel, frame: Frame, copies: Sequence[Copy], *, common: bool = False) -> Kernel:
    """Return the mean of copies of a kernel about its middle.

    With the colour c_k, the support s_k and the weight w_k of copy k, the colour is Σ w_k s_k c_k / Σ w_k s_k and the
    support max s_k: the result is where any copy is.

    Parameters
    ----------
    kernel : Kernel
    frame : Frame
        The result's size.
    copies : sequence of Copy
    common : bool, optional
        Whether to keep only what lies within the frames of all copies. Copies that go round evenly then give a result
        whose outline is as symmetric as its content.

    Returns
    -------
    Kernel
        Pixels without support have the mean colour of those with it: neutral for methods that ignore the support.
    """
    sources = {scale: _Source(kernel, scale * frame.zoom) for scale in {copy.scale for copy in copies}}
    channels = premultiplied(kernel).shape[2] - 1
    pixels = np.zeros((frame.height, frame.width, channels), np.float32)
    support = np.zeros((frame.height, frame.width), np.float32)
    for rows, offset in frame.bands():
        total = np.zeros((*offset.shape, channels + 1), np.float64)
        within = np.ones(offset.shape)
        for copy in copies:
            layer, coverage = sources[copy.scale].at(offset * cmath.exp(-1j * math.radians(copy.angle)))
            within = np.minimum(within, coverage)
            layer *= coverage[..., None]
            total += copy.weight * layer
            support[rows] = np.maximum(support[rows], layer[..., -1])
        pixels[rows] = total[..., :-1] / np.maximum(total[..., -1:], 1e-12)
        if common:
            support[rows] *= within
    np.clip(support, 0.0, 1.0, out=support)
    return finished(kernel, pixels, support)


def finished(kernel: Kernel, pixels: FloatArray, support: FloatArray) -> Kernel:
    """Make a kernel of (H, W, C) pixels, within the old one's range, with the mean colour where there is no support."""
    np.clip(pixels, kernel.pixels.min(), kernel.pixels.max(), out=pixels)
    weight = support.sum(dtype=np.float64)
    if weight > 0:
        mean = np.einsum("hw,hwc->c", support, pixels, dtype=np.float64) / weight
        pixels[support == 0] = mean
    return kernel.derive(pixels[..., 0] if kernel.pixels.ndim == 2 else pixels, support)


class _Source:
    """The kernel at one scale, looked up by the offset from its middle in pixels of the result."""

    def __init__(self, kernel: Kernel, scale: float) -> None:
        stacked = premultiplied(kernel)
        self._scale = scale
        self._height, self._width = kernel.shape
        if scale < 1:
            stacked = smaller(stacked, scale)
        self._interpolant = Interpolant(stacked, smooth=kernel.has_full_support)

    def at(self, offset: Complexes) -> tuple[FloatArray, FloatArray]:
        """Return the premultiplied colour at each place, and how much of its pixel lies within the kernel's frame."""
        x = offset.real / self._scale + self._width / 2
        y = self._height / 2 - offset.imag / self._scale
        coverage = _overlap(x, 1 / self._scale, self._width) * _overlap(y, 1 / self._scale, self._height)
        source = self._interpolant
        return source.at(x * (source.width / self._width), y * (source.height / self._height)), coverage


def _overlap(position: Reals, extent: float, side: int) -> FloatArray:
    """Return the part of an extent around each position that lies between 0 and `side`."""
    inside = np.minimum(position + extent / 2, side) - np.maximum(position - extent / 2, 0.0)
    return np.asarray(np.clip(inside / extent, 0.0, 1.0), np.float32)
