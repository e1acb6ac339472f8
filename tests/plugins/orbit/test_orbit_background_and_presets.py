"""What is seen where nothing was trapped, and what the presets are."""

import numpy as np
import pytest
import skimage.data

from fracorr import Kernel
from fracorr_orbit.presets import PRESETS
from fracorr_orbit.transform import OrbitTrap


@pytest.fixture(scope="module")
def face():
    return Kernel(skimage.data.astronaut()[20:116, 180:276])


@pytest.mark.parametrize(
    ("background", "rgb"),
    [
        ("black", (0, 0, 0)),
        ("white", (1, 1, 1)),
        ("teal", (0, 128 / 255, 128 / 255)),
        ("#ff8000", (1, 128 / 255, 0)),
        ("rgb(10, 20, 30)", (10 / 255, 20 / 255, 30 / 255)),
        (0.25, (0.25, 0.25, 0.25)),
        (1, (1, 1, 1)),
    ],
)
def test_colors_fill_what_was_not_trapped(face, background, rgb, rng):
    result = OrbitTrap(background=background).apply(face, rng)
    plain = OrbitTrap().apply(face, rng)
    outside = plain.support == 0
    np.testing.assert_allclose(result.pixels[outside], np.broadcast_to(rgb, (outside.sum(), 3)), atol=1e-6)
    np.testing.assert_array_equal(result.pixels[~outside], plain.pixels[~outside])
    np.testing.assert_array_equal(result.support, plain.support)


def test_a_gray_kernel_stays_gray_and_takes_the_colors_luma(face, rng):
    result = OrbitTrap(background="#ff0000").apply(Kernel(face.gray), rng)
    assert result.pixels.shape == (96, 96)
    assert result.pixels[0, 0] == pytest.approx(0.299, abs=1e-6)


def test_mean_is_the_mean_of_what_was_trapped(face, rng):
    soft = face.derive(support=np.linspace(0.1, 1, 96)[:, None] * np.ones(96))
    straight = OrbitTrap(background="transparent").apply(soft, rng)
    result = OrbitTrap(background="mean").apply(soft, rng)
    expected = np.average(
        straight.pixels.reshape(-1, 3).astype(np.float64), axis=0, weights=straight.support.reshape(-1)
    )
    np.testing.assert_allclose(result.pixels[0, 0], expected, atol=1e-5)


def test_transparent_keeps_colors_straight_and_a_color_is_painted_under(face, rng):
    soft = face.derive(support=np.full((96, 96), 0.25))
    plain = OrbitTrap().apply(face, rng)
    inside = plain.support > 0
    straight = OrbitTrap(background="transparent").apply(soft, rng)
    painted = OrbitTrap(background="white").apply(soft, rng)
    np.testing.assert_allclose(straight.pixels[inside], plain.pixels[inside], atol=1e-6)
    np.testing.assert_allclose(painted.pixels[inside], 0.25 * plain.pixels[inside] + 0.75, atol=1e-6)
    for result in (straight, painted):
        np.testing.assert_allclose(result.support, 0.25 * plain.support, atol=1e-6)
    assert straight.pixels[~inside].max() == 0


def critical_orbit(name, steps):
    preset = PRESETS[name]
    points = [0j]
    for _ in range(steps):
        points.append(points[-1] ** int(preset.degree) + preset.c)
    return points


def test_the_rabbits_critical_point_has_period_three():
    points = critical_orbit("rabbit", 3)
    assert abs(points[3]) < 1e-14
    assert abs(points[1]) > 0.1
    assert points[1].imag > 0


def test_the_dendrites_critical_orbit_ends_on_a_repelling_cycle_of_two():
    points = critical_orbit("dendrite", 5)
    assert points[4] == points[2] != points[3]
    assert abs(2 * points[2] * 2 * points[3]) > 1


@pytest.mark.parametrize(
    ("name", "turn"), [("san-marco", 1 / 2), ("siegel", (np.sqrt(5) - 1) / 2)], ids=["san-marco", "siegel"]
)
def test_san_marco_and_siegel_have_a_neutral_fixed_point(name, turn):
    c = PRESETS[name].c
    multipliers = 2 * np.roots([1, -1, c])  # of z² − z + c = 0
    neutral = multipliers[np.argmin(np.abs(np.abs(multipliers) - 1))]
    assert abs(neutral - np.exp(2j * np.pi * turn)) < 1e-7


@pytest.mark.parametrize("name", PRESETS)
def test_presets_draw_pictures_of_their_own(name, face, rng):
    result = OrbitTrap(preset=name).apply(face, rng)
    assert result.support.mean() > 0.03
    others = [OrbitTrap(preset=other).apply(face, rng) for other in PRESETS if other != name]
    assert all(np.abs(result.support - other.support).mean() > 0.01 for other in others)


def test_c_and_degree_take_precedence_over_the_preset(face, rng):
    result = OrbitTrap(preset="rabbit", degree=3.0).apply(face, rng)
    same = OrbitTrap(degree=3.0, c=PRESETS["rabbit"].c).apply(face, rng)
    np.testing.assert_array_equal(result.pixels, same.pixels)
