"""What every conformal transform keeps, whatever its parameters."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fracorr import ConfigurationError, Kernel
from fracorr.components import Kind
from fracorr.plugins import default_registry
from fracorr.selection import select_chains
from fracorr_conformal import render as rendering
from fracorr_conformal.conformal import Conformal
from fracorr_conformal.droste import Droste
from fracorr_conformal.kaleidoscope import Kaleidoscope
from fracorr_conformal.log_polar import LogPolar, LogPolarInverse

quick = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])

unit = st.floats(0, 1, width=32)


@st.composite
def kernels(draw):
    shape = draw(st.tuples(st.integers(2, 20), st.integers(2, 20)))
    color = draw(st.booleans())
    pixels = draw(arrays(np.float32, (*shape, 3) if color else shape, elements=unit))
    support = None
    if draw(st.booleans()):
        support = draw(arrays(np.float32, shape, elements=unit)).copy()
        support[shape[0] // 2, shape[1] // 2] = 1
    return Kernel(pixels, support, name="drawn")


sizes = st.none() | st.integers(2, 40)
samples = st.integers(1, 3)
angles = st.floats(-1e4, 1e4)
centres = st.complex_numbers(max_magnitude=1.5)
zooms = st.floats(0.01, 100)
outsides = st.sampled_from(["transparent", "edge", "tile", "mirror"])
numbers = st.complex_numbers(max_magnitude=1e6)

drostes = (
    st.tuples(st.floats(1e-3, 100), st.floats(1e-3, 100))
    .filter(lambda pair: max(pair) > 1.001 * min(pair))
    .flatmap(
        lambda pair: st.builds(
            Droste,
            inner=st.just(min(pair)),
            outer=st.just(max(pair)),
            periodicity=st.integers(1, 64),
            strands=st.integers(-64, 64),
            zoom=zooms,
            rotation=angles,
            blend=st.floats(0, 1),
            see_through=st.integers(0, 3),
            centre=centres,
            size=sizes,
            supersampling=samples,
        )
    )
)
kaleidoscopes = st.builds(
    Kaleidoscope,
    mirrors=st.integers(1, 360),
    angle=angles,
    centre=centres,
    rotation=angles,
    zoom=zooms,
    outside=outsides,
    size=sizes,
    supersampling=samples,
)
log_polars = (
    st.tuples(st.floats(1e-3, 1), st.floats(0.1, 10))
    .filter(lambda pair: pair[0] < pair[1])
    .flatmap(
        lambda pair: st.builds(
            LogPolar,
            inner=st.just(pair[0]),
            outer=st.just(pair[1]),
            angle=angles,
            centre=centres,
            size=sizes,
            supersampling=samples,
        )
    )
)
inverses = st.builds(LogPolarInverse, outer=st.floats(0.1, 10), angle=angles, size=sizes, supersampling=samples)


@st.composite
def conformals(draw):
    kind = draw(st.sampled_from(["moebius", "power", "inversion", "joukowski"]))
    exponents = st.integers(-70, 70).map(complex) | st.complex_numbers(max_magnitude=20)
    values = {
        **{name: draw(numbers) for name in "abcd"},
        "exponent": draw(exponents), "radius": draw(st.floats(1e-3, 1e3)), "centre": draw(centres),
        "zoom": draw(zooms), "outside": draw(outsides), "size": draw(sizes), "supersampling": draw(samples),
    }  # fmt: skip
    try:
        return Conformal(kind=kind, **values)
    except ConfigurationError as error:
        assert "ad − bc" in str(error) or "exponent" in str(error)  # noqa: PT017
        return Conformal(kind="joukowski")


def assert_kept(transform, kernel, shape=None):
    """Hold the contract of a transform for one kernel."""
    before = kernel.pixels.copy(), kernel.support.copy()
    try:
        result = transform.apply(kernel, np.random.default_rng(5))
    except ConfigurationError as error:
        assert "nothing of kernel 'drawn' is to be seen" in str(error)  # noqa: PT017
        return
    again = transform.apply(kernel, np.random.default_rng(5))
    assert np.isfinite(result.pixels).all()
    assert np.isfinite(result.support).all()
    assert result.pixels.min() >= kernel.pixels.min()
    assert result.pixels.max() <= kernel.pixels.max()
    assert 0 <= result.support.min() <= result.support.max() <= 1
    assert result.pixels.ndim == kernel.pixels.ndim
    assert result.pixels.dtype == result.support.dtype == np.float32
    np.testing.assert_array_equal(again.pixels, result.pixels)
    np.testing.assert_array_equal(again.support, result.support)
    np.testing.assert_array_equal(kernel.pixels, before[0])
    np.testing.assert_array_equal(kernel.support, before[1])
    if shape is not None:
        assert result.shape == shape


def shape_for(kernel, size):
    if size is None:
        return kernel.shape
    return tuple(max(1, round(side * (size / max(kernel.shape)))) for side in kernel.shape)


@quick
@given(drostes, kernels())
def test_droste(transform, kernel):
    assert_kept(transform, kernel, shape_for(kernel, transform.size))


@quick
@given(kaleidoscopes, kernels())
def test_kaleidoscope(transform, kernel):
    assert_kept(transform, kernel, shape_for(kernel, transform.size))


@quick
@given(conformals(), kernels())
def test_conformal(transform, kernel):
    assert_kept(transform, kernel, shape_for(kernel, transform.size))


@quick
@given(log_polars, kernels())
def test_log_polar(transform, kernel):
    assert_kept(transform, kernel)


@quick
@given(inverses, kernels())
def test_log_polar_inverse(transform, kernel):
    assert_kept(transform, kernel, None if transform.size is None else (transform.size, transform.size))


every = pytest.mark.parametrize(
    "spec", ["droste", "kaleidoscope", "conformal", "conformal:power", "log-polar", "log-polar-inverse"]
)


def built(spec):
    (chain,) = select_chains(default_registry(), spec)
    return chain.links[0].instance


@every
def test_tiles_leave_no_trace(color_photograph, rng, monkeypatch, spec):
    whole = built(spec).apply(color_photograph, rng)
    monkeypatch.setattr(rendering, "_TILE", 50)
    tiled = built(spec).apply(color_photograph, rng)
    np.testing.assert_allclose(tiled.pixels, whole.pixels, atol=1e-5)
    np.testing.assert_allclose(tiled.support, whole.support, atol=1e-5)


@every
def test_a_kernel_of_one_pixel_is_refused(rng, spec):
    with pytest.raises(ConfigurationError, match=rf"'{spec.split(':')[0]}': .*1×1 pixels; at least 2×2 are needed"):
        built(spec).apply(Kernel(np.ones((1, 1), np.float32)), rng)


@pytest.mark.parametrize("name", ["droste", "kaleidoscope", "conformal", "log-polar", "log-polar-inverse"])
def test_more_pixels_than_the_limit_are_refused(photograph, rng, monkeypatch, name):
    monkeypatch.setenv("FRACORR_MAX_PIXELS", "90000")
    with pytest.raises(ConfigurationError, match=f"'{name}': the result would have .* more than the limit of 90,000"):
        built(f"{name}:size=1000").apply(photograph, rng)
    assert max(built(f"{name}:size=290").apply(photograph, rng).shape) == 290


def test_every_component_is_offered_with_help_for_every_parameter():
    offered = {each.name: each for each in default_registry().components(Kind.TRANSFORM) if each.plugin == "conformal"}
    assert set(offered) == {"droste", "kaleidoscope", "conformal", "log-polar", "log-polar-inverse"}
    assert all(parameter.help for each in offered.values() for parameter in each.parameters())


def test_wrong_values_in_a_spec_name_the_component():
    with pytest.raises(ConfigurationError, match="'droste': inner=0.9 must be smaller than outer=0.5"):
        built("droste:inner=0.9,outer=0.5")
    with pytest.raises(ConfigurationError, match="'conformal'.*ad − bc = 0"):
        built("conformal:a=1,b=1,c=1,d=1")


def test_a_chain_passes_the_support_on(color_photograph, rng):
    kernel = color_photograph
    (chain,) = select_chains(default_registry(), "log-polar+log-polar-inverse:size=128+kaleidoscope:4")
    for link in chain.links:
        kernel = link.instance.apply(kernel, rng)
    y, x = np.mgrid[:128, :128] - 63.5
    radius = np.hypot(x, y)
    assert kernel.support[radius > 66].max() < 1e-3
    assert kernel.support[(radius < 62) & (radius > 4)].min() > 0.99
