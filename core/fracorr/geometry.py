"""Rotated boxes: corners, overlap, and whether a point is inside.

Coordinates are pixels, x right and y down, with the centre of the top-left pixel at (0, 0); angles are degrees,
counter-clockwise as seen on the screen.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
import numpy.typing as npt


class Box(Protocol):
    """A rotated box: its centre, its angle, and its size along its own axes."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...
    @property
    def angle(self) -> float: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...


def corners(box: Box) -> npt.NDArray[np.float64]:
    """Return the corners of a box.

    Returns
    -------
    (4, 2) float64 array
        x, y of the box's own top left, top right, bottom right and bottom left corner.
    """
    across, down = box.width / 2, box.height / 2
    local = np.array([[-across, -down], [across, -down], [across, down], [-across, down]])
    turn = math.radians(box.angle)
    # y points down, so a counter-clockwise turn on the screen is this matrix and not its transpose.
    rotation = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    return np.asarray(local @ rotation.T + (box.x, box.y))


def contains(box: Box, x: float, y: float) -> bool:
    """Whether a point is inside a box or on its edge."""
    return bool(inside(box, np.float64(x), np.float64(y)))


def inside(box: Box, x: npt.ArrayLike, y: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Tell for many points, whose coordinates broadcast against each other, whether a box contains them."""
    turn = math.radians(box.angle)
    dx, dy = np.asarray(x) - box.x, np.asarray(y) - box.y
    along = dx * math.cos(turn) - dy * math.sin(turn)
    across = dx * math.sin(turn) + dy * math.cos(turn)
    return np.asarray((np.abs(along) <= box.width / 2) & (np.abs(across) <= box.height / 2))


def overlap(first: Box, second: Box) -> float:
    """Return the intersection over union of two boxes, in [0, 1]; 0 where a box has no area."""
    areas = first.width * first.height + second.width * second.height
    reach = (math.hypot(first.width, first.height) + math.hypot(second.width, second.height)) / 2
    if min(first.width, first.height, second.width, second.height) <= 0:
        return 0.0
    if math.hypot(first.x - second.x, first.y - second.y) >= reach:
        return 0.0
    common = _common_area(first, second)
    return min(1.0, max(0.0, common / (areas - common)))


def _common_area(first: Box, second: Box) -> float:
    """Clip one box at the four sides of the other (Sutherland and Hodgman 1974, doi:10.1145/360767.360802).

    OpenCV's ``intersectConvexConvex`` and ``rotatedRectangleIntersection`` lose boxes that share a side.
    """
    turn = math.radians(first.angle)
    if first.angle == second.angle:
        # Side by side as they stand, as the boxes of nearly every method do: no polygon is needed.
        x, y = second.x - first.x, second.y - first.y
        right, down = x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
        return _common_length(first.width, second.width, right) * _common_length(first.height, second.height, down)
    # Into the frame of the first box, where its sides are at x = ± width / 2 and y = ± height / 2.
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    polygon = [(float(x), float(y)) for x, y in (corners(second) - (first.x, first.y)) @ rotation.T]
    for axis, half in ((0, first.width / 2), (1, first.height / 2)):
        for sign in (1.0, -1.0):
            polygon = _clipped(polygon, axis, sign, half)
    following = polygon[1:] + polygon[:1]
    return (
        abs(sum(x * other_y - other_x * y for (x, y), (other_x, other_y) in zip(polygon, following, strict=True))) / 2
    )


def _common_length(first: float, second: float, distance: float) -> float:
    """Return how long two stretches of a line lie on each other, their centres that far apart."""
    return max(0.0, min(first / 2, distance + second / 2) - max(-first / 2, distance - second / 2))


def _clipped(polygon: list[tuple[float, float]], axis: int, sign: float, half: float) -> list[tuple[float, float]]:
    """Keep what of a convex polygon has ``sign * coordinate <= half``."""
    kept = []
    for start, end in zip(polygon[-1:] + polygon[:-1], polygon, strict=True):
        before, after = sign * start[axis] - half, sign * end[axis] - half
        if (before < 0 < after) or (after < 0 < before):
            share = before / (before - after)
            kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
        if after <= 0:
            kept.append(end)
    return kept


def angle_difference(first: float, second: float) -> float:
    """Return the smallest turn between two angles, in [0, 180] degrees."""
    return abs((first - second + 180.0) % 360.0 - 180.0)


def rounded_angle(angle: float, digits: int) -> float:
    """Return an angle in degrees for the eye: what rounds to a whole turn, or to −0, is 0."""
    rounded = round(angle, digits)
    # Adding 0 turns −0 into 0.
    return 0.0 if rounded == 360.0 else rounded + 0.0
