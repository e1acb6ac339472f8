"""Correlation with a composite filter."""

from __future__ import annotations

import abc
from typing import Literal

import attrs
import numpy as np

from fracorr import Kernel, Match, Response, Scene, parameter
from fracorr.correlation import Correlation
from fracorr_composite.design import Copies, Filter, as_kernel, design
from fracorr_composite.family import Family
from fracorr_composite.psr import peak_to_sidelobe

#: How many of the best places are told which copy they look like.
_PLACES = 20


@attrs.frozen
class CompositeCorrelation(Copies, abc.ABC):
    """Find any copy of a kernel with one filter, designed for all of them.

    The filter is correlated with the scene, and the score is the peak-to-sidelobe ratio of the result
    (:func:`~fracorr_composite.psr.peak_to_sidelobe`): how many standard deviations a place stands out from its
    surroundings. Or, with ``score=correlation``, it is the correlation of the filter with each window, both without
    their mean and divided by their norms: in [-1, 1], the same as the transform ``composite`` followed by
    ``tm_ccoeff_normed``. Either is 0 for a flat kernel or window. The copy that looks most like the window gives its
    angle and scale to each of the best places.

    One real filter cannot answer well to everything: the more different copies, the less it holds of each. A range of
    tens of degrees works better than all around.
    """

    score: Literal["psr", "correlation"] = attrs.field(
        default="psr",
        kw_only=True,
        metadata=parameter("What is scored: psr, the peak-to-sidelobe ratio, or the normalised correlation"),
    )

    @abc.abstractmethod
    def filter(self) -> tuple[Filter, float]:
        """Return which filter it is, and the trade-off alpha."""

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        family = self.family(kernel, color=scene.is_color and kernel.is_color)
        composite = kernel.memo.get(
            ("composite: kernel", self, family.images.shape[1]),
            lambda: as_kernel(kernel, family, design(*self.filter(), family)),
        )
        correlation = Correlation.of(scene, composite)
        scores = correlation.ccoeff_normed()
        if self.score == "psr":
            # A flat window answers nothing, however loud its surroundings are.
            scores = np.where(scores == 0, np.float32(0), peak_to_sidelobe(correlation.ccoeff()))
        plain = Response.sliding(scores, kernel)
        if len(family) == 0:
            return plain
        poses = [_pose(plain, scene, family, int(row), int(column)) for row, column in plain.peaks()[:_PLACES]]
        return Response.sliding(scores, kernel, poses=poses)


@attrs.frozen
class SDF(CompositeCorrelation):
    """Synthetic discriminant function: see :func:`~fracorr_composite.sdf.sdf`.

    Its peaks are as broad as the picture is smooth, so that they do not stand out, and the normalised correlation is
    the better score.
    """

    score: Literal["psr", "correlation"] = attrs.field(
        default="correlation",
        kw_only=True,
        metadata=parameter("What is scored: psr, the peak-to-sidelobe ratio, or the normalised correlation"),
    )

    def filter(self) -> tuple[Filter, float]:
        return "sdf", 0.0


@attrs.frozen
class MACE(CompositeCorrelation):
    """Minimum average correlation energy: see :func:`~fracorr_composite.mace.mace`."""

    def filter(self) -> tuple[Filter, float]:
        return "mace", 1.0


@attrs.frozen
class TradeOff(CompositeCorrelation, abc.ABC):
    """A filter between the least noise and the sharpest peaks."""

    alpha: float = attrs.field(
        default=0.99,
        validator=[attrs.validators.ge(0), attrs.validators.le(1)],
        kw_only=True,
        metadata=parameter("The trade-off: 0 least noise, 1 sharpest peaks"),
    )


@attrs.frozen
class OTSDF(TradeOff):
    """Optimal trade-off synthetic discriminant function: see :func:`~fracorr_composite.otsdf.otsdf`."""

    def filter(self) -> tuple[Filter, float]:
        return "otsdf", self.alpha


@attrs.frozen
class UOTSDF(TradeOff):
    """Unconstrained optimal trade-off filter, with alpha = 1 UMACE: see :func:`~fracorr_composite.uotsdf.uotsdf`."""

    def filter(self) -> tuple[Filter, float]:
        return "uotsdf", self.alpha


def _pose(response: Response, scene: Scene, family: Family, row: int, column: int) -> Match:
    """Return the match at a place, with the angle and scale of the copy that correlates best with the window."""
    match = response.match_at(row, column)
    height, width = family.support.shape
    pixels = scene.pixels if family.images.shape[1] == 3 else scene.gray
    window = pixels[row : row + height, column : column + width].astype(np.float64).reshape(height, width, -1)
    # The copies have mean 0 and norm 1, so that this is their covariance with the window over their own deviation.
    best = int(np.argmax(np.einsum("nchw,hwc->n", family.images, window, optimize=True)))
    scale = float(family.scales[best])
    return attrs.evolve(
        match, angle=float(family.angles[best]), scale=scale, width=match.width * scale, height=match.height * scale
    )
