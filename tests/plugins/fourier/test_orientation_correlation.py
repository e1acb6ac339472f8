import numpy as np
import pytest
import scipy.ndimage
from posed_scenes import photograph

from fracorr import ImageError, Kernel, Scene
from fracorr_fourier.edges import OrientationCorrelation

SCHARR = np.outer([3, 10, 3], [-1, 0, 1]).astype(float)


def angles(gray):
    """Gradient directions and where there are any, by plain correlation with Scharr's masks."""
    gray = gray.astype(np.float32).astype(float)
    dx, dy = (scipy.ndimage.correlate(gray, mask, mode="nearest") for mask in (SCHARR, SCHARR.T))
    return np.arctan2(dy, dx), np.hypot(dx, dy) > 1e-5


@pytest.mark.parametrize(("polarity", "times"), [("kept", 1), ("ignored", 2)])
def test_equals_the_mean_cosine_of_the_turn_between_gradients(polarity, times):
    rng = np.random.default_rng(0)
    gray, support = rng.random((20, 24)), rng.random((7, 9))
    gray[:8, :10] = 0.5
    template = rng.random((7, 9))
    template[4:, :5] = 0.25
    weights = scipy.ndimage.minimum_filter(np.pad(support.astype(np.float32), 1), 3)[1:-1, 1:-1]
    own, there = angles(template)
    theirs, edges = angles(gray)
    expected = np.zeros((14, 16))
    for row, column in np.ndindex(expected.shape):
        window = np.s_[row : row + 7, column : column + 9]
        expected[row, column] = (weights * there * edges[window] * np.cos(times * (theirs[window] - own))).sum()
    expected /= (weights * there).sum()
    response = OrientationCorrelation(polarity).correlate(Scene(gray), Kernel(template, support))
    np.testing.assert_allclose(response.scores, expected, atol=2e-5)


@pytest.mark.parametrize("name", ["camera", "chelsea", "coins"])
def test_no_change_of_contrast_or_brightness_matters(name):
    gray = photograph(name)
    kernel = Kernel(gray[100:148, 130:178])
    plain = OrientationCorrelation().correlate(Scene(gray), kernel)
    faint = OrientationCorrelation().correlate(Scene(0.7 + 0.25 * gray), kernel)
    assert (plain.best().x, plain.best().y) == (153.5, 123.5)
    assert plain.best().score == pytest.approx(1.0, abs=1e-4)
    # Apart from pixels whose tiny gradients change with the rounding of float32.
    np.testing.assert_allclose(faint.scores, plain.scores, atol=0.02)


def test_uneven_light_and_gamma_do_not_hide_a_template():
    gray = photograph("camera", 300)
    kernel = Kernel(gray[60:110, 90:140])
    light = gray**2.2 * np.linspace(0.3, 1.0, 300)
    best = OrientationCorrelation().correlate(Scene(light), kernel).best()
    assert (best.x, best.y) == (114.5, 84.5)


def test_a_negative_is_the_opposite_or_the_same():
    gray = photograph("astronaut", 200)
    kernel, scene = Kernel(gray[60:100, 80:120]), Scene(1 - gray)
    assert OrientationCorrelation().correlate(scene, kernel).scores[60, 80] == pytest.approx(-1, abs=1e-3)
    ignored = OrientationCorrelation("ignored").correlate(scene, kernel)
    assert np.unravel_index(ignored.scores.argmax(), ignored.scores.shape) == (60, 80)
    assert ignored.best().score == pytest.approx(1, abs=1e-3)


def test_what_lies_outside_the_support_does_not_matter():
    gray = photograph("coffee", 150)
    template, mask = gray[40:80, 40:80], np.zeros((40, 40))
    mask[8:31, 5:36] = 1
    plain = OrientationCorrelation().correlate(Scene(gray), Kernel(template, mask))
    spoiled = OrientationCorrelation().correlate(Scene(gray), Kernel(np.where(mask > 0, template, 0.9), mask))
    np.testing.assert_allclose(spoiled.scores, plain.scores, atol=1e-5)


def test_flat_windows_and_kernels_without_inner_pixels_score_0():
    image = np.full((40, 60), 0.4)
    image[:, 40:] = np.random.default_rng(2).random((40, 20))
    response = OrientationCorrelation().correlate(Scene(image), Kernel(image[5:15, 45:55]))
    np.testing.assert_allclose(response.scores[:, :28], 0.0, atol=1e-5)
    for kernel in (np.full((9, 9), 0.5), np.eye(2), np.ones((1, 1))):
        assert not OrientationCorrelation().correlate(Scene(image), Kernel(kernel)).scores.any()


def test_a_kernel_larger_than_the_scene_is_refused():
    with pytest.raises(ImageError, match="larger than scene"):
        OrientationCorrelation().correlate(Scene(np.eye(10)), Kernel(np.eye(11)))
