"""Shrinking a picture in one direction more than in the other, without aliasing.

Interpolation looks at four pixels only, so a copy that is squeezed flat must be averaged first. Every linear map is a
turn, a scaling along the axes and another turn, A = U Σ Vᵀ (the singular value decomposition): the picture is turned by
Vᵀ, averaged along the axes, and the second turn is left to the final drawing.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr_ifs.maps import AffineMap, Points


def corners(stacked: FloatArray) -> Points:
    """Return the outer corners of a picture's pixels, (4, 2), in its own coordinates."""
    height, width = stacked.shape[:2]
    return np.array([(-0.5, -0.5), (width - 0.5, -0.5), (width - 0.5, height - 0.5), (-0.5, height - 0.5)])


def squeezed(stacked: FloatArray, placed: AffineMap, *, shadow: bool) -> tuple[FloatArray, AffineMap]:
    """Average a picture as much as a map shrinks it.

    Parameters
    ----------
    stacked : (h, w, 4) float32 array
        Premultiplied colour and support.
    placed : AffineMap
        From the picture's pixels to those that it is drawn on.
    shadow : bool
        Whether a copy thinner than a pixel is as opaque as the picture is anywhere across it, as the shadow of a
        thing is; otherwise, it is as opaque as the picture is on the average.

    Returns
    -------
    stacked : (h', w', 4) float32 array
        The averaged picture.
    placed : AffineMap
        The map for it. It shrinks no more; what would be thinner than a pixel becomes a pixel thick.
    """
    left, stretches, right = np.linalg.svd(placed.matrix[:, :2])
    turned, turn = _turned(stacked, right)
    height, width = turned.shape[:2]
    across = max(1, round(width * float(stretches[0])))
    down = max(1, round(height * float(stretches[1])))
    small = _averaged(turned, min(across, width), min(down, height), shadow)
    factors = np.array([small.shape[1] / width, small.shape[0] / height])
    linear = left * np.maximum(stretches / factors, np.where([across == 1, down == 1], 1.0, 0.0))
    # The middle stays where the given map puts it.
    middle = placed(turn.inverse()([[(width - 1) / 2, (height - 1) / 2]]))[0]
    offset = middle - linear @ [(small.shape[1] - 1) / 2, (small.shape[0] - 1) / 2]
    return small, AffineMap(*linear.ravel(), *offset)


def _turned(stacked: FloatArray, rotation: npt.NDArray[np.float64]) -> tuple[FloatArray, AffineMap]:
    """Turn a picture about the origin and move it into the first quadrant; return the map, too."""
    turned_corners = corners(stacked) @ rotation.T
    low, high = turned_corners.min(axis=0), turned_corners.max(axis=0)
    offset = -low - 0.5
    width, height = (max(1, math.ceil(side - 1e-6)) for side in high - low)
    turn = AffineMap(*(float(value) for value in rotation.ravel()), *(float(value) for value in offset))
    return np.asarray(cv2.warpAffine(stacked, turn.matrix, (width, height))), turn


def _averaged(stacked: FloatArray, width: int, height: int, shadow: bool) -> FloatArray:
    for axis, size in ((0, height), (1, width)):
        if size == 1 and stacked.shape[axis] > 1:
            opacity = stacked[..., 3].max(axis=axis, keepdims=True)
            stacked = stacked.mean(axis=axis, keepdims=True, dtype=np.float32)
            if shadow:
                stacked = stacked * (opacity / np.maximum(stacked[..., 3], np.float32(1e-12)))[..., None]
    resized = cv2.resize(stacked, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(resized, dtype=np.float32).reshape(height, width, 4)
