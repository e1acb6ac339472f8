"""How the copies are put together. All layers are premultiplied colour and support, (h, w, 4) float32."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

import numpy as np

from fracorr.images import FloatArray
from fracorr.opencv import cv2

Compositing: TypeAlias = Literal["over", "max", "mean", "measure"]

_TINY = np.float32(1e-12)
#: Share of the pixels of a measure that are opaque.
_OPAQUE = 0.01
_LARGEST_EXPONENT = 60.0


def add_layer(canvas: FloatArray, layer: FloatArray, compositing: Compositing) -> None:
    """Put a layer on a canvas of the same shape, in place.

    ``over``
        The layer covers what is there. Pixels that both cover only in part are taken to be covered in different
        parts, as they are where two copies touch: the *disjoint over* of the X Render extension (after Porter and
        Duff 1984, doi:10.1145/964965.808606), with which copies that touch leave no seam.
    ``max``
        The larger value, channel by channel.
    ``mean``, ``measure``
        The sum; :func:`meaned` makes the mean of it.
    """
    if compositing == "max":
        cv2.max(canvas, layer, dst=canvas)
        return
    if compositing == "over":
        covered = canvas[..., 3]
        room = np.float32(1.0) - layer[..., 3]
        if np.any(covered > room):
            kept = np.minimum(room / np.maximum(covered, _TINY), np.float32(1.0))
            canvas *= np.maximum(kept, np.float32(0.0))[..., None]
    cv2.add(canvas, layer, dst=canvas)


def meaned(sums: FloatArray, log_scale: float = 0.0) -> FloatArray:
    """Turn sums over copies into means: colour and support are divided by the support where that exceeds 1.

    Parameters
    ----------
    sums : (H, W, 4) float32 array
    log_scale : float, optional
        The natural logarithm of what the sums have been divided by.
    """
    # A pixel that the largest number does not make opaque has no support at all.
    scale = np.float32(math.exp(min(log_scale, _LARGEST_EXPONENT)))
    return np.asarray(sums * scale / np.maximum(sums[..., 3:] * scale, np.float32(1.0)), dtype=np.float32)


def scaled_to_opaque(masses: FloatArray) -> FloatArray:
    """Turn masses, of any size, into premultiplied colour and support.

    All are divided by one number, such that the densest hundredth of the pixels becomes opaque: the very densest is
    often so much denser than the rest that nothing else would be seen. Only in that hundredth is mass cut off.
    """
    mass = masses[..., 3]
    there = mass[mass > mass.max() * 1e-6]
    scaled = masses / max(float(np.quantile(there, 1 - _OPAQUE, method="higher")) if there.size else 1.0, 1e-30)
    scaled /= np.maximum(scaled[..., 3:], np.float32(1.0))
    return np.asarray(scaled, dtype=np.float32)
