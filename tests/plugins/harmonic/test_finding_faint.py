"""Pictures with next to no contrast: a correlation coefficient does not know how little there is."""

import numpy as np
import pytest
from posed_scenes import Pose, photograph, turn_between
from skimage import data

import fracorr
from fracorr import ImageError

GRAY = photograph("astronaut", 300)
FACE = slice(20, 84), slice(90, 154)
POSE = Pose(GRAY.shape, 77, 0.7)
SCENE = POSE.apply(GRAY, mode="constant")


def dark(pixels):
    """A picture of 8 bits in an array of 16: 255 of 65,535 is the brightest."""
    return np.rint(255 * np.clip(pixels, 0, 1)).astype(np.uint16)


def faint(share):
    return lambda pixels: 0.5 + share * (2 * pixels - 1)


def is_where_it_should_be(match):
    x, y = POSE.goes_to(121.5, 51.5)
    assert (match.x, match.y) == pytest.approx((x, y), abs=0.05)
    assert turn_between(match.angle, 77) < 0.1
    assert match.scale == pytest.approx(0.7, rel=0.002)
    assert match.score > 0.99


@pytest.mark.parametrize("covered", [False, True])
@pytest.mark.parametrize("change", [dark, faint(1e-3), faint(1e-4)], ids=["16 bits", "0.001", "0.0001"])
def test_turned_and_resized(change, covered):
    (match,) = fracorr.find(change(SCENE), change(GRAY[FACE]), covered=covered)

    is_where_it_should_be(match)


def test_in_color_on_a_bright_ground():
    color = data.astronaut()[106:406, 106:406] / 255.0
    scene = np.dstack([POSE.apply(color[..., channel], mode="constant") for channel in range(3)])
    (match,) = fracorr.find(0.9 + 1e-3 * scene, 0.9 + 1e-3 * color[FACE])

    is_where_it_should_be(match)


def test_dark_pictures_of_16_bits_are_found_as_those_of_8_bits_are():
    in_16 = fracorr.find(dark(SCENE), dark(GRAY[FACE]))
    in_8 = fracorr.find(dark(SCENE).astype(np.uint8), dark(GRAY[FACE]).astype(np.uint8))

    assert list(in_16[0].to_dict().values()) == pytest.approx(list(in_8[0].to_dict().values()), abs=2e-3)


@pytest.mark.parametrize("change", [dark, faint(1e-3), faint(1e-4)], ids=["16 bits", "0.001", "0.0001"])
def test_a_template_of_the_usual_contrast_in_a_faint_scene(change):
    (match,) = fracorr.find(change(SCENE), np.rint(255 * GRAY[FACE]).astype(np.uint8))

    is_where_it_should_be(match)


@pytest.mark.parametrize("deviation", [1e-3, 1e-8])
def test_a_faint_scene_of_noise_holds_nothing(deviation):
    assert fracorr.find(np.random.default_rng(3).normal(0.5, deviation, SCENE.shape), GRAY[FACE]) == []


def test_as_a_method():
    method = "harmonic:min_scale=0.5,max_scale=2"
    is_where_it_should_be(fracorr.correlate(faint(1e-3)(SCENE), faint(1e-3)(GRAY[FACE]), method).best())


def test_noise_is_not_taken_for_the_template():
    noise = np.random.default_rng(3).normal(0.5, 1e-3, SCENE.shape)

    assert fracorr.find(noise, faint(1e-3)(GRAY[FACE])) == []


def test_what_float32_rounds_is_no_structure():
    with pytest.raises(ImageError, match="flat under its support"):
        fracorr.find(SCENE, faint(1e-6)(GRAY[FACE]))
