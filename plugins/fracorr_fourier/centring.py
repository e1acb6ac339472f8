"""Taking the mean off an image before it is transformed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def is_flat(pixels: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> bool:
    """Whether an image has one value wherever it has a weight."""
    values = np.asarray(pixels)
    counted = values if weights is None else values[np.asarray(weights) > 0]
    return bool(counted.min() == counted.max())


def centred(pixels: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> npt.NDArray[np.float64]:
    """Return an image without its weighted mean, in float64; exactly 0 everywhere for a flat one.

    A constant decides nothing in any of the scores, and without it a large offset costs no digits.
    """
    values = np.array(pixels, dtype=np.float64)
    if is_flat(values, weights):
        # The mean's own rounding must not look like contrast.
        return np.zeros_like(values)
    shares = None if weights is None else np.asarray(weights, dtype=np.float64)
    values -= float(np.average(values, weights=shares))
    return values
