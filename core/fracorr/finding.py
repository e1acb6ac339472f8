"""Finding a template in scenes: where it is, how far it is turned, and how large it is there."""

from __future__ import annotations

import math
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.api import check_same_range
from fracorr.blas import one_blas_thread
from fracorr.components import Kind
from fracorr.errors import ConfigurationError, FracorrError, ImageError, PluginError
from fracorr.images import ImageLike
from fracorr.kernel import Kernel, as_kernel
from fracorr.plugins import Registry, default_registry
from fracorr.protocols import CorrelationMethod
from fracorr.raised import described
from fracorr.response import Match
from fracorr.scene import Scene, as_scene
from fracorr.searching import (
    SURE_SIDE,
    FindingMethod,
    Search,
    SearchOfTemplate,
    least_sure_scale,
    without_overlap,
)
from fracorr.selection import Selected, select_one

__all__ = ["Finder", "find"]

#: A template with a shorter side than this looks like too many other things.
SMALLEST_SIDE = 5
#: What a match must score where nothing is said, with methods whose scores are correlation coefficients.
LEAST_SCORE = 0.5
#: How far outside the ranges that are asked for an estimated pose may be: in degrees, and as a factor of the scale. Of
#: what SIFT and ORB find on turned and resized photographs, 95 in 100 are nearer than that to what is right.
ANGLE_TOLERANCE, SCALE_TOLERANCE = 2.0, 1.05
#: The least standard deviation of a template under its support, as a share of its largest value: what float32 rounds
#: is less than a hundredth of that.
LEAST_CONTRAST = 1e-5


class Finder:
    """A template to be found in any number of scenes: what depends on it alone is computed once.

    Parameters
    ----------
    template : array, path or Kernel
        What to look for: gray or RGB, uint8 or float in [0, 1]; alpha is its support.
    angles, scales, max_matches, min_score, max_overlap, support, mirrored, covered, method, registry
        See :func:`find`.

    Raises
    ------
    ConfigurationError, ImageError, PluginError
        See :func:`find`.

    Examples
    --------
    >>> import numpy as np
    >>> frames = [np.random.default_rng(seed).random((80, 100)) for seed in range(3)]
    >>> finder = Finder(frames[1][20:52, 30:70], scales=(1, 1), min_score=0.9)
    >>> [len(finder.find(frame)) for frame in frames]
    [0, 1, 0]
    """

    def __init__(
        self,
        template: Kernel | ImageLike,
        *,
        angles: tuple[float, float] = (0.0, 360.0),
        scales: tuple[float, float] = (0.5, 2.0),
        max_matches: int = 1,
        min_score: float | None = None,
        max_overlap: float = 0.3,
        support: npt.ArrayLike | None = None,
        mirrored: bool = False,
        covered: bool = False,
        method: str = "harmonic",
        registry: Registry | None = None,
    ) -> None:
        self._method = select_one(default_registry() if registry is None else registry, Kind.METHOD, method)
        if min_score is None:
            min_score = LEAST_SCORE if isinstance(self._method.instance, FindingMethod) else -1.0
        self.search = Search(angles, scales, max_matches, min_score, max_overlap, mirrored, covered)
        self.kernel = _kernel(template, support)
        self._prepared: SearchOfTemplate = self._asked(self._prepare)

    def find(self, scene: Scene | ImageLike) -> list[Match]:
        """Find the template in a scene.

        Parameters
        ----------
        scene : array, path or Scene
            The image to search.

        Returns
        -------
        list of Match
            Best first.

        Raises
        ------
        ImageError
            If it is no picture, or smaller than the template at every scale.
        PluginError
            If the method breaks.
        """
        picture = as_scene(scene)
        check_same_range(picture, self.kernel)
        _check_fits(self.kernel, picture, self.search)
        return list(self._asked(lambda: self._prepared.find(picture)))

    @property
    def caution(self) -> str:
        """What to know about the range of scales before trusting a match; empty where there is nothing to know."""
        low, high = self.search.scales
        least = least_sure_scale(self.kernel)
        if isinstance(self._prepared, _BestOfResponse) or low * min(self.kernel.shape) >= SURE_SIDE:
            return ""
        advice = f"search scales from {least:g} on" if high >= least else "use pictures with more pixels"
        return (
            f"below scale {least:g} the template of {self.kernel.width}×{self.kernel.height} pixels has a side of less "
            f"than {SURE_SIDE} pixels in the scene, and is easily mistaken for other places, with high scores too; "
            f"{advice}"
        )

    def _prepare(self) -> SearchOfTemplate:
        instance = self._method.instance
        if isinstance(instance, FindingMethod):
            return instance.finder(self.kernel, self.search)
        return _BestOfResponse(self._method, self.kernel, self.search)

    def _asked(self, work: Any) -> Any:
        """Do a method's work, with its breaking told as such."""
        try:
            with one_blas_thread():
                return work()
        except FracorrError:
            raise
        except Exception as error:
            origin = self._method.component.origin
            raise PluginError(f"method '{self._method.spec}' ({origin}) failed: {described(error)}") from error

    def __repr__(self) -> str:
        return f"Finder({self.kernel!r}, {self.search!r}, method={self._method.spec!r})"


