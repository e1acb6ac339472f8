import numpy as np
import pytest

from fracorr import ConfigurationError, Kernel
from fracorr_conformal.mipmap import MipMap


def test_a_constant_stays_constant_at_every_scale():
    mipmap = MipMap(Kernel(np.full((37, 23), 0.3, np.float32)), "tile", "mirror")
    places = np.linspace(-3, 3, 50)[None, :] + 1j * np.linspace(-2, 2, 40)[:, None]
    for reach in (1e-9, 0.01, 0.3, 1.0, 50.0, np.inf):
        np.testing.assert_allclose(mipmap.at(places, reach), np.broadcast_to([0.3, 1.0], (40, 50, 2)), atol=1e-5)


@pytest.mark.parametrize("shape", [(64, 64), (61, 47), (5, 100), (2, 3)])
def test_the_coarsest_level_is_the_mean(rng, shape):
    pixels = rng.random(shape).astype(np.float32)
    seen = MipMap(Kernel(pixels), "tile", "tile").at(np.array([0.2 + 0.1j]), 1e3)
    assert seen[0, 0] == pytest.approx(pixels.mean(), abs=1e-4)


def test_pixels_are_met_exactly(rng, plane):
    pixels = rng.random((40, 30, 3)).astype(np.float32)
    seen = MipMap(Kernel(pixels)).at(plane(40, 30), 1 / 15)
    np.testing.assert_allclose(seen[..., :3], pixels, atol=1e-5)
    np.testing.assert_allclose(seen[..., 3], 1, atol=1e-6)


def test_a_gray_kernel_is_interpolated_as_exactly_as_a_color_one(plane):
    ramp = np.tile(np.linspace(0, 1, 65), (65, 1)).astype(np.float32)
    places = np.linspace(-0.5, 0.5, 777)[None, :].astype(complex)
    gray = MipMap(Kernel(ramp)).at(places, 0.01)[0, :, 0]
    color = MipMap(Kernel(np.dstack([ramp] * 3))).at(places, 0.01)[0, :, 0]
    np.testing.assert_allclose(gray, 0.5 + places.real[0] * 32.5 / 64, atol=2e-5)
    np.testing.assert_allclose(gray, color, atol=1e-6)


def test_tiles_and_mirrors_repeat_as_they_should(rng):
    pixels = rng.random((20, 20)).astype(np.float32)
    places = np.array([0.31 - 0.77j, -0.98 + 0.99j, 0.0j])
    tiled = MipMap(Kernel(pixels), "tile", "tile")
    mirrored = MipMap(Kernel(pixels), "mirror", "mirror")
    for reach in (0.05, 0.4):
        np.testing.assert_allclose(tiled.at(places + 4 - 6j, reach), tiled.at(places, reach), atol=1e-4)
        across_the_right_edge = 2 - places.conj()
        np.testing.assert_allclose(mirrored.at(across_the_right_edge, reach), mirrored.at(places, reach), atol=1e-4)


def test_half_a_sample_beyond_the_edge_counts_half():
    mipmap = MipMap(Kernel(np.ones((10, 10), np.float32)))
    edge, corner, far = mipmap.at(np.array([1.0, 1 + 1j, 1.2]), 0.2)[:, 1]
    assert (edge, corner, far) == pytest.approx((0.5, 0.25, 0.0), abs=1e-5)


def test_places_that_are_not_finite_are_far_away():
    mipmap = MipMap(Kernel(np.ones((10, 10), np.float32)))
    seen = mipmap.at(np.array([complex(np.nan, 0), complex(0, np.inf), 1e300, 0]), np.array([0.1, 0.1, 0.1, np.nan]))
    assert np.isfinite(seen).all()
    assert seen[:, 1].max() == 0


def test_a_side_that_is_too_long_is_refused():
    with pytest.raises(ConfigurationError, match="40000×2 pixels, too long a side"):
        MipMap(Kernel(np.ones((2, 40_000), np.float32)))
