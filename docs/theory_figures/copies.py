"""The correlation with an IFS kernel is the sum of the correlations with its copies."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from skimage.transform import rescale
from theory_figures.scenery import face, new_figure, photograph, show

import fracorr
from fracorr import Kernel, Scene
from fracorr.correlation import cross_correlate


def parts(kernel: Kernel) -> list[Kernel]:
    """Cut a Sierpinski kernel of depth 1 into its copies: the top one, bottom left, bottom right."""
    rows, columns = np.indices(kernel.shape)
    top = rows < kernel.height / 2
    left = columns < kernel.width / 2
    return [kernel.derive(kernel.pixels, kernel.support * place) for place in (top, ~top & left, ~top & ~left)]


def draw() -> Figure:
    """Draw the copies with their surfaces, and the sum beside the surface of all at once."""
    whole = fracorr.fractalize(face(), "ifs:sierpinski,depth=1")
    scene = Scene(np.clip(rescale(photograph(), 0.5, anti_aliasing=True), 0, 1))
    mean = np.average(whole.pixels, weights=whole.support)
    kernels = [*parts(whole), whole]
    surfaces = [
        cross_correlate(scene, (kernel.pixels - mean) * kernel.support).astype(np.float64) for kernel in kernels
    ]
    total = sum(surfaces[:-1])
    apart = np.abs(total - surfaces[-1]).max() / np.abs(surfaces[-1]).max()
    figure = new_figure(9.5, 4.4)
    axes = figure.subplots(2, 5)
    for column, (kernel, surface) in enumerate(zip(kernels, surfaces, strict=True)):
        picture = np.where(kernel.support > 0, kernel.pixels, np.nan)
        show(axes[0, column], picture, f"copy {column + 1}" if column < 3 else "all three", vmin=0, vmax=1)
        axes[0, column].set_facecolor("0.88")
        show(axes[1, column], surface, "its surface", cmap="viridis")
    show(axes[0, 4], scene.pixels, "scene")
    show(axes[1, 4], total, f"sum of the three\n(differs by {apart:.0e})", cmap="viridis")
    return figure
