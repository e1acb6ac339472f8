"""Sums over every window of an image, by running sums: the cheapest way there is, whatever the size of the window."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from fracorr import buffers
from fracorr.opencv import cv2

#: OpenCV keeps a running sum for each of up to four channels at a time, in about the time of one.
_CHANNELS = 4


def box_sums(
    pixels: npt.NDArray[Any], shape: tuple[int, int], dtype: npt.DTypeLike, out: npt.NDArray[Any] | None = None
) -> npt.NDArray[Any]:
    """Return the sum over every window of a height and width that is wholly in an image.

    The sums run in float64, whatever their type is.

    Parameters
    ----------
    pixels : (H, W) float32 or float64 array
    shape : (h, w)
    dtype : numpy.float32 or numpy.float64
    out : (H - h + 1, W - w + 1) array, optional
        Where to put the sums.

    Returns
    -------
    (H - h + 1, W - w + 1) array
    """
    height, width = shape
    places = pixels.shape[0] - height + 1, pixels.shape[1] - width + 1
    if width % _CHANNELS or pixels.shape[1] % _CHANNELS:
        sums = _box(pixels, shape, dtype)[: places[0], : places[1]]
        if out is None:
            return sums
        out[...] = sums
        return out
    # Four neighbouring pixels as four channels: sums of every fourth column, of which four neighbours are a window's.
    quarters = _box(pixels.reshape(len(pixels), -1, _CHANNELS), (height, width // _CHANNELS), dtype)
    quarters = quarters.reshape(pixels.shape)[: places[0]]
    halves = buffers.empty((places[0], places[1] + 2), dtype)
    cv2.add(quarters[:, : places[1] + 2], quarters[:, 1 : places[1] + 3], dst=halves)
    result = buffers.empty(places, dtype) if out is None else out
    cv2.add(halves[:, :-2], halves[:, 2:], dst=result)
    return result


def _box(pixels: npt.NDArray[Any], shape: tuple[int, int], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Return sums over windows that begin at each pixel; some at the right and below are not wholly in the image."""
    sums = buffers.empty(pixels.shape, dtype)
    size = shape[1], shape[0]
    cv2.boxFilter(pixels, _depth(dtype), size, sums, anchor=(0, 0), normalize=False, borderType=cv2.BORDER_CONSTANT)
    return sums


def _depth(dtype: npt.DTypeLike) -> int:
    """Return OpenCV's number of a type."""
    return cv2.CV_64F if dtype == np.float64 else cv2.CV_32F


def sum_of_squares(parts: Iterable[npt.NDArray[Any]], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Return the sum of the squares of at least one array, all of one shape, in float32 or float64."""
    total: npt.NDArray[Any] | None = None
    for part in parts:
        if total is None:
            total = buffers.empty(part.shape, dtype)
            cv2.multiply(part, part, dst=total, dtype=_depth(dtype))
        else:
            cv2.accumulateSquare(part, total)
    assert total is not None
    return total
