"""What the figures of the theory have in common: one face, in any pose, and one way to draw curves."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from skimage.data import astronaut
from skimage.filters import gaussian
from skimage.transform import SimilarityTransform, warp

import fracorr
from fracorr import Kernel, Scene

Doubles = npt.NDArray[np.float64]

#: The middle of the astronaut's face, x and y, and the side of the kernel cut out around it.
FACE = (224.5, 114.5)
SIDE = 96
#: Side of the scenes: the face and what is around it.
SCENE = 192


@functools.cache
def photograph() -> Doubles:
    """Return the astronaut in gray, (512, 512) in [0, 1]."""
    return np.asarray(Scene(astronaut()).gray, dtype=np.float64)


def posed(angle: float = 0.0, scale: float = 1.0, side: int = SCENE) -> Doubles:
    """Return the photograph turned (degrees, counter-clockwise) and scaled about the face, which is in the middle."""
    picture = photograph()
    if scale < 1:
        # As much blur as keeps detail finer than the new pixels out.
        picture = gaussian(picture, 0.5 * np.sqrt(1 / scale**2 - 1), mode="reflect", truncate=8)
    middle = (side - 1) / 2
    turn = SimilarityTransform(translation=(-middle, -middle))
    turn += SimilarityTransform(scale=1 / scale, rotation=np.deg2rad(angle))
    turn += SimilarityTransform(translation=FACE)
    return np.asarray(warp(picture, turn, output_shape=(side, side), order=3, mode="reflect"))


def face(side: int = SIDE) -> Kernel:
    """Return the face as a kernel."""
    return Kernel(np.clip(posed(side=side), 0, 1), name="face")


def middle_score(scene: Doubles, kernel: Kernel, method: str = "tm_ccoeff_normed", reach: int = 3) -> float:
    """Return the best score within a few pixels of the scene's middle."""
    scores = fracorr.correlate(np.clip(scene, 0, 1), kernel, method).scores
    row, column = (scores.shape[0] - 1) // 2, (scores.shape[1] - 1) // 2
    return float(scores[row - reach : row + reach + 2, column - reach : column + reach + 2].max())


def show(axes: Axes, picture: npt.ArrayLike, title: str, **options: object) -> None:
    """Show a picture without ticks."""
    axes.imshow(picture, interpolation="nearest", **{"cmap": "gray", **options})
    axes.set_title(title)
    axes.set_xticks([])
    axes.set_yticks([])


def new_figure(width: float, height: float) -> Figure:
    """Return a figure of so many inches, without any window."""
    return Figure(figsize=(width, height), dpi=110, layout="constrained")
