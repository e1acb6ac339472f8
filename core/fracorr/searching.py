"""What is looked for, and what a method that finds poses itself must do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, Protocol, runtime_checkable

import attrs
import numpy as np

from fracorr.errors import ConfigurationError
from fracorr.geometry import overlap
from fracorr.kernel import Kernel
from fracorr.response import Match
from fracorr.scene import Scene

#: Copies with a shorter side than this, in pixels of the scene, look like many other places: of 40 templates whose
#: scale was known, 2 were found at 4 pixels, 21 at 6, 34 at 8, 38 at 12 and all at 16.
SURE_SIDE: Final = 12


@attrs.frozen
class Search:
    """What is looked for, besides the template.

    Attributes
    ----------
    angles : (float, float)
        Least and greatest angle in degrees, counter-clockwise as seen on the screen; a range of 360 or more is every
        angle.
    scales : (float, float)
        Least and greatest size in the scene / size of the template, above 0.
    max_matches : int
        At most so many matches.
    min_score : float
        The least score of a match.
    max_overlap : float
        Largest intersection over union of the boxes of two matches that both stay, in [0, 1].
    mirrored : bool
        Whether to look for the template with left and right exchanged as well.
    covered : bool
        Whether something else may hide a part of what is looked for.

    Raises
    ------
    ConfigurationError
        If a value is not right.
    """

    angles: tuple[float, float] = attrs.field(default=(0.0, 360.0))
    scales: tuple[float, float] = attrs.field(default=(0.5, 2.0))
    max_matches: int = attrs.field(default=1)
    min_score: float = attrs.field(default=0.5)
    max_overlap: float = attrs.field(default=0.3)
    mirrored: bool = attrs.field(default=False)
    covered: bool = attrs.field(default=False)

    def __attrs_post_init__(self) -> None:
        for name in ("angles", "scales"):
            object.__setattr__(self, name, _range(name, getattr(self, name)))
        if self.scales[0] <= 0:
            raise ConfigurationError(f"scales={self.scales} is not right: sizes are above 0, for example (0.5, 2)")
        count = self.max_matches
        if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
            raise ConfigurationError(f"max_matches={count!r} is not right: it takes a whole number of at least 1")
        for name in ("mirrored", "covered"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigurationError(f"{name}={getattr(self, name)!r} is not right: it takes True or False")
        for name, low, high in (("min_score", -1.0, 1.0), ("max_overlap", 0.0, 1.0)):
            value = getattr(self, name)
            if not _is_number(value) or not low <= value <= high:
                raise ConfigurationError(f"{name}={value!r} is not right: it takes a number from {low:g} to {high:g}")


def _range(name: str, given: Any) -> tuple[float, float]:
    try:
        low, high = given
    except (TypeError, ValueError):
        raise ConfigurationError(
            f"{name}={given!r} is not right: it takes two numbers, the least and the greatest"
        ) from None
    if not (_is_number(low) and _is_number(high)):
        raise ConfigurationError(f"{name}={given!r} is not right: it takes two finite numbers")
    if high < low:
        raise ConfigurationError(f"{name}=({low:g}, {high:g}) is empty: the first must not be greater than the second")
    return float(low), float(high)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and math.isfinite(value)


@runtime_checkable
class SearchOfTemplate(Protocol):
    """One template with everything that depends on it alone, ready to be found in scenes."""

    def find(self, scene: Scene) -> Sequence[Match]:
        """Return the matches, best first, as the search asked for."""


@runtime_checkable
class FindingMethod(Protocol):
    """A correlation method that finds poses itself: it needs this one method more.

    Methods without it are asked for their response, whose best matches are taken as far as the search allows them.
    """

    def finder(self, kernel: Kernel, search: Search) -> SearchOfTemplate:
        """Prepare a kernel.

        Scores are higher where the match is better and mean the same on every scene; raise
        :class:`~fracorr.errors.FracorrError` for a kernel that cannot be found.
        """


def without_overlap(matches: Sequence[Match], search: Search) -> list[Match]:
    """Return the first matches that do not overlap an earlier one by more than the search allows, and no more than it
    asks for.
    """
    kept: list[Match] = []
    for match in matches:
        if len(kept) == search.max_matches:
            break
        if all(overlap(match, each) <= search.max_overlap for each in kept):
            kept.append(match)
    return kept


def least_sure_scale(kernel: Kernel) -> float:
    """Return from which scale on a kernel can be told from what is around it, rounded up to a hundredth."""
    return math.ceil(100 * SURE_SIDE / min(kernel.shape)) / 100
