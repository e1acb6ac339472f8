"""Circular and log-polar harmonics: a pose changes the phase of their correlation and leaves its size."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from theory_figures.scenery import Doubles, new_figure, posed

from fracorr_patterns.harmonics import circular_harmonic, log_polar_harmonic

SIDE = 161
ORDERS = (1, 2, 3, 4)
OMEGAS = (2.0, 4.0, 6.0)
#: Distance of each pixel from the middle.
RADIUS = np.hypot(*(np.indices((SIDE, SIDE)) - (SIDE - 1) / 2))


def _coefficients(waves: list[np.ndarray], scenes: list[Doubles]) -> np.ndarray:
    """Return the correlations in the middle, (waves, scenes): conjugate, so that the phase follows the scene's."""
    return np.array([[np.vdot(wave, scene) for scene in scenes] for wave in waves])


def _alone(scale: float) -> Doubles:
    """Return the scaled face without what is around it: a ring that fades out on both sides."""
    ring = np.exp(-((np.log(np.maximum(RADIUS, 0.1) / (24 * scale)) / 0.45) ** 2))
    return (posed(scale=scale, side=SIDE) - 0.5) * ring


def draw() -> Figure:
    """Draw size and phase over rotation (circular harmonics) and over scale (log-polar harmonics)."""
    figure = new_figure(9.5, 5.6)
    axes = figure.subplots(2, 2, sharex="col")
    angles = np.arange(0, 181, 5.0)
    turned = _coefficients([circular_harmonic(SIDE, order) for order in ORDERS], [posed(a, side=SIDE) for a in angles])
    scales = 2.0 ** np.linspace(-0.5, 0.5, 33)
    # dx dy / r² is the area that scaling leaves alone.
    waves = [log_polar_harmonic(SIDE, omega, 1) / np.maximum(RADIUS, 1) ** 2 for omega in OMEGAS]
    scaled = _coefficients(waves, [_alone(scale) for scale in scales])
    _column(axes[:, 0], angles, 360, turned, [f"m = {order}" for order in ORDERS])
    _column(axes[:, 1], np.log(scales), 2 * np.pi, scaled, [f"ω = {omega:g}" for omega in OMEGAS])
    axes[0, 0].set_title("circular harmonics, target turned by α")
    axes[0, 1].set_title("log-polar harmonics, target scaled by s")
    axes[1, 0].set_xlabel("α in degrees")
    axes[1, 1].set_xlabel("ln s")
    axes[0, 0].set_ylabel("|c|, over its mean")
    axes[1, 0].set_ylabel("phase of c, in turns")
    return figure


def _column(axes: np.ndarray, at: Doubles, per: float, values: np.ndarray, labels: list[str]) -> None:
    """Draw size and phase; the slope is in radians of phase per radian of α or unit of ln s."""
    for place, (row, label) in enumerate(zip(values, labels, strict=True)):
        size = np.abs(row)
        phase = np.unwrap(np.angle(row)) / (2 * np.pi)
        slope = np.polyfit(at, phase, 1)[0] * per
        style = {"color": f"C{place}", "linestyle": ("-", "--", "-.", ":")[place]}
        axes[0].plot(at, size / size.mean(), label=label, **style)
        axes[1].plot(at, phase - phase[0], label=f"{label}: slope {slope:+.2f}", **style)
    axes[0].set_ylim(0, 1.6)
    axes[0].legend(frameon=False, ncols=2, loc="lower left")
    axes[1].legend(frameon=False)
