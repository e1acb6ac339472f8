"""Keypoints: found, matched by their descriptors, and turned into a pose."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import Kernel, Match
from fracorr.images import FloatArray, to_bytes
from fracorr.opencv import cv2

#: Large images are looked at in parts of about so many pixels a side: SIFT needs some hundred bytes for each pixel.
_PART: Final = 2048
#: So much is looked at around a part; larger blobs at the border of two parts are lost.
_MARGIN: Final = 128

Points = npt.NDArray[np.float64]


@attrs.frozen(eq=False)
class Keypoints:
    """Distinctive points of an image.

    Attributes
    ----------
    places : (N, 2) float64 array
        x and y in pixels.
    sizes, angles : (N,) float64 arrays
        Diameter in pixels; direction in degrees, as OpenCV counts: clockwise on the screen.
    descriptors : (N, D) array
        What the surroundings look like: float32 for SIFT, bits in uint8 for ORB.
    """

    places: Points
    sizes: npt.NDArray[np.float64]
    angles: npt.NDArray[np.float64]
    descriptors: npt.NDArray[Any]

    def __len__(self) -> int:
        return len(self.places)

    @classmethod
    def detect(cls, detector: Any, gray: FloatArray, support: FloatArray | None = None) -> Keypoints:
        """Find the keypoints of an image where the support is at least one half.

        Parameters
        ----------
        detector : cv2.Feature2D
        gray : (H, W) float32 array
            Outside [0, 1] it is stretched to that range, as the detectors take 8 bits.
        support : (H, W) float32 array, optional
        """
        mask = None if support is None else (support >= 0.5).astype(np.uint8)
        levels = to_bytes(_in_range(gray))
        parts = [
            _detect_part(detector, levels, mask, rows, columns)
            for rows in _parts(gray.shape[0])
            for columns in _parts(gray.shape[1])
        ]
        found = [part for part in parts if len(part) > 0]
        if not found:
            return cls(np.zeros((0, 2)), np.zeros(0), np.zeros(0), np.zeros((0, 1), np.float32))
        return cls(*(np.concatenate([getattr(part, name) for part in found]) for name in attrs.fields_dict(cls)))


def _parts(length: int) -> Iterator[slice]:
    count = max(1, round(length / _PART))
    edges = [length * number // count for number in range(count + 1)]
    yield from itertools.starmap(slice, itertools.pairwise(edges))


def _detect_part(
    detector: Any, levels: npt.NDArray[np.uint8], mask: npt.NDArray[np.uint8] | None, rows: slice, columns: slice
) -> Keypoints:
    """Find the keypoints inside a part of an image, looking at some of what is around it."""
    top, left = max(0, rows.start - _MARGIN), max(0, columns.start - _MARGIN)
    window = slice(top, rows.stop + _MARGIN), slice(left, columns.stop + _MARGIN)
    part = np.ascontiguousarray(levels[window])
    points: tuple[Any, ...] = ()
    descriptors = None
    # OpenCV's pyramids fail on a picture that vanishes in them.
    if min(part.shape) >= 4:
        points, descriptors = detector.detectAndCompute(part, None if mask is None else mask[window].copy())
    places = np.array([point.pt for point in points], dtype=np.float64).reshape(-1, 2) + np.array([left, top])
    # Between two parts, at the border of pixels.
    inside = (places > (columns.start - 0.5, rows.start - 0.5)) & (places <= (columns.stop - 0.5, rows.stop - 0.5))
    kept = inside.all(axis=1)
    return Keypoints(
        places[kept],
        np.array([point.size for point in points], dtype=np.float64)[kept],
        np.array([point.angle for point in points], dtype=np.float64)[kept],
        np.zeros((0, 1), np.float32) if descriptors is None else np.asarray(descriptors)[kept],
    )


def match(own: Keypoints, others: Keypoints, ratio: float, instances: int = 1) -> npt.NDArray[np.intp]:
    """Pair the keypoints of a kernel with those of a scene that are clearly the most similar.

    A pair stays if its distance is below `ratio` times the distance to the next most similar keypoint (Lowe 2004,
    doi:10.1023/B:VISI.0000029664.99615.94, section 7.1). If the scene may show the kernel more than once, that many
    keypoints may be similar, and the next one is that after them.

    Returns
    -------
    (M, 2) int array
        Numbers of the keypoints in `own` and in `others`.
    """
    if len(own) == 0 or len(others) <= instances:
        return np.zeros((0, 2), np.intp)
    norm = cv2.NORM_HAMMING if own.descriptors.dtype == np.uint8 else cv2.NORM_L2
    neighbors = cv2.BFMatcher(norm).knnMatch(own.descriptors, others.descriptors, k=instances + 1)
    pairs = [
        (near.queryIdx, near.trainIdx)
        for *nearest, following in neighbors
        for near in nearest
        if near.distance < ratio * following.distance
    ]
    return np.array(pairs, dtype=np.intp).reshape(-1, 2)


def similarity(source: Points, goal: Points, tolerance: float) -> tuple[Points | None, npt.NDArray[np.bool_]]:
    """Fit rotation, scale and shift to pairs of points of which many are wrong (RANSAC).

    Returns
    -------
    (2, 3) float64 array or None
        The matrix that takes `source` to `goal`; None if no two pairs agree.
    (N,) bool array
        Which pairs it takes to within `tolerance` pixels.

    References
    ----------
    M. A. Fischler and R. C. Bolles, "Random sample consensus", Communications of the ACM 24(6), 1981,
    doi:10.1145/358669.358692.
    """
    if len(source) < 2:
        return None, np.zeros(len(source), bool)
    cv2.setRNGSeed(0)  # the same pairs give the same pose, whatever ran before
    matrix, inliers = cv2.estimateAffinePartial2D(
        source, goal, method=cv2.RANSAC, ransacReprojThreshold=tolerance, maxIters=10_000, confidence=0.999
    )
    if matrix is None or not np.isfinite(matrix).all():
        return None, np.zeros(len(source), bool)
    return np.asarray(matrix, np.float64), np.asarray(inliers).ravel().astype(bool)


def to_match(matrix: Points, kernel: Kernel, score: float) -> Match:
    """Read the pose of a kernel from the matrix that takes its pixels to those of the scene."""
    scale = math.hypot(matrix[0, 0], matrix[1, 0])
    # The matrix turns from x towards y, and y points down: clockwise on the screen.
    angle = -math.degrees(math.atan2(matrix[1, 0], matrix[0, 0]))
    x, y = matrix @ (*kernel.centre, 1.0)
    return Match(float(x), float(y), angle, scale, kernel.width * scale, kernel.height * scale, score)


def votes(own: Keypoints, others: Keypoints, pairs: npt.NDArray[np.intp], centre: tuple[float, float]) -> Points:
    """Return where each pair of keypoints puts the kernel's centre, from their places, sizes and angles.

    Returns
    -------
    (M, 2) float64 array
        x and y in the scene (the vote of Lowe's Hough transform, 2004, section 7.3).
    """
    mine, theirs = pairs[:, 0], pairs[:, 1]
    turn = np.radians(others.angles[theirs] - own.angles[mine])
    growth = others.sizes[theirs] / own.sizes[mine]
    dx, dy = (growth[:, None] * (np.asarray(centre) - own.places[mine])).T
    arm = np.stack([dx * np.cos(turn) - dy * np.sin(turn), dx * np.sin(turn) + dy * np.cos(turn)], axis=1)
    return np.asarray(others.places[theirs] + arm)


def _in_range(gray: FloatArray) -> FloatArray:
    low, high = float(gray.min()), float(gray.max())
    if 0.0 <= low and high <= 1.0:
        return gray
    return np.asarray((gray.astype(np.float64) - low) / max(high - low, 1e-300), dtype=np.float32)
