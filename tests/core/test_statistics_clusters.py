import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from fracorr.statistics.clusters import (
    Clusters,
    mean_interval,
    mean_p_value,
    rate_interval,
    resampled_means,
    robust_variance,
    wilson,
)


def crossed(kernels, scenes):
    k, s = np.meshgrid(np.arange(kernels), np.arange(scenes), indexing="ij")
    return Clusters(k.ravel(), s.ravel())


def interval(values, clusters, **options):
    return mean_interval(np.asarray(values, float), clusters, rng=np.random.default_rng(0), **options)


def test_what_is_independent():
    both = crossed(3, 4)
    assert (both.n_kernels, both.n_scenes, len(both)) == (3, 4, 12)
    assert [labels.tolist() for labels in both.independent] == [both.scenes.tolist(), both.kernels.tolist()]
    # A kernel of each scene's own: there are as many independent things as scenes.
    own = Clusters([0, 1, 2, 3], [0, 0, 1, 1])
    assert [labels.tolist() for labels in own.independent] == [[0, 0, 1, 1]]
    # A scene of each kernel's own.
    planted = Clusters([5, 5, 7, 7], [0, 1, 2, 3])
    assert [labels.tolist() for labels in planted.independent] == [[0, 0, 1, 1]]
    assert [labels.tolist() for labels in crossed(1, 3).independent] == [[0, 1, 2]]
    assert [labels.tolist() for labels in crossed(3, 1).independent] == [[0, 1, 2]]
    assert crossed(1, 1).independent == ()


def test_the_variance_of_clusters_by_hand():
    # Kernels by scenes: [[1, 0, 0], [1, 1, 0]]; the mean is 1/2, the deviations ±1/2.
    values, clusters = np.array([1, 0, 0, 1, 1, 0.0]), crossed(2, 3)
    rows, columns = [-0.5, 0.5], [1.0, 0.0, -1.0]
    by_kernel = sum(each**2 for each in rows) / 36 * 2 / 1
    by_scene = sum(each**2 for each in columns) / 36 * 3 / 2
    by_unit = 6 * 0.25 / 36 * 6 / 5
    expected = max(by_kernel, by_scene, by_kernel + by_scene - by_unit)
    assert robust_variance(values, clusters) == (pytest.approx(expected), 1)


def test_the_variance_over_scenes_alone_is_that_of_their_means():
    values = np.random.default_rng(1).random(20)
    variance, degrees = robust_variance(values, crossed(1, 20))
    assert variance == pytest.approx(np.var(values, ddof=1) / 20)
    assert degrees == 19


def test_the_bootstrap_mean_has_the_variance_that_theory_gives():
    # With every weight a multinomial count: Var = Σ over pairs of units of v v' (E[ww'] E[uu'] - 1) / n².
    rng = np.random.default_rng(2)
    values, clusters = rng.random(4 * 6), crossed(4, 6)
    table = values.reshape(4, 6)

    def second_moment(groups):
        return np.full((groups, groups), 1 - 1 / groups) + np.eye(groups)

    expected = np.einsum("ks,lt,kl,st->", table, table, second_moment(4), second_moment(6)) / 24**2 - values.mean() ** 2
    means = resampled_means(values, clusters, 40_000, rng)
    assert means.var() == pytest.approx(expected, rel=0.05)
    assert means.mean() == pytest.approx(values.mean(), abs=0.005)


def test_an_incomplete_design_is_resampled_as_a_ratio():
    # One kernel on scene 0, two on scene 1: drawing kernel and scene by hand gives these means, and their frequencies.
    values, clusters = np.array([1.0, 0.0, 0.0]), Clusters([0, 0, 1], [0, 1, 1])
    means = resampled_means(values, clusters, 50_000, np.random.default_rng(0))
    weights = {0: 0.25, 1: 0.5, 2: 0.25}  # how often cluster 0 is drawn in two draws; cluster 1 the rest
    expected = 0.0
    for first, chance in weights.items():
        for scene, other in weights.items():
            units = np.array([first * scene, first * (2 - scene), (2 - first) * (2 - scene)], float)
            mean = (units @ values) / units.sum() if units.sum() else values.mean()
            expected += chance * other * mean
    assert means.mean() == pytest.approx(expected, abs=0.01)


