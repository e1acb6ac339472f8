"""Rotated boxes: corners, overlap, and whether a point is inside.

Coordinates are pixels, x right and y down, with the centre of the top-left pixel at (0, 0); angles are degrees,
counter-clockwise as seen on the screen.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
import numpy.typing as npt

from fracorr.opencv import cv2


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
    turn = math.radians(box.angle)
    dx, dy = x - box.x, y - box.y
    along = dx * math.cos(turn) - dy * math.sin(turn)
    across = dx * math.sin(turn) + dy * math.cos(turn)
    return abs(along) <= box.width / 2 and abs(across) <= box.height / 2


def overlap(first: Box, second: Box) -> float:
    """Return the intersection over union of two boxes, in [0, 1]; 0 where a box has no area."""
    areas = first.width * first.height + second.width * second.height
    reach = (math.hypot(first.width, first.height) + math.hypot(second.width, second.height)) / 2
    if min(first.width, first.height, second.width, second.height) <= 0:
        return 0.0
    if math.hypot(first.x - second.x, first.y - second.y) >= reach:
        return 0.0
    # OpenCV computes in float32: coordinates around the first centre keep the digits.
    centre = (first.x, first.y)
    common, _ = cv2.intersectConvexConvex(
        (corners(first) - centre).astype(np.float32), (corners(second) - centre).astype(np.float32)
    )
    return min(1.0, max(0.0, common / (areas - common)))


def angle_difference(first: float, second: float) -> float:
    """Return the smallest turn between two angles, in [0, 180] degrees."""
    return abs((first - second + 180.0) % 360.0 - 180.0)