def find(
    scene: Scene | ImageLike,
    template: Kernel | ImageLike,
    *,
    angles: tuple[float, float] = (0.0, 360.0),
    scales: tuple[float, float] = (0.5, 2.0),
    max_matches: int = 1,
    min_score: float | None = None,
    max_overlap: float = 0.3,
    support: npt.ArrayLike | None = None,
    mirrored: bool = False,
    covered: bool = False,
    method: str = "harmonic",
    registry: Registry | None = None,
) -> list[Match]:
    """Find a template in a scene, turned and resized as it may be.

    Parameters
    ----------
    scene : array, path or Scene
        The image to search: gray or RGB, uint8 or float in [0, 1].
    template : array, path or Kernel
        What to look for, likewise; alpha is its support.
    angles : (float, float), optional
        Least and greatest angle in degrees, counter-clockwise as seen on the screen; a range of 360 or more is every
        angle, (0, 0) none but upright. A smaller range is searched faster.
    scales : (float, float), optional
        Least and greatest size in the scene / size of the template; (1, 1) is rotation only. A smaller range is
        searched faster. Where the template would have a side of less than 12 pixels in the scene, it is easily
        mistaken (see :attr:`Finder.caution`); below 4 pixels it is not looked for.
    max_matches : int, optional
        At most so many.
    min_score : float, optional
        The least score, in [-1, 1]. By default 0.5; for methods that only give responses, such as sift, whatever is
        best, because their scores mean other things.
    max_overlap : float, optional
        Largest intersection over union of the boxes of two matches that both stay, in [0, 1].
    support : (H, W) array, optional
        Weight of each pixel of the template in [0, 1]: what is 0 does not count.
    mirrored : bool, optional
        Whether to look for the template with left and right exchanged as well.
    covered : bool, optional
        Whether something else may hide a part of what is looked for. This finds more of such copies, in one to three
        times the time; scores stay those of the whole template, so ask for a lower `min_score`. Matches come in the
        order of a mean of the score and of the same of the local contrast. It is for the default method; others look
        as they always do.
    method : str, optional
        Spec of a correlation method. The default one finds any angle and scale, and its scores are the zero-mean
        normalised cross-correlation under the support, in [-1, 1], at full resolution; beyond its edges the scene
        counts as flat, so that cut-off objects score less. Methods that slide an upright template find that one. Those
        that estimate poses, such as sift and orb, know of no range: what they find counts where its angle is within 2
        degrees and its scale within 5 % of the ranges, and comes as they estimated it.
    registry : Registry, optional
        The plugins to use; by default those installed.

    Returns
    -------
    list of Match
        Best first; empty where nothing was found.

    Raises
    ------
    ConfigurationError
        If an option is not right, or the method is not known.
    ImageError
        If an image is none, or the template is flat, tiny, or larger than the scene at every scale.
    PluginError
        If the method breaks.

    Examples
    --------
    >>> import numpy as np
    >>> scene = np.random.default_rng(0).random((90, 120))
    >>> [match] = find(scene, np.rot90(scene[20:60, 30:70]), scales=(1, 1))
    >>> round(match.x, 2), round(match.y, 2), round(match.angle), round(match.score, 2)
    (49.5, 39.5, 270, 1.0)
    """
    finder = Finder(
        template,
        angles=angles,
        scales=scales,
        max_matches=max_matches,
        min_score=min_score,
        max_overlap=max_overlap,
        support=support,
        mirrored=mirrored,
        covered=covered,
        method=method,
        registry=registry,
    )
    return finder.find(scene)


