"""What every transform of the plugin keeps, whatever its parameters."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fracorr import ConfigurationError, ImageError, Kernel
from fracorr.components import Kind
from fracorr.plugins import default_registry
from fracorr.selection import select_chains
from fracorr_harmonic import frame as frames
from fracorr_harmonic.circular_projection import Harmonic
from fracorr_harmonic.pyramid import Pyramid
from fracorr_harmonic.radial_projection import RadialHarmonic
from fracorr_harmonic.rosette import Rosette, Symmetrize

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


def orders(highest):
    return st.lists(st.integers(0, highest), min_size=1, max_size=5, unique=True).map(tuple)


NO_SUPPORT = "no support within the largest circle"
TOO_HIGH = "waves too short"

components = {
    "harmonic": (st.builds(Harmonic, orders=orders(40), size=sizes), NO_SUPPORT),
    "radial-harmonic": (
        st.builds(RadialHarmonic, orders=orders(2), inner=st.floats(1e-3, 0.9), size=sizes),
        f"{NO_SUPPORT}|{TOO_HIGH}",
    ),
    "symmetrize": (st.builds(Symmetrize, fold=st.integers(1, 60), size=sizes), "cannot happen"),
    "rosette": (st.builds(Rosette, n=st.integers(1, 60), arc=st.floats(0.1, 360), size=sizes), "cannot happen"),
    "pyramid": (
        st.builds(
            Pyramid,
            ratio=st.floats(2e-3, 0.99),
            levels=st.integers(1, 64),
            weighting=st.floats(1e-3, 100),
            size=sizes,
        ),
        "cannot happen",
    ),
}
every = pytest.mark.parametrize("name", components)


@every
def test_the_contract_of_a_transform(name):
    transforms, allowed = components[name]

    @quick
    @given(transforms, kernels())
    def check(transform, kernel):
        before = kernel.pixels.copy(), kernel.support.copy()
        try:
            result = transform.apply(kernel, np.random.default_rng(5))
        except ConfigurationError as error:
            assert any(each in str(error) for each in allowed.split("|"))  # noqa: PT017
            return
        except ImageError as error:
            # Of the largest disc in two lines of pixels nothing may be left.
            assert "the support is 0 everywhere" in str(error)  # noqa: PT017
            assert min(kernel.shape) <= 3 or transform.size is not None
            return
        again = transform.apply(kernel, np.random.default_rng(5))
        assert np.isfinite(result.pixels).all()
        assert 0 <= result.pixels.min() <= result.pixels.max() <= 1
        assert np.isfinite(result.support).all()
        assert 0 <= result.support.min() <= result.support.max() <= 1
        assert result.pixels.ndim == kernel.pixels.ndim
        assert result.pixels.dtype == result.support.dtype == np.float32
        scale = 1 if transform.size is None else transform.size / max(kernel.shape)
        assert result.shape == tuple(max(2, round(side * scale)) for side in kernel.shape)
        np.testing.assert_array_equal(again.pixels, result.pixels)
        np.testing.assert_array_equal(again.support, result.support)
        np.testing.assert_array_equal(kernel.pixels, before[0])
        np.testing.assert_array_equal(kernel.support, before[1])

    check()


def built(spec):
    (chain,) = select_chains(default_registry(), spec)
    return chain.links[0].instance


@every
def test_a_flat_kernel_stays_flat(rng, name):
    result = built(name).apply(Kernel(np.full((50, 50), 0.3, np.float32)), rng)
    np.testing.assert_allclose(result.pixels, 0.3, atol=1e-4)


@every
def test_bands_leave_no_trace(color_photograph, rng, monkeypatch, name):
    whole = built(name).apply(color_photograph, rng)
    core_bands = frames.bands
    monkeypatch.setattr(frames, "bands", lambda height, width, pixels: core_bands(height, width, pixels=1000))
    banded = built(name).apply(color_photograph, rng)
    np.testing.assert_allclose(banded.pixels, whole.pixels, atol=1e-5)
    np.testing.assert_allclose(banded.support, whole.support, atol=1e-5)


@every
def test_a_kernel_of_one_pixel_is_refused(rng, name):
    with pytest.raises(ConfigurationError, match=f"'{name}': .*1×1 pixels; at least 2×2 are needed"):
        built(name).apply(Kernel(np.ones((1, 1), np.float32)), rng)


@every
def test_more_pixels_than_the_limit_are_refused(photograph, rng, monkeypatch, name):
    monkeypatch.setenv("FRACORR_MAX_PIXELS", "90000")
    with pytest.raises(ConfigurationError, match=f"'{name}': size=1000 asks for .* choose at most size=300"):
        built(f"{name}:size=1000").apply(photograph, rng)
    assert built(f"{name}:size=300").apply(photograph, rng).shape == (300, 300)


@every
def test_a_broken_value_in_a_spec_names_the_component(name):
    with pytest.raises(ConfigurationError, match=f"'{name}'"):
        built(f"{name}:size=many")


def test_every_component_is_offered_with_help_for_every_parameter():
    offered = {each.name: each for each in default_registry().components(Kind.TRANSFORM) if each.plugin == "harmonic"}
    assert set(offered) >= set(components)
    assert all(parameter.help for name in components for parameter in offered[name].parameters())


def test_a_list_of_orders_is_read_from_a_spec():
    assert built("harmonic:orders=[0,4,8]").orders == (0, 4, 8)
    assert built("radial-harmonic:[1]").orders == (1,)
