import cmath
import math

import numpy as np
import pytest

from fracorr import ConfigurationError, Kernel
from fracorr_conformal.droste import Droste


def rms(values):
    return float(np.sqrt(np.mean(np.square(values))))


def source_by_the_formula(z, r1, r2, p1, p2):
    """r₁ · exp(p₁ · ln(z/r₁) / (cos α · e^{iα})), brought into the ring r₁ ≤ |w| < r₂."""
    period = math.log(r2 / r1)
    alpha = math.atan(p2 / p1 * period / (2 * math.pi))
    source = r1 * cmath.exp(p1 * cmath.log(z / r1) / (math.cos(alpha) * cmath.exp(1j * alpha)))
    while abs(source) >= r2:
        source *= r1 / r2
    while abs(source) < r1:
        source *= r2 / r1
    return source


@pytest.mark.parametrize(("periodicity", "strands"), [(1, 0), (1, 1), (1, -1), (2, 1), (1, 2), (3, -2)])
def test_every_pixel_shows_the_place_that_the_published_formula_names(
    photograph, rng, plane, look_up, periodicity, strands
):
    inner, outer = 0.3, 0.9
    result = Droste(
        inner=inner, outer=outer, periodicity=periodicity, strands=strands, blend=0, supersampling=1, size=256
    ).apply(photograph, rng)
    z = plane(256, 256)
    sources = np.array([source_by_the_formula(each, inner, outer, periodicity, strands) for each in z.ravel()])
    sources = sources.reshape(z.shape)
    gamma = abs(complex(periodicity, -strands * math.log(outer / inner) / (2 * math.pi)))
    stretch = gamma * abs(sources) / abs(z) * 0.5  # kernel pixels per pixel of the result
    within_the_ring = (abs(sources) > inner * 1.05) & (abs(sources) < outer * 0.95)
    plain = within_the_ring & (stretch < 1)  # elsewhere the result averages
    assert plain.mean() > 0.2
    assert abs(result.pixels - look_up(photograph.pixels, sources))[plain].max() < 0.01


@pytest.mark.parametrize("strands", [-1, 0, 1, 2])
def test_a_droste_picture_is_invariant_under_its_own_scaling_rotation(photograph, rng, plane, look_up, strands):
    droste = Droste(inner=0.4, strands=strands, size=320)
    result = droste.apply(photograph, rng)
    z = plane(320, 320)
    period = math.log(1 / 0.4)
    factor = cmath.exp(period / complex(1, -strands * period / (2 * math.pi)))
    assert factor == pytest.approx(droste.self_similarity)
    compared = (abs(z) > 0.15) & (abs(z * factor) < 0.98)
    assert compared.mean() > 0.05
    difference = (look_up(result.pixels, z * factor) - result.pixels)[compared]
    wrong_turn = (look_up(result.pixels, z * factor * cmath.exp(0.3j)) - result.pixels)[compared]
    wrong_size = (look_up(result.pixels, z * factor * 0.9) - result.pixels)[compared]
    assert rms(difference) < 0.012
    assert rms(wrong_turn) > 8 * rms(difference)
    assert rms(wrong_size) > 4 * rms(difference)


def test_escher_s_print_gallery_has_the_scaling_rotation_that_de_smit_and_lenstra_found():
    # Its straightened picture repeats 256 times smaller; Escher's own is turned by 157.6° and 22.58 times smaller.
    factor = Droste(inner=1 / 256, outer=1).self_similarity
    assert abs(factor) == pytest.approx(22.58, abs=0.005)
    assert abs(math.degrees(cmath.phase(factor))) == pytest.approx(157.63, abs=0.01)


@pytest.mark.parametrize(("periodicity", "strands"), [(1, 0), (1, 1), (2, -3), (3, 5)])
def test_it_closes_without_a_seam_where_the_angle_jumps(photograph, rng, periodicity, strands):
    result = Droste(periodicity=periodicity, strands=strands, size=200, inner=0.5).apply(photograph, rng)
    left = result.pixels[:, 10:50].astype(float)
    steps = np.abs(np.diff(left, axis=0)).mean(axis=1)
    # The branch cut of the logarithm lies between rows 99 and 100.
    assert steps[99] < 1.2 * max(steps[97:99].max(), steps[100:102].max())


def test_rotation_turns_counter_clockwise(photograph, rng):
    plain, turned = (Droste(rotation=angle, size=96).apply(photograph, rng) for angle in (0, 90))
    np.testing.assert_allclose(turned.pixels, np.rot90(plain.pixels), atol=2e-3)


