"""At its defaults the transform is the published program, pixel for pixel."""

import numpy as np
import pytest
import skimage.data

from fracorr import Kernel
from fracorr_orbit.presets import PRESETS
from fracorr_orbit.transform import OrbitTrap

PICTURES = {
    "astronaut's face": lambda: skimage.data.astronaut()[20:116, 180:276],
    "cat's eye, an odd size": lambda: skimage.data.chelsea()[90:143, 180:233],
    "photographer, gray": lambda: skimage.data.camera()[60:124, 200:264],
    "seven pixels": lambda: skimage.data.coffee()[100:107, 100:107],
}


@pytest.fixture(params=PICTURES, ids=str)
def picture(request):
    return Kernel(PICTURES[request.param]())


@pytest.mark.parametrize("degree", [2, 3, 5, 6, 7, 9])
def test_julia_set_equals_the_loop_pixel_for_pixel(picture, degree, rng, draw_point_by_point):
    pixels, support = draw_point_by_point(picture.pixels, degree=degree)
    result = OrbitTrap(degree=float(degree)).apply(picture, rng)
    np.testing.assert_array_equal(result.pixels, pixels.astype(np.float32))
    np.testing.assert_array_equal(result.support, support.astype(np.float32))


@pytest.mark.parametrize("degree", [2, 4, 5, 8])
def test_mandelbrot_set_equals_the_loop_pixel_for_pixel(picture, degree, rng, draw_point_by_point):
    pixels, support = draw_point_by_point(picture.pixels, degree=degree, mandelbrot=True)
    result = OrbitTrap(set="mandelbrot", degree=float(degree)).apply(picture, rng)
    np.testing.assert_array_equal(result.pixels, pixels.astype(np.float32))
    np.testing.assert_array_equal(result.support, support.astype(np.float32))


def test_no_parameters_at_all_is_degree_five_of_the_published_c(rng, draw_point_by_point):
    kernel = Kernel(skimage.data.astronaut()[0:128, 150:278])
    pixels, support = draw_point_by_point(kernel.pixels)
    result = OrbitTrap().apply(kernel, rng)
    assert result.shape == (128, 128)
    assert 0.05 < support.mean() < 0.3
    np.testing.assert_array_equal(result.pixels, pixels.astype(np.float32))
    np.testing.assert_array_equal(result.support, support.astype(np.float32))


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_equal_the_loop(preset, rng, draw_point_by_point):
    kernel = Kernel(skimage.data.camera()[60:120, 200:260])
    chosen = PRESETS[preset]
    pixels, support = draw_point_by_point(kernel.pixels, degree=int(chosen.degree), c=chosen.c)
    result = OrbitTrap(preset=preset).apply(kernel, rng)
    np.testing.assert_array_equal(result.pixels, pixels.astype(np.float32))
    np.testing.assert_array_equal(result.support, support.astype(np.float32))


@pytest.mark.parametrize(("height", "width"), [(61, 90), (90, 61), (60, 61)])
def test_another_shape_is_cropped_to_its_middle_square(height, width, rng, draw_point_by_point):
    pixels = Kernel(skimage.data.astronaut()[:height, 150 : 150 + width]).pixels
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    expected, _ = draw_point_by_point(pixels[top : top + side, left : left + side])
    result = OrbitTrap().apply(Kernel(pixels), rng)
    np.testing.assert_array_equal(result.pixels, expected.astype(np.float32))


def test_the_result_does_not_depend_on_the_bands_it_is_drawn_in(rng):
    kernel = Kernel(skimage.data.astronaut()[20:116, 180:276])
    # 1024² is drawn in four bands; every second pixel of 1024 is a pixel of 512, which is drawn in one.
    large, small = (OrbitTrap(size=size).apply(kernel, rng) for size in (1024, 512))
    np.testing.assert_array_equal(large.pixels[::2, ::2], small.pixels)
    np.testing.assert_array_equal(large.support[::2, ::2], small.support)


@pytest.mark.parametrize("degree", [2.5, 3.7, 8.25])
def test_fractional_degrees_are_on_the_principal_branch(degree, rng, draw_point_by_point):
    kernel = Kernel(skimage.data.camera()[60:116, 200:256])
    # Python's power of a complex number to a fractional one is the principal branch too, rounded differently.
    pixels, support = draw_point_by_point(kernel.pixels, degree=degree, c=0.3 + 0.2j, iterations=8)
    result = OrbitTrap(degree=degree, c=0.3 + 0.2j, iterations=8).apply(kernel, rng)
    assert support.mean() > 0.05
    agree = (result.pixels == pixels.astype(np.float32)) & (result.support == support)
    assert agree.mean() > 0.999
