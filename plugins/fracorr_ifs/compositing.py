"""How the copies are put together. All layers are premultiplied colour and support, (h, w, 4) float32."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from fracorr.images import FloatArray
from fracorr.opencv import cv2

Compositing: TypeAlias = Literal["over", "max", "mean", "measure"]

_TINY = np.float32(1e-12)


def add_layer(canvas: FloatArray, layer: FloatArray, compositing: Compositing) -> None:
    """Put a layer on a canvas of the same shape, in place.

    ``over``
        The layer covers what is there. Pixels that both cover only in part are taken to be covered in different
        parts, as they are where two copies touch: the *disjoint over* of the X Render extension (after Porter and
        Duff 1984, doi:10.1145/964965.808606), with which copies that touch leave no seam.
    ``max``
        The larger value, channel by channel.
    ``mean``, ``measure``
        The sum; :func:`finish` makes the mean of it.
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


def finish(canvas: FloatArray, compositing: Compositing) -> None:
    """Complete a canvas to which all layers have been added, in place."""
    if compositing == "mean":
        canvas /= np.maximum(canvas[..., 3:], np.float32(1.0))
