"""Taking the mean off an image before it is transformed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def centred(pixels: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> npt.NDArray[np.float64]:
    """Return an image without its weighted mean, in float64; exactly 0 everywhere for a flat image.

    A constant decides nothing in any of the scores, and without it a large offset costs no digits.
    """
    values = np.asarray(pixels, dtype=np.float64)
    shares = None if weights is None else np.asarray(weights, dtype=np.float64)
    result = np.asarray(values - float(np.average(values, weights=shares)))
    # What the mean's own rounding leaves of a flat image is nothing.
    result[np.abs(result) <= 1e-12 * np.abs(values).max()] = 0.0
    return result
