"""Whether a system of maps has an attractor.

What counts is the spectral norm, the most by which a map stretches a distance. The determinant says only what happens
to areas: a map can shrink every area and still tear points apart.
"""

from __future__ import annotations

import enum
import functools
import math

import attrs

from fracorr import ConfigurationError
from fracorr_ifs import words
from fracorr_ifs.maps import System
from fracorr_ifs.words import TooManyWordsError, Word

#: Compositions of this many maps are tried before a system counts as not contracting.
_PATIENCE = 2048


class Contraction(enum.Enum):
    """How a system contracts, from strong to weak."""

    EVERY_MAP = "every map contracts"
    COMPOSED = "the maps contract only when several are composed"
    AVERAGE = "the maps contract only on the average"


@attrs.frozen
class Verdict:
    """How a system contracts, and what to tell its author."""

    contraction: Contraction
    warning: str = ""


@functools.lru_cache(maxsize=64)
def check(system: System) -> Verdict:
    """Find out how a system contracts.

    Every map should have a norm below 1; then there is an attractor (Hutchinson 1981,
    doi:10.1512/iumj.1981.30.30055). Without that, there still is one if all compositions of some length contract, and
    an invariant measure, perhaps without bounds, if the maps contract on the average, Σ pᵢ log‖Aᵢ‖ < 0 (Barnsley and
    Elton 1988, doi:10.2307/1427268). These two cases are worth a warning.

    Raises
    ------
    ConfigurationError
        If none of this holds: which map, and its norm.
    """
    norms = [each.norm for each in system.maps]
    worst = max(range(len(norms)), key=norms.__getitem__)
    if norms[worst] < 1:
        return Verdict(Contraction.EVERY_MAP)
    about = (
        f"{system.name}: map {worst + 1} does not contract: it stretches distances by up to {norms[worst]:.4g} (its "
        f"spectral norm, which should be below 1; its determinant is {system.maps[worst].determinant:.4g})"
    )
    if contracting_words(system) is not None:
        return Verdict(Contraction.COMPOSED, f"{about}; {Contraction.COMPOSED.value}")
    average = sum(
        share * (math.log(norm) if norm > 0 else -math.inf)
        for share, norm in zip(system.probabilities, norms, strict=True)
        if share > 0
    )
    if average < 0:
        return Verdict(
            Contraction.AVERAGE,
            f"{about}; {Contraction.AVERAGE.value} (by {math.exp(average):.4g}): the fractal may have no bounds, and "
            "what lies far out is cut off",
        )
    raise ConfigurationError(f"{about}. Make the numbers a, b, c, d of that map smaller")


def contracting_words(system: System, limit: int = _PATIENCE) -> tuple[Word, ...] | None:
    """Return compositions of maps that all contract and have the same attractor, or None if they are not found."""
    for ratio in (0.5, 0.7, 0.9, 0.99):
        try:
            return words.of_ratio(system, ratio, limit)
        except TooManyWordsError:
            continue
    return None
