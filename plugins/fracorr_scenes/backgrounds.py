"""Parts of photographs without faces: what faces are hidden among."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np

from fracorr import images
from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr_scenes import lfw
from fracorr_scenes.bundled import data_folder
from fracorr_scenes.samples import PHOTOGRAPHS

#: Sample photographs looked through one by one: no people, no animals, no coins with heads, none too small.
WITHOUT_FACES: Final = (
    *("brick", "cell", "clock", "coffee", "grass", "gravel", "hubble_deep_field", "immunohistochemistry"),
    *("moon", "motorcycle", "page", "retina", "rocket", "text"),
)
#: The largest part of a photograph that a piece shows, in pixels: the smallest photograph has so many rows.
_LARGEST: Final = 172
#: Below this standard deviation a piece is noise and nothing else.
_FLAT: Final = 0.01


def part(columns: int, rows: int, rng: np.random.Generator) -> FloatArray:
    """Return a part of a photograph, as large as fits, with the pixels of so many crops beside and below each other.

    Returns
    -------
    (25 rows, 25 columns) float32 array
        Gray in [0, 1].
    """
    photograph = _gray(str(rng.choice(WITHOUT_FACES)))
    unit = min(photograph.shape[1] / columns, photograph.shape[0] / rows)
    return _shrunk(photograph, (int(columns * unit), int(rows * unit)), (columns, rows), rng)


def piece(like: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return a piece of a photograph with the mean and the standard deviation of a crop.

    Neither brightness nor contrast then tells it from the crop; what clipping to [0, 1] changes of them aside.

    Returns
    -------
    (25, 25) float32 array
        Gray in [0, 1].
    """
    while True:
        photograph = _gray(str(rng.choice(WITHOUT_FACES)))
        side = int(lfw.SIDE * (_LARGEST / lfw.SIDE) ** rng.random())
        found = _shrunk(photograph, (side, side), (1, 1), rng)
        if found.std() > _FLAT:
            break
    matched = (found - found.mean()) / found.std() * like.std() + like.mean()
    return np.asarray(np.clip(matched, 0.0, 1.0), np.float32)


def _shrunk(
    photograph: FloatArray, extent: tuple[int, int], crops: tuple[int, int], rng: np.random.Generator
) -> FloatArray:
    """Cut a part of this width and height out anywhere, and shrink it to the pixels of so many crops."""
    width, height = extent
    left = int(rng.integers(photograph.shape[1] - width + 1))
    top = int(rng.integers(photograph.shape[0] - height + 1))
    size = crops[0] * lfw.SIDE, crops[1] * lfw.SIDE
    shrunk = cv2.resize(photograph[top : top + height, left : left + width], size, interpolation=cv2.INTER_AREA)
    return np.asarray(shrunk, np.float32)


@functools.lru_cache(maxsize=len(WITHOUT_FACES))
def _gray(name: str) -> FloatArray:
    return images.to_gray(images.read(data_folder() / PHOTOGRAPHS[name]).pixels)
