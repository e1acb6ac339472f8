"""What cannot be done is said clearly, with what would be right."""

import math
import re

import numpy as np
import pytest
import skimage.data

from fracorr import Kernel
from fracorr.errors import ConfigurationError, FracorrError
from fracorr.parameters import build, parameters_of, spec_of
from fracorr_orbit import plugin
from fracorr_orbit.transform import OrbitTrap


@pytest.fixture(scope="module")
def face():
    return Kernel(skimage.data.astronaut()[20:116, 180:276])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"degree": math.nan}, r"degree=nan is not right: it takes a number from 2 to 9"),
        ({"degree": 1.5}, r"degree=1\.5 is not right: it takes a number from 2 to 9"),
        ({"degree": 10.0}, r"degree=10\.0"),
        ({"degree": "five"}, r"degree='five'"),
        ({"degree": True}, r"degree=True"),
        ({"c": complex(math.nan, 0)}, r"c=\(nan\+0j\) is not right: it takes a complex number such as 0\.6-0\.04i"),
        ({"c": complex(0, math.inf)}, r"c=infj"),
        ({"c": 1e300 + 0j}, r"absolute value at most 1e\+06"),
        ({"trap_side": 0.0}, r"trap_side=0\.0 is not right: it takes a number above 0 and at most 1e\+06"),
        ({"trap_side": -1.0}, r"trap_side=-1\.0"),
        ({"trap_angle": math.nan}, r"trap_angle=nan"),
        ({"trap_centre": complex(0, math.nan)}, r"trap_centre"),
        ({"extent": math.inf}, r"extent=inf"),
        ({"zoom": 0.0}, r"zoom=0\.0"),
        ({"iterations": 0}, r"iterations=0 is not right: it takes a whole number from 1 to 100000"),
        ({"iterations": 2.5}, r"iterations=2\.5"),
        ({"supersample": 33}, r"supersample=33"),
        ({"tiles": 0}, r"tiles=0"),
        ({"mirror": 1}, r"mirror=1 is not right: it takes true or false"),
        ({"size": 0}, r"size=0"),
        ({"preset": "rabit"}, r"preset='rabit' is not right: .*did you mean 'rabbit'"),
        ({"rule": "second"}, r"rule='second' is not right: it takes one of first, last, nearest, average, alpha"),
        ({"set": "newton"}, r"set='newton' is not right: it takes one of julia, mandelbrot"),
        ({"background": "blakc"}, r"background='blakc' is not right: it takes a color such as black"),
        ({"background": 1.5}, r"background=1\.5"),
        ({"background": math.nan}, r"background=nan"),
        ({"set": "mandelbrot", "c": 0.1j}, r"c=0\.1j does not go with set=mandelbrot, where c is the pixel"),
    ],
)
def test_wrong_parameters_are_refused(values, message):
    with pytest.raises(ConfigurationError, match=f"'orbit-trap': .*{message}"):
        OrbitTrap(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"trap_centre": 30 + 0j},
        {"trap_side": 1e-6, "trap_centre": 0.7 - 0.3j},
        {"c": 0.9 + 0.9j, "degree": 2.0, "trap_side": 0.01},
        {"c": 3.0 + 0j, "trap_angle": 20.0, "trap_side": 0.02},
        {"set": "mandelbrot", "trap_centre": -1.9 + 1.5j, "trap_side": 1e-3},
        {"trap_centre": 5.0 - 9.0j, "tiles": 3, "trap_side": 0.01, "trap_angle": -50.0},
    ],
)
def test_what_traps_nothing_says_so_and_both_suggestions_work(values, face, rng):
    with pytest.raises(ConfigurationError, match=r"'orbit-trap' traps nothing: with degree=\S+ and c=") as caught:
        OrbitTrap(**values).apply(face, rng)
    side = re.search(r"trap_side=(\S+) or more", str(caught.value))
    centre = re.search(r"trap_centre=(\S+), or", str(caught.value))
    assert side
    assert centre
    larger = OrbitTrap(**{**values, "trap_side": float(side.group(1))})
    assert larger.apply(face, rng).support.any()
    moved = OrbitTrap(**{**values, "trap_centre": complex(centre.group(1).replace("i", "j"))})
    assert moved.apply(face, rng).support.any()


