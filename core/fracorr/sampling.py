"""Resampling kernels: what every transform that moves pixels needs, once and with correct edges.

Colour and support are resampled together as premultiplied colour (Porter and Duff 1984,
doi:10.1145/964965.808606): otherwise the colour of what is outside the support bleeds into the edge.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from fracorr import images
from fracorr.errors import ConfigurationError
from fracorr.images import FloatArray
from fracorr.kernel import Kernel
from fracorr.opencv import cv2

Outside: TypeAlias = Literal["transparent", "edge", "tile", "mirror"]
Interpolation: TypeAlias = Literal["nearest", "bilinear", "bicubic", "area"]

_BORDERS: Final = {
    "transparent": cv2.BORDER_CONSTANT,
    "edge": cv2.BORDER_REPLICATE,
    "tile": cv2.BORDER_WRAP,
    "mirror": cv2.BORDER_REFLECT_101,
}
_INTERPOLATIONS: Final = {
    "nearest": cv2.INTER_NEAREST,
    "bilinear": cv2.INTER_LINEAR,
    "bicubic": cv2.INTER_CUBIC,
    "area": cv2.INTER_AREA,
}
#: OpenCV's remap takes pictures of at most 2^15 - 1 pixels a side.
LONGEST_SIDE: Final = 32_000
#: Below this support a pixel has no colour of its own worth restoring.
_TINY: Final = 1e-6


def premultiplied(kernel: Kernel) -> FloatArray:
    """Return colour times support, with the support as the last channel.

    Returns
    -------
    (H, W, C + 1) float32 array
        C is 1 for a gray kernel and 3 for a colour one; read-only, shared through the kernel's memo.
    """

    def compute() -> FloatArray:
        color = kernel.pixels[..., None] if kernel.pixels.ndim == 2 else kernel.pixels
        stacked = np.concatenate([color * kernel.support[..., None], kernel.support[..., None]], axis=2)
        stacked = np.ascontiguousarray(stacked, dtype=np.float32)
        stacked.flags.writeable = False
        return stacked

    return kernel.memo.get("premultiplied", compute)


def straight(stacked: FloatArray, background: npt.ArrayLike = 0.0) -> tuple[FloatArray, FloatArray]:
    """Undo :func:`premultiplied`.

    Parameters
    ----------
    stacked : (H, W, C + 1) array
        Premultiplied colour and support.
    background : float or (C,) array, optional
        The colour of pixels without support.

    Returns
    -------
    pixels : (H, W) or (H, W, 3) float32 array
    support : (H, W) float32 array
        Clipped to [0, 1].
    """
    channels = stacked.shape[2] - 1
    grounds = np.broadcast_to(np.asarray(background, dtype=np.float32), (channels,))
    weight = np.ascontiguousarray(stacked[..., -1], dtype=np.float32)
    seen = weight > _TINY
    share = np.divide(1.0, weight, out=np.zeros_like(weight), where=seen)
    color = np.empty((*weight.shape, channels), dtype=np.float32)
    # Plane by plane: several times as fast as one division with a short last axis.
    for channel, ground in enumerate(grounds):
        color[..., channel] = np.where(seen, stacked[..., channel] * share, ground)
    return (color[..., 0] if channels == 1 else color), np.clip(weight, 0.0, 1.0)


def sample(
    stacked: FloatArray,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    interpolation: Interpolation = "bilinear",
    outside: Outside = "transparent",
) -> FloatArray:
    """Look up premultiplied pixels at any places.

    Parameters
    ----------
    stacked : (H, W, C + 1) float32 array
        From :func:`premultiplied`.
    x, y : (h, w) arrays
        Where to look, in pixels; the centre of the top-left pixel is (0, 0). Places that are not finite count as
        outside.
    interpolation : {"bilinear", "nearest", "bicubic"}, optional
    outside : {"transparent", "edge", "tile", "mirror"}, optional
        What there is beyond the edge.

    Returns
    -------
    (h, w, C + 1) float32 array
    """
    columns, rows = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if columns.size == 0:
        return np.zeros((*columns.shape, stacked.shape[2]), dtype=np.float32)
    if max(columns.shape) > LONGEST_SIDE:
        return _sample_list(stacked, columns, rows, interpolation, outside)
    known = np.isfinite(columns) & np.isfinite(rows)
    if outside == "tile":
        columns = np.mod(np.where(known, columns, 0), stacked.shape[1])
        rows = np.mod(np.where(known, rows, 0), stacked.shape[0])
    # OpenCV keeps map coordinates as 16-bit whole numbers plus a fraction: beyond that they wrap around.
    limit = 30_000.0
    columns, rows = (np.where(known, np.clip(each, -limit, limit), -limit) for each in (columns, rows))
    result = cv2.remap(
        exactly_interpolated(stacked),
        columns.astype(np.float32),
        rows.astype(np.float32),
        _INTERPOLATIONS[interpolation],
        borderMode=_BORDERS[outside],
        borderValue=(0.0, 0.0, 0.0, 0.0),
    )
    array = np.asarray(result, dtype=np.float32).reshape(*columns.shape, -1)[..., : stacked.shape[2]]
    if outside != "transparent":
        array[~known] = 0.0
    return array


def exactly_interpolated(stacked: FloatArray) -> FloatArray:
    """Return the array with as many channels as OpenCV 5 interpolates exactly.

    Its bilinear ``remap`` and ``warpAffine`` are exact with 1, 3 and 4 channels, but look two channels up at places
    rounded to a 32nd of a pixel (seen in 5.0.0). Two channels come back as three, the last one 0.
    """
    if stacked.shape[2] != 2:
        return stacked
    return np.concatenate([stacked, np.zeros_like(stacked[..., :1])], axis=2)


def _sample_list(
    stacked: FloatArray,
    columns: npt.NDArray[np.float64],
    rows: npt.NDArray[np.float64],
    interpolation: Interpolation,
    outside: Outside,
) -> FloatArray:
    """Sample at more places in a row than OpenCV takes, folded into several rows."""
    count = columns.size
    folded = np.full((2, -(-count // LONGEST_SIDE), LONGEST_SIDE), np.nan)
    folded.reshape(2, -1)[:, :count] = columns.ravel(), rows.ravel()
    found = sample(stacked, folded[0], folded[1], interpolation=interpolation, outside=outside)
    return found.reshape(-1, stacked.shape[2])[:count].reshape(*columns.shape, stacked.shape[2])


def resize(kernel: Kernel, height: int, width: int) -> Kernel:
    """Return the kernel at another size: each axis averaged where it shrinks and bicubic where it grows."""
    if (height, width) == kernel.shape:
        return kernel
    stacked = premultiplied(kernel)
    smaller = (min(width, kernel.width), min(height, kernel.height))
    if smaller != (kernel.width, kernel.height):
        stacked = _resized(stacked, smaller, cv2.INTER_AREA)
    if smaller != (width, height):
        stacked = _resized(stacked, (width, height), cv2.INTER_CUBIC)
    low, high = kernel.pixels.min(), kernel.pixels.max()
    pixels, support = straight(stacked)
    # Bicubic weights overshoot; a kernel keeps its range.
    return kernel.derive(np.clip(pixels, low, high), support)


def fitted_shape(name: str, shape: tuple[int, int], longest: int) -> tuple[int, int]:
    """Return height and width of a picture whose longer side gets `longest` pixels.

    Raises
    ------
    ConfigurationError
        If it would have more pixels than the limit (see :func:`fracorr.images.pixel_limit`).
    """
    longer, limit = max(shape), images.pixel_limit()
    # The first test also keeps numbers of hundreds of digits away from floating point.
    if longest <= limit:
        height, width = (max(1, round(side * longest / longer)) for side in shape)
        if height * width <= limit:
            return height, width
    largest = min(limit, math.isqrt(limit * longer // min(shape)))
    raise ConfigurationError(
        f"size={longest} is too large for '{name}' of {shape[1]}×{shape[0]} pixels: with the limit of {limit} pixels "
        f"it takes at most about size={largest}; {images.PIXEL_LIMIT_VARIABLE} sets another limit"
    )


def _resized(stacked: FloatArray, size: tuple[int, int], interpolation: int) -> FloatArray:
    resized = np.asarray(cv2.resize(stacked, size, interpolation=interpolation), dtype=np.float32)
    return resized.reshape(size[1], size[0], stacked.shape[2])


def centre_square(kernel: Kernel) -> Kernel:
    """Return the largest square in the middle of the kernel."""
    side = min(kernel.shape)
    top, left = (kernel.height - side) // 2, (kernel.width - side) // 2
    window = slice(top, top + side), slice(left, left + side)
    return kernel if kernel.height == kernel.width else kernel.derive(kernel.pixels[window], kernel.support[window])


def crop_to_support(kernel: Kernel, threshold: float = 0.0) -> Kernel:
    """Return the smallest upright part of the kernel that holds all support above `threshold`."""
    inside = kernel.support > threshold
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if rows.size == 0:
        return kernel
    window = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return kernel.derive(kernel.pixels[window], kernel.support[window])


def bands(height: int, width: int, *, pixels: int = 1 << 18) -> Iterator[slice]:
    """Cut the rows of a picture into bands of about so many pixels, so that work arrays stay small."""
    rows = max(1, pixels // max(1, width))
    for top in range(0, height, rows):
        yield slice(top, min(height, top + rows))


def shrink(stacked: FloatArray, factor: int) -> FloatArray:
    """Average blocks of `factor` × `factor` pixels: the last step of supersampling."""
    if factor == 1:
        return stacked
    height, width = stacked.shape[0] // factor, stacked.shape[1] // factor
    averaged = np.asarray(cv2.resize(stacked, (width, height), interpolation=cv2.INTER_AREA), dtype=np.float32)
    return averaged.reshape(height, width, -1)
