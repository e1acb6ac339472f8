"""What a level of the scene shows in the frames of poses."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr_harmonic.levels import Level
from fracorr_harmonic.poses import ANGLE, SCALE
from fracorr_harmonic.template import Reals, Samples


@attrs.frozen(eq=False)
class Windows:
    """The scene at the samples of a template in several poses.

    Attributes
    ----------
    values : (N, P, C) float32 array
        About 0: less a number of each window's own, which makes sums of squares precise.
    cut : int array
        The windows that reach beyond the edges of the scene.
    """

    values: FloatArray
    cut: npt.NDArray[np.intp]
    _matrices: Reals
    _shape: tuple[int, int]
    _limits: Reals

    @classmethod
    def at(cls, levels: Sequence[Level], poses: Reals, samples: Samples) -> Windows:
        """Look up one level for each pose; beyond its edge it goes on as it ends."""
        height, width = samples.weights.shape
        matrices = _matrices(np.array([level.ratio for level in levels]), poses, samples)
        values: FloatArray = np.empty((len(poses), height, width, samples.values.shape[2]), np.float32)
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        for window, level, matrix in zip(values, levels, matrices, strict=True):
            cv2.warpAffine(level.pixels, matrix, (width, height), window, how, cv2.BORDER_REPLICATE)
        values = values.reshape(len(poses), height * width, -1)
        values -= values.mean(axis=1, keepdims=True)
        limits = np.array([level.pixels.shape[1::-1] for level in levels]) - 0.5
        corners = np.array([[0, width - 1, 0, width - 1], [0, 0, height - 1, height - 1], [1, 1, 1, 1.0]])
        inside = _inside(matrices @ corners, limits).all(axis=1)
        return cls(values, np.flatnonzero(~inside), matrices, (height, width), limits)

    def visible(self) -> FloatArray:
        """Return which samples of the cut windows are within the scene, (N, P)."""
        height, width = self._shape
        rows, columns = np.indices(self._shape).reshape(2, -1)
        grid = np.stack([columns, rows, np.ones(height * width)])
        return _inside(self._matrices[self.cut] @ grid, self._limits[self.cut]).astype(np.float32)


def _inside(places: Reals, limits: Reals) -> npt.NDArray[np.bool_]:
    """Return which places (N, 2, P) are on pixels of pictures that end at limits (N, 2)."""
    return np.asarray(((places >= -0.5) & (places <= limits[:, :, None])).all(axis=1))


def _matrices(ratios: Reals, poses: Reals, samples: Samples) -> Reals:
    """Return matrices (N, 2, 3) from columns and rows of samples to those of levels with some ratios (N, 2)."""
    scale = np.exp(poses[:, SCALE])
    cosine, sine = scale * np.cos(poses[:, ANGLE]), scale * np.sin(poses[:, ANGLE])
    step, size = np.array(samples.step), np.array(samples.size)
    matrices = np.empty((len(poses), 2, 3))
    matrices[:, 0, 0], matrices[:, 0, 1] = cosine, sine
    matrices[:, 1, 0], matrices[:, 1, 1] = -sine, cosine
    matrices[:, :, :2] *= step
    matrices[:, :, 2] = poses[:, :2] + matrices[:, :, :2] @ ((1 - size / step) / 2)
    matrices[:, :, 2] += 0.5
    matrices *= ratios[:, :, None]
    matrices[:, :, 2] -= 0.5
    return matrices