def test_zooming_and_turning_by_its_own_factor_changes_nothing(photograph, rng):
    droste = Droste(size=128)
    factor = droste.self_similarity
    moved = Droste(size=128, zoom=abs(factor), rotation=math.degrees(cmath.phase(factor)))
    np.testing.assert_allclose(moved.apply(photograph, rng).pixels, droste.apply(photograph, rng).pixels, atol=2e-3)


def test_blending_hides_the_edge_of_the_ring(rng, plane):
    brighter_outwards = Kernel(np.clip(abs(plane(128, 128)), 0, 1).astype(np.float32))

    def largest_step(blend):
        result = Droste(strands=0, inner=0.5, blend=blend, size=256).apply(brighter_outwards, rng)
        return np.abs(np.diff(result.pixels[127, 160:].astype(float))).max()

    assert largest_step(0) > 0.2
    assert largest_step(0.3) < 0.07


def test_an_opaque_kernel_covers_everything(color_photograph, rng):
    result = Droste(size=100).apply(color_photograph, rng)
    assert result.support.min() > 0.999
    assert result.pixels.shape == (100, 100, 3)


def test_the_next_larger_copy_shows_through_a_hole(rng):
    # White, with a black disc in the middle; a hole in the ring.
    y, x = np.mgrid[:200, :200] - 99.5
    pixels = np.where(np.hypot(x, y) < 30, 0.2, 0.8)
    support = np.where(np.hypot(x - 70, y) < 15, 0.0, 1.0)
    kernel = Kernel(pixels.astype(np.float32), support.astype(np.float32))
    settings = {"inner": 0.5, "outer": 1.0, "strands": 0, "blend": 0.0, "size": 200}
    closed = Droste(**settings, see_through=0).apply(kernel, rng)
    seen = Droste(**settings, see_through=1).apply(kernel, rng)
    # The hole lies at 0.7; the larger copy, twice the size, shows its own place 0.35 there: white beside the disc.
    assert closed.support[99, 170] == 0
    assert seen.support[99, 170] == 1
    assert seen.pixels[99, 170] == pytest.approx(0.8, abs=0.01)


def test_the_kernel_s_transparent_outside_stays_transparent(rng):
    support = np.zeros((64, 64), np.float32)
    support[:, 32:] = 1
    kernel = Kernel(np.full((64, 64), 0.5, np.float32), support)
    result = Droste(strands=0, size=64, blend=0, see_through=0).apply(kernel, rng)
    assert result.support[:, :30].max() < 0.02
    assert result.support[:, 34:].min() > 0.98


def test_the_spiral_s_end_follows_the_centre(rng):
    pixels = np.zeros((101, 101), np.float32)
    pixels[:51] = 1  # above the middle white, below it black
    upper = Droste(inner=0.2, outer=0.4, centre=0.5j, strands=0).apply(Kernel(pixels), rng)
    lower = Droste(inner=0.2, outer=0.4, centre=-0.5j, strands=0).apply(Kernel(pixels), rng)
    upper_pixels, lower_pixels = upper.pixels.copy(), lower.pixels.copy()
    upper_pixels[50, 50], lower_pixels[50, 50] = 1, 0  # the pole shows the surroundings too
    assert upper_pixels.min() > 0.98
    assert lower_pixels.max() < 0.02


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"inner": 1.0, "outer": 0.5}, "'droste': inner=1 must be smaller than outer=0.5"),
        ({"inner": 0.5, "outer": 0.5}, "must be smaller"),
        ({"inner": math.nan}, "inner=nan is not right: it takes a finite number at least 1e-06 and at most 100"),
        ({"outer": math.inf}, "outer=inf"),
        ({"rotation": math.nan}, "rotation=nan"),
        ({"centre": complex(0, math.nan)}, "centre"),
        ({"inner": -1.0}, "inner=-1.0"),
        ({"periodicity": 0}, "periodicity=0 is not right: it takes a whole number at least 1 and at most 64"),
        ({"strands": 1.5}, "strands=1.5"),
        ({"blend": 2.0}, "blend"),
        ({"size": 1}, "size=1"),
        ({"supersampling": True}, "supersampling"),
    ],
)
def test_wrong_values_are_named(values, message):
    with pytest.raises(ConfigurationError, match=message.replace("(", r"\(")):
        Droste(**values)
