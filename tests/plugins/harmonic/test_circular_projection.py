import math

import numpy as np
import pytest

from fracorr import ConfigurationError, Kernel
from fracorr_harmonic.circular_projection import Harmonic


@pytest.fixture
def waves(polar_grid):
    """A picture of circular orders 0, 3 and 4, and its parts."""
    radius, angle = polar_grid(160)
    ring = np.exp(-(((radius - 40) / 12) ** 2))
    parts = {
        0: 0.5 + 0.1 * np.cos(radius / 12),
        3: 0.12 * ring * np.cos(3 * angle + 0.4),
        4: 0.15 * np.exp(-(((radius - 50) / 10) ** 2)) * np.sin(4 * angle),
    }
    return Kernel(sum(parts.values()).astype(np.float32)), parts


@pytest.mark.parametrize("orders", [(3,), (4,), (3, 4), (5, 6)])
def test_it_keeps_the_waves_of_its_orders_about_the_mean(waves, rng, orders):
    kernel, parts = waves
    result = Harmonic(orders).apply(kernel, rng)
    inside = result.support == 1
    expected = kernel.pixels[inside].mean() + sum(parts.get(order, 0 * parts[0]) for order in orders)
    np.testing.assert_allclose(result.pixels[inside], expected[inside], atol=2e-3)


def test_with_order_0_it_keeps_the_rings_too(waves, rng):
    kernel, parts = waves
    result = Harmonic((0, 4)).apply(kernel, rng)
    inside = result.support == 1
    np.testing.assert_allclose(result.pixels[inside], (parts[0] + parts[4])[inside], atol=1e-3)


def test_it_lives_on_the_largest_disc(photograph, rng, polar_grid):
    support = Harmonic().apply(photograph, rng).support
    radius, _ = polar_grid(128)
    assert support[radius < 63].min() == 1
    assert support[radius > 65].max() == 0


@pytest.mark.parametrize("orders", [(0, 4, 8), (1,), (2, 3, 7), (0, 5, 10, 15)])
def test_a_photograph_s_energy_is_left_in_the_orders_only(photograph, rng, energies, orders):
    result = Harmonic(orders).apply(photograph, rng)
    energy = energies(result.pixels, 6, 62)
    other = np.ones(len(energy), bool)
    other[[0, *orders]] = False
    assert energy[other].sum() < 1e-4 * energy[1:].sum()
    before = energies(photograph.pixels, 6, 62)
    assert before[other].sum() > 0.2 * before[1:].sum()


@pytest.mark.parametrize("orders", [(0, 4, 8), (1, 2), (0,), (9,)])
def test_projecting_twice_is_projecting_once(photograph, rng, orders):
    once = Harmonic(orders).apply(photograph, rng)
    twice = Harmonic(orders).apply(once, rng)
    inside = once.support == 1
    difference = (twice.pixels - once.pixels)[inside]
    assert np.sqrt(np.mean(difference**2)) < 0.02 * once.pixels[inside].std()


def test_different_orders_are_orthogonal_and_add_up(photograph, rng, polar_grid):
    faint = Kernel((0.45 + 0.1 * photograph.pixels).astype(np.float32))  # leaves room, so that nothing is scaled
    radius, _ = polar_grid(128)
    inside = radius < 62
    mean = faint.pixels[radius < 64].mean()
    first, second, both = (
        Harmonic(orders).apply(faint, rng).pixels[inside] - mean for orders in ((1, 4), (2, 3), (1, 2, 3, 4))
    )
    cosine = np.sum(first * second) / np.sqrt(np.sum(first**2) * np.sum(second**2))
    assert abs(cosine) < 0.01
    np.testing.assert_allclose(first + second, both, atol=1e-3)


def test_all_orders_together_give_the_kernel_back(photograph, rng, polar_grid):
    result = Harmonic(tuple(range(200))).apply(photograph, rng)
    radius, _ = polar_grid(128)
    difference = (result.pixels - photograph.pixels)[radius < 62]
    assert np.sqrt(np.mean(difference**2)) < 0.003


def test_contrast_is_reduced_only_as_far_as_needed(rng, polar_grid):
    radius, angle = polar_grid(100)
    # A four-pointed square wave reaches 4/π times as far in its first harmonic: 0.5 ± 0.6 when it is 0.03 to 0.97.
    strong = np.where(np.cos(4 * angle) > 0, 0.97, 0.03)
    weak = np.where(np.cos(4 * angle) > 0, 0.7, 0.3)
    results = [Harmonic((4,)).apply(Kernel(each.astype(np.float32)), rng).pixels for each in (strong, weak)]
    ring = (radius > 25) & (radius < 45)
    np.testing.assert_allclose(results[1][ring], (0.5 + 0.8 / math.pi * np.cos(4 * angle))[ring], atol=0.02)
    assert results[0][ring].max() > 0.95
    assert results[0][ring].min() < 0.05
    deviation, wave = results[0][ring] - 0.5, np.cos(4 * angle)[ring]
    np.testing.assert_allclose(deviation, wave * (deviation @ wave) / (wave @ wave), atol=0.02)


def test_gaps_in_a_ring_are_filled_with_its_mean_and_lower_its_support(rng, polar_grid):
    radius, angle = polar_grid(100)
    support = (np.abs(angle) > math.pi / 4).astype(np.float32)  # a quarter of each ring is missing
    kernel = Kernel(np.where(np.abs(angle) > math.pi / 4, 0.6, 0.1).astype(np.float32), support)
    result = Harmonic((0, 1, 2, 3)).apply(kernel, rng)
    inside = (radius > 8) & (radius < 48)
    np.testing.assert_allclose(result.pixels[inside], 0.6, atol=0.02)
    np.testing.assert_allclose(result.support[inside], 0.75, atol=0.02)


def test_a_larger_result_has_the_same_content(photograph, rng):
    small, large = (Harmonic((0, 3, 6), size=size).apply(photograph, rng) for size in (None, 256))
    assert large.shape == (256, 256)
    averaged = large.pixels.reshape(128, 2, 128, 2).mean(axis=(1, 3))
    inside = small.support == 1
    assert np.abs(averaged - small.pixels)[inside].mean() < 3e-3


def test_a_smaller_result_is_averaged(rng):
    stripes = np.zeros((128, 128), np.float32)
    stripes[:, ::2] = 1
    result = Harmonic((0, 2), size=32).apply(Kernel(stripes), rng)
    np.testing.assert_allclose(result.pixels[result.support == 1], 0.5, atol=0.02)


def test_colors_are_projected_one_by_one(color_photograph, rng):
    result = Harmonic((0, 5)).apply(color_photograph, rng).pixels
    red = Harmonic((0, 5)).apply(Kernel(color_photograph.pixels[..., 0]), rng).pixels
    assert result.shape == (128, 128, 3)
    # Both are about their mean; the colour picture's three channels share one factor, here 1.
    np.testing.assert_allclose(result[30:100, 30:100, 0], red[30:100, 30:100], atol=2e-3)


def test_a_kernel_outside_the_disc_is_refused(rng):
    support = np.zeros((40, 40), np.float32)
    support[0, 0] = 1
    with pytest.raises(ConfigurationError, match="'harmonic': .* no support within the largest circle"):
        Harmonic().apply(Kernel(np.ones((40, 40), np.float32), support), rng)


@pytest.mark.parametrize("orders", [(), (1, 1), (-1,), (1.5,), (True,), (math.nan,), [1], (10**9,)])
def test_wrong_orders_are_named(orders):
    with pytest.raises(ConfigurationError, match=r"'harmonic': orders=.* a list such as \[0,4,8\]"):
        Harmonic(orders)
