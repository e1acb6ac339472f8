"""The six methods of ``cv2.matchTemplate``, on fracorr's shared correlation."""

from __future__ import annotations

import attrs

from fracorr import Kernel, Response, Scene
from fracorr.correlation import Correlation


@attrs.frozen
class CCoeff:
    """TM_CCOEFF."""

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        return Response.sliding(Correlation.of(scene, kernel).ccoeff(), kernel)


@attrs.frozen
class CCoeffNormed:
    """TM_CCOEFF_NORMED."""

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        return Response.sliding(Correlation.of(scene, kernel).ccoeff_normed(), kernel)


@attrs.frozen
class CCorr:
    """TM_CCORR."""

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        return Response.sliding(Correlation.of(scene, kernel).ccorr(), kernel)


@attrs.frozen
class CCorrNormed:
    """TM_CCORR_NORMED."""

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        return Response.sliding(Correlation.of(scene, kernel).ccorr_normed(), kernel)


@attrs.frozen
class SqDiff:
    """TM_SQDIFF; lower is better."""

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        return Response.sliding(Correlation.of(scene, kernel).sqdiff(), kernel, better="lower")


@attrs.frozen
class SqDiffNormed:
    """TM_SQDIFF_NORMED; lower is better."""

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        return Response.sliding(Correlation.of(scene, kernel).sqdiff_normed(), kernel, better="lower")
