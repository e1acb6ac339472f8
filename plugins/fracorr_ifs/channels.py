"""Kernels as premultiplied pictures of four channels.

Gray kernels have four channels, too: OpenCV warps four faster, and finer, than two.
"""

from __future__ import annotations

import numpy as np

from fracorr import Kernel, sampling
from fracorr.images import FloatArray
from fracorr.opencv import cv2


def four_channels(kernel: Kernel) -> FloatArray:
    """Return premultiplied colour and support, (H, W, 4); of a gray kernel, the second and third channel are 0."""
    stacked = sampling.premultiplied(kernel)
    if stacked.shape[2] == 4:
        return stacked
    wide = np.zeros((*kernel.shape, 4), np.float32)
    wide[..., 0], wide[..., 3] = stacked[..., 0], stacked[..., 1]
    return wide


def resized(kernel: Kernel, height: int, width: int) -> FloatArray:
    """Return premultiplied colour and support at another size, (height, width, 4).

    Each axis on its own is averaged where it shrinks and interpolated, bicubically, where it grows.
    """
    stacked = four_channels(kernel)
    smaller = (min(width, kernel.width), min(height, kernel.height))
    if smaller != (kernel.width, kernel.height):
        stacked = np.asarray(cv2.resize(stacked, smaller, interpolation=cv2.INTER_AREA), dtype=np.float32)
    stacked = stacked.reshape(smaller[1], smaller[0], 4)
    if (height, width) == stacked.shape[:2]:
        return stacked
    grown = cv2.resize(stacked, (width, height), interpolation=cv2.INTER_CUBIC).reshape(height, width, 4)
    # Bicubic weights overshoot; colour and support keep their range.
    np.clip(grown[..., 3], 0.0, kernel.support.max(), out=grown[..., 3])
    support = grown[..., 3:]
    np.clip(grown[..., :3], support * min(0.0, kernel.pixels.min()), support * kernel.pixels.max(), out=grown[..., :3])
    return np.asarray(grown, dtype=np.float32)
