import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from fracorr.statistics.significance import holm, mcnemar, odds_ratio, rank_biserial, wilcoxon


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_is_a_sum_of_binomials(first, second):
    pairs, least = first + second, min(first, second)
    tail = sum(math.comb(pairs, n) for n in range(least + 1)) / 2**pairs
    assert mcnemar(first, second) == pytest.approx(min(1.0, 2 * tail))


def test_mcnemar_without_a_pair_that_differs():
    assert mcnemar(0, 0) == 1.0


def test_odds_ratios():
    assert odds_ratio(12, 4) == 3.0
    assert odds_ratio(3, 0) == 7.0
    assert odds_ratio(0, 3) == pytest.approx(1 / 7)
    assert odds_ratio(0, 0) == 1.0


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from([-0.5, -0.25, 0.0, 0.25, 0.5, 0.9]), min_size=1, max_size=10))
def test_wilcoxon_of_few_goes_through_all_signs(differences):
    values = np.array([each for each in differences if each])
    if values.size == 0:
        assert wilcoxon(np.array(differences)) == 1.0
        return
    ranks = stats.rankdata(np.abs(values))
    seen = ranks[values > 0].sum()
    all_signs = itertools.product([0, 1], repeat=values.size)
    sums = np.array([ranks @ np.array(signs) for signs in all_signs])
    tails = min((sums <= seen + 1e-9).mean(), (sums >= seen - 1e-9).mean())
    assert wilcoxon(np.array(differences)) == pytest.approx(min(1.0, 2 * tails))


def test_wilcoxon_without_ties_is_scipys_exact_test():
    values = np.random.default_rng(1).normal(0.3, 1, 45)
    assert wilcoxon(values) == pytest.approx(stats.wilcoxon(values, method="exact").pvalue)


def test_wilcoxon_of_many_by_the_normal_approximation():
    rng = np.random.default_rng(0)
    values = np.round(rng.normal(0.1, 1, 200), 1)
    values = values[values != 0]
    ranks = stats.rankdata(np.abs(values))
    _, ties = np.unique(np.abs(values), return_counts=True)
    count = values.size
    variance = count * (count + 1) * (2 * count + 1) / 24 - (ties**3 - ties).sum() / 48
    z = (ranks[values > 0].sum() - count * (count + 1) / 4) / math.sqrt(variance)
    assert wilcoxon(values) == pytest.approx(2 * stats.norm.sf(abs(z)))


def test_rank_biserial_by_hand():
    # Of the ranks 1, 2, 3 the last two belong to positive differences.
    assert rank_biserial(np.array([-0.1, 0.2, 0.3, 0.0])) == pytest.approx((5 - 1) / 6)
    assert rank_biserial(np.zeros(4)) == 0.0
    assert rank_biserial(np.array([-1.0, -2.0])) == -1.0


def test_holm_by_hand():
    # Sorted: 0.01 × 4, 0.02 × 3, 0.03 × 2, 0.5 × 1; none below the one before.
    assert holm([0.5, 0.01, 0.03, 0.02]) == pytest.approx((0.5, 0.04, 0.06, 0.06))
    assert holm([0.9, 0.8]) == (1.0, 1.0)
    assert holm([]) == ()
