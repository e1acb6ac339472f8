import numpy as np
import pytest
import scipy.signal
from posed_scenes import photograph

from fracorr import ImageError, Kernel, Scene
from fracorr_fourier.convolve import Convolution
from fracorr_opencv.template_matching import CCoeffNormed


def test_the_plain_sum_is_scipys_convolution():
    gray = photograph("camera", 120)
    rng = np.random.default_rng(0)
    template, support = rng.random((12, 17)), rng.random((12, 17))
    expected = scipy.signal.convolve2d(gray, template * support, mode="valid")
    response = Convolution(normalized=False).correlate(Scene(gray), Kernel(template, support))
    np.testing.assert_allclose(response.scores, expected, rtol=1e-4)


def test_colour_adds_up_over_the_channels():
    rng = np.random.default_rng(1)
    scene, template = rng.random((30, 40, 3)), rng.random((5, 8, 3))
    expected = sum(scipy.signal.convolve2d(scene[..., c], template[..., c], mode="valid") for c in range(3))
    response = Convolution(normalized=False).correlate(Scene(scene), Kernel(template))
    np.testing.assert_allclose(response.scores, expected, rtol=1e-4)


def test_normalised_it_is_the_correlation_coefficient_with_the_turned_kernel():
    rng = np.random.default_rng(2)
    scene, template = rng.random((16, 18)), rng.random((5, 6))
    response = Convolution().correlate(Scene(scene), Kernel(template))
    expected = np.array(
        [
            [
                np.corrcoef(scene[row : row + 5, column : column + 6].ravel(), template[::-1, ::-1].ravel())[0, 1]
                for column in range(13)
            ]
            for row in range(12)
        ]
    )
    np.testing.assert_allclose(response.scores, expected, atol=1e-5)


def test_an_asymmetric_template_is_found_upside_down_and_not_upright():
    gray = photograph("astronaut", 240)
    template = gray[60:120, 80:140]
    upright, turned = (Convolution().correlate(Scene(each), Kernel(template)) for each in (gray, gray[::-1, ::-1]))
    assert upright.best().score < 0.9
    assert turned.best().score == pytest.approx(1.0, abs=1e-4)
    assert (turned.best().x, turned.best().y) == (239 - 109.5, 239 - 89.5)


def test_for_a_point_symmetric_kernel_it_is_correlation():
    gray = photograph("coins", 150)
    template = gray[40:71, 50:81] + gray[40:71, 50:81][::-1, ::-1]
    scene, kernel = Scene(gray), Kernel(template)
    expected = CCoeffNormed().correlate(scene, kernel).scores
    np.testing.assert_allclose(Convolution().correlate(scene, kernel).scores, expected, atol=1e-5)


@pytest.mark.parametrize("normalized", [True, False])
def test_a_kernel_larger_than_the_scene_is_refused(normalized):
    with pytest.raises(ImageError, match="kernel 'eye' .* is larger than scene 'row'"):
        Convolution(normalized).correlate(Scene(np.ones((1, 20)), name="row"), Kernel(np.eye(3), name="eye"))
