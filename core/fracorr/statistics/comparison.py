"""Arms compared pairwise on the same kernels and scenes."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import attrs
import numpy as np

from fracorr.errors import ConfigurationError, nearest
from fracorr.randomness import generator
from fracorr.statistics import significance
from fracorr.statistics.clusters import Clusters, FloatArray, IntArray, mean_interval, mean_p_value, rate_interval
from fracorr.statistics.contrasts import ALL, Comparison, Contrast, Estimate
from fracorr.statistics.outcomes import MEASURES, Outcomes, Units
from fracorr.trial import Arm

Factor: TypeAlias = Literal["chain", "method"]


def compare(
    rows: Outcomes | Iterable[Mapping[str, Any]],
    *,
    baseline: str,
    compared: Sequence[str] = ("*",),
    along: Factor = "chain",
    single: bool = True,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Comparison:
    """Compare arms with a baseline, pairwise on the same kernels and scenes.

    Parameters
    ----------
    rows : Outcomes or iterable of mappings
        Trials, as a run's store or ``TrialResult.to_dict`` with its metrics give them.
    baseline : str
        The chain (or method) that the others are compared with.
    compared : sequence of str, optional
        Chains (or methods), or patterns for them; by default all but the baseline.
    along : {"chain", "method"}, optional
        What is compared; the other is what contrasts are pooled over.
    single : bool, optional
        Whether to compare within each method (or chain) too.
    level : float, optional
        Of the confidence intervals, in (0, 1).
    resamples : int, optional
        Bootstrap samples.
    seed : int, optional

    Raises
    ------
    ConfigurationError
        If the baseline, or what is to be compared, is not there; or if level or resamples make no sense.

    Examples
    --------
    >>> rows = [
    ...     {"kernel": "k", "kernel_source": "s", "scene": f"{n}", "scene_source": "s", "chain": chain, "method": "m",
    ...      "hit": chain == "fractal" or n % 2 == 0, "iou": 0.0, "rank": 1, "chance": 0.1}
    ...     for n in range(20) for chain in ("none", "fractal")
    ... ]
    >>> compare(rows, baseline="none").pooled[0].difference.value
    0.5
    """
    if not 0 < level < 1:
        raise ConfigurationError(f"level={level} must lie between 0 and 1")
    if resamples < 1:
        raise ConfigurationError(f"resamples={resamples} must be 1 or more")
    outcomes = Outcomes.of(rows)
    names = list(dict.fromkeys(getattr(arm, along) for arm in outcomes.arms))
    if baseline not in names:
        raise ConfigurationError(
            f"there is no {along} '{baseline}' to compare with{nearest(baseline, names) or '.'} "
            f"There are: {', '.join(names) or 'no trials at all'}"
        )
    chosen = chosen_names([name for name in names if name != baseline], compared, along)
    pairs = _Pairs(outcomes, along, level, resamples, seed)
    pooled: list[Contrast] = []
    within: list[Contrast] = []
    for name in chosen:
        paired = pairs.paired(name, baseline)
        if not paired:
            continue
        alone = len(paired) == 1
        pooled.append(pairs.contrast(name, baseline, next(iter(paired)) if alone else ALL, list(paired.values())))
        if single and not alone:
            within += [pairs.contrast(name, baseline, each, [of]) for each, of in paired.items()]
    left_out = tuple(name for name in chosen if name not in [each.compared for each in pooled])
    return Comparison(pooled=corrected(pooled), single=corrected(within), left_out=left_out, level=level)


def chosen_names(names: Sequence[str], patterns: Sequence[str], what: str = "chain") -> list[str]:
    """Return the names that are or match one of the patterns.

    Raises
    ------
    ConfigurationError
        If a pattern stands for nothing.
    """
    if not names:
        raise ConfigurationError(f"there is no other {what} to compare with the baseline")
    found: list[str] = []
    for pattern in patterns:
        matching = [name for name in names if name == pattern] or fnmatch.filter(names, pattern)
        if not matching:
            raise ConfigurationError(
                f"no {what} is '{pattern}'{nearest(pattern, names) or '.'} There are: {', '.join(names)}"
            )
        found += [name for name in matching if name not in found]
    return found


def corrected(contrasts: Sequence[Contrast]) -> tuple[Contrast, ...]:
    """Return the contrasts with p-values corrected for there being so many (Holm)."""
    hits = significance.holm([each.p for each in contrasts])
    ranks = significance.holm([each.p_ranks for each in contrasts])
    return tuple(
        attrs.evolve(each, p_holm=p, p_ranks_holm=p_ranks)
        for each, p, p_ranks in zip(contrasts, hits, ranks, strict=True)
    )


@attrs.frozen(eq=False)
class _Pairs:
    """Makes contrasts out of outcomes."""

    outcomes: Outcomes
    along: Factor
    level: float
    resamples: int
    seed: int

    def arm(self, name: str, within: str) -> Arm:
        return Arm(name, within) if self.along == "chain" else Arm(within, name)

    def paired(self, name: str, baseline: str) -> dict[str, _Paired]:
        """Return the units that both have, by the methods (or chains) with which they have any."""
        other = "method" if self.along == "chain" else "chain"
        found = {
            within: _paired(*(self.outcomes.units(self.arm(each, within)) for each in (name, baseline)))
            for within in dict.fromkeys(getattr(arm, other) for arm in self.outcomes.arms)
        }
        return {within: each for within, each in found.items() if each.keys.size}

    def contrast(self, name: str, baseline: str, within: str, paired: Sequence[_Paired]) -> Contrast:
        """Return what the units say, over which the mean is taken where there are several sets."""
        keys, first, second = _mean_over(paired)
        clusters = self.outcomes.clusters(keys)
        changes = {measure: first[measure] - second[measure] for measure in MEASURES}
        # Sums of reciprocal ranks in another order are no change.
        hits, ranks = changes["hit"], np.round(changes["reciprocal_rank"], 9)
        wins, losses = int((hits > 0).sum()), int((hits < 0).sum())
        p_hits, p_clusters = significance.mcnemar(wins, losses), mean_p_value(hits, clusters)
        return Contrast(
            compared=name,
            baseline=baseline,
            within=within,
            kernels=clusters.n_kernels,
            scenes=clusters.n_scenes,
            units=keys.size,
            unpaired=sum(each.unpaired for each in paired),
            rate=self._rate(first["hit"], clusters),
            baseline_rate=self._rate(second["hit"], clusters),
            chance=float(first["chance"].mean()),
            baseline_chance=float(second["chance"].mean()),
            difference=self._mean(hits, clusters),
            beyond_chance=self._mean(hits - changes["chance"], clusters, bound=2.0),
            reciprocal_rank=self._mean(ranks, clusters),
            overlap=self._mean(changes["overlap"], clusters),
            only_compared=wins,
            only_baseline=losses,
            odds_ratio=significance.odds_ratio(wins, losses),
            rank_biserial=significance.rank_biserial(ranks),
            p_hits=p_hits,
            p_clusters=p_clusters,
            p=max(p_hits, p_clusters),
            p_ranks=significance.wilcoxon(ranks),
        )

    def _rate(self, values: FloatArray, clusters: Clusters) -> Estimate:
        return Estimate(float(values.mean()), *rate_interval(values, clusters, level=self.level))

    def _mean(self, values: FloatArray, clusters: Clusters, bound: float = 1.0) -> Estimate:
        # Every difference is judged by the same bootstrap samples.
        rng = generator(self.seed, "bootstrap")
        low, high = mean_interval(values, clusters, level=self.level, resamples=self.resamples, rng=rng, bound=bound)
        return Estimate(float(values.mean()), low, high)


@attrs.frozen(eq=False)
class _Paired:
    keys: IntArray
    first: dict[str, FloatArray]
    second: dict[str, FloatArray]
    unpaired: int


def _paired(first: Units, second: Units) -> _Paired:
    keys, here, there = np.intersect1d(first.keys, second.keys, assume_unique=True, return_indices=True)
    return _Paired(
        keys,
        {name: first.measures[name][here] for name in MEASURES},
        {name: second.measures[name][there] for name in MEASURES},
        len(first) + len(second) - 2 * keys.size,
    )


def _mean_over(paired: Sequence[_Paired]) -> tuple[IntArray, dict[str, FloatArray], dict[str, FloatArray]]:
    """Return for each unit the means over the methods that both arms have there."""
    if len(paired) == 1:
        return paired[0].keys, paired[0].first, paired[0].second
    stacked = np.concatenate([each.keys for each in paired])
    keys, places, counts = np.unique(stacked, return_inverse=True, return_counts=True)

    def means(of: Sequence[dict[str, FloatArray]]) -> dict[str, FloatArray]:
        return {
            name: np.bincount(places, np.concatenate([each[name] for each in of]), keys.size) / counts
            for name in MEASURES
        }

    return keys, means([each.first for each in paired]), means([each.second for each in paired])
