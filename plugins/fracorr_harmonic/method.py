"""The correlation method: any angle and scale, by circular harmonics and a pyramid of the scene."""

from __future__ import annotations

from typing import ClassVar

import attrs
import numpy as np

from fracorr import Kernel, Response, Scene, parameter
from fracorr.errors import ConfigurationError
from fracorr.finding import is_flat
from fracorr.searching import Search
from fracorr.validators import number, whole
from fracorr_harmonic.prepared import prepared
from fracorr_harmonic.search import HarmonicSearch


@attrs.frozen
class HarmonicMatching:
    """Find a kernel at any angle and scale.

    Coarse stage: the scene is shrunk so that the kernel covers a few hundred pixels, once for each of a series of
    scales. The copies of the kernel at all angles are sums of about twenty kernels (see :mod:`fracorr_harmonic.bank`),
    so that twenty correlations give the zero-mean normalised cross-correlation of every angle at every place. Fine
    stage: the best local maxima are refined together by Gauss-Newton steps over place, angle and scale (see
    :mod:`fracorr_harmonic.refine`), the best of them again at twice the resolution, and the best of those at the
    resolution of the images. The score of a match is the zero-mean normalised cross-correlation there, under the
    kernel's support, in [-1, 1]. Beyond its edges a scene counts as flat: for a perfect copy that is partly outside,
    the square of the score is the share of the kernel's variance that is inside.

    What may be covered is looked for by its local contrast (see :mod:`fracorr_harmonic.local_contrast`), so that what
    hides a part of a copy costs no more than that part. Where this finds fewer sure matches than are wanted, they are
    looked for in the images as they are, too. Which match comes first is then decided by a mean of its score and of
    the same of the local contrast.

    The response's surface shows the best coarse score over all scales and angles, and the maps where it came from. A
    colour kernel is compared in colour; the coarse stage sees the mixture of colours in which it has most contrast.
    """

    any_size: ClassVar[bool] = True

    min_angle: float = attrs.field(
        default=0.0, validator=number(), metadata=parameter("Least angle, counter-clockwise", unit="degrees")
    )
    max_angle: float = attrs.field(
        default=360.0, validator=number(), metadata=parameter("Greatest angle", unit="degrees")
    )
    min_scale: float = attrs.field(
        default=0.5, validator=number(above=0), metadata=parameter("Least size in the scene / size of the kernel")
    )
    max_scale: float = attrs.field(
        default=2.0, validator=number(above=0), metadata=parameter("Greatest size in the scene / size of the kernel")
    )
    matches: int = attrs.field(
        default=5, validator=whole(1, 1000), metadata=parameter("How many matches are looked for")
    )
    mirrored: bool = attrs.field(
        default=False,
        validator=attrs.validators.instance_of(bool),
        metadata=parameter("Whether the kernel with left and right exchanged is looked for as well"),
    )
    covered: bool = attrs.field(
        default=False,
        validator=attrs.validators.instance_of(bool),
        metadata=parameter("Whether something else may hide a part of what is looked for"),
    )

    def __attrs_post_init__(self) -> None:
        for name, low, high in (
            ("angle", self.min_angle, self.max_angle),
            ("scale", self.min_scale, self.max_scale),
        ):
            if high < low:
                raise ConfigurationError(
                    f"'harmonic': max_{name}={high:g} is below min_{name}={low:g}; it takes at least that"
                )

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        if is_flat(kernel):
            return Response(np.zeros(scene.shape), "higher", (0.0, 0.0), (kernel.width, kernel.height), poses=())
        search = Search(
            angles=(self.min_angle, self.max_angle),
            scales=(self.min_scale, self.max_scale),
            max_matches=self.matches,
            min_score=-1.0,
            mirrored=self.mirrored,
            covered=self.covered,
        )
        return prepared(kernel, ("harmonic: search", self), lambda: HarmonicSearch(kernel, search)).respond(scene)

    def finder(self, kernel: Kernel, search: Search) -> HarmonicSearch:
        """Prepare a kernel for being found in scenes; the search's own ranges count, and not the parameters."""
        return HarmonicSearch(kernel, search)
