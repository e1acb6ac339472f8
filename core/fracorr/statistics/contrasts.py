"""What a comparison of arms says, as plain records."""

from __future__ import annotations

from typing import Any, Final

import attrs

#: What a pooled contrast says instead of one method.
ALL: Final = "*"


@attrs.frozen
class Estimate:
    """A number with its confidence interval."""

    value: float
    low: float
    high: float


@attrs.frozen(kw_only=True)
class Contrast:
    """One arm against another, on the units that both have.

    Attributes
    ----------
    compared, baseline : str
        The two chains, or the two methods where methods are compared.
    within : str
        The method (or the chain) that they share; ``"*"`` for the mean over all of them.
    kernels, scenes : int
        How many of each: the independent things, of which `units` are the pairs.
    unpaired : int
        Trials left out because the other arm has none like it, for example because it failed.
    rate, baseline_rate : Estimate
        Hit rates in [0, 1].
    chance, baseline_chance : float
        The hit rates of places drawn uniformly.
    difference : Estimate
        Of the hit rates, in [-1, 1].
    beyond_chance : Estimate
        The same with each arm's chance subtracted: what is left of it where one arm's surface is smaller.
    reciprocal_rank, overlap : Estimate
        Differences of the mean reciprocal ranks, and of the mean overlaps (areas under the success curves).
    only_compared, only_baseline : int
        Units on which one hits more often than the other.
    odds_ratio, rank_biserial : float
        Effect sizes of hits and of ranks; 1 and 0 are none.
    p_hits : float
        Exact McNemar test, which takes units for independent.
    p_clusters : float
        Student's t of the difference, with kernels and scenes as clusters.
    p : float
        The larger of the two: a difference must stand against both.
    p_ranks : float
        Wilcoxon's signed-rank test of the reciprocal ranks, which takes units for independent.
    p_holm, p_ranks_holm : float
        `p` and `p_ranks` corrected for the family of comparisons.
    """

    compared: str
    baseline: str
    within: str
    kernels: int
    scenes: int
    units: int
    unpaired: int
    rate: Estimate
    baseline_rate: Estimate
    chance: float
    baseline_chance: float
    difference: Estimate
    beyond_chance: Estimate
    reciprocal_rank: Estimate
    overlap: Estimate
    only_compared: int
    only_baseline: int
    odds_ratio: float
    rank_biserial: float
    p_hits: float
    p_clusters: float
    p: float
    p_ranks: float
    p_holm: float = 1.0
    p_ranks_holm: float = 1.0


@attrs.frozen(kw_only=True)
class Comparison:
    """A family of contrasts against one baseline.

    Attributes
    ----------
    pooled : tuple of Contrast
        Each compared chain against the baseline, by the mean over the methods; corrected among each other.
    single : tuple of Contrast
        The same for each method alone; corrected among each other.
        Empty where there is one method only.
    left_out : tuple of str
        Chains that share no unit with the baseline, for example because all their trials failed.
    level : float
        Of the intervals.
    """

    pooled: tuple[Contrast, ...]
    single: tuple[Contrast, ...]
    left_out: tuple[str, ...]
    level: float

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return attrs.asdict(self)
