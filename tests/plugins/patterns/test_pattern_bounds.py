"""Values that no pattern can carry out: each ends in a message that says what would be right."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import ConfigurationError
from fracorr.components import Kind
from fracorr.plugins import default_registry
from fracorr.selection import select_one

RNG = np.random.default_rng(0)


def kernels(spec):
    return list(select_one(default_registry(), Kind.SOURCE, spec).instance.kernels(RNG))


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("gabor:bandwidth=2000", r"bandwidth=2000\.0 is not right: it takes a number from 0\.01 to 20"),
        ("gabor:bandwidth=1e-300", r"bandwidth=1e-300 is not right: it takes a number from 0\.01 to 20"),
        ("gabor:1e300", r"wavelength=1e\+300 is not right: it takes a number from 2 to 100000"),
        ("gabor:8,aspect=1e300", r"aspect=1e\+300 is not right: it takes a number from 0\.05 to 20"),
        ("log:1e300", r"sigma=1e\+300 is not right: it takes a number from 0\.5 to 10000"),
        ("dog:1e200", r"sigma=1e\+200 is not right: it takes a number from 0\.5 to 10000"),
        ("dog:3,ratio=1e300", r"ratio=1e\+300 is not right: it takes a number from 1\.001 to 1000"),
        ("circular-harmonic:100000000", "order=100000000 is not right: it takes a whole number from 0 to 12867"),
        ("circular-harmonic:2,zero=100000000", "zero=100000000 is not right: it takes a whole number from 1 to 4096"),
        # The n-th zero of J_m is near (n + m/2 − 1/4) π: 4095.75 and 4096.75 pixels of radius.
        ("circular-harmonic:0,zero=4096", "too fine for size=64: .* it takes size=8192 or more"),
        ("circular-harmonic:2,zero=4096", "too fine for size=64: .* no size up to 8192 does"),
        ("circular-harmonic:3001,size=2048", "order=3001 is too high for radial=bessel, which goes up to 3000"),
        ("log-polar-harmonic:1e300", r"omega=1e\+300 is not right: it takes a number from -12867 to 12867"),
        ("star:" + "9" * 400, "arms=9{400} is not right: it takes a whole number from 1 to 12867"),
        ("disc:1e-9", "'disc': at size=64 it falls between the pixels"),
        ("disc:1e-9,ground=none", "'disc': at size=64 it falls between the pixels"),
        # 10⁸ / 64² = 24414.06.
        ("noise:100000000", "100000000 kernels of 64×64 pixels .* have 100000000 pixels, which is 24414 kernels"),
        # 2 wavelengths · 2 directions · 2 phases; 10⁸ / 4096² = 5.96.
        ("gabor:[8,16],directions=2,size=4096", "8 kernels of 4096×4096 pixels are too .* 5 kernels of size=4096"),
        ("patches:count=99,size=8192", "99 kernels of 8192×8192 pixels are too many: .* 1 kernels of size=8192"),
    ],
)
def test_values_that_cannot_be_carried_out(spec, message):
    with pytest.raises(ConfigurationError, match=message):
        kernels(spec)


def test_the_pixel_limit_bounds_all_kernels_together(monkeypatch):
    monkeypatch.setenv("FRACORR_MAX_PIXELS", "1023")

    # 15 · 8² = 960 and 16 · 8² = 1024.
    assert len(kernels("noise:15,size=8")) == 15
    with pytest.raises(ConfigurationError, match="may have 1023 pixels, .* FRACORR_MAX_PIXELS sets another"):
        kernels("noise:16,size=8")


NUMBERS = st.one_of(st.floats(), st.floats(0, 3), st.integers(-2, 40), st.integers(), st.just(1e300), st.just(1e-300))
WHOLE = st.one_of(st.integers(-1, 40), st.integers(), st.just(10**400))
PARAMETERS = {
    "gabor": {"wavelength": NUMBERS, "directions": WHOLE, "bandwidth": NUMBERS, "aspect": NUMBERS},
    "dog": {"sigma": NUMBERS, "ratio": NUMBERS},
    "log": {"sigma": NUMBERS},
    "circular-harmonic": {"order": WHOLE, "zero": WHOLE, "radial": st.sampled_from(["bessel", "ring", "flat"])},
    "log-polar-harmonic": {"omega": NUMBERS, "order": WHOLE, "inner": NUMBERS},
    "star": {"arms": WHOLE},
    "checkerboard": {"cells": WHOLE},
    "disc": {"radius": NUMBERS, "ground": st.sampled_from(["black", "none"])},
    "ring": {"radius": NUMBERS, "inner": NUMBERS, "ground": st.sampled_from(["black", "none"])},
    "square": {"width": NUMBERS, "ground": st.sampled_from(["black", "none"])},
    "noise": {"count": WHOLE, "color": st.booleans()},
}


@st.composite
def specs(draw):
    name = draw(st.sampled_from(sorted(PARAMETERS)))
    given_values = draw(st.fixed_dictionaries({}, optional=PARAMETERS[name]))
    values = {key: str(value).lower() for key, value in given_values.items()}
    values["size"] = str(draw(st.one_of(st.integers(2, 40), st.integers(-1, 2))))
    return f"{name}:" + ",".join(f"{key}={value}" for key, value in values.items())


@settings(max_examples=150, deadline=None)
@given(spec=specs())
def test_any_value_gives_finite_kernels_or_a_message(spec):
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as environment:
        warnings.simplefilter("error")
        # Without it, millions of kernels of one pixel would be allowed, and made.
        environment.setenv("FRACORR_MAX_PIXELS", "20000")
        try:
            found = kernels(spec)
        except ConfigurationError:
            return
    assert found
    for kernel in found:
        assert np.isfinite(kernel.pixels).all()
        assert 0 <= kernel.pixels.min() <= kernel.pixels.max() <= 1
        assert kernel.support.max() > 0
