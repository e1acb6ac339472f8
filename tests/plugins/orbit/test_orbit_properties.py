"""What holds for every kernel and all parameters; and that memory stays within bounds."""

import tracemalloc

import numpy as np
import pytest
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from fracorr import Kernel
from fracorr.errors import ConfigurationError
from fracorr_orbit.transform import OrbitTrap


def points(radius):
    return st.complex_numbers(max_magnitude=radius, allow_nan=False, allow_infinity=False)


@st.composite
def transforms(draw):
    which = draw(st.sampled_from(["julia", "mandelbrot"]))
    # Half of them anything that is allowed, where mostly nothing is trapped; half of them what people would draw.
    far = 1e6 if draw(st.booleans()) else None
    return OrbitTrap(
        preset=draw(st.sampled_from(["default", "rabbit", "dendrite", "san-marco", "siegel"])),
        degree=draw(st.none() | st.integers(2, 9).map(float) | st.floats(2, 9)),
        c=draw(st.none() | points(far or 0.8)) if which == "julia" else None,
        set=which,
        rule=draw(st.sampled_from(["first", "last", "nearest", "average", "alpha"])),
        iterations=draw(st.integers(1, 30)),
        trap_side=draw(st.floats(1e-300, far) if far else st.floats(0.8, 4)),
        trap_centre=draw(st.just(0j) | points(far or 0.5)),
        trap_angle=draw(st.just(0.0) | st.floats(-720, 720)),
        tiles=draw(st.integers(1, 4) | st.just(999)),
        mirror=draw(st.booleans()),
        centre=draw(st.just(0j) | points(far or 0.5)),
        extent=draw(st.floats(1e-300, far) if far else st.floats(1, 5)),
        zoom=draw(st.just(1.0) | (st.floats(1e-3, 1e12) if far else st.floats(0.5, 2))),
        centred=draw(st.booleans()),
        size=draw(st.none() | st.integers(1 if far else 10, 24)),
        autocrop=draw(st.sampled_from(["none", "cut", "fit"])),
        background=draw(st.sampled_from(["black", "mean", "transparent", "orange"]) | st.floats(0, 1)),
        interpolation=draw(st.sampled_from(["nearest", "bilinear"])),
        supersample=draw(st.integers(1, 4)),
    )


@st.composite
def kernels(draw):
    height, width = draw(st.integers(1, 14)), draw(st.integers(1, 14))
    channels = draw(st.sampled_from([(), (3,)]))
    unit = st.floats(0, 1, width=32)
    pixels = draw(hnp.arrays(np.float32, (height, width, *channels), elements=unit, fill=unit))
    support = draw(st.none() | hnp.arrays(np.float32, (height, width), elements=unit, fill=st.just(np.float32(1))))
    if support is not None:
        # Something has to be there, also in the middle square.
        support[(height - 1) // 2, (width - 1) // 2] = 1
    return Kernel(pixels, support)


def applied(transform, kernel):
    """Return the image fractal, or None where the error says that nothing is trapped."""
    try:
        return transform.apply(kernel, np.random.default_rng(1))
    except ConfigurationError as error:
        if "traps nothing" not in str(error):
            raise
        return None


@given(kernel=kernels(), transform=transforms())
@settings(max_examples=150, deadline=None)
def test_any_parameters_give_a_kernel_or_say_that_nothing_is_trapped(kernel, transform):
    before = kernel.pixels.copy(), kernel.support.copy()
    result = applied(transform, kernel)
    if result is None:
        return
    side = transform.size or (min(kernel.shape) if min(kernel.shape) > 1 else 64)
    if transform.autocrop == "cut":
        assert max(result.shape) <= side
        assert all(edge.any() for edge in (result.support[0], result.support[:, -1]))
    else:
        assert result.shape == (side, side)
    assert result.is_color == kernel.is_color
    assert np.isfinite(result.pixels).all()
    assert result.pixels.min() >= 0
    assert result.pixels.max() <= 1
    assert np.isfinite(result.support).all()
    assert result.support.min() >= 0
    assert 0 < result.support.max() <= 1
    np.testing.assert_array_equal(kernel.pixels, before[0])
    np.testing.assert_array_equal(kernel.support, before[1])
    again = transform.apply(kernel, np.random.default_rng(1))
    np.testing.assert_array_equal(result.pixels, again.pixels)
    np.testing.assert_array_equal(result.support, again.support)


@given(kernel=kernels(), transform=transforms())
@settings(max_examples=60, deadline=None)
def test_the_support_never_exceeds_the_kernels(kernel, transform):
    result = applied(transform, kernel)
    if result is None:
        return
    if transform.rule != "alpha":  # which gathers support hit by hit
        assert result.support.max() <= kernel.support.max() + 1e-6


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"set": "mandelbrot", "rule": "nearest"},
        {
            "rule": "average",
            "supersample": 2,
            "interpolation": "bilinear",
            "background": "transparent",
            "iterations": 9,
        },
        {"rule": "alpha", "background": "mean", "autocrop": "fit", "tiles": 3, "mirror": True, "iterations": 9},
    ],
    ids=lambda values: values.get("rule", "published"),
)
def test_memory_stays_below_twelve_times_the_output(values, rng):
    kernel = Kernel(skimage.data.astronaut())
    transform = OrbitTrap(size=1024, **values)
    tracemalloc.start()
    try:
        result = transform.apply(kernel, rng)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12 * (result.pixels.nbytes + result.support.nbytes)
