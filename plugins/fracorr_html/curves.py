"""Curves over rotation and scale as points of SVG lines; the template draws the axes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import attrs
import numpy as np

from fracorr.invariance import Curve, Invariance, scale_marks

#: Lines that can still be told apart.
MOST_LINES = 8
#: Fewer angles or scales make no curve.
FEWEST_POSES = 3
#: Half the side of a polar plot, and width and height of a plain one, in the units of its drawing.
RADIUS, WIDTH, HEIGHT = 100.0, 300.0, 160.0
#: What sets the lines of one figure apart besides their colors.
_DASHES = ("", "7 3", "2 3", "8 3 2 3", "12 4", "4 4", "1 3", "9 2 1 2 1 2")


@attrs.frozen
class Line:
    """One arm in a figure."""

    label: str
    points: str
    dashes: str
    index: float


@attrs.frozen
class CurveFigure:
    """All arms of one method over rotation, over scale, or both."""

    method: str
    rotation: tuple[Line, ...]
    scale: tuple[Line, ...]
    ticks: tuple[tuple[float, str], ...]


def figures(found: Iterable[Invariance]) -> list[CurveFigure]:
    """Return a figure for each method whose targets differ in angle or scale, with at most `MOST_LINES` chains."""
    by_method: dict[str, list[Invariance]] = {}
    for each in found:
        if any(curve is not None and len(curve.at) >= FEWEST_POSES for curve in (each.rotation, each.scale)):
            by_method.setdefault(each.arm.method, []).append(each)
    return [_figure(method, arms[:MOST_LINES]) for method, arms in by_method.items()]


def _figure(method: str, arms: Sequence[Invariance]) -> CurveFigure:
    scales = [each.scale.at for each in arms if each.scale is not None]
    low, high = (min(at[0] for at in scales), max(at[-1] for at in scales)) if scales else (1.0, 2.0)
    lowest, highest = math.log2(low), math.log2(high)
    rotation, scale = [], []
    for place, each in enumerate(arms):
        dashes = _DASHES[place % len(_DASHES)]
        if each.rotation is not None and len(each.rotation.at) >= FEWEST_POSES:
            rotation.append(Line(each.arm.chain, _polar(each.rotation), dashes, each.rotation.hit_index))
        if each.scale is not None and len(each.scale.at) >= FEWEST_POSES:
            points = _plain(each.scale, lowest, highest)
            scale.append(Line(each.arm.chain, points, dashes, each.scale.hit_index))
    marks = scale_marks(low, high) if scales else ()
    ticks = tuple((WIDTH * (each - lowest) / (highest - lowest), name) for each, name in marks)
    return CurveFigure(method, tuple(rotation), tuple(scale), ticks)


def _polar(curve: Curve) -> str:
    """Return the points of a closed line; the target's angle runs counter-clockwise from the right."""
    angle = np.deg2rad(curve.at)
    return _points(RADIUS * curve.hit_rate * np.cos(angle), -RADIUS * curve.hit_rate * np.sin(angle))


def _plain(curve: Curve, lowest: float, highest: float) -> str:
    return _points(WIDTH * (np.log2(curve.at) - lowest) / (highest - lowest), HEIGHT * (1 - curve.hit_rate))


def _points(x: np.ndarray, y: np.ndarray) -> str:
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
