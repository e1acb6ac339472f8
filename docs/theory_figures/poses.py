"""How far a kernel's score follows the target's rotation and scale."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from theory_figures.scenery import Doubles, face, middle_score, new_figure, posed, show

import fracorr

TURNING = ("none", "rosette:6", "rosette:24", "harmonic:[0]")
SCALING = ("none", "pyramid:0.5,levels=3", "pyramid:0.8,levels=7")


def _curves(axes: Axes, chains: tuple[str, ...], at: Doubles, scenes: list[Doubles]) -> None:
    for place, chain in enumerate(chains):
        kernel = fracorr.fractalize(face(), chain)
        scores = [middle_score(scene, kernel) for scene in scenes]
        axes.plot(at, scores, label=chain, color=f"C{place}", linestyle=("-", "--", "-.", ":")[place])


def draw() -> Figure:
    """Draw the kernels, and their scores on the face at every angle and at scales from ¼ to 4."""
    figure = new_figure(9.5, 6.4)
    pictures, curves = figure.subfigures(2, 1, height_ratios=(1, 2.6))
    polar, plain = curves.subfigures(1, 2)
    chains = dict.fromkeys((*TURNING, *SCALING))
    for axes, chain in zip(pictures.subplots(1, len(chains)), chains, strict=True):
        show(axes, fracorr.fractalize(face(), chain).pixels, chain.replace(",", ",\n"), vmin=0, vmax=1)
        axes.title.set_fontsize(9)
    angles = np.arange(0, 361, 5.0)
    round_axes = polar.add_subplot(projection="polar")
    _curves(round_axes, TURNING, np.deg2rad(angles), [posed(angle) for angle in angles])
    round_axes.set_rlim(-0.3, 1)
    round_axes.set_rticks([0, 0.5, 1])
    round_axes.set_title("score over the target's rotation")
    round_axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=2, frameon=False)
    scales = 2.0 ** np.linspace(-2, 2, 49)
    axes = plain.add_subplot()
    _curves(axes, SCALING, scales, [posed(scale=scale) for scale in scales])
    axes.set_xscale("log", base=2)
    axes.set_xticks([0.25, 0.5, 1, 2, 4], ["¼", "½", "1", "2", "4"])
    axes.set_xlabel("scale of the target")
    axes.set_title("score over the target's scale")
    axes.set_ylim(-0.45, 1.05)
    axes.legend(frameon=False)
    return figure
