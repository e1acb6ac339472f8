"""What holds for any finite picture and any kernel, whatever its offset, size or dynamic range."""

import numpy as np
import pytest
from correlation_reference import METHODS
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from fracorr import Kernel, Scene
from fracorr.correlation import Correlation

LARGEST = float(np.finfo(np.float32).max)
BOUNDS = {"ccoeff_normed": (-1, 1), "ccorr_normed": (-1, 1), "sqdiff_normed": (0, 1), "sqdiff": (0, LARGEST)}

any_float = st.floats(-LARGEST, LARGEST, width=32, allow_nan=False, allow_infinity=False)
usual_float = st.floats(0, 1, width=32)
offsets = st.sampled_from([0.0, 1.0, -0.5, 255.0, 1e4, -1e5, 1e6])


def assert_finite_and_bounded(scene, kernel):
    correlation = Correlation.of(scene, kernel)
    for name in METHODS:
        scores = getattr(correlation, name)()
        assert scores.shape == (scene.height - kernel.height + 1, scene.width - kernel.width + 1)
        assert scores.dtype == np.float32
        assert np.isfinite(scores).all()
        low, high = BOUNDS.get(name, (-LARGEST, LARGEST))
        assert scores.min() >= low
        assert scores.max() <= high


@st.composite
def scenes_and_kernels(draw, values, *, flat=True):
    color = draw(st.booleans())
    shape = draw(st.tuples(st.integers(1, 24), st.integers(1, 24)))
    small = tuple(draw(st.integers(1, side)) for side in shape)
    depth = (3,) if color else ()
    pixels = draw(arrays.arrays(np.float32, shape + depth, elements=values, fill=values))
    template = draw(arrays.arrays(np.float32, small + depth, elements=values, fill=values))
    support = draw(arrays.arrays(np.float32, small, elements=usual_float, fill=st.just(1.0)))
    support[0, 0] = max(support[0, 0], 0.5)
    return pixels, template, support


@settings(max_examples=80, deadline=None)
@given(scenes_and_kernels(any_float))
def test_any_finite_picture_and_kernel_have_finite_bounded_scores(drawn):
    pixels, template, support = drawn
    assert_finite_and_bounded(Scene(pixels), Kernel(template, support))


@settings(max_examples=80, deadline=None)
@given(scenes_and_kernels(usual_float), offsets, offsets)
def test_any_offsets_leave_scores_finite_and_bounded(drawn, of_scene, of_kernel):
    pixels, template, support = drawn
    assert_finite_and_bounded(Scene(pixels + np.float32(of_scene)), Kernel(template + np.float32(of_kernel), support))


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    shape=st.tuples(st.integers(24, 60), st.integers(24, 60)),
    small=st.tuples(st.integers(4, 16), st.integers(4, 16)),
    where=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    color=st.booleans(),
    offset=st.sampled_from([0.0, 0.5, -3.0, 255.0, 1e4, -1e5, 1e6]),
    contrast=st.sampled_from([1.0, 100.0]),
    masked=st.booleans(),
)
def test_a_planted_kernel_is_best_where_it_was_planted(seed, shape, small, where, color, offset, contrast, masked):
    rng = np.random.default_rng(seed)
    depth = (3,) if color else ()
    # float32 holds steps of 1/16 at an offset of a million: the picture is made of larger ones.
    pixels = (rng.integers(0, 5, shape + depth) * (contrast / 4) + offset).astype(np.float32)
    template = (rng.integers(0, 5, small + depth) * (contrast / 4) + offset).astype(np.float32)
    template[0, 0], template[-1, -1] = offset, offset + contrast
    top, left = (round(part * (whole - own)) for part, whole, own in zip(where, shape, small, strict=True))
    pixels[top : top + small[0], left : left + small[1]] = template
    support = (rng.random(small) < 0.8).astype(float) if masked else np.ones(small)
    support[:2, :2] = support[-2:, -2:] = 1
    correlation = Correlation.of(Scene(pixels), Kernel(template, support))
    for name in ("ccoeff_normed", "sqdiff", "sqdiff_normed"):
        scores = getattr(correlation, name)()
        goodness = scores if name == "ccoeff_normed" else -scores
        # A second copy may be there by chance, in which case either is right.
        assert goodness[top, left] == pytest.approx(goodness.max(), abs=2e-6 * float(np.abs(scores).max()))
    if offset <= 0.5 and offset >= 0:
        # An offset brings every window close to 1; without one it is best where kernel and window are the same.
        normed = correlation.ccorr_normed()
        assert normed[top, left] == pytest.approx(normed.max(), abs=2e-6)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    gain=st.floats(0.25, 4),
    offset=st.sampled_from([0.0, -0.3, 2.0, 1e3]),
    masked=st.booleans(),
)
def test_brightness_and_contrast_of_the_scene_do_not_change_ccoeff_normed(seed, gain, offset, masked):
    rng = np.random.default_rng(seed)
    pixels, template = rng.integers(0, 256, (40, 50)) / 256, rng.random((9, 12))
    support = np.round(rng.random((9, 12)) * 4) / 4 if masked else np.ones((9, 12))
    support[0, 0] = 1
    kernel = Kernel(template, support)
    before = Correlation.of(Scene(pixels), kernel).ccoeff_normed()
    changed = np.asarray(pixels * gain + offset, dtype=np.float32)
    # What float32 rounds away at this offset is noise that the scores may show.
    noise = float(np.spacing(np.abs(changed).max())) / (gain * float(pixels.std()))
    after = Correlation.of(Scene(changed), kernel).ccoeff_normed()
    np.testing.assert_allclose(after, before, atol=1e-5 + 2 * noise)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), masked=st.booleans())
def test_turning_scene_and_kernel_turns_the_scores(seed, masked):
    rng = np.random.default_rng(seed)
    pixels, template = rng.random((37, 45, 3)), rng.random((8, 13, 3))
    support = rng.random((8, 13)) if masked else np.ones((8, 13))
    upright = Correlation.of(Scene(pixels), Kernel(template, support))
    turned = Correlation.of(Scene(np.rot90(pixels)), Kernel(np.rot90(template), np.rot90(support)))
    for name in METHODS:
        expected = np.rot90(getattr(upright, name)())
        scale = max(1.0, float(np.abs(expected).max()))
        np.testing.assert_allclose(getattr(turned, name)(), expected, atol=1e-5 * scale)


@pytest.mark.parametrize(
    ("pixels", "template"),
    [
        ([[1.0]], [[1e-45]]),
        ([[3.0223145e23, 0.0]], [[1e-45]]),
        ([[LARGEST, -LARGEST]], [[LARGEST]]),
        ([[0.0]], [[1e-45]]),
        ([[1e-45, 1e-45, 0.0]], [[1e-45, 0.0]]),
    ],
    ids=[
        "level far above the kernel",
        "next to nothing on a bright scene",
        "whole range",
        "next to nothing on nothing",
        "next to nothing on the same",
    ],
)
def test_extreme_numbers_have_finite_bounded_scores(pixels, template):
    assert_finite_and_bounded(Scene(np.array(pixels, np.float32)), Kernel(np.array(template, np.float32)))
