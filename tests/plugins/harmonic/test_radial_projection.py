import math

import numpy as np
import pytest
from scipy import ndimage

from fracorr import ConfigurationError, Kernel
from fracorr_harmonic.radial_projection import RadialHarmonic

SIDE, INNER = 240, 0.1
PERIOD = math.log(1 / INNER)


@pytest.fixture
def waves(polar_grid):
    """A picture of radial orders 0, 1 and 2 between radii 12 and 120, and its parts."""
    radius, angle = polar_grid(SIDE)
    depth = 2 * math.pi * np.log(radius / (INNER * SIDE / 2)) / PERIOD
    parts = {
        0: 0.5 + 0.05 * np.cos(angle),
        1: 0.12 * np.cos(depth + 0.3) * (1 + 0.5 * np.sin(2 * angle)),
        2: 0.1 * np.sin(2 * depth) * np.cos(angle),
    }
    return Kernel(sum(parts.values()).astype(np.float32)), parts


@pytest.mark.parametrize("orders", [(1,), (2,), (1, 2), (3,)])
def test_it_keeps_the_waves_of_its_orders_about_the_mean(waves, rng, polar_grid, orders):
    kernel, parts = waves
    result = RadialHarmonic(orders, inner=INNER).apply(kernel, rng)
    radius, _ = polar_grid(SIDE)
    inside = (radius > 14) & (radius < 118)
    expected = 0.5 + sum(parts.get(order, 0 * parts[0]) for order in orders)
    assert result.support[inside].min() == 1
    np.testing.assert_allclose(result.pixels[inside], expected[inside], atol=4e-3)


def test_with_order_0_it_keeps_what_is_constant_along_rays(waves, rng, polar_grid):
    kernel, parts = waves
    result = RadialHarmonic((0, 2), inner=INNER).apply(kernel, rng)
    radius, _ = polar_grid(SIDE)
    inside = (radius > 14) & (radius < 118)
    np.testing.assert_allclose(result.pixels[inside], (parts[0] + parts[2])[inside], atol=4e-3)


def test_it_lives_on_a_ring(photograph, rng, polar_grid):
    support = RadialHarmonic(inner=0.2).apply(photograph, rng).support
    radius, _ = polar_grid(128)
    assert support[(radius > 14) & (radius < 63)].min() == 1
    assert support[(radius < 11.5) | (radius > 65)].max() == 0


@pytest.mark.parametrize("order", [2, 3, 4])
def test_an_order_repeats_from_scale_to_scale(photograph, rng, polar_grid, order):
    result = RadialHarmonic((0, order), inner=0.1).apply(photograph, rng).pixels.astype(float)
    radius, angle = polar_grid(128)

    def rms_after(factor):
        where = [63.5 - factor * radius * np.sin(angle), 63.5 + factor * radius * np.cos(angle)]
        compared = (radius > 12) & (radius * factor < 62)
        scaled = ndimage.map_coordinates(result, where, order=3)
        return np.sqrt(np.mean((scaled - result)[compared] ** 2))

    own = math.exp(math.log(10) / order)
    assert rms_after(own) < 0.03
    assert rms_after(math.sqrt(own)) > 5 * rms_after(own)  # half a wave further it is upside down


@pytest.mark.parametrize("orders", [(0, 1, 2), (1, 3), (2,)])
def test_projecting_twice_is_projecting_once(waves, photograph, rng, orders):
    # Detail too fine for the inner edge's pixels is smoothed there, so the picture is one without it.
    smooth = Kernel(ndimage.gaussian_filter(photograph.pixels, 4))
    once = RadialHarmonic(orders, inner=0.15).apply(smooth, rng)
    twice = RadialHarmonic(orders, inner=0.15).apply(once, rng)
    inside = (once.support == 1) & (twice.support > 0.9)
    difference = (twice.pixels - once.pixels)[inside]
    assert np.sqrt(np.mean(difference**2)) < 0.04 * once.pixels[inside].std()


def test_different_orders_are_orthogonal_in_the_logarithm_of_the_radius(photograph, rng, polar_grid):
    faint = Kernel((0.45 + 0.1 * photograph.pixels).astype(np.float32))
    radius, _ = polar_grid(128)
    inside = (radius > 14) & (radius < 63)
    first, second = (
        RadialHarmonic(orders, inner=0.2).apply(faint, rng).pixels[inside].astype(float) for orders in ((1,), (2,))
    )
    weight = 1 / radius[inside] ** 2  # dr/r dθ over the area r dr dθ
    first, second = (each - np.average(each, weights=weight) for each in (first, second))
    cosine = np.sum(weight * first * second) / np.sqrt(np.sum(weight * first**2) * np.sum(weight * second**2))
    assert abs(cosine) < 0.03


def test_the_ring_begins_where_pixels_can_carry_the_waves(photograph, rng, polar_grid):
    support = RadialHarmonic((6,), inner=0.001).apply(photograph, rng).support
    radius, _ = polar_grid(128)
    inner = radius[support > 0.5].min()
    # Waves are r · ln(R/r₀) / n long; at the inner edge that is two pixels.
    assert inner * math.log(64 / inner) / 6 == pytest.approx(2, abs=0.4)


def test_gaps_in_a_ray_are_filled_with_its_mean(rng, polar_grid):
    radius, _ = polar_grid(120)
    support = (radius > 24).astype(np.float32)
    kernel = Kernel(np.where(radius > 24, 0.7, 0.0).astype(np.float32), support)
    result = RadialHarmonic((0, 1), inner=0.1).apply(kernel, rng)
    inside = (radius > 8) & (radius < 58)
    np.testing.assert_allclose(result.pixels[inside], 0.7, atol=0.02)
    np.testing.assert_allclose(result.support[inside], math.log(60 / 24) / math.log(10), atol=0.02)


def test_an_order_too_high_for_the_kernel_says_which_is_not(photograph, rng):
    highest = int(64 / math.e / 2)
    with pytest.raises(
        ConfigurationError, match=f"order {highest + 1} has waves too short .* use orders up to {highest},"
    ):
        RadialHarmonic((0, highest + 1)).apply(photograph, rng)
    assert RadialHarmonic((0, highest)).apply(photograph, rng).support.max() == 1


@pytest.mark.parametrize("values", [{"inner": 0.0}, {"inner": math.nan}, {"inner": 1.0}, {"orders": ()}, {"size": 1}])
def test_wrong_values_are_named(values):
    with pytest.raises(ConfigurationError, match=f"'radial-harmonic': {next(iter(values))}="):
        RadialHarmonic(**values)
