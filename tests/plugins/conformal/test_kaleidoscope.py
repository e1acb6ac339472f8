import math

import numpy as np
import pytest

from fracorr import ConfigurationError, Kernel
from fracorr_conformal.kaleidoscope import Kaleidoscope


def test_the_first_wedge_is_the_kernel_itself(photograph, rng, plane):
    result = Kaleidoscope(mirrors=3, supersampling=1).apply(photograph, rng)
    z = plane(128, 128)
    wedge = (np.angle(z) > 0.02) & (np.angle(z) < math.pi / 3 - 0.02) & (abs(z) < 0.98)
    np.testing.assert_allclose(result.pixels[wedge], photograph.pixels[wedge], atol=1e-5)


def test_four_mirrors_give_the_symmetry_of_the_square_exactly(color_photograph, rng):
    result = Kaleidoscope(mirrors=4, angle=17, centre=0.1 + 0.2j, size=90).apply(color_photograph, rng)
    for mirrored in (lambda a: a[::-1], lambda a: a[:, ::-1], lambda a: a.swapaxes(0, 1), np.rot90):
        np.testing.assert_allclose(mirrored(result.pixels), result.pixels, atol=2e-4)
        np.testing.assert_allclose(mirrored(result.support), result.support, atol=2e-4)


@pytest.mark.parametrize("mirrors", [1, 2, 3, 5, 6, 9])
def test_it_has_its_dihedral_symmetry(photograph, rng, plane, look_up, mirrors):
    rotation = 20.0
    result = Kaleidoscope(mirrors=mirrors, angle=40, rotation=rotation, size=256).apply(photograph, rng)
    z = plane(256, 256)
    compared = abs(z) < 0.9
    axis = np.exp(1j * math.radians(rotation))
    symmetric = [z * np.exp(2j * math.pi / mirrors), axis**2 * z.conj()]
    for place in symmetric:
        difference = (look_up(result.pixels, place) - result.pixels)[compared]
        assert np.sqrt(np.mean(difference**2)) < 0.006
    half = np.exp(1j * math.pi / mirrors)
    difference = (look_up(result.pixels, z * half) - result.pixels)[compared]
    assert np.sqrt(np.mean(difference**2)) > 0.05  # half the turn is no symmetry: the test can tell


def test_the_angle_chooses_the_wedge(rng):
    pixels = np.zeros((64, 64), np.float32)
    pixels[:32, :32] = 1  # the upper left quadrant, from 90° to 180°
    upper_left = Kaleidoscope(mirrors=2, angle=90).apply(Kernel(pixels), rng)
    lower_right = Kaleidoscope(mirrors=2, angle=270).apply(Kernel(pixels), rng)
    assert upper_left.pixels[3:-3, 3:-3].mean() > 0.98
    assert lower_right.pixels[3:-3, 3:-3].mean() < 0.02


def test_beyond_the_kernel_there_is_nothing_unless_asked_for(photograph, rng):
    assert Kaleidoscope(mirrors=4, zoom=0.5).apply(photograph, rng).support[0, 0] == 0
    for outside in ("edge", "tile", "mirror"):
        assert Kaleidoscope(mirrors=4, zoom=0.5, outside=outside).apply(photograph, rng).support.min() == 1


def test_zoom_shows_more_or_less_of_the_plane(photograph, rng):
    plain = Kaleidoscope(mirrors=6, size=200, supersampling=1).apply(photograph, rng)
    wider = Kaleidoscope(mirrors=6, size=400, supersampling=1, zoom=0.5).apply(photograph, rng)
    middle = wider.pixels[100:300, 100:300]
    np.testing.assert_allclose(middle[plain.support > 0], plain.pixels[plain.support > 0], atol=1e-4)


@pytest.mark.parametrize(
    "values",
    [{"mirrors": 0}, {"angle": math.nan}, {"centre": complex(math.nan, 0)}, {"outside": "nothing"}, {"zoom": 0.0}],
)
def test_wrong_values_are_named(values):
    (name,) = values
    with pytest.raises(ConfigurationError, match=f"'kaleidoscope': {name}="):
        Kaleidoscope(**values)
