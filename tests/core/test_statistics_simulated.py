"""The statistics on simulated experiments whose truth is known.

The slow tests print the figures that they find: ``pytest -n 0 -m slow -s tests/core/test_statistics_simulated.py``.
"""

import attrs
import numpy as np
import pytest
from scipy import stats
from simulated_trials import World, rows

from fracorr import verdict
from fracorr.statistics.clusters import Clusters, mean_interval, rate_interval

#: Kernels × scenes, from few to many; what differs between them, and how often the baseline hits.
WORLDS = {
    f"{kernels}×{scenes}, {name}, rate {rate}": World(
        kernels=kernels, scenes=scenes, kernel_effects=by_kernel, scene_effects=by_scene, rate=rate
    )
    for kernels, scenes in ((5, 8), (12, 20), (20, 40))
    for name, by_kernel, by_scene in (("noise alone", 0, 0), ("kernels differ", 1, 0), ("both differ", 0.7, 0.7))
    for rate in (0.1, 0.4)
}


def missed(world, draws, seed=0):
    """Return how often the truth is below and above the difference's interval, and outside the fractal's rate's."""
    rng = np.random.default_rng(seed)
    kernels, scenes = np.divmod(np.arange(world.kernels * world.scenes), world.scenes)
    clusters = Clusters(kernels, scenes)
    rate = world.true_rate("fractal")
    found = np.zeros((draws, 3), bool)
    for each in found:
        hits = world.draw(rng)
        fractal, plain = hits["fractal"].ravel().astype(float), hits["none"].ravel().astype(float)
        low, high = mean_interval(fractal - plain, clusters, resamples=500, rng=rng)
        each[:2] = rate - world.rate < low, rate - world.rate > high
        low, high = rate_interval(fractal, clusters)
        each[2] = not low <= rate <= high
    return found.mean(axis=0)


def at_most(rate, draws):
    """The rate that is exceeded by chance once in a thousand times."""
    return stats.binom.ppf(0.999, draws, rate) / draws


def test_intervals_cover_at_about_their_level():
    draws = 150
    below, above, outside = missed(World(kernels=12, scenes=16, kernel_effects=0.7, scene_effects=0.7), draws)
    assert below <= at_most(0.025, draws)
    assert max(below + above, outside) <= at_most(0.06, draws)


@pytest.mark.slow
@pytest.mark.parametrize("name", WORLDS)
def test_intervals_cover_at_their_nominal_rate(name):
    draws = 1000
    below, above, outside = missed(WORLDS[name], draws)
    print(
        f"\n95 % intervals, {name}: difference covered {100 * (1 - below - above):.1f} % (truth below "
        f"{100 * below:.1f} %, above {100 * above:.1f} %), rate covered {100 * (1 - outside):.1f} %; ± 0.7 %"
    )
    # The lower end is what a claim is supported by.
    assert below <= at_most(0.025, draws)
    assert outside <= at_most(0.06, draws)
    # A few kernels with large effects among many without any are easily missed: there the upper end is short.
    assert below + above <= at_most(0.055 if "rate 0.4" in name else 0.08, draws)


def supported(world, draws, seed=0, **options):
    """Return how often any claim is supported, and how often a claim is, not supported, or undecided."""
    rng = np.random.default_rng(seed)
    decisions = [
        [claim.decision for claim in verdict(rows(world.draw(rng)), resamples=500, **options).claims]
        for _ in range(draws)
    ]
    any_supported = np.mean(["supported" in each for each in decisions])
    flat = [each for found in decisions for each in found]
    return any_supported, {what: flat.count(what) / len(flat) for what in ("supported", "not supported", "undecided")}


@pytest.mark.slow
@pytest.mark.parametrize("name", [each for each in WORLDS if "rate 0.4" in each])
def test_without_an_effect_no_more_than_the_nominal_error_is_supported(name):
    draws = 300
    world = attrs.evolve(WORLDS[name], effects={"f1": 0.0, "f2": 0.0, "f3": 0.0})
    world = attrs.evolve(world, effects=world.neutral())
    any_supported, shares = supported(world, draws)
    print(f"\nno effect, 3 claims, {name}: any supported {100 * any_supported:.1f} %; {shares}")
    assert any_supported <= stats.binom.ppf(0.999, draws, 0.05) / draws


@pytest.mark.slow
def test_a_planted_effect_is_found():
    world = World(kernels=20, scenes=40, kernel_effects=0.3, scene_effects=0.3, rate=0.3, effects={"fractal": 0.7})
    gained = world.true_rate("fractal") - world.rate
    any_supported, shares = supported(world, 200)
    print(f"\nplanted effect of {100 * gained:.1f} points on 20 × 40: supported {100 * any_supported:.1f} %; {shares}")
    assert any_supported >= 0.95


@pytest.mark.slow
def test_a_harm_and_a_tiny_effect_are_not_supported():
    harmful = World(kernels=20, scenes=40, rate=0.4, effects={"fractal": -0.6})
    assert supported(harmful, 100)[1]["not supported"] == 1.0
    tiny = World(kernels=30, scenes=60, rate=0.1, effects={"fractal": 0.02})
    shares = supported(tiny, 100)[1]
    print(f"\nan effect of {100 * (tiny.true_rate('fractal') - 0.1):.1f} points on 30 × 60: {shares}")
    assert shares["not supported"] >= 0.95


def test_an_effect_as_plain_as_day_is_found_and_none_is_not():
    world = World(kernels=15, scenes=20, effects={"fractal": 1.5})
    assert supported(world, 5)[1]["supported"] == 1.0
    world = World(kernels=15, scenes=20, effects={"fractal": 0.0})
    assert supported(world, 5)[0] <= 0.4
