"""The true convolution, to be set beside correlation."""

from __future__ import annotations

import attrs

from fracorr import Kernel, Response, Scene, parameter
from fracorr.correlation import Correlation, cross_correlate
from fracorr_fourier.fitting import require_fit


@attrs.frozen
class Convolution:
    r"""Convolution: the kernel is turned by 180 degrees before it slides over the scene.

    :math:`(s * k)(x) = \sum_u s(x - u)\, k(u)`, where correlation has :math:`s(x + u)`. For a kernel that looks the
    same upside down there is no difference; any other is found where the scene shows it upside down, and not where
    it shows it upright.

    By default the sum is normalised as in ``tm_ccoeff_normed``, so that nothing but the turn makes the difference;
    the scores are in [-1, 1], 0 for a flat kernel or window. With ``normalized=false`` they are the plain sums
    of pixels times kernel times support, which follow the brightness.

    References
    ----------
    J. P. Lewis, "Fast normalized cross-correlation", Vision Interface 1995, pp. 120-123 (the normalisation).
    """

    normalized: bool = attrs.field(
        default=True, metadata=parameter("Take off the means and divide by the deviations, as tm_ccoeff_normed does")
    )

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        turned = kernel.memo.get("fourier: turned", lambda: _turned(kernel))
        if self.normalized:
            return Response.sliding(Correlation.of(scene, turned).ccoeff_normed(), kernel)
        require_fit(scene, kernel)
        color = scene.is_color and kernel.is_color
        weights = turned.pixels * turned.support[..., None] if color else turned.gray * turned.support
        return Response.sliding(cross_correlate(scene, weights), kernel)


def _turned(kernel: Kernel) -> Kernel:
    return kernel.derive(kernel.pixels[::-1, ::-1], kernel.support[::-1, ::-1])
