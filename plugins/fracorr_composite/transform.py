"""The composite filter as a kernel."""

from __future__ import annotations

import attrs
import numpy as np

from fracorr import Kernel, parameter
from fracorr_composite.design import Copies, Filter, as_kernel, design


@attrs.frozen
class Composite(Copies):
    """The kernel that is best for finding all of its own rotated and scaled copies.

    A fractal of a kernel shows it at many angles and scales at once; this is what optimisation makes of the same wish.
    The copies stay in the kernel's frame, and the support becomes the part of it that any copy covers.

    The filter h has both signs. It becomes pixels as ``0.5 + h / (2 max|h|)``, so that gray 0.5 stands for 0, the
    largest magnitude reaches 0 or 1, and nothing is clipped. A method that takes the mean off the kernel, such as
    ``tm_ccoeff_normed``, ignores that mapping; for the others it adds half of the window's brightness. In colour each
    channel has its own filter, and their answers add up. The composite of a flat kernel is flat.

    References
    ----------
    Those of :func:`~fracorr_composite.sdf.sdf`, :func:`~fracorr_composite.mace.mace`,
    :func:`~fracorr_composite.otsdf.otsdf`, :func:`~fracorr_composite.uotsdf.umace` and
    :func:`~fracorr_composite.uotsdf.uotsdf`.
    """

    filter: Filter = attrs.field(
        default="otsdf",
        metadata=parameter(
            "The optimum: sdf (least noise), mace (sharpest peaks), otsdf (between), umace or uotsdf "
            "(without constraints)",
            main=True,
        ),
    )
    alpha: float = attrs.field(
        default=0.99,
        validator=[attrs.validators.ge(0), attrs.validators.le(1)],
        metadata=parameter("Trade-off of otsdf and uotsdf: 0 least noise, 1 sharpest peaks"),
    )

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        family = self.family(kernel, color=True)
        return as_kernel(kernel, family, design(self.filter, self.alpha, family))
