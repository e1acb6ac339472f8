"""Correlation of gradient directions."""

from __future__ import annotations

from typing import Final, Literal

import attrs
import numpy as np
import numpy.typing as npt
import scipy.ndimage

from fracorr import Kernel, Response, Scene, parameter
from fracorr.correlation import cross_correlate
from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr_fourier.centring import centred
from fracorr_fourier.fitting import require_fit

#: A gradient below this share of the largest brightness is rounding error of float32 and has no direction.
_NOTHING: Final = 1e-6


@attrs.frozen
class OrientationCorrelation:
    r"""Correlation of where edges point, not of how strong they are.

    Each pixel becomes the direction :math:`d = g / |g|` of its gradient :math:`g = \partial_x + i \partial_y`, or 0
    where there is none. The score is the mean of :math:`\cos(\angle d_s - \angle d_k)` over the kernel's pixels that
    have a direction, weighted by the support: in [-1, 1], 1 for a copy under any brightness and contrast, and 0 for a
    flat kernel or window. With ``polarity=ignored`` the directions are doubled, so that a dark edge and a bright one
    agree (Granlund's double-angle representation), and a negative is found like the positive.

    Gradients come from Scharr's 3 × 3 derivative, and so the kernel's outermost pixels and those at the edge of its
    support only lend their brightness. Colour images are compared by their luma.

    References
    ----------
    A. J. Fitch, A. Kadyrov, W. J. Christmas, J. Kittler, "Orientation correlation", British Machine Vision
    Conference 2002, doi:10.5244/C.16.11.
    G. H. Granlund, "In search of a general picture processing operator", Computer Graphics and Image Processing 8(2),
    1978, doi:10.1016/0146-664X(78)90047-3.
    """

    polarity: Literal["kept", "ignored"] = attrs.field(
        default="kept",
        metadata=parameter("Whether dark-to-bright differs from bright-to-dark: kept, or ignored"),
    )

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        require_fit(scene, kernel)
        # As scenes of their own, they share their transforms among kernels.
        searched = scene.memo.get(
            ("fourier: directions", self),
            lambda: [Scene(part, name=scene.name) for part in self.directions(scene.gray)],
        )
        weights = _inner(kernel.support)
        template = [part * weights for part in self.directions(kernel.gray)]
        total = float(np.hypot(*template).sum())
        if total == 0:
            return Response.sliding(np.zeros(np.subtract(scene.shape, kernel.shape) + 1), kernel)
        cosines = sum(cross_correlate(part, own) for part, own in zip(searched, template, strict=True)) / total
        return Response.sliding(np.clip(cosines, -1.0, 1.0), kernel)

    def directions(self, gray: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the direction of the gradient at each pixel: the two parts of unit vectors, or 0 and 0."""
        plane = centred(gray).astype(np.float32)
        # Neither tiny nor huge brightness must leave float32 when it is squared.
        plane /= max(float(np.abs(plane).max()), 1e-30)
        dx, dy = (
            np.asarray(cv2.Scharr(plane, cv2.CV_32F, *order, borderType=cv2.BORDER_REPLICATE), np.float32)
            for order in ((1, 0), (0, 1))
        )
        strength = np.hypot(dx, dy)
        there = strength > _NOTHING
        strength[~there] = np.inf
        dx /= strength
        dy /= strength
        return (dx, dy) if self.polarity == "kept" else (dx**2 - dy**2, 2 * dx * dy)


def _inner(support: FloatArray) -> npt.NDArray[np.float64]:
    """Return the least support around each pixel: what the gradient there can be trusted."""
    return np.asarray(scipy.ndimage.minimum_filter(support.astype(np.float64), 3, mode="constant", cval=0.0))