@attrs.frozen
class _BestOfResponse:
    """The search with a method that only gives responses."""

    method: Selected
    kernel: Kernel
    search: Search

    def find(self, scene: Scene) -> list[Match]:
        found = [match for mirrored in {False, self.search.mirrored} for match in self._matches(scene, mirrored)]
        return without_overlap(sorted(found, key=lambda match: -match.score), self.search)

    def _matches(self, scene: Scene, mirrored: bool) -> list[Match]:
        kernel, search = self.kernel, self.search
        if mirrored:
            kernel = kernel.derive(kernel.pixels[:, ::-1], kernel.support[:, ::-1])
        instance: CorrelationMethod = self.method.instance
        if not getattr(instance, "any_size", False) and (kernel.height > scene.height or kernel.width > scene.width):
            return []
        response = instance.correlate(scene, kernel)
        if response.better != "higher":
            raise ConfigurationError(
                f"'{self.method.spec}' gives scores of which lower ones are better; find needs a method whose higher "
                "scores are better, such as harmonic or tm_ccoeff_normed"
            )
        count = search.max_matches
        while True:
            found = response.matches(count, search.max_overlap, subpixel="parabola")
            good = [match for match in found if match.score >= search.min_score]
            estimated = response.poses is not None
            wanted = [attrs.evolve(match, mirrored=mirrored) for match in good if _within(match, search, estimated)]
            # Better ones of other angles or sizes must not stand in the way of those that are asked for.
            if len(wanted) >= search.max_matches or len(good) < count:
                return wanted
            count *= 4


def _within(match: Match, search: Search, estimated: bool) -> bool:
    """Whether angle and scale are in the ranges of a search, but for rounding, or for what estimates are off by."""
    slack, factor = (ANGLE_TOLERANCE, SCALE_TOLERANCE) if estimated else (1e-6, 1 + 1e-6)
    low, high = search.angles
    turned = low - slack + (match.angle - low + slack) % 360.0
    return turned <= high + slack and search.scales[0] / factor <= match.scale <= search.scales[1] * factor


def _kernel(template: Kernel | ImageLike, support: npt.ArrayLike | None) -> Kernel:
    """Return the template as a kernel that can be found, or say why it cannot."""
    if support is None:
        kernel = as_kernel(template)
    elif isinstance(template, Kernel):
        kernel = template.derive(support=support)
    else:
        kernel = Kernel(template, support, name="template")
    if min(kernel.shape) < SMALLEST_SIDE:
        raise ImageError(
            f"the template of {kernel.width}×{kernel.height} pixels is too small to be found; its sides must be "
            f"{SMALLEST_SIDE} pixels at least"
        )
    if is_flat(kernel):
        raise ImageError(
            f"the template is flat under its support (it varies by less than {LEAST_CONTRAST:g} of its largest value): "
            "there is no structure that could be found"
        )
    return kernel


def is_flat(kernel: Kernel) -> bool:
    """Whether a kernel varies no more under its support than by rounding, whatever its range: dark and faint pictures
    have structure too.
    """
    return contrast(kernel) <= LEAST_CONTRAST * float(np.abs(kernel.pixels).max())


def contrast(kernel: Kernel) -> float:
    """Return the standard deviation of a kernel's pixels under its support: of the colour channel that has most."""
    weights = kernel.support.astype(np.float64)[..., None]
    pixels = kernel.pixels.reshape(*kernel.shape, -1).astype(np.float64)
    total = weights.sum()
    mean = (weights * pixels).sum(axis=(0, 1)) / total
    return math.sqrt(float(((weights * (pixels - mean) ** 2).sum(axis=(0, 1)) / total).max()))


def _check_fits(kernel: Kernel, scene: Scene, search: Search) -> None:
    short, long = (side * search.scales[0] for side in sorted(kernel.shape))
    # A pixel of grace: sizes need not be whole.
    if short > min(scene.shape) + 1 or long > math.hypot(*scene.shape) + 1:
        raise ImageError(
            f"the template of {kernel.width}×{kernel.height} pixels is larger than the scene '{scene.name}' of "
            f"{scene.width}×{scene.height} at every scale from {search.scales[0]:g} on; allow smaller scales (or are "
            "the two swapped?)"
        )
