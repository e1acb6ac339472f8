"""Phase correlation of a kernel with a scene."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt
import scipy.fft

from fracorr import Kernel, Response, Scene, parameter
from fracorr.opencv import cv2
from fracorr_fourier.centring import centred
from fracorr_fourier.fitting import require_fit
from fracorr_fourier.phases import CrossPhases


@attrs.frozen
class PhaseCorrelation:
    """Correlation in which every frequency counts the same, whatever its strength.

    The kernel's weighted mean is taken off, its support multiplied in, and zeros put around it up to the scene's
    size. The cross-power spectrum of both then keeps its phases only (see
    :class:`~fracorr_fourier.phases.CrossPhases`): the peak of an exact copy is a needle, under any brightness and
    contrast. The score is the mean agreement of the phases, in [-1, 1], and 0 for a flat kernel or window; the best
    places are given to a fraction of a pixel. Colour images are compared by their luma.

    References
    ----------
    C. D. Kuglin and D. C. Hines, "The phase correlation image alignment method", Proc. IEEE Int. Conf. on
    Cybernetics and Society, 1975, pp. 163-165.
    M. Guizar-Sicairos, S. T. Thurman, J. R. Fienup, "Efficient subpixel image registration algorithms", Optics
    Letters 33(2), 2008, doi:10.1364/OL.33.000156.
    """

    upsampling: int = attrs.field(
        default=20,
        validator=[attrs.validators.ge(1), attrs.validators.le(1000)],
        metadata=parameter("Places are found to one over this", unit="px"),
    )
    places: int = attrs.field(
        default=10,
        validator=[attrs.validators.ge(1), attrs.validators.le(100)],
        metadata=parameter("How many places are looked at so closely and given, best first"),
    )

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        require_fit(scene, kernel)
        spectrum = scene.memo.get("fourier: spectrum", lambda: scipy.fft.rfft2(centred(scene.gray)))
        template = centred(kernel.gray, kernel.support) * kernel.support
        phases = CrossPhases.between(spectrum, scipy.fft.rfft2(template, scene.shape), scene.shape)
        rows, columns = scene.height - kernel.height + 1, scene.width - kernel.width + 1
        scores = phases.surface()[:rows, :columns]
        scores[_flat_windows(scene, kernel)] = 0.0
        coarse = Response.sliding(scores, kernel)
        if phases.count == 0:
            return coarse
        fine = []
        for row, column in coarse.peaks()[: self.places]:
            y, x, score = phases.refine(float(row), float(column), self.upsampling)
            match = coarse.match_at(int(row), int(column))
            fine.append(attrs.evolve(match, x=match.x + x - float(column), y=match.y + y - float(row), score=score))
        fine.sort(key=lambda match: -match.score)
        return Response.sliding(coarse.scores, kernel, poses=fine)


def _flat_windows(scene: Scene, kernel: Kernel) -> npt.NDArray[np.bool_]:
    """Return where the window has one value only: it has no phases, and what they seem to be comes from around it."""
    gray, box = scene.gray, np.ones(kernel.shape, np.uint8)
    highest, lowest = (
        np.asarray(change(gray, box, anchor=(0, 0)))[
            : scene.height - kernel.height + 1, : scene.width - kernel.width + 1
        ]
        for change in (cv2.dilate, cv2.erode)
    )
    return np.asarray(highest == lowest)
