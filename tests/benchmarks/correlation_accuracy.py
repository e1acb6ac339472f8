"""How far normalised scores are from the exact ones, over photographs and kernels cut out of them."""

from __future__ import annotations

import itertools
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
import scipy.signal
import skimage.data

from fracorr import Kernel, Scene
from fracorr.components import Kind
from fracorr.plugins import default_registry

Pixels: TypeAlias = npt.NDArray[np.float32]
PHOTOGRAPHS = (
    *("astronaut", "brick", "camera", "chelsea", "coffee", "coins", "grass", "gravel", "hubble_deep_field"),
    *("immunohistochemistry", "moon", "page", "retina", "rocket", "text"),
)


def largest_errors(codes: dict[str, int]) -> list[str]:
    """Measure the largest error of each normalised method, ours and OpenCV's of that code, as a table."""
    registry = default_registry()
    names = [name for name in codes if name.endswith("_normed")]
    worst = {name: [0.0, 0.0] for name in names}
    rng = np.random.default_rng(0)
    for photograph, side, _ in itertools.product(PHOTOGRAPHS, (16, 32, 64, 128), range(4)):
        scene = Scene(Scene(getattr(skimage.data, photograph)()).gray)
        height, width = scene.shape
        top, left = int(rng.integers(0, height - side)), int(rng.integers(0, width - side))
        cut = np.ascontiguousarray(scene.pixels[top : top + side, left : left + side])
        exact, countable = in_double(scene.pixels, cut)
        for name in names:
            found = registry.get(Kind.METHOD, name).load()().correlate(scene, Kernel(cut)).scores
            theirs = cv2.matchTemplate(scene.pixels, cut, codes[name])
            errors = [float(np.abs(each - exact[name]).max(where=countable, initial=0.0)) for each in (found, theirs)]
            worst[name] = [max(pair) for pair in zip(worst[name], errors, strict=True)]
    rows = ["| method | fracorr | OpenCV |", "|---|---:|---:|"]
    return rows + [f"| `{name}` | {own:.1e} | {theirs:.1e} |" for name, (own, theirs) in worst.items()]


def in_double(pixels: Pixels, cut: Pixels) -> tuple[dict[str, npt.NDArray[np.float64]], npt.NDArray[np.bool_]]:
    """Return normalised scores in float64, by SciPy's convolution, and where there is anything to divide by."""
    scene, kernel = pixels.astype(np.float64), cut.astype(np.float64)
    middle = scene.mean()
    contrast = kernel - kernel.mean()

    def slide(image: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(scipy.signal.fftconvolve(image, weights[::-1, ::-1], mode="valid"))

    def boxes(image: npt.NDArray[np.float64]) -> npt.NDArray[np.longdouble]:
        sums = np.zeros((image.shape[0] + 1, image.shape[1] + 1), np.longdouble)
        sums[1:, 1:] = image.astype(np.longdouble).cumsum(axis=0).cumsum(axis=1)
        height, width = kernel.shape
        return sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width]

    squares = boxes(scene * scene)
    variance = np.asarray(squares - boxes(scene) ** 2 / kernel.size, np.float64)
    energy = np.asarray(squares, np.float64)
    products, own = slide(scene, kernel), float((kernel * kernel).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        norms = np.sqrt(own * energy)
        scores = {
            "tm_ccoeff_normed": slide(scene - middle, contrast) / np.sqrt((contrast * contrast).sum() * variance),
            "tm_ccorr_normed": products / norms,
            "tm_sqdiff_normed": np.clip((energy - 2.0 * products + own) / norms, 0.0, 1.0),
        }
    return scores, (variance > 1e-9 * kernel.size) & (np.ptp(cut) > 0)
