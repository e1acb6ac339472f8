"""What all patterns share: their coordinates, and how signed values become pixels."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from fracorr.images import FloatArray

Array: TypeAlias = npt.NDArray[np.float64]


def coordinates(size: int) -> tuple[Array, Array]:
    """Return x (to the right) and y (upwards) of the pixel centres of a square, measured from its middle.

    Parameters
    ----------
    size : int
        Side in pixels.

    Returns
    -------
    x, y : (size, size) float64 arrays
        In pixels. With y upwards, angles run counter-clockwise as seen on the screen.
    """
    steps = np.arange(size) - (size - 1) / 2
    x, y = np.meshgrid(steps, -steps)
    return x, y


def polar(size: int) -> tuple[Array, Array]:
    """Return radius (pixels) and angle (radians, counter-clockwise from the right) of the pixel centres."""
    x, y = coordinates(size)
    return np.hypot(x, y), np.arctan2(y, x)


def coverage(distance: Array) -> FloatArray:
    """Return how much of each pixel lies inside a smooth outline.

    Parameters
    ----------
    distance : array
        Signed distance of the pixel centres from the outline in pixels, positive inside.

    Returns
    -------
    float32 array
        In [0, 1]: a ramp of one pixel across the outline.
    """
    return np.clip(distance + 0.5, 0.0, 1.0).astype(np.float32)


def signed_pixels(values: Array) -> FloatArray:
    """Map signed values to pixels: 0 becomes the gray 0.5, and the largest magnitude reaches 0 or 1.

    Returns
    -------
    float32 array
        0.5 + 0.5 · values / max |values|, in [0, 1].
    """
    peak = float(np.abs(values).max())
    return (0.5 + 0.5 * values / peak if peak > 0 else np.full(values.shape, 0.5)).astype(np.float32)
