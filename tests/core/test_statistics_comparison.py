import random

import numpy as np
import pytest
from scipy import stats
from simulated_trials import World, row, rows

from fracorr import ConfigurationError, compare
from fracorr.statistics import Outcomes


@pytest.fixture(scope="module")
def hits():
    return World(kernels=6, scenes=9, effects={"fractal": 0.6}).draw(np.random.default_rng(4))


def test_a_contrast_by_hand(hits):
    plain, fractal = hits["none"], hits["fractal"]
    (found,) = compare(rows(hits), baseline="none").pooled
    assert (found.compared, found.baseline, found.within) == ("fractal", "none", "m")
    assert (found.kernels, found.scenes, found.units, found.unpaired) == (6, 9, 54, 0)
    assert found.rate.value == pytest.approx(fractal.mean())
    assert found.baseline_rate.value == pytest.approx(plain.mean())
    assert found.difference.value == pytest.approx(fractal.mean() - plain.mean())
    assert (found.only_compared, found.only_baseline) == ((fractal & ~plain).sum(), (plain & ~fractal).sum())
    assert found.p_hits == stats.binomtest(found.only_compared, found.only_compared + found.only_baseline).pvalue
    # A hit ranks 1 and a miss 5; a hit overlaps by 0.8 and a miss by 0.1.
    assert found.reciprocal_rank.value == pytest.approx(0.8 * found.difference.value)
    assert found.overlap.value == pytest.approx(0.7 * found.difference.value)
    assert found.beyond_chance.value == pytest.approx(found.difference.value)
    assert (found.chance, found.baseline_chance) == pytest.approx((0.05, 0.05))
    # All differences of rank are equally large, so that each has the same rank among them.
    wins, losses = found.only_compared, found.only_baseline
    assert found.rank_biserial == pytest.approx((wins - losses) / (wins + losses))
    assert found.p == max(found.p_hits, found.p_clusters) == found.p_holm


def test_the_order_of_the_rows_does_not_matter(hits):
    trials = rows(hits, "a") + rows({name: ~each for name, each in hits.items()}, "b")
    shuffled = trials.copy()
    random.Random(1).shuffle(shuffled)
    assert compare(shuffled, baseline="none") == compare(trials, baseline="none")


def test_pooled_over_methods_a_unit_is_still_one_unit():
    both = [row("none", k, s, False, method) for k in range(4) for s in range(5) for method in "ab"]
    both += [
        row("fractal", k, s, s > 0 or method == "b", method) for k in range(4) for s in range(5) for method in "ab"
    ]
    found = compare(both, baseline="none")
    (pooled,) = found.pooled
    assert (pooled.within, pooled.units) == ("*", 20)
    assert pooled.rate.value == pytest.approx((16 + 4 * 0.5) / 20)
    assert pooled.only_compared == 20
    assert [each.within for each in found.single] == ["a", "b"]
    assert [each.rate.value for each in found.single] == pytest.approx([0.8, 1.0])
    # Two in the family: the larger p stays, the smaller counts twice.
    p = sorted(each.p for each in found.single)
    assert sorted(each.p_holm for each in found.single) == pytest.approx(
        sorted([min(1, 2 * p[0]), max(2 * p[0], p[1])])
    )


def test_trials_that_cannot_be_compared_are_counted():
    trials = [row(chain, 0, s, True) for chain in ("none", "fractal") for s in range(6)]
    trials[0] = row("none", 0, 0, None, failure_error="RuntimeError")
    trials[1] = row("none", 0, 1, None)  # a scene without a target
    trials[-1] = row("fractal", 0, 5, False, chance=0.0, rank=None)
    outcomes = Outcomes.of(trials)
    (found,) = compare(outcomes, baseline="none").pooled
    assert (found.units, found.unpaired) == (4, 2)
    counts = outcomes.counts
    assert [(each.failed, each.without_target, each.out_of_reach) for each in counts.values()] == [(1, 1, 0), (0, 0, 1)]