def test_wilson_by_solving_its_equation():
    # The ends p of the interval are where |rate - p| is so many standard errors at p.
    for rate, trials in ((0.0, 10), (0.3, 10), (1.0, 25)):
        for end in wilson(rate, trials, 1.96):
            if end not in (0.0, 1.0):
                assert (rate - end) ** 2 == pytest.approx(1.96**2 * end * (1 - end) / trials)
    assert wilson(0.0, 10, 1.96)[1] == pytest.approx(1.96**2 / (10 + 1.96**2))


def test_a_rate_of_one_trial_or_none_that_differ():
    assert rate_interval(np.ones(1), crossed(1, 1)) == (0.0, 1.0)
    low, high = rate_interval(np.ones(24), crossed(1, 24))
    # Student's quantile for 23 degrees is 2.0687.
    assert low == pytest.approx(24 / (24 + 2.0687**2), abs=1e-4)
    assert high == 1.0


def test_a_rate_counts_clusters_not_units():
    hits = np.repeat(np.arange(10) % 2, 30).astype(float)  # ten scenes, thirty kernels that all do the same
    clusters = Clusters(np.tile(np.arange(30), 10), np.repeat(np.arange(10), 30))
    alone = rate_interval(hits.reshape(10, 30)[:, 0], crossed(1, 10))
    assert rate_interval(hits, clusters) == pytest.approx(alone, abs=0.02)


def test_where_all_pairs_agree_the_interval_is_agresti_and_mins():
    low, high = interval(np.zeros(10), crossed(2, 5))
    # d = 0 and, with half a pair on either side of twelve, a variance of 1 / 12².
    assert (low, high) == pytest.approx((-1.959964 / 12, 1.959964 / 12))
    low, high = interval(np.ones(10), crossed(2, 5))
    assert low == pytest.approx(10 / 12 - 1.959964 * math.sqrt(11 - 100 / 12) / 12)
    assert high == 1.0


def test_one_kernel_on_one_scene_says_nothing():
    assert interval([1.0], crossed(1, 1)) == (-1.0, 1.0)
    assert mean_p_value(np.ones(1), crossed(1, 1)) == 1.0


def test_over_scenes_alone_the_interval_is_close_to_students():
    values = np.random.default_rng(3).choice([-1.0, 0.0, 1.0], 40, p=[0.2, 0.4, 0.4])
    half = 2.0227 * values.std(ddof=1) / math.sqrt(40)  # the quantile of Student's t with 39 degrees
    low, high = interval(values, crossed(1, 40), resamples=20_000)
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.03)
    assert mean_p_value(values, crossed(1, 40)) == pytest.approx(stats.ttest_1samp(values, 0.0).pvalue)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 5), st.sampled_from([-1.0, -0.5, 0.0, 1 / 3, 1.0])),
        min_size=1,
        max_size=40,
        unique_by=lambda unit: unit[:2],
    )
)
def test_intervals_hold_the_mean_and_stay_finite_whatever_the_units(units):
    kernels, scenes, values = (np.array(each) for each in zip(*units, strict=True))
    clusters = Clusters(kernels, scenes)
    low, high = interval(values, clusters, resamples=200)
    assert -1 <= low <= values.mean() + 1e-12
    assert values.mean() - 1e-12 <= high <= 1
    assert high > low
    assert 0 <= mean_p_value(values, clusters) <= 1
    hits = (values > 0).astype(float)
    low, high = rate_interval(hits, clusters)
    assert 0 <= low <= hits.mean() + 1e-9
    assert hits.mean() - 1e-9 <= high <= 1
