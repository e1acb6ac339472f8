"""Curves over rotation and scale as points of SVG lines; the template draws the axes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import attrs
import numpy as np

from fracorr.invariance import Curve, FloatArray, Invariance, Over, scale_marks, trials_used

#: Lines that can still be told apart.
MOST_LINES = 8
#: Fewer angles or scales make no curve.
FEWEST_POSES = 3
#: Neither do angles, in degrees, or scales, in octaves, that reach less far: from 0.95 to 1.05 nothing is to be seen.
LEAST_EXTENT: dict[Over, float] = {"rotation": 30.0, "scale": 0.25}
#: Half the side of a polar plot, and width and height of a plain one, in the units of its drawing.
RADIUS, WIDTH, HEIGHT = 100.0, 300.0, 160.0
#: What sets the lines of one figure apart besides their colors.
_DASHES = ("", "7 3", "2 3", "8 3 2 3", "12 4", "4 4", "1 3", "9 2 1 2 1 2")


@attrs.frozen
class Line:
    """One arm in a figure; `few` are the places of points that rest on few trials."""

    label: str
    points: str
    few: tuple[tuple[float, float], ...]
    dashes: str
    index: float


@attrs.frozen
class CurveFigure:
    """All arms of one method over rotation, or over scale.

    Attributes
    ----------
    ticks : tuple of (float, str)
        Where the axis of scales has marks, and their names.
    trials : str
        Which trials the lines are made of.
    """

    method: str
    over: Over
    lines: tuple[Line, ...]
    ticks: tuple[tuple[float, str], ...]
    trials: str


def figures(found: Iterable[Invariance]) -> list[CurveFigure]:
    """Return the figures of each method whose targets differ enough, with at most `MOST_LINES` chains each."""
    by_method: dict[str, list[Invariance]] = {}
    for each in found:
        by_method.setdefault(each.arm.method, []).append(each)
    return [figure for method, arms in by_method.items() for figure in _figures(method, arms)]


def _figures(method: str, arms: Sequence[Invariance]) -> Iterator[CurveFigure]:
    for over, least in LEAST_EXTENT.items():
        telling = [
            (each, curve)
            for each in arms
            if (curve := each.curve(over)) is not None and curve.at.size >= FEWEST_POSES and curve.extent >= least
        ][:MOST_LINES]
        if not telling:
            continue
        ends = min(curve.at[0] for _, curve in telling), max(curve.at[-1] for _, curve in telling)
        lines = tuple(
            _line(each.arm.chain, curve, *(_polar(curve) if curve.periodic else _plain(curve, *ends)), dashes)
            for (each, curve), dashes in zip(telling, _DASHES, strict=False)
        )
        ticks = () if over == "rotation" else _ticks(*ends)
        yield CurveFigure(method, over, lines, ticks, trials_used(over, (each for each, _ in telling)))


def _line(label: str, curve: Curve, x: FloatArray, y: FloatArray, dashes: str) -> Line:
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    few = tuple(zip(x[curve.few].tolist(), y[curve.few].tolist(), strict=True))
    return Line(label, points, few, dashes, curve.hit_index)


def _polar(curve: Curve) -> tuple[FloatArray, FloatArray]:
    """Return the points of a closed line; the target's angle runs counter-clockwise from the right."""
    angle = np.deg2rad(curve.at)
    return RADIUS * curve.hit_rate * np.cos(angle), -RADIUS * curve.hit_rate * np.sin(angle)


def _plain(curve: Curve, low: float, high: float) -> tuple[FloatArray, FloatArray]:
    """Return the points of a line over scales from the smallest to the largest."""
    return WIDTH * np.log2(curve.at / low) / math.log2(high / low), HEIGHT * (1 - curve.hit_rate)


def _ticks(low: float, high: float) -> tuple[tuple[float, str], ...]:
    octaves = math.log2(high / low)
    return tuple((WIDTH * (each - math.log2(low)) / octaves, name) for each, name in scale_marks(low, high))
