"""Poses as arrays, and how they change.

Poses are (N, 4) float64 arrays: x and y of the template's centre in the scene, the angle in radians (counter-clockwise
as seen on the screen), and the natural logarithm of the scale.
"""

from __future__ import annotations

import math

import attrs
import numpy as np

from fracorr_harmonic.template import Reals

#: The columns of poses.
X, Y, ANGLE, SCALE = range(4)


@attrs.frozen
class Limits:
    """Where poses may be: the ranges of the angle (radians) and of the logarithm of the scale."""

    angles: tuple[float, float]
    scales: tuple[float, float]

    @property
    def free(self) -> list[int]:
        """The columns of poses that may change."""
        ranges = {ANGLE: self.angles, SCALE: self.scales}
        return [X, Y, *(column for column, (low, high) in ranges.items() if high > low)]

    @property
    def whole_turn(self) -> bool:
        return self.angles[1] - self.angles[0] >= 2 * math.pi - 1e-9

    def clip(self, poses: Reals) -> None:
        """Move poses into the ranges, in place."""
        np.clip(poses[:, SCALE], *self.scales, out=poses[:, SCALE])
        low, high = self.angles
        turned = np.mod(poses[:, ANGLE] - low, 2 * math.pi)
        if not self.whole_turn:
            # What is beyond the range goes to its nearer end.
            span = high - low
            turned = np.where(turned > (span + 2 * math.pi) / 2, 0.0, np.minimum(turned, span))
        poses[:, ANGLE] = low + turned


def composed(poses: Reals, moves: Reals) -> Reals:
    """Return poses after the inverse of moves in the template's own frame, both (N, 4)."""
    moved = poses - moves
    scale = np.exp(moved[:, SCALE])
    cosine, sine = scale * np.cos(moved[:, ANGLE]), scale * np.sin(moved[:, ANGLE])
    moved[:, X] = poses[:, X] - cosine * moves[:, X] - sine * moves[:, Y]
    moved[:, Y] = poses[:, Y] - cosine * moves[:, Y] + sine * moves[:, X]
    return moved
