import cmath
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fracorr import ConfigurationError, Kernel
from fracorr_conformal.conformal import Conformal


def at(transform, z):
    image, _ = transform.map(np.array([z]))
    return complex(image[0])


def test_the_maps_have_the_values_that_one_computes_by_hand():
    assert at(Conformal(a=1, b=2, c=1j, d=1), 1) == pytest.approx(3 / (1 + 1j))
    assert at(Conformal(kind="power", exponent=3), 1 + 1j) == pytest.approx(-2 + 2j)
    assert at(Conformal(kind="power", exponent=0.5), 4j) == pytest.approx(math.sqrt(2) * (1 + 1j))
    assert at(Conformal(kind="power", exponent=1j), math.e) == pytest.approx(cmath.exp(1j))
    assert at(Conformal(kind="inversion", radius=2, centre=1), 1 + 4j) == pytest.approx(1 + 1j)
    assert at(Conformal(kind="joukowski", radius=1), 2) == pytest.approx(2.5)
    assert at(Conformal(kind="joukowski", radius=1), 1j) == pytest.approx(0)
    assert at(Conformal(kind="joukowski", radius=2), 2) == pytest.approx(4)


maps = st.sampled_from(
    [
        Conformal(a=1 + 1j, b=0.5, c=0.3j, d=2),
        Conformal(kind="power", exponent=3),
        Conformal(kind="power", exponent=-2),
        Conformal(kind="power", exponent=0.4 + 0.7j),
        Conformal(kind="inversion", radius=0.7, centre=0.1j),
        Conformal(kind="joukowski", radius=0.6),
    ]
)


@settings(deadline=None, max_examples=60)
@given(maps, st.complex_numbers(min_magnitude=0.2, max_magnitude=1.4))
def test_the_derivative_is_that_of_the_map(transform, z):
    assume(abs(z.imag) > 1e-3 or z.real > 0)  # not across the cut of a fractional power
    step = 1e-6
    stretch = abs(at(transform, z + step) - at(transform, z - step)) / (2 * step)
    _, derivative = transform.map(np.array([z]))
    assert abs(complex(derivative[0])) == pytest.approx(stretch, rel=1e-3, abs=1e-3)


def test_the_identity_gives_the_kernel_back(color_photograph, rng):
    result = Conformal(a=2, b=0, c=0, d=2, supersampling=1).apply(color_photograph, rng)
    np.testing.assert_allclose(result.pixels, color_photograph.pixels, atol=1e-5)
    assert result.support.min() == 1


def test_a_shift_by_whole_pixels_is_exact(photograph, rng):
    result = Conformal(a=1, b=10 / 64, c=0, d=1, supersampling=1).apply(photograph, rng)
    np.testing.assert_allclose(result.pixels[:, :-10], photograph.pixels[:, 10:], atol=1e-5)
    assert result.support[:, :-10].min() == 1
    assert result.support[:, -10:].max() == 0


@pytest.mark.parametrize(
    ("a", "b", "c", "d"), [(1, 0.2, 0.1, 1), (1, 0.1j, -0.2, 1), (1j, 0.1, 0.15j, 1), (2, 0.3, 0, 1.5 + 0.5j)]
)
def test_a_moebius_map_and_its_inverse_cancel(photograph, rng, a, b, c, d):
    there = Conformal(a=a, b=b, c=c, d=d, size=320).apply(photograph, rng)
    back = Conformal(a=d, b=-b, c=-c, d=a, size=128).apply(there, rng)
    whole = back.support > 0.999
    assert whole.mean() > 0.5
    difference = (back.pixels - photograph.pixels)[whole]
    assert np.sqrt(np.mean(difference**2)) < 0.006


