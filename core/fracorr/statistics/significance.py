"""Tests of paired results, effect sizes, and the correction for many of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from fracorr.statistics.clusters import FloatArray

#: Up to so many differences the distribution of their signed ranks is worked out.
_FEW = 50


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the two-sided p-value of McNemar's exact test: whether a fair coin decides which of two arms alone hits.

    Parameters
    ----------
    only_first, only_second : int
        Pairs in which only the first, and only the second, hit; the others say nothing.

    References
    ----------
    Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages",
    Psychometrika 12, 1947, pp. 153-157, doi:10.1007/BF02295996.
    """
    pairs = only_first + only_second
    return float(stats.binomtest(only_first, pairs).pvalue) if pairs else 1.0


def odds_ratio(only_first: int, only_second: int) -> float:
    """Return the conditional odds ratio of matched pairs, with half a pair added to both where one is 0.

    The half is that of J. B. S. Haldane (1956, doi:10.1111/j.1469-1809.1955.tb01285.x); without any such pair the
    ratio is 1.
    """
    half = 0.5 if min(only_first, only_second) == 0 else 0.0
    return (only_first + half) / (only_second + half)


def wilcoxon(differences: FloatArray) -> float:
    """Return the two-sided p-value of Wilcoxon's signed-rank test; pairs that tie are left out.

    1 where all of them tie, and where only one does not: either sign of it is as likely.

    References
    ----------
    F. Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1(6), 1945, pp. 80-83,
    doi:10.2307/3001968.
    """
    differing = differences[differences != 0]
    if differing.size < 2:
        return 1.0
    if differing.size > _FEW:
        return float(stats.wilcoxon(differing, method="auto").pvalue)
    # Among few, the ties that reciprocal ranks are full of make the normal approximation poor.
    ranks = np.rint(2 * stats.rankdata(np.abs(differing))).astype(int)  # ties share halves
    chances = np.ones(1)
    for rank in ranks:
        apart = np.zeros(rank)
        chances = (np.concatenate([chances, apart]) + np.concatenate([apart, chances])) / 2
    seen = int(ranks[differing > 0].sum())
    return float(min(1.0, 2 * min(chances[: seen + 1].sum(), chances[seen:].sum())))


def rank_biserial(differences: FloatArray) -> float:
    """Return the matched-pairs rank-biserial correlation, in [-1, 1].

    The share of the ranks of the positive differences less that of the negative ones (D. S. Kerby 2014,
    doi:10.2466/11.IT.3.1); 0 where all pairs tie.
    """
    differing = differences[differences != 0]
    if differing.size == 0:
        return 0.0
    ranks = stats.rankdata(np.abs(differing))
    return float(ranks @ np.sign(differing) / ranks.sum())


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return the p-values adjusted for there being several, whatever their dependence.

    The smallest counts as often as there are, the next one less, and none comes out below a smaller one
    (S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6(2), 1979,
    pp. 65-70, https://www.jstor.org/stable/4615733).
    """
    count = len(p_values)
    order = np.argsort(p_values, kind="stable")
    adjusted = np.empty(count)
    scaled = np.asarray(p_values, dtype=float)[order] * np.arange(count, 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(scaled)) if count else scaled
    return tuple(float(each) for each in adjusted)
