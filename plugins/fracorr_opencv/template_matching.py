"""The six methods of ``cv2.matchTemplate``, on fracorr's shared correlation.

With a kernel t of support w and a window s of the scene, sums run over the kernel's pixels and over the channels that
kernel and scene have (three where both have colour, else the luma). The formulas are those of OpenCV's documentation
of ``matchTemplate`` with its mask M = w, which are the textbook's where w is 1 everywhere. Where OpenCV divides by
zero or loses its digits, these are finite and right (:mod:`fracorr.correlation`).
"""

from __future__ import annotations

import attrs

from fracorr import Kernel, Response, Scene
from fracorr.correlation import Correlation


@attrs.frozen
class CCoeff:
    """TM_CCOEFF: the covariance of kernel and window, Σ w² (t − t̄) (s − s̄).

    t̄ and s̄ are the means of each channel weighted by w. Higher is better; the more contrast a window has, the higher
    it may score. A flat kernel or window scores 0.
    """

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        return Response.sliding(Correlation.of(scene, kernel).ccoeff(), kernel)


@attrs.frozen
class CCoeffNormed:
    """TM_CCOEFF_NORMED, the zero-mean normalised cross-correlation or correlation coefficient, in [-1, 1].

    Σ w² (t − t̄) (s − s̄) / √(Σ w² (t − t̄)² Σ w² (s − s̄)²); higher is better, and brightness and contrast of the scene
    do not matter. A flat kernel or window scores 0.

    References
    ----------
    J. P. Lewis, "Fast Normalized Cross-Correlation", Vision Interface 1995, pp. 120-123.
    """

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        return Response.sliding(Correlation.of(scene, kernel).ccoeff_normed(), kernel)


@attrs.frozen
class CCorr:
    """TM_CCORR: the sum of products Σ w² t s. Higher is better, and bright windows score high whatever they show."""

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        return Response.sliding(Correlation.of(scene, kernel).ccorr(), kernel)


@attrs.frozen
class CCorrNormed:
    """TM_CCORR_NORMED: the cosine of the angle between kernel and window, Σ w² t s / √(Σ w² t² Σ w² s²).

    In [-1, 1], in [0, 1] without negative pixels; higher is better. A flat bright window is like any bright kernel and
    scores high, as the definition has it; a black kernel or window scores 0.
    """

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        return Response.sliding(Correlation.of(scene, kernel).ccorr_normed(), kernel)


@attrs.frozen
class SqDiff:
    """TM_SQDIFF: the sum of squared differences Σ w² (t − s)². Lower is better; 0 for a perfect match."""

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        return Response.sliding(Correlation.of(scene, kernel).sqdiff(), kernel, better="lower")


@attrs.frozen
class SqDiffNormed:
    """TM_SQDIFF_NORMED: squared differences over norms, Σ w² (t − s)² / √(Σ w² t² Σ w² s²), cut off at 1.

    In [0, 1]; lower is better. A black kernel or window scores 1, the worst.
    """

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        return Response.sliding(Correlation.of(scene, kernel).sqdiff_normed(), kernel, better="lower")
