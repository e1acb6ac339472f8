"""The six methods as a user meets them: by name, on photographs, and equal to plain calls of OpenCV."""

import cv2
import numpy as np
import pytest
import skimage.data

from fracorr import ImageError, Kernel, Scene, correlate
from fracorr.components import Kind
from fracorr.plugins import default_registry
from fracorr.selection import select_one

METHODS = {
    "tm_ccoeff": (cv2.TM_CCOEFF, "higher"),
    "tm_ccoeff_normed": (cv2.TM_CCOEFF_NORMED, "higher"),
    "tm_ccorr": (cv2.TM_CCORR, "higher"),
    "tm_ccorr_normed": (cv2.TM_CCORR_NORMED, "higher"),
    "tm_sqdiff": (cv2.TM_SQDIFF, "lower"),
    "tm_sqdiff_normed": (cv2.TM_SQDIFF_NORMED, "lower"),
}


@pytest.mark.parametrize("name", METHODS)
def test_a_face_cut_from_a_photograph_is_found_there_as_by_opencv(name):
    pixels = np.asarray(skimage.data.astronaut() / 255.0, dtype=np.float32)
    left, top, width, height = 174, 68, 96, 120
    template = np.ascontiguousarray(pixels[top : top + height, left : left + width])
    number, better = METHODS[name]
    response = correlate(pixels, template, name)
    expected = cv2.matchTemplate(pixels, template, number)
    _, _, lowest, highest = cv2.minMaxLoc(expected)
    x, y = lowest if better == "lower" else highest
    best = response.best()
    assert response.better == better
    assert (best.x - (width - 1) / 2, best.y - (height - 1) / 2) == (x, y)
    scale = 1.0 if name.endswith("normed") else float(np.abs(expected).max())
    assert best.score == pytest.approx(float(expected[y, x]), abs=1e-5 * scale)
    assert (best.width, best.height, best.angle, best.scale) == (width, height, 0.0, 1.0)
    if name != "tm_ccorr":
        assert (x, y) == (left, top)
    np.testing.assert_allclose(response.scores, expected, atol=1e-4 if name == "tm_ccoeff_normed" else 1e-5 * scale)


@pytest.mark.parametrize("name", METHODS)
def test_all_six_find_a_template_that_stands_out(name):
    # Bright, of high contrast and unlike anything around it: also the plain sum of products is highest there.
    pixels = skimage.data.coins() // 2
    pixels[100:132, 200:240] = 255 * (np.indices((32, 40)).sum(axis=0) // 8 % 2)
    template = pixels[96:136, 196:244]
    best = correlate(pixels, template, name).best()
    assert (best.x, best.y) == (196 + 23.5, 96 + 19.5)
    number, _ = METHODS[name]
    expected = cv2.matchTemplate(pixels, np.ascontiguousarray(template), number) / (
        1.0 if name.endswith("normed") else 255.0**2
    )
    assert best.score == pytest.approx(float(expected[96, 196]), abs=1e-5 * float(np.abs(expected).max()))


@pytest.mark.parametrize("name", METHODS)
def test_the_methods_are_components_without_parameters(name):
    selected = select_one(default_registry(), Kind.METHOD, name)
    assert selected.component.plugin == "opencv"
    assert selected.component.parameters() == ()
    assert selected.component.spec.summary


@pytest.mark.parametrize("name", METHODS)
def test_what_the_support_leaves_out_does_not_matter(name):
    rng = np.random.default_rng(0)
    scene = Scene(skimage.data.chelsea()[:150, :200])
    support = np.zeros((30, 40))
    support[5:25, 8:36] = 1.0
    pixels = scene.pixels[60:90, 70:110].copy()
    other = np.where(support[..., None] > 0, pixels, rng.random(pixels.shape))
    first, second = (correlate(scene, Kernel(each, support), name) for each in (pixels, other))
    scale = float(np.abs(first.scores).max())
    np.testing.assert_allclose(first.scores, second.scores, atol=1e-5 * scale)
    cropped = correlate(scene, Kernel(pixels[5:25, 8:36]), name)
    np.testing.assert_allclose(first.scores, cropped.scores[5:126, 8:169], atol=1e-5 * scale)


@pytest.mark.parametrize("name", METHODS)
def test_a_kernel_larger_than_the_scene_is_an_image_error(name):
    with pytest.raises(ImageError, match="larger than scene"):
        correlate(np.zeros((20, 30)), np.ones((21, 5)), name)
