"""Refining many poses at once: the template is laid over the scene as well as it can be.

Gauss-Newton steps in the inverse compositional form (Baker and Matthews 2004, doi:10.1023/B:VISI.0000011205.11775.fd):
what the scene shows in the frame of the template is written as the template, its derivatives by x, y, angle and
logarithmic scale, and a constant per colour; the coefficients say how the pose must change. Contrast and brightness are
among the unknowns, so that the steps climb the correlation coefficient (Evangelidis and Psarakis 2008,
doi:10.1109/TPAMI.2008.113).
"""

from __future__ import annotations

import math

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr_harmonic.levels import Level
from fracorr_harmonic.template import Reals, Samples

#: Columns of a pose.
X, Y, ANGLE, SCALE = range(4)
#: The farthest a single step goes: in samples, and in radians or logarithms of scale.
_LONGEST_SHIFT, _LARGEST_TURN = 1.5, 0.15
#: The least share of the template that must be within the scene.
LEAST_VISIBLE = 0.4


@attrs.frozen
class Limits:
    """Where poses may be: the ranges of the angle (radians) and of the logarithm of the scale."""

    angles: tuple[float, float]
    scales: tuple[float, float]

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


class Aligner:
    """A template at one resolution, prepared for the refinement of poses.

    Poses are (N, 4) float64 arrays: x and y of the template's centre in the scene, the angle in radians, and the
    natural logarithm of the scale.
    """

    def __init__(self, samples: Samples, limits: Limits) -> None:
        self._samples, self._limits = samples, limits
        self._channels = samples.values.shape[2]
        weights = samples.weights.reshape(-1).astype(np.float32)
        self._weights = weights / weights.sum()
        self._free = [X, Y]
        if limits.angles[1] > limits.angles[0]:
            self._free.append(ANGLE)
        if limits.scales[1] > limits.scales[0]:
            self._free.append(SCALE)
        self._columns = self._basis()
        first, second = np.triu_indices(self._columns.shape[2])
        self._pairs = (first, second)
        products = np.einsum("pck,pck->pk", self._columns[:, :, first], self._columns[:, :, second])
        self._products = np.ascontiguousarray(products)

    def _basis(self) -> FloatArray:
        """Return template and derivatives, (P, C, K): zero mean, the template with unit variance, first."""
        samples = self._samples
        values = samples.values
        weights = self._weights.reshape(*samples.weights.shape, 1)
        values = values - (weights * values).sum(axis=(0, 1))
        values = values / np.sqrt((weights * values**2).sum())
        across, down = samples.places()
        along_x = _derivative(values, axis=1) / np.float32(samples.step[0])
        along_y = _derivative(values, axis=0) / np.float32(samples.step[1])
        u, v = across[None, :, None].astype(np.float32), down[:, None, None].astype(np.float32)
        # In the template's own frame, y down: a counter-clockwise turn moves (u, v) to (u + a v, v - a u).
        derivatives = {X: along_x, Y: along_y, ANGLE: along_x * v - along_y * u, SCALE: along_x * u + along_y * v}
        stacked = np.stack([values, *(derivatives[each] for each in self._free)], axis=-1)
        return np.ascontiguousarray(stacked.reshape(-1, self._channels, stacked.shape[-1]), dtype=np.float32)

    def refine(self, level: Level, poses: Reals, steps: int) -> tuple[Reals, Reals]:
        """Take Gauss-Newton steps, and return the poses and their scores (-1 where too little is visible)."""
        best, best_scores = poses.copy(), np.full(len(poses), -1.0)
        poses = poses.copy()
        for step in range(steps + 1):
            scores, moves = self._evaluate(level, poses)
            better = scores > best_scores
            best[better], best_scores[better] = poses[better], scores[better]
            if step < steps:
                poses = self._moved(poses, moves)
        return best, best_scores

    def _evaluate(self, level: Level, poses: Reals) -> tuple[Reals, Reals]:
        """Return the scores of poses, and what changes in the template's frame, (N, 4), would improve them."""
        seen, visible = self._windows(level, poses)
        count, pixels = len(poses), len(self._weights)
        weights = np.broadcast_to(self._weights, (count, pixels)) if visible is None else self._weights * visible
        total = weights.sum(axis=1, dtype=np.float64)
        known = total > LEAST_VISIBLE
        total = np.maximum(total, 1e-12)[:, None]
        weighted = seen * weights[:, :, None]
        scene_sums = weighted.sum(axis=1, dtype=np.float64)
        power = (weighted * seen).sum(axis=(1, 2), dtype=np.float64)
        K = self._columns.shape[2]
        right = (weighted.reshape(count, -1) @ self._columns.reshape(-1, K)).astype(np.float64)
        if visible is None:
            products = np.broadcast_to(self._weights @ self._products, (count, len(self._pairs[0])))
            sums = np.broadcast_to(np.tensordot(self._weights, self._columns, 1), (count, self._channels, K))
        else:
            products = weights @ self._products
            sums = (weights @ self._columns.reshape(pixels, -1)).reshape(count, self._channels, K)
        left = np.empty((count, K, K))
        left[:, self._pairs[0], self._pairs[1]] = left[:, self._pairs[1], self._pairs[0]] = products
        # The constants of the colours are eliminated: everything about its mean.
        sums = sums.astype(np.float64)
        left -= np.einsum("ncj,nck->njk", sums, sums) / total[:, :, None]
        right -= np.einsum("nc,nck->nk", scene_sums, sums) / total
        power = power - (scene_sums**2).sum(axis=1) / total[:, 0]
        scores = right[:, 0] / np.sqrt(np.maximum(left[:, 0, 0] * power, 1e-18))
        scores = np.where(known & (power > 1e-9), np.clip(scores, -1.0, 1.0), -1.0)
        # A trace of damping, for templates that look the same when they turn.
        diagonal = np.einsum("nkk->nk", left)
        diagonal += 1e-6 * diagonal + 1e-9
        coefficients = np.linalg.solve(left, right[:, :, None])[:, :, 0]
        moves = np.zeros((count, 4))
        gain = coefficients[:, :1]
        moves[:, self._free] = np.where(gain > 1e-6, coefficients[:, 1:] / np.maximum(gain, 1e-6), 0.0)
        return scores, moves

    def _moved(self, poses: Reals, moves: Reals) -> Reals:
        """Compose poses with the inverse of changes in the template's frame."""
        reach = _LONGEST_SHIFT * max(self._samples.step)
        moves = np.clip(
            moves, [-reach, -reach, -_LARGEST_TURN, -_LARGEST_TURN], [reach, reach, _LARGEST_TURN, _LARGEST_TURN]
        )
        moved = poses.copy()
        moved[:, ANGLE] -= moves[:, ANGLE]
        moved[:, SCALE] -= moves[:, SCALE]
        cosine, sine = np.cos(moved[:, ANGLE]), np.sin(moved[:, ANGLE])
        scale = np.exp(moved[:, SCALE])
        moved[:, X] -= scale * (cosine * moves[:, X] + sine * moves[:, Y])
        moved[:, Y] -= scale * (cosine * moves[:, Y] - sine * moves[:, X])
        self._limits.clip(moved)
        return moved

    def _windows(self, level: Level, poses: Reals) -> tuple[FloatArray, FloatArray | None]:
        """Return what the level shows at each sample, (N, P, C), and whether it is in the scene, (N, P) or None."""
        samples = self._samples
        height, width = samples.weights.shape
        seen: FloatArray = np.empty((len(poses), height, width, self._channels), np.float32)
        cosine = np.cos(poses[:, ANGLE]) * np.exp(poses[:, SCALE])
        sine = np.sin(poses[:, ANGLE]) * np.exp(poses[:, SCALE])
        ratio = np.array(level.ratio)[:, None]
        step, size = np.array(samples.step), np.array(samples.size)
        matrices = np.empty((len(poses), 2, 3))
        matrices[:, :, :2] = np.stack([cosine, sine, -sine, cosine], axis=1).reshape(-1, 2, 2) * step
        corner = (step - size) / 2 / step
        matrices[:, :, 2] = poses[:, :2] + matrices[:, :, :2] @ corner
        matrices[:, :, 2] += 0.5
        matrices *= ratio
        matrices[:, :, 2] -= 0.5
        for window, matrix in zip(seen, matrices, strict=True):
            cv2.warpAffine(
                level.pixels,
                matrix,
                (width, height),
                window,
                cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                cv2.BORDER_REPLICATE,
            )
        return seen.reshape(len(poses), -1, self._channels), _visible(matrices, (height, width), level.pixels.shape)


def _visible(matrices: Reals, shape: tuple[int, int], within: tuple[int, ...]) -> npt.NDArray[np.float32] | None:
    """Return which samples are within a picture, (N, P); None if all are."""
    height, width = shape
    corners = np.array([[0, 0, 1], [width - 1, 0, 1], [0, height - 1, 1], [width - 1, height - 1, 1]])
    limits = np.array([within[1], within[0]]) - 0.5
    places = corners @ matrices.transpose(0, 2, 1)
    if (places >= -0.5).all() and (places <= limits).all():
        return None
    rows, columns = np.mgrid[:height, :width]
    grid = np.stack([columns.ravel(), rows.ravel(), np.ones(rows.size)]).astype(np.float32)
    everywhere = matrices.astype(np.float32) @ grid
    inside = (everywhere >= -0.5) & (everywhere <= limits[:, None])
    return np.asarray(inside.all(axis=1), dtype=np.float32)


def _derivative(values: FloatArray, axis: int) -> FloatArray:
    """Return the derivative along an axis by central differences."""
    if values.shape[axis] < 2:
        return np.zeros_like(values)
    return np.asarray(np.gradient(values, axis=axis), dtype=np.float32)