def test_an_inversion_cancels_itself(photograph, rng):
    inversion = {"kind": "inversion", "radius": 0.6, "centre": 0.1 - 0.1j}
    there = Conformal(**inversion, size=512).apply(photograph, rng)
    back = Conformal(**inversion, size=128).apply(there, rng)
    whole = back.support > 0.999
    assert whole.mean() > 0.4
    difference = (back.pixels - photograph.pixels)[whole]
    assert np.sqrt(np.mean(difference**2)) < 0.01


def test_a_square_shows_everything_twice(photograph, rng):
    result = Conformal(kind="power", exponent=2, outside="mirror").apply(photograph, rng)
    np.testing.assert_allclose(result.pixels[::-1, ::-1], result.pixels, atol=2e-4)


def test_joukowski_shows_inside_the_circle_what_is_outside(photograph, rng, plane, look_up):
    result = Conformal(kind="joukowski", radius=0.5, outside="mirror", size=512).apply(photograph, rng)
    z = plane(512, 512)
    compared = (abs(z) > 0.3) & (abs(z) < 0.8)
    difference = (look_up(result.pixels, 0.25 / z) - result.pixels)[compared]
    assert np.sqrt(np.mean(difference**2)) < 0.01


def test_fine_detail_is_averaged_and_not_aliased(rng):
    stripes = np.zeros((64, 64), np.float32)
    stripes[:, ::2] = 1
    for samples in (1, 2):
        far = Conformal(a=1, b=0, c=0, d=1, zoom=0.06, outside="tile", supersampling=samples)
        result = far.apply(Kernel(stripes), rng)
        np.testing.assert_allclose(result.pixels, 0.5, atol=0.01)


def test_the_pole_is_transparent_or_the_mean(rng):
    kernel = Kernel(np.linspace(0, 1, 64, dtype=np.float32)[None].repeat(64, 0))
    empty = Conformal(kind="inversion", radius=0.5, size=65).apply(kernel, rng)
    tiled = Conformal(kind="inversion", radius=0.5, size=65, outside="tile").apply(kernel, rng)
    assert empty.support[32, 32] < 0.01
    assert tiled.support[32, 32] == 1
    assert tiled.pixels[32, 32] == pytest.approx(0.5, abs=0.02)


def test_a_small_kernel_keeps_its_area(rng):
    # Seen from far away it covers (0.1)² of the result, wherever pixels fall.
    result = Conformal(a=1, b=0.013, c=0, d=1, zoom=0.1, size=64).apply(Kernel(np.ones((32, 32), np.float32)), rng)
    assert result.support.sum() == pytest.approx(64 * 64 * 0.01, rel=0.02)


def test_a_map_that_misses_the_kernel_says_so(photograph, rng):
    with pytest.raises(ConfigurationError, match="nothing of kernel 'face' is to be seen"):
        Conformal(a=1, b=50, c=0, d=1).apply(photograph, rng)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"a": 1, "b": 2, "c": 2, "d": 4}, "ad − bc = 0; change one of the four"),
        ({"a": 1e-9, "b": 2e-9, "c": 2e-9, "d": 4e-9}, "ad − bc = 0"),
        ({"a": 0, "b": 0}, "ad − bc = 0"),
        ({"kind": "square"}, "kind='square' is not right: it is one of moebius, power, inversion, joukowski"),
        ({"kind": "power", "exponent": 0}, "exponent=0"),
        ({"exponent": complex(math.nan, 1)}, "exponent"),
        ({"radius": 0.0}, "radius=0.0 is not right: it takes a finite number above 0"),
        ({"centre": 1e7}, "a complex number of a magnitude at most 1e"),
        ({"zoom": math.nan}, "zoom=nan"),
    ],
)
def test_wrong_values_are_named(values, message):
    with pytest.raises(ConfigurationError, match=message):
        Conformal(**values)


@pytest.mark.parametrize("size", [1e-200, 1e-9, 1e6])
def test_the_common_size_of_the_coefficients_means_nothing(size):
    small = Conformal(a=size, b=size / 2, c=0, d=size)
    assert at(small, 1j) == pytest.approx(0.5 + 1j)
