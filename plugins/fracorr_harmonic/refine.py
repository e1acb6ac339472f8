"""Refining many poses at once: the template is laid over the scene as well as it can be.

Gauss-Newton steps in the inverse compositional form (Baker and Matthews 2004, doi:10.1023/B:VISI.0000011205.11775.fd):
what the scene shows in the frame of the template is written as the template, its derivatives by x, y, angle and
logarithmic scale, and a constant per colour; the coefficients say how the pose must change. Contrast and brightness are
among the unknowns, so that the steps climb the correlation coefficient (Evangelidis and Psarakis 2008,
doi:10.1109/TPAMI.2008.113).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.images import FloatArray
from fracorr_harmonic.levels import Level
from fracorr_harmonic.local_contrast import LocalContrast
from fracorr_harmonic.poses import ANGLE, SCALE, Limits, X, Y, composed
from fracorr_harmonic.template import Reals, Samples
from fracorr_harmonic.windows import Windows

#: The farthest a single step goes: in samples, and in radians or logarithms of scale.
_LONGEST_SHIFT, _LARGEST_TURN = 1.5, 0.15
#: Steps that move no part of the template by more than this many samples are the last.
_SETTLED = 0.004
#: The least share of the template that must be within the scene.
LEAST_VISIBLE = 0.4


@attrs.frozen(eq=False)
class Moments:
    """Weighted sums over windows, from which scores and steps follow.

    Attributes
    ----------
    products : (N, K, K) float64 array
        Of the template and its derivatives with each other; the template comes first.
    sums : (N, C, K) float64 array
        Of the template and its derivatives, by colour.
    right : (N, K) float64 array
        Of the windows with the template and its derivatives.
    seen : (N, C) float64 array
        Of the windows, by colour.
    power : (N,) float64 array
        Of the windows with themselves.
    weight : (N,) float64 array
        Of the weights: the share of the template that is visible.
    """

    products: Reals
    sums: Reals
    right: Reals
    seen: Reals
    power: Reals
    weight: Reals

    def solved(self) -> tuple[Reals, Reals]:
        """Return scores (N,), and how template and derivatives must be weighted to give the windows, (N, K)."""
        weight = np.maximum(self.weight, 1e-12)[:, None]
        # Deviations from the mean of each colour: with that, the constants are eliminated.
        left = self.products - np.swapaxes(self.sums, 1, 2) @ (self.sums / weight[:, :, None])
        right = self.right - np.einsum("nc,nck->nk", self.seen / weight, self.sums)
        power = self.power - (self.seen**2).sum(axis=1) / weight[:, 0]
        # The whole template has variance 1: what of it is hidden counts as if the scene were flat there.
        scores = right[:, 0] / np.sqrt(np.maximum(power, 1e-18))
        scores = np.where((self.weight > LEAST_VISIBLE) & (power > 1e-9), np.clip(scores, -1.0, 1.0), -1.0)
        return scores, np.linalg.solve(_damped(left), right[:, :, None])[:, :, 0]


class Aligner:
    """A template at one resolution, prepared for the refinement of poses (see :mod:`fracorr_harmonic.poses`)."""

    def __init__(self, samples: Samples, limits: Limits, local: LocalContrast | None = None) -> None:
        # With local contrast, that of the windows is compared with that of the template.
        self._local = local
        if local is not None:
            samples = attrs.evolve(samples, values=local.of(samples.values))
        self._samples, self._limits = samples, limits
        self._channels = samples.values.shape[2]
        self._weights = samples.weights.reshape(-1) / samples.weights.sum()
        self._free = limits.free
        self._columns = self._basis()
        channels, count = self._columns.shape[1:]
        weighted = self._columns * self._weights[:, None, None]
        flat = self._columns.reshape(-1, count)
        # What sums over windows are weighted with: template, derivatives, and one for each colour.
        constants = (self._weights[:, None, None] * np.eye(channels, dtype=np.float32)).reshape(-1, channels)
        self._weighting = np.concatenate([weighted.reshape(-1, count), constants], axis=1)
        self._flat_weights = np.repeat(self._weights, channels)
        self._sums = weighted.sum(axis=0, dtype=np.float64)
        left = (self._weighting[:, :count].T @ flat).astype(np.float64) - self._sums.T @ self._sums
        self._solution = np.linalg.inv(_damped(left))
        self._radius = float(np.hypot(*samples.size)) / 2 / max(samples.step)

    def _basis(self) -> FloatArray:
        """Return template and derivatives, (P, C, K); the template comes first, with mean 0 and variance 1."""
        samples = self._samples
        weights = self._weights.reshape(*samples.weights.shape, 1)
        values = samples.values - (weights * samples.values).sum(axis=(0, 1))
        values /= np.sqrt((weights * values**2).sum())
        right, down = (each.astype(np.float32) for each in samples.places())
        right, down = right[None, :, None], down[:, None, None]
        along_x = _derivative(values, axis=1) / np.float32(samples.step[0])
        along_y = _derivative(values, axis=0) / np.float32(samples.step[1])
        # In the template's own frame, y down: a counter-clockwise turn moves (u, v) to (u + a v, v - a u).
        derivatives = {
            X: along_x,
            Y: along_y,
            ANGLE: along_x * down - along_y * right,
            SCALE: along_x * right + along_y * down,
        }
        stacked = np.empty((*values.shape, 1 + len(self._free)), np.float32)
        stacked[..., 0] = values
        for column, each in enumerate(self._free):
            stacked[..., column + 1] = derivatives[each]
        return stacked.reshape(-1, self._channels, stacked.shape[-1])

    @functools.cached_property
    def _pairs(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], FloatArray]:
        """The products of template and derivatives with each other at every sample, (P, pairs), and which they are."""
        first, second = np.triu_indices(self._columns.shape[2])
        products = np.einsum("pck,pck->pk", self._columns[:, :, first], self._columns[:, :, second])
        return first, second, np.ascontiguousarray(products)

    @property
    def nbytes(self) -> int:
        """How much memory the arrays take that are as large as the template, or larger."""
        pairs = vars(self).get("_pairs", (None, None, np.empty(0)))[2]
        arrays = (self._samples.values, self._columns, self._weighting, self._flat_weights, pairs)
        return sum(int(each.nbytes) for each in arrays)

    def refine(self, levels: Sequence[Level], poses: Reals, steps: int) -> tuple[Reals, Reals]:
        """Take Gauss-Newton steps, and return the best poses on the way and their scores.

        Parameters
        ----------
        levels : sequence of Level
            Where to look, for each pose.
        poses : (N, 4) float64 array
        steps : int

        Returns
        -------
        poses : (N, 4) float64 array
        scores : (N,) float64 array
            Zero-mean normalised cross-correlations in [-1, 1]; -1 where too little of the template is visible.
        """
        best, best_scores = poses.copy(), np.full(len(poses), -1.0)
        for step in range(steps + 1):
            scores, moves = self._evaluate(levels, poses)
            better = scores > best_scores
            best[better], best_scores[better] = poses[better], scores[better]
            if step == steps or self._settled(moves):
                break
            poses = composed(poses, moves)
            self._limits.clip(poses)
        return best, best_scores

    def _settled(self, moves: Reals) -> bool:
        reach = np.abs(moves).max(axis=0)
        shift = max(reach[X], reach[Y]) / max(self._samples.step)
        return bool(shift + (reach[ANGLE] + reach[SCALE]) * self._radius < _SETTLED)

    def _evaluate(self, levels: Sequence[Level], poses: Reals) -> tuple[Reals, Reals]:
        """Return the scores of poses, and what moves in the template's frame, (N, 4), would improve them."""
        windows = Windows.at(levels, poses, self._samples)
        if self._local is not None:
            for window in windows.values.reshape(len(poses), *self._samples.values.shape):
                window[...] = self._local.of(window)
        scores, coefficients = self._fitted(windows.values)
        cut = windows.cut
        if len(cut):
            scores[cut], coefficients[cut] = self._moments(windows.values[cut], windows.visible()).solved()
        gain = coefficients[:, :1]
        moves = np.zeros((len(poses), 4))
        moves[:, self._free] = np.where(gain > 1e-6, coefficients[:, 1:] / np.maximum(gain, 1e-6), 0.0)
        shift = _LONGEST_SHIFT * max(self._samples.step)
        farthest = np.array([shift, shift, _LARGEST_TURN, _LARGEST_TURN])
        return scores, np.clip(moves, -farthest, farthest)

    def _fitted(self, values: FloatArray) -> tuple[Reals, Reals]:
        """Return what :meth:`Moments.solved` does, for windows (N, P, C) of which everything counts."""
        flat = values.reshape(len(values), -1)
        sums = (flat @ self._weighting).astype(np.float64)
        means = sums[:, -self._channels :]
        right = sums[:, : -self._channels] - means @ self._sums
        power = ((flat * flat) @ self._flat_weights) - (means**2).sum(axis=1)
        scores = np.clip(right[:, 0] / np.sqrt(np.maximum(power, 1e-18)), -1.0, 1.0)
        return np.where(power > 1e-9, scores, -1.0), right @ self._solution

    def _moments(self, values: FloatArray, visible: FloatArray) -> Moments:
        """Sum over windows (N, P, C) where they are visible, (N, P)."""
        weights = visible * self._weights
        count, pixels = weights.shape
        weighted = (values * weights[:, :, None]).reshape(count, -1)
        first, second, pairs = self._pairs
        K = self._columns.shape[2]
        products = np.empty((count, K, K))
        products[:, first, second] = products[:, second, first] = weights @ pairs
        sums = (weights @ self._columns.reshape(pixels, -1)).reshape(count, self._channels, K)
        return Moments(
            products,
            sums.astype(np.float64),
            (weighted @ self._columns.reshape(-1, K)).astype(np.float64),
            weighted.reshape(values.shape).sum(axis=1, dtype=np.float64),
            (weighted * values.reshape(count, -1)).sum(axis=1, dtype=np.float64),
            weights.sum(axis=1, dtype=np.float64),
        )


def _damped(products: Reals) -> Reals:
    """Return matrices (…, K, K) with a trace more on the diagonal, for templates that look the same when they turn."""
    diagonal = np.einsum("...kk->...k", products)
    return np.asarray(products + (1e-6 * diagonal + 1e-9)[..., None] * np.eye(products.shape[-1]))


def _derivative(values: FloatArray, axis: int) -> FloatArray:
    """Return the derivative along an axis by central differences."""
    if values.shape[axis] < 2:
        return np.zeros_like(values)
    return np.asarray(np.gradient(values, axis=axis), dtype=np.float32)
