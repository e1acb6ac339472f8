"""The scene at several sizes: a template of one size finds larger and smaller copies of what it shows."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import Scene
from fracorr.images import FloatArray
from fracorr_harmonic.template import Reals, shrunk


@attrs.frozen(eq=False)
class Level:
    """A scene with fewer pixels.

    Attributes
    ----------
    pixels : (h, w, C) float32 array
    ratio : (float, float)
        Pixels of this level per pixel of the scene, across and down; at most 1.
    """

    pixels: FloatArray
    ratio: tuple[float, float]

    def to_scene(self, columns: npt.NDArray[np.intp], rows: npt.NDArray[np.intp]) -> tuple[Reals, Reals]:
        """Return the places in the scene of places in this level."""
        x: Reals = (columns.astype(np.float64) + 0.5) / self.ratio[0] - 0.5
        y: Reals = (rows.astype(np.float64) + 0.5) / self.ratio[1] - 0.5
        return x, y


class Pyramid:
    """A scene and what it looks like at smaller sizes.

    Parameters
    ----------
    pixels : (H, W, C) float32 array
    """

    def __init__(self, pixels: FloatArray) -> None:
        self.size = (pixels.shape[1], pixels.shape[0])
        self._halves = [pixels]
        self._levels: dict[tuple[int, int], Level] = {}

    def level(self, factor: float) -> Level:
        """Return the scene shrunk by a factor; below 1 it stays as it is."""
        width, height = (max(1, round(side / max(1.0, factor))) for side in self.size)
        if (width, height) not in self._levels:
            # Averaging by two is quick, so that only the rest is averaged over parts of pixels.
            steps = max(0, int(math.log2(max(1.0, factor))))
            while len(self._halves) <= steps:
                self._halves.append(
                    _resized(self._halves[-1], [max(1, side // 2 ** len(self._halves)) for side in self.size])
                )
            pixels = _resized(self._halves[steps], (width, height))
            self._levels[width, height] = Level(pixels, (width / self.size[0], height / self.size[1]))
        return self._levels[width, height]


def _resized(pixels: FloatArray, size: Sequence[int]) -> FloatArray:
    width, height = size
    if pixels.shape[:2] == (height, width):
        return pixels
    return shrunk(pixels, (width, height)).reshape(height, width, -1)


def scene_pixels(scene: Scene, color: bool) -> FloatArray:
    """Return what of a scene is compared, (H, W, C): its colours, or its luma."""
    if color:
        return scene.rgb
    return scene.gray[..., None]
