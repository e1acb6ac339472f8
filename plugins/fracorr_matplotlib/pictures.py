"""Arrays made ready to be seen: resized, colored, and kernels with their support."""

from __future__ import annotations

import functools

import matplotlib
import numpy as np
import numpy.typing as npt

from fracorr import Kernel
from fracorr.images import FloatArray, to_bytes
from fracorr.opencv import cv2

#: Width of a checkerboard's square, in pixels of the figure.
_CHECK = 6


def resized(pixels: FloatArray, height: int, width: int) -> FloatArray:
    """Return the picture at another size: averaged when it shrinks, its pixels visible as squares when it grows."""
    if pixels.shape[:2] == (height, width):
        return pixels
    shrinks = height < pixels.shape[0] or width < pixels.shape[1]
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_NEAREST
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=interpolation), dtype=np.float32)


def colored(pixels: FloatArray, colormap: str | None = None) -> npt.NDArray[np.uint8]:
    """Return (H, W, 3) bytes of a gray or RGB picture in [0, 1]; gray ones through a color map, if one is named."""
    levels = to_bytes(pixels)
    return levels if levels.ndim == 3 else _palette(colormap or "gray")[levels]


def with_support(kernel: Kernel, height: int, width: int) -> FloatArray:
    """Return the kernel, resized, as (H, W, 3), over a checkerboard that shows where it has no support."""
    color = resized(kernel.rgb * kernel.support[..., None], height, width)
    support = resized(kernel.support, height, width)[..., None]
    rows, columns = np.indices((height, width)) // _CHECK
    board = np.where((rows + columns) % 2, 0.78, 0.95)[..., None]
    return np.asarray(color + (1 - support) * board, dtype=np.float32)


@functools.cache
def _palette(colormap: str) -> npt.NDArray[np.uint8]:
    table = matplotlib.colormaps[colormap](np.arange(256), bytes=True)
    return np.asarray(table[:, :3], dtype=np.uint8)
