"""Cubic B-splines: through the pixels, exact on polynomials, the same as SciPy's in between."""

import numpy as np
import pytest
from scipy import ndimage
from skimage import data

from fracorr import splines
from fracorr.splines import PAD


def read(pixels, x, y, *, spline=True, tiled=(False, False)):
    """Look (H, W) pixels up at places counted from their first pixel's centre."""
    sheet = splines.surrounded(pixels.astype(np.float32)[..., None], spline=spline, tiled=tiled)
    x, y = np.asarray(x, np.float32) + PAD, np.asarray(y, np.float32) + PAD
    return splines.look_up(sheet, x, y, spline=spline)[..., 0]


@pytest.fixture(scope="module")
def photograph():
    return data.camera()[100:160, 200:275] / 255


@pytest.mark.parametrize("spline", [True, False])
@pytest.mark.parametrize("shape", [(60, 75), (5, 7), (1, 3), (2, 2)])
def test_at_the_pixels_the_pixels_come_back(photograph, spline, shape):
    pixels = photograph[: shape[0], : shape[1]]
    y, x = np.indices(shape)
    np.testing.assert_allclose(read(pixels, x, y, spline=spline), pixels, atol=5e-6)


def test_between_the_pixels_it_is_scipys_spline(photograph):
    rng = np.random.default_rng(3)
    y, x = rng.uniform(-0.5, 59.5, (20, 30)), rng.uniform(-0.5, 74.5, (20, 30))
    for mode, tiled in (("reflect", (False, False)), ("grid-wrap", (True, True))):
        expected = ndimage.map_coordinates(photograph, [y, x], order=3, mode=mode)
        np.testing.assert_allclose(read(photograph, x, y, tiled=tiled), expected, atol=5e-6)


def test_each_axis_goes_on_in_its_own_way(photograph):
    # Three pictures in a column repeat the one; left and right of it there are its mirror images.
    around = np.concatenate([photograph] * 3, axis=0)
    around = np.concatenate([around[:, ::-1], around, around[:, ::-1]], axis=1)
    rng = np.random.default_rng(4)
    y, x = rng.uniform(-0.9, 59.9, (20, 30)), rng.uniform(-0.9, 74.9, (20, 30))
    expected = ndimage.map_coordinates(around, [y + 60, x + 75], order=3, mode="nearest")
    np.testing.assert_allclose(read(photograph, x, y, tiled=(True, False)), expected, atol=5e-6)


def test_a_parabola_stays_one_where_no_edge_is_near():
    column = (np.arange(80) - 40) / 40
    pixels = np.broadcast_to(column**2, (80, 80))
    places = np.linspace(30, 50, 101).reshape(1, -1)
    expected = ((places - 40) / 40) ** 2
    np.testing.assert_allclose(read(pixels, places, np.full_like(places, 40.3)), expected, atol=1e-6)


def test_bilinear_look_ups_weigh_four_neighbours():
    pixels = np.array([[0.0, 1.0], [0.5, 0.25]])
    # At (0.25, 0.5): 0.75 · mean(0, 0.5) + 0.25 · mean(1, 0.25).
    assert read(pixels, [[0.25]], [[0.5]], spline=False)[0, 0] == pytest.approx(0.1875 + 0.15625, abs=1e-6)


@pytest.mark.parametrize("spline", [True, False])
def test_pixels_are_surrounded_by_what_is_beyond(spline):
    row = np.array([[1.0, 2.0, 3.0, 4.0]])
    tiled = read(row, [[-1, 4]], [[0, 0]], spline=spline, tiled=(False, True))
    mirrored = read(row, [[-1, 4]], [[0, 0]], spline=spline)
    np.testing.assert_allclose(tiled, [[4, 1]], atol=1e-5)
    np.testing.assert_allclose(mirrored, [[1, 4]], atol=1e-5)


def test_surrounding_leaves_the_pixels_as_they_were(photograph):
    pixels = photograph.astype(np.float32)[..., None]
    pixels.flags.writeable = False
    sheet = splines.surrounded(pixels, spline=False)
    assert sheet.shape == (66, 81, 1)
    assert sheet.dtype == np.float32
    np.testing.assert_array_equal(sheet[PAD:-PAD, PAD:-PAD], pixels)


def test_mixing_weighs_each_place_for_all_channels():
    first = np.array([[[0.0, 4.0], [1.0, 1.0]]], np.float32)
    second = np.array([[[1.0, 0.0], [3.0, 5.0]]], np.float32)
    result = splines.mixed(first, second, np.array([[0.25, 1.0]], np.float32))
    np.testing.assert_array_equal(result, [[[0.25, 3.0], [3.0, 5.0]]])
    np.testing.assert_array_equal(first, [[[0.0, 4.0], [1.0, 1.0]]])


@pytest.mark.parametrize(("count", "rows"), [(0, 0), (1, 1), (128, 1), (129, 2)])
def test_values_are_laid_out_in_full_rows(count, rows):
    values = np.arange(count, dtype=np.float32)
    laid_out = splines.in_rows(values)
    assert laid_out.shape == (rows, 128)
    np.testing.assert_array_equal(laid_out.ravel()[:count], values)
    assert np.all(laid_out.ravel()[count:] == count - 1)
