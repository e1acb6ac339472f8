"""Matching by local features: what most people would try first."""

from __future__ import annotations

import abc
from typing import Any, ClassVar

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import Kernel, Match, Response, Scene, parameter
from fracorr.opencv import cv2
from fracorr_opencv.keypoints import Keypoints, match, similarity, to_match, votes


@attrs.frozen
class FeatureMatching(abc.ABC):
    """Find a kernel by its keypoints, at any rotation and scale.

    The keypoints of the kernel (where its support is at least one half) are paired with those of the scene, and the
    similarity that most pairs agree on is the pose. Its score is the share of the kernel's keypoints that agree, in
    [0, 1]. If more than one instance is wanted, the pairs of the first are put aside and the rest is searched again.

    The score surface shows the vote of every pair for the kernel's centre: the share of the kernel's keypoints that
    put it at a place, with a Gaussian of a sixteenth of the kernel's size. If too few pairs agree there is no pose,
    and the surface is all that is left: 0 everywhere if there are no pairs.
    """

    any_size: ClassVar[bool] = True

    ratio: float = attrs.field(
        default=0.8,
        validator=[attrs.validators.gt(0), attrs.validators.le(1)],
        metadata=parameter("A pair must be closer than this share of the distance to the second best"),
    )
    tolerance: float = attrs.field(
        default=3.0,
        validator=attrs.validators.gt(0),
        metadata=parameter("How far a pair may be from where the pose puts it", unit="px"),
    )
    inliers: int = attrs.field(
        default=5,
        validator=attrs.validators.ge(3),
        metadata=parameter("How many pairs must agree on a pose"),
    )
    instances: int = attrs.field(
        default=1, validator=attrs.validators.ge(1), metadata=parameter("How many instances are looked for")
    )

    @abc.abstractmethod
    def detector(self) -> Any:
        """Return OpenCV's detector with these settings."""

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        key = ("opencv: keypoints", self)
        own = kernel.memo.get(key, lambda: Keypoints.detect(self.detector(), kernel.gray, kernel.support))
        others = scene.memo.get(key, lambda: Keypoints.detect(self.detector(), scene.gray))
        pairs = match(own, others, self.ratio, self.instances)
        return Response(
            self._surface(scene, kernel, votes(own, others, pairs, kernel.centre), len(own)),
            "higher",
            (0.0, 0.0),
            (kernel.width, kernel.height),
            poses=self._poses(scene, kernel, own, others, pairs),
        )

    def _poses(
        self, scene: Scene, kernel: Kernel, own: Keypoints, others: Keypoints, pairs: npt.NDArray[np.intp]
    ) -> list[Match]:
        """Return the poses that enough pairs agree on, best first."""
        found: list[Match] = []
        while len(found) < self.instances:
            source, goal = own.places[pairs[:, 0]], others.places[pairs[:, 1]]
            matrix, agree = similarity(source, goal, self.tolerance)
            # Several keypoints at one place, or pairs that all go to one place, prove nothing.
            distinct = min(len(np.unique(points[agree].round(), axis=0)) for points in (source, goal))
            if matrix is None or distinct < self.inliers:
                break
            pose = to_match(matrix, kernel, len(np.unique(pairs[agree, 0])) / len(own))
            if 0 <= pose.x <= scene.width - 1 and 0 <= pose.y <= scene.height - 1:
                found.append(pose)
            pairs = pairs[~agree]
        return sorted(found, key=lambda pose: -pose.score)

    @staticmethod
    def _surface(scene: Scene, kernel: Kernel, centres: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.float32]:
        surface = np.zeros(scene.shape, np.float32)
        columns, rows = np.clip(centres.round(), -1, 2**30).astype(np.intp).T
        inside = (columns >= 0) & (columns < scene.width) & (rows >= 0) & (rows < scene.height)
        np.add.at(surface, (rows[inside], columns[inside]), 1.0 / max(count, 1))
        spread = max(1.0, min(kernel.shape) / 16)
        bell = np.exp(-0.5 * (np.arange(-round(4 * spread), round(4 * spread) + 1) / spread) ** 2)
        summed = cv2.sepFilter2D(surface, -1, bell, bell, borderType=cv2.BORDER_CONSTANT)
        return np.clip(np.asarray(summed, np.float32), 0.0, 1.0)


@attrs.frozen
class Sift(FeatureMatching):
    """Scale-invariant feature transform: blobs, described by the directions of the gradients around them.

    References
    ----------
    D. G. Lowe, "Distinctive image features from scale-invariant keypoints", International Journal of Computer Vision
    60(2), 2004, doi:10.1023/B:VISI.0000029664.99615.94.
    """

    contrast: float = attrs.field(
        default=0.02,
        validator=attrs.validators.ge(0),
        metadata=parameter("Fainter blobs than this are not looked at; OpenCV's own default is 0.04"),
    )

    def detector(self) -> Any:
        # Without the precise upscaling all places are a quarter of a pixel off.
        return cv2.SIFT.create(contrastThreshold=self.contrast, enable_precise_upscale=True)


@attrs.frozen
class Orb(FeatureMatching):
    """Oriented FAST and rotated BRIEF: corners, described by comparing pairs of pixels around them.

    References
    ----------
    E. Rublee, V. Rabaud, K. Konolige, G. Bradski, "ORB: an efficient alternative to SIFT or SURF", International
    Conference on Computer Vision 2011, doi:10.1109/ICCV.2011.6126544.
    """

    features: int = attrs.field(
        default=5000,
        validator=[attrs.validators.ge(1), attrs.validators.le(1_000_000)],
        metadata=parameter("At most so many corners of an image (of each 2048 × 2048 pixels), the sharpest first"),
    )

    def detector(self) -> Any:
        # Corners up to the edge: a kernel is small, and OpenCV's default leaves out 31 pixels on each side.
        return cv2.ORB.create(nfeatures=self.features, edgeThreshold=0, fastThreshold=10)