def test_a_trial_that_comes_twice_counts_once(hits):
    trials = rows(hits)
    assert compare(trials + trials[:20], baseline="none") == compare(trials, baseline="none")


def test_the_same_picture_in_two_sizes_is_one_kernel():
    trials = [
        row(chain, k, s, k == s, kernel_source=f"gallery:size={size}")
        for chain in ("none", "fractal")
        for k in range(3)
        for s in range(4)
        for size in (48, 64)
    ]
    (found,) = compare(trials, baseline="none").pooled
    assert (found.kernels, found.scenes, found.units) == (3, 4, 24)


def test_methods_can_be_compared_too(hits):
    trials = [{**each, "chain": "none", "method": each["chain"]} for each in rows(hits)]
    (found,) = compare(trials, baseline="none", along="method").pooled
    (same,) = compare(rows(hits), baseline="none").pooled
    assert found.difference == same.difference
    assert found.compared == "fractal"


@pytest.mark.parametrize(
    ("options", "message"),
    [({"level": 1.5}, "level=1.5 must lie between 0 and 1"), ({"resamples": 0}, "resamples=0 must be 1 or more")],
)
def test_options_that_make_no_sense(hits, options, message):
    with pytest.raises(ConfigurationError, match=message):
        compare(rows(hits), baseline="none", **options)


def test_a_baseline_alone_has_nothing_to_be_compared_with(hits):
    with pytest.raises(ConfigurationError, match="there is no other chain to compare with the baseline"):
        compare(rows({"none": hits["none"]}), baseline="none")


def test_what_shares_nothing_with_the_baseline_is_left_out():
    trials = [row("none", 0, s, True) for s in range(3)]
    trials += [row("apart", 0, s, True) for s in range(3, 6)]
    trials += [row("broken", 0, s, None, failure_error="RuntimeError") for s in range(3)]
    trials += [row("fractal", 0, s, True) for s in range(3)]
    found = compare(trials, baseline="none")
    assert [each.compared for each in found.pooled] == ["fractal"]
    assert found.left_out == ("apart", "broken")


def test_chains_are_chosen_by_patterns(hits):
    trials = rows({"none": hits["none"], "orbit-trap:degree=2": hits["fractal"], "ifs": hits["fractal"]})
    found = compare(trials, baseline="none", compared=["orbit-trap*"])
    assert [each.compared for each in found.pooled] == ["orbit-trap:degree=2"]
    with pytest.raises(ConfigurationError, match=r"no chain is 'orbit'; did you mean|no chain is 'orbit'"):
        compare(trials, baseline="none", compared=["orbit"])
    with pytest.raises(ConfigurationError, match="no chain 'non' to compare with; did you mean 'none'"):
        compare(trials, baseline="non")
    with pytest.raises(ConfigurationError, match="no trials at all"):
        compare([], baseline="none")


@pytest.mark.parametrize("shape", [(1, 1), (1, 8), (8, 1), (2, 2)])
@pytest.mark.parametrize("kind", ["agree", "all better", "all worse"])
def test_degenerate_experiments_give_numbers(shape, kind):
    ones, none = np.ones(shape, bool), np.zeros(shape, bool)
    hits = {"agree": (ones, ones), "all better": (none, ones), "all worse": (ones, none)}[kind]
    (found,) = compare(rows(dict(zip(("none", "fractal"), hits, strict=True))), baseline="none").pooled
    for estimate in (found.rate, found.difference, found.reciprocal_rank, found.overlap, found.beyond_chance):
        assert estimate.low <= estimate.value <= estimate.high
    numbers = [found.p_hits, found.p_clusters, found.p, found.p_ranks, found.odds_ratio, found.rank_biserial]
    assert np.isfinite(numbers).all()
    if kind == "agree":
        assert (found.p, found.odds_ratio, found.rank_biserial, found.p_ranks) == (1.0, 1.0, 0.0, 1.0)
    else:
        assert found.odds_ratio != 1.0
