"""A Julia set of degree d has d-fold symmetry, and so has every fractal that an orbit trap draws on it."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from scipy.ndimage import map_coordinates
from theory_figures.scenery import Doubles, face, new_figure, show

import fracorr
from fracorr import Kernel

DEGREES = (2, 3, 4, 5)
ORDERS = 12


def energies(kernel: Kernel) -> Doubles:
    """Return the share of each circular order 1, 2, … in what is not the same all around."""
    side = kernel.width
    radii = np.arange(4, side / 2 - 1, 0.5)[:, None]
    angles = np.linspace(0, 2 * np.pi, 1440, endpoint=False)
    middle = (side - 1) / 2
    rings = map_coordinates(kernel.gray, [middle - radii * np.sin(angles), middle + radii * np.cos(angles)], order=1)
    power = (np.abs(np.fft.rfft(rings, axis=1)) ** 2 * radii).sum(axis=0)
    return np.asarray(power[1:] / power[1:].sum())


def draw() -> Figure:
    """Draw the fractals of four degrees and the energy of their circular orders."""
    figure = new_figure(9.5, 4.8)
    axes = figure.subplots(2, len(DEGREES), height_ratios=(1.5, 1))
    for column, degree in enumerate(DEGREES):
        kernel = fracorr.fractalize(face(), f"orbit-trap:degree={degree},centred=true,size=256,supersample=2")
        show(axes[0, column], kernel.pixels, f"d = {degree}", vmin=0, vmax=1)
        share = energies(kernel)
        own = np.arange(1, len(share) + 1) % degree == 0
        axes[1, column].set_title(f"in multiples of {degree}: {share[own].sum():.1%}")
        orders, share, own = np.arange(1, ORDERS + 1), share[:ORDERS], own[:ORDERS]
        axes[1, column].bar(orders[own], share[own], color="C1")
        axes[1, column].bar(orders[~own], share[~own], color="C0")
        axes[1, column].set_xticks(orders[1::2])
        axes[1, column].set_xlabel("circular order")
    axes[1, 0].set_ylabel("share of energy")
    return figure
