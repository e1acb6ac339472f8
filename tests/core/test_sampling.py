import numpy as np
import pytest
import scipy.ndimage
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import Kernel
from fracorr.sampling import (
    bands,
    centre_square,
    crop_to_support,
    premultiplied,
    resize,
    sample,
    shrink,
    straight,
)

FACE = skimage.data.astronaut()[60:130, 185:250]


def test_premultiplied_and_straight_undo_each_other_where_there_is_support():
    support = np.linspace(0, 1, FACE.shape[0] * FACE.shape[1]).reshape(FACE.shape[:2])
    kernel = Kernel(FACE, support)
    pixels, weight = straight(premultiplied(kernel), background=0.3)
    np.testing.assert_allclose(weight, kernel.support, atol=1e-7)
    np.testing.assert_allclose(pixels[support > 0], kernel.pixels[support > 0], atol=1e-4)
    np.testing.assert_allclose(pixels[0, 0], 0.3, atol=1e-7)


def test_what_is_outside_the_support_does_not_bleed_in():
    # White with support beside black without: half way between them the color is still white.
    kernel = Kernel(np.array([[1.0, 0.0]]), np.array([[1.0, 0.0]]))
    pixels, support = straight(sample(premultiplied(kernel), [[0.5]], [[0.0]]))
    assert (pixels[0, 0], support[0, 0]) == (1.0, 0.5)


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1))
def test_bilinear_sampling_agrees_with_scipy(seed):
    rng = np.random.default_rng(seed)
    image = rng.random((9, 13)).astype(np.float32)
    x, y = rng.uniform(0, 12, (5, 6)), rng.uniform(0, 8, (5, 6))
    ours = sample(premultiplied(Kernel(image)), x, y)
    expected = scipy.ndimage.map_coordinates(image.astype(float), [y, x], order=1)
    np.testing.assert_allclose(ours[..., 0], expected, atol=1e-5)
    np.testing.assert_allclose(ours[..., 1], 1.0, atol=1e-6)


@pytest.mark.parametrize(("outside", "expected"), [("transparent", 0.0), ("edge", 0.2), ("tile", 0.6), ("mirror", 0.4)])
def test_what_lies_beyond_the_edge(outside, expected):
    kernel = Kernel(np.tile([0.2, 0.4, 0.6], (3, 1)))
    found = sample(premultiplied(kernel), [[-1.0]], [[1.0]], outside=outside)
    assert found[0, 0, 0] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("outside", ["transparent", "edge", "tile", "mirror"])
def test_places_that_are_not_numbers_are_outside(outside):
    x = np.array([[np.nan, np.inf, -np.inf, 1e300]])
    found = sample(premultiplied(Kernel(np.ones((3, 3)))), x, np.zeros_like(x), outside=outside)
    assert np.isfinite(found).all()
    assert (found[0, :3] == 0).all()


def test_any_number_of_places_can_be_asked_for():
    stacked = premultiplied(Kernel(np.arange(12.0).reshape(3, 4) / 12))
    assert sample(stacked, np.zeros((0, 5)), np.zeros((0, 5))).shape == (0, 5, 2)
    x = np.tile([0.0, 1.0, 2.0, 3.0], 20_000)[None]
    many = sample(stacked, x, np.ones_like(x))
    np.testing.assert_allclose(many[0, :, 0], x[0] / 12 + 4 / 12, atol=1e-6)


def test_resize_averages_when_it_shrinks():
    kernel = Kernel(np.array([[0.0, 1.0, 0.5, 0.5], [1.0, 0.0, 0.5, 0.5]]))
    np.testing.assert_allclose(resize(kernel, 1, 2).pixels, [[0.5, 0.5]], atol=1e-6)
    assert resize(kernel, 2, 4) is kernel


def test_resize_keeps_the_range_when_it_grows():
    kernel = Kernel(np.kron(np.array([[0.2, 0.8], [0.8, 0.2]]), np.ones((4, 4))))
    large = resize(kernel, 33, 29)
    assert large.shape == (33, 29)
    assert large.pixels.min() == pytest.approx(0.2, abs=1e-6)
    assert large.pixels.max() == pytest.approx(0.8, abs=1e-6)


def test_the_square_in_the_middle_and_the_part_with_support():
    wide = Kernel(np.arange(10.0).reshape(2, 5) / 10)
    np.testing.assert_allclose(centre_square(wide).pixels, [[0.1, 0.2], [0.6, 0.7]], atol=1e-6)
    support = np.zeros((6, 7))
    support[2:4, 3:6] = 0.5
    cut = crop_to_support(Kernel(np.arange(42.0).reshape(6, 7) / 42, support))
    assert cut.shape == (2, 3)
    np.testing.assert_allclose(cut.pixels[0] * 42, [17, 18, 19], atol=1e-4)


@given(height=st.integers(1, 500), width=st.integers(1, 500), pixels=st.integers(1, 5000))
def test_bands_cover_every_row_once(height, width, pixels):
    rows = [row for band in bands(height, width, pixels=pixels) for row in range(band.start, band.stop)]
    assert rows == list(range(height))


def test_shrink_averages_blocks():
    stacked = np.arange(32, dtype=np.float32).reshape(4, 4, 2)
    expected = stacked.reshape(2, 2, 2, 2, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(shrink(stacked, 2), expected, atol=1e-5)


def test_resize_treats_each_axis_by_what_happens_to_it():
    # Stripes one pixel wide must average out along the shrinking axis, however much the other one grows.
    stripes = np.tile([0.0, 1.0], (3, 32))
    pixels = resize(Kernel(stripes), 40, 16).pixels
    np.testing.assert_allclose(pixels, 0.5, atol=1e-5)
