"""Templates turned and resized by scipy's splines are found exactly, and only where the search allows them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from posed_scenes import Pose, photograph
from scipy import ndimage

import fracorr
from fracorr import Kernel
from fracorr.searching import Search
from fracorr_harmonic.candidates import Candidates
from fracorr_harmonic.search import HarmonicSearch

GRAY = photograph("astronaut", 400)
TEMPLATE = GRAY[60:140, 150:240]
#: Its centre.
CENTRE = (150 + 89 / 2, 60 + 79 / 2)


def scene_and_truth(angle, scale):
    """The whole photograph in another pose, and where that puts the template's centre."""
    pose = Pose(GRAY.shape, angle, scale)
    return np.clip(pose.apply(GRAY, mode="constant"), 0, 1), pose.goes_to(*CENTRE)


def turn(first, second):
    return abs((first - second + 180) % 360 - 180)


@settings(max_examples=6, deadline=None)
@given(angle=st.floats(0, 360), scale=st.floats(0.55, 1.15))
def test_any_angle_and_scale(angle, scale):
    scene, (x, y) = scene_and_truth(angle, scale)
    (match,) = fracorr.find(scene, TEMPLATE, scales=(0.5, 1.25))

    assert math.hypot(match.x - x, match.y - y) < 0.1
    assert turn(match.angle, angle) < 0.1
    assert match.scale == pytest.approx(scale, rel=0.003)
    assert match.score > 0.97
    assert (match.width, match.height) == pytest.approx((90 * match.scale, 80 * match.scale))


@pytest.mark.parametrize(("angles", "found"), [((20, 40), True), ((-340, -320), True), ((40, 100), False)])
def test_a_part_of_a_turn(angles, found):
    scene, (x, y) = scene_and_truth(30, 1)
    matches = fracorr.find(scene, TEMPLATE, angles=angles, scales=(1, 1), min_score=0.9)

    assert bool(matches) is found
    for match in matches:
        assert angles[0] <= match.angle <= angles[1]
        assert turn(match.angle, 30) < 0.1
        assert (match.x, match.y) == pytest.approx((x, y), abs=0.1)


def test_a_range_across_the_upright_direction():
    scene, _ = scene_and_truth(-8, 1)
    (match,) = fracorr.find(scene, TEMPLATE, angles=(-15, 15), scales=(1, 1))

    assert match.angle == pytest.approx(-8, abs=0.1)


def test_a_little_less_than_upright_is_no_whole_turn():
    """What is less than 0 by next to nothing is 360 modulo 360."""
    search = HarmonicSearch(Kernel(TEMPLATE), Search(scales=(1, 1)))
    candidates = Candidates(np.array([[50, 50, -1e-18, 0]]), np.ones(1), np.zeros(1, int))

    assert search._match(candidates, 0).angle == 0


def test_neither_turned_nor_resized():
    (match,) = fracorr.find(GRAY, TEMPLATE, angles=(0, 0), scales=(1, 1))

    assert (match.angle, match.scale) == (0, 1)
    assert (match.x, match.y) == pytest.approx(CENTRE, abs=0.01)
    assert fracorr.find(ndimage.rotate(GRAY, 45), TEMPLATE, angles=(0, 0), scales=(1, 1), min_score=0.9) == []


def test_scales_left_out_are_not_found():
    scene, _ = scene_and_truth(0, 0.6)

    assert fracorr.find(scene, TEMPLATE, scales=(0.8, 1.2), min_score=0.9) == []
    assert len(fracorr.find(scene, TEMPLATE, scales=(0.5, 0.7), min_score=0.9)) == 1


def test_copies_of_a_few_pixels_are_not_looked_for():
    """Any two pixels that differ look like them; they must not displace what is there."""
    (match,) = fracorr.find(GRAY, TEMPLATE, scales=(0.001, 1), angles=(0, 0))

    assert (match.x, match.y, match.scale) == pytest.approx((*CENTRE, 1), abs=0.05)
    with pytest.raises(fracorr.ImageError, match=r"below 4 pixels at every scale up to 0\.02; allow scales from 0\.15"):
        fracorr.find(GRAY, TEMPLATE, scales=(0.01, 0.02))


@pytest.mark.parametrize("side", [16, 24, 240])
def test_templates_of_other_sizes(side):
    top, left = (80, 150) if side < 100 else (60, 100)
    template = GRAY[top : top + side, left : left + side]
    pose = Pose(GRAY.shape, 137, 1.0)
    x, y = pose.goes_to(left + (side - 1) / 2, top + (side - 1) / 2)
    (match,) = fracorr.find(pose.apply(GRAY, mode="constant"), template, scales=(0.9, 1.1))

    assert (match.x, match.y) == pytest.approx((x, y), abs=0.2)
    assert turn(match.angle, 137) < 0.5


def test_a_template_as_large_as_the_scene():
    (match,) = fracorr.find(TEMPLATE, TEMPLATE, scales=(0.8, 1.25))

    assert (match.x, match.y, match.scale) == pytest.approx((44.5, 39.5, 1), abs=0.01)


def test_the_mirror_image_only_on_request():
    scene, (x, y) = scene_and_truth(75, 0.9)
    other = scene[:, ::-1]
    (match,) = fracorr.find(other, TEMPLATE, scales=(0.8, 1.1), mirrored=True)

    assert fracorr.find(other, TEMPLATE, scales=(0.8, 1.1), min_score=0.9) == []
    assert match.mirrored
    assert (match.x, match.y) == pytest.approx((scene.shape[1] - 1 - x, y), abs=0.1)
    # A mirror turns the other way round: the mirrored template stands at minus the angle.
    assert turn(match.angle, -75) < 0.1
    assert not fracorr.find(scene, TEMPLATE, scales=(0.8, 1.1), mirrored=True)[0].mirrored


@pytest.mark.parametrize(("gain", "offset"), [(0.5, 0.3), (0.2, 0.0), (-0.5, 0.9)])
def test_brightness_and_contrast(gain, offset):
    scene, (x, y) = scene_and_truth(200, 0.8)
    matches = fracorr.find(gain * scene + offset, TEMPLATE, scales=(0.7, 1), min_score=0.9)

    # A negative is another picture.
    assert len(matches) == (gain > 0)
    for match in matches:
        assert (match.x, match.y) == pytest.approx((x, y), abs=0.1)


def test_noise():
    scene, (x, y) = scene_and_truth(310, 1.1)
    noisy = scene + np.random.default_rng(0).normal(0, 0.1, scene.shape)
    (match,) = fracorr.find(noisy, TEMPLATE, scales=(0.7, 1.4))

    assert math.hypot(match.x - x, match.y - y) < 0.5
    assert turn(match.angle, 310) < 0.5