@pytest.mark.parametrize(
    "values", [{"c": 5e5 + 0j}, {"centre": 1e5 + 0j}, {"centre": 400j, "zoom": 100.0, "degree": 9.0}]
)
def test_a_window_or_a_c_where_everything_runs_off_says_so(values, face, rng):
    with pytest.raises(
        ConfigurationError, match=r"traps nothing.*run off to infinity: use a c closer to 0, or a window"
    ):
        OrbitTrap(**values).apply(face, rng)


def test_an_output_beyond_the_pixel_limit_is_refused_before_it_is_made(face, rng, monkeypatch):
    monkeypatch.setenv("FRACORR_MAX_PIXELS", "10000")
    assert OrbitTrap(size=100).apply(face, rng).shape == (100, 100)
    with pytest.raises(ConfigurationError, match=r"size=101 would make 10,201 pixels, more than the limit of 10,000"):
        OrbitTrap(size=101).apply(face, rng)
    monkeypatch.delenv("FRACORR_MAX_PIXELS")
    with pytest.raises(ConfigurationError, match=r"use at most size=10000, or set FRACORR_MAX_PIXELS"):
        OrbitTrap(size=1_000_000).apply(face, rng)


@pytest.mark.parametrize(
    ("bare", "values", "expected"),
    [
        (None, {"degree": "3"}, OrbitTrap(degree=3.0)),
        ("rabbit", {}, OrbitTrap(preset="rabbit")),
        ("siegel", {"rule": "alpha", "background": "0.5"}, OrbitTrap(preset="siegel", rule="alpha", background=0.5)),
        (None, {"c": "-0.8+0.156i", "degree": "2"}, OrbitTrap(c=-0.8 + 0.156j, degree=2.0)),
        (None, {"set": "mandelbrot", "size": "256"}, OrbitTrap(set="mandelbrot", size=256)),
        (None, {"background": "#20a0ff", "mirror": "true"}, OrbitTrap(background="#20a0ff", mirror=True)),
    ],
)
def test_spec_strings_make_the_component(bare, values, expected):
    assert build(OrbitTrap, "orbit-trap", values, bare) == expected


def test_spec_strings_with_wrong_values_say_what_they_take():
    with pytest.raises(ConfigurationError, match=r"degree='nan' is not right"):
        build(OrbitTrap, "orbit-trap", {"degree": "nan"})
    with pytest.raises(ConfigurationError, match=r"degree=1\.0 is not right: it takes a number from 2 to 9"):
        build(OrbitTrap, "orbit-trap", {"degree": "1"})
    with pytest.raises(FracorrError, match=r"has no parameter 'degre'; did you mean 'degree'"):
        build(OrbitTrap, "orbit-trap", {"degre": "3"})


def test_the_shortest_spec_of_the_defaults_is_the_name():
    assert spec_of("orbit-trap", OrbitTrap()) == "orbit-trap"
    assert spec_of("orbit-trap", OrbitTrap(preset="rabbit", degree=3.0)) == "orbit-trap:rabbit,degree=3"


def test_every_parameter_is_described():
    assert all(each.help for each in parameters_of(OrbitTrap))
    assert [each.name for each in parameters_of(OrbitTrap) if each.main] == ["preset"]


def test_the_plugin_offers_it():
    (spec,) = plugin.fracorr_fractal_transforms()
    assert (spec.name, spec.target) == ("orbit-trap", "fracorr_orbit.transform:OrbitTrap")


def test_the_kernel_is_never_written_to(face, rng):
    before = face.pixels.copy(), face.support.copy()
    OrbitTrap(interpolation="bilinear", background="transparent", supersample=2).apply(face, rng)
    np.testing.assert_array_equal(face.pixels, before[0])
    np.testing.assert_array_equal(face.support, before[1])
