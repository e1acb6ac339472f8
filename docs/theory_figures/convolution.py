"""Correlation finds the kernel upright; convolution finds it upside down."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from theory_figures.scenery import face, new_figure, posed, show

import fracorr

METHODS = {"correlation": "tm_ccoeff_normed", "convolution": "convolve"}


def draw() -> Figure:
    """Draw one scene with the face upright and upside down, and both surfaces over it."""
    scene = np.clip(np.hstack([posed(0), posed(180)]), 0, 1)
    kernel = face()
    figure = new_figure(9.5, 4.6)
    grid = figure.add_gridspec(2, 3, width_ratios=(1, 2, 2))
    show(figure.add_subplot(grid[0, 0]), kernel.pixels, "kernel")
    show(figure.add_subplot(grid[1, 0]), kernel.pixels[::-1, ::-1], "kernel turned by 180°")
    for column, (name, method) in enumerate(METHODS.items(), start=1):
        response = fracorr.correlate(scene, kernel, method)
        best = response.best()
        axes = figure.add_subplot(grid[0, column])
        show(axes, scene, f"{name}: best at x = {best.x:.1f}")
        corners = np.vstack([best.polygon(), best.polygon()[:1]])
        axes.plot(corners[:, 0], corners[:, 1], color="C1", linewidth=2.5)
        axes = figure.add_subplot(grid[1, column])
        left, top = response.origin
        height, width = response.scores.shape
        edges = (left - 0.5, left + width - 0.5, top + height - 0.5, top - 0.5)
        show(axes, response.scores, f"its surface, at best {best.score:.3f}", cmap="viridis", extent=edges)
        axes.set_xlim(-0.5, scene.shape[1] - 0.5)
        axes.set_ylim(scene.shape[0] - 0.5, -0.5)
    return figure
