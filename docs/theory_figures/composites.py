"""Hand-made sums of turned copies beside the filters that are optimal for them."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from theory_figures.scenery import face, middle_score, new_figure, posed, show

import fracorr

FILTERS = {
    "none": "the kernel",
    "rosette:12": "mean of 12 copies",
    "composite:sdf": "SDF of 12 copies",
    "composite:otsdf": "OTSDF of 12 copies",
}


def draw() -> Figure:
    """Draw the four filters, and their scores over the target's rotation."""
    figure = new_figure(9.5, 5)
    pictures, curves = figure.subfigures(2, 1, height_ratios=(1, 1.35))
    row = pictures.subplots(1, len(FILTERS))
    axes = curves.subplots()
    angles = np.arange(0, 181, 2.5)
    scenes = [posed(angle) for angle in angles]
    for place, (chain, name) in enumerate(FILTERS.items()):
        kernel = fracorr.fractalize(face(), chain)
        show(row[place], kernel.pixels, name, vmin=0, vmax=1)
        scores = np.array([middle_score(scene, kernel, "tm_ccoeff", reach=1) for scene in scenes])
        style = ("-", "--", "-.", ":")[place]
        axes.plot(angles, scores / scores.max(), label=f"{name} ({chain})", color=f"C{place}", linestyle=style)
    for angle in range(0, 181, 30):
        axes.axvline(angle, color="0.85", linewidth=0.8, zorder=0)
    axes.set_xticks(range(0, 181, 30))
    axes.set_xlabel("rotation of the target in degrees; the copies stand at the lines")
    axes.set_ylabel("score over its best")
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return figure
