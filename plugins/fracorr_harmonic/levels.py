"""The scene at several sizes: a template of one size finds larger and smaller copies of what it shows."""

from __future__ import annotations

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

    @classmethod
    def of(cls, pixels: FloatArray, factor: float) -> Level:
        """Shrink pixels (H, W, C) by a factor of at least 1."""
        height, width = pixels.shape[:2]
        size = (max(1, round(width / factor)), max(1, round(height / factor)))
        if factor <= 1 or size == (width, height):
            return cls(pixels, (1.0, 1.0))
        return cls(shrunk(pixels, size).reshape(size[1], size[0], -1), (size[0] / width, size[1] / height))

    def to_scene(self, columns: npt.NDArray[np.intp], rows: npt.NDArray[np.intp]) -> tuple[Reals, Reals]:
        """Return the places in the scene of places in this level."""
        x: Reals = (columns.astype(np.float64) + 0.5) / self.ratio[0] - 0.5
        y: Reals = (rows.astype(np.float64) + 0.5) / self.ratio[1] - 0.5
        return x, y


def scene_pixels(scene: Scene, color: bool) -> FloatArray:
    """Return what of a scene is compared, (H, W, C): its colours, or its luma."""
    if color:
        return scene.rgb
    return scene.gray[..., None]
