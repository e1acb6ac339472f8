"""The six methods give what OpenCV gives, on pictures on which OpenCV is right."""

import cv2
import numpy as np
import pytest
import skimage.data
from correlation_reference import METHODS, assert_close, scores

from fracorr import Kernel, Scene
from fracorr.correlation import Correlation

SIZES = {
    "small": ((23, 31), (5, 7)),
    "row": ((1, 90), (1, 11)),
    "column": ((70, 1), (9, 1)),
    "odd": ((97, 131), (33, 16)),
    "wide": ((64, 300), (31, 95)),
    "several blocks": ((700, 690), (60, 61)),
    "whole": ((40, 50), (40, 50)),
    "almost whole": ((61, 75), (60, 74)),
}


def noise(shape, color, seed=0):
    rng = np.random.default_rng(seed)
    return rng.random((*shape, 3) if color else shape, dtype=np.float32)


@pytest.mark.parametrize("color", [False, True], ids=["gray", "color"])
@pytest.mark.parametrize("size", SIZES)
def test_scores_equal_those_of_opencv_for_every_size(size, color):
    shape, (height, width) = SIZES[size]
    pixels = noise(shape, color)
    top, left = (shape[0] - height) // 2, (shape[1] - width) // 3
    template = np.ascontiguousarray(pixels[top : top + height, left : left + width])
    correlation = Correlation.of(Scene(pixels), Kernel(template))
    for name, number in METHODS.items():
        assert_close(getattr(correlation, name)(), cv2.matchTemplate(pixels, template, number), name)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("color", [False, True], ids=["gray", "color"])
def test_bytes_score_as_in_opencv_but_for_the_unit(name, color):
    rng = np.random.default_rng(2)
    pixels = rng.integers(0, 256, (120, 90, 3) if color else (120, 90), dtype=np.uint8)
    template = pixels[30:52, 20:60].copy()
    expected = cv2.matchTemplate(pixels, template, METHODS[name]).astype(np.float64)
    if not name.endswith("normed"):
        expected /= 255.0**2
    assert_close(getattr(Correlation.of(Scene(pixels), Kernel(template)), name)(), expected, name)


@pytest.mark.parametrize("dtype", [np.uint16, np.bool_, np.float16, np.float64])
def test_pixels_of_any_depth_score_as_the_floats_they_stand_for(dtype):
    rng = np.random.default_rng(3)
    raw = rng.random((60, 70))
    if np.issubdtype(dtype, np.integer):
        largest = np.iinfo(dtype).max
        pixels = (raw * float(largest // 2)).astype(dtype)
        floats = (pixels / float(largest)).astype(np.float32)
    else:
        pixels = raw > 0.5 if dtype is np.bool_ else raw.astype(dtype)
        floats = pixels.astype(np.float32)
    correlation = Correlation.of(Scene(pixels), Kernel(pixels[10:25, 30:50]))
    for name, number in METHODS.items():
        expected = cv2.matchTemplate(floats, np.ascontiguousarray(floats[10:25, 30:50]), number)
        assert_close(getattr(correlation, name)(), expected, name)


@pytest.mark.parametrize("color", [False, True], ids=["gray", "color"])
@pytest.mark.parametrize("support", ["disc", "soft disc", "noise"])
def test_scores_with_support_equal_those_of_opencv_with_a_mask(support, color):
    pixels, template = noise((80, 95), color, seed=4), noise((21, 26), color, seed=5)
    radius = np.hypot(*np.meshgrid(np.linspace(-1, 1, 26), np.linspace(-1, 1, 21)))
    mask = {
        "disc": (radius < 1).astype(np.float32),
        "soft disc": np.clip(1.3 - radius, 0, 1).astype(np.float32),
        "noise": noise((21, 26), False, seed=6),
    }[support]
    correlation = Correlation.of(Scene(pixels), Kernel(template, mask))
    for name, number in METHODS.items():
        expected = cv2.matchTemplate(pixels, template, number, mask=mask)
        if name == "sqdiff_normed":
            expected = np.minimum(expected, 1.0)  # OpenCV clips it only without a mask
        assert_close(getattr(correlation, name)(), expected, name)


@pytest.mark.parametrize("photograph", ["camera", "chelsea", "coffee", "astronaut", "page"])
def test_a_template_cut_from_a_photograph_is_found_where_it_was_as_by_opencv(photograph):
    pixels = Scene(getattr(skimage.data, photograph)()).pixels
    top, left = (int(0.4 * side) for side in pixels.shape[:2])
    template = np.ascontiguousarray(pixels[top : top + 48, left : left + 64])
    correlation = Correlation.of(Scene(pixels), Kernel(template))
    for name, number in METHODS.items():
        found, expected = getattr(correlation, name)(), cv2.matchTemplate(pixels, template, number)
        best = np.argmin if name.startswith("sqdiff") else np.argmax
        place = np.unravel_index(best(found), found.shape)
        assert place == np.unravel_index(best(expected), expected.shape)
        scale = 1.0 if name.endswith("normed") else float(np.abs(expected).max())
        assert found[place] == pytest.approx(expected[place], abs=1e-5 * scale)
        if name not in ("ccorr", "ccoeff"):  # these two prefer bright and contrasted places to the right one
            assert place == (top, left)


def test_where_opencv_is_wrong_the_plain_sums_are_right():
    # A page is white between its letters: windows with next to no contrast, in which OpenCV's float32 gets lost.
    pixels = Scene(skimage.data.page()[40:120, 100:260]).pixels
    template = pixels[30:42, 40:52].copy()
    correlation = Correlation.of(Scene(pixels), Kernel(template))
    expected = scores(pixels, template, np.ones((12, 12)))
    theirs = cv2.matchTemplate(pixels, template, cv2.TM_CCOEFF_NORMED)
    assert np.abs(theirs - expected["ccoeff_normed"]).max() > 1e-5
    for name in METHODS:
        assert_close(getattr(correlation, name)(), expected[name], name)
