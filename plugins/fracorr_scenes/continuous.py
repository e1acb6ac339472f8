"""Pictures as the continuous ones that their pixels stand for: turned, scaled and laid over others."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from fracorr import Target, sampling, splines
from fracorr.images import FloatArray
from fracorr.opencv import cv2

Reals = npt.NDArray[np.float64]


def along(target: Target, columns: npt.ArrayLike, rows: npt.ArrayLike) -> tuple[Reals, Reals]:
    """Return where pixels are along a target's own axes, (rows, columns), in pixels of the scene from its centre."""
    turn = math.radians(target.angle)
    dx, dy = np.asarray(columns)[None, :] - target.x, np.asarray(rows)[:, None] - target.y
    return dx * math.cos(turn) - dy * math.sin(turn), dx * math.sin(turn) + dy * math.cos(turn)


def coverage(x: Reals, y: Reals, shape: tuple[int, int], scale: float) -> Reals:
    """Return how much of each pixel of a scene a picture of (H, W) pixels covers, in [0, 1].

    Parameters
    ----------
    x, y : (h, w) arrays
        Where the scene's pixels are in the picture.
    shape : (int, int)
        Of the picture.
    scale : float
        Pixels of the scene for each of the picture.
    """
    height, width = shape
    inside = np.minimum(np.minimum(x + 0.5, width - 0.5 - x), np.minimum(y + 0.5, height - 0.5 - y))
    return np.asarray(np.clip(inside * scale + 0.5, 0.0, 1.0))


def looked_up(pixels: FloatArray, x: Reals, y: Reals, scale: float) -> FloatArray:
    """Return what a scene sees of a picture at places in it.

    The picture is the cubic spline through its pixels (see :mod:`fracorr.splines`), where it shrinks after the blur of
    a lens that resolves no more than the scene can show: from half a pixel of its own to half a pixel of the scene.
    Splines overshoot beside sharp edges, and light does not, so that the result stays in [0, 1].

    Parameters
    ----------
    pixels : (H, W, C) float32 array
        In [0, 1].
    x, y : (h, w) arrays
    scale : float
        Pixels of the scene for each of the picture.

    Returns
    -------
    (h, w, C) float32 array
    """
    height, width, channels = pixels.shape
    if scale < 1:
        sigma = 0.5 * math.sqrt(scale**-2 - 1)
        blurred = cv2.GaussianBlur(pixels, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
        pixels = np.asarray(blurred, np.float32).reshape(pixels.shape)
    sheet = splines.surrounded(sampling.exactly_interpolated(pixels), spline=True)
    places = (np.clip(each, -1, side) + splines.PAD for each, side in ((x, width), (y, height)))
    columns, rows = (np.asarray(each, np.float32) for each in places)
    return np.clip(splines.look_up(sheet, columns, rows, spline=True)[..., :channels], 0.0, 1.0)
