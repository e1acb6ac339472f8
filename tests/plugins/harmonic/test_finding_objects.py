"""Several objects, cut-off ones, shapes, symmetry, colour, and what the score says."""

import numpy as np
import pytest
from posed_scenes import Pose, photograph
from skimage import data

import fracorr

GRAY = photograph("astronaut", 400)
FACE = GRAY[30:110, 140:220]


def pasted(background, copies):
    """Paste pictures upright, given their top left corners."""
    scene = background.copy()
    for (left, top), picture in copies:
        scene[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return scene


def smooth_noise(shape, seed=0):
    return np.kron(np.random.default_rng(seed).random((shape[0] // 8, shape[1] // 8)), np.ones((8, 8)))


def places(matches):
    return sorted((round(match.x, 1), round(match.y, 1)) for match in matches)


def test_objects_that_touch():
    turned = np.rot90(FACE)
    scene = pasted(smooth_noise((240, 320)), [((20, 30), FACE), ((100, 30), turned), ((180, 110), FACE[::-1, ::-1])])
    matches = fracorr.find(scene, FACE, max_matches=5, min_score=0.9, scales=(0.9, 1.1))

    assert places(matches) == [(59.5, 69.5), (139.5, 69.5), (219.5, 149.5)]
    assert sorted(round(match.angle) % 360 for match in matches) == [0, 90, 180]


def test_many_objects():
    copies = [
        ((90 * column + 4, 88 * row + 5), np.rot90(FACE, row + column)) for row in range(4) for column in range(5)
    ]
    matches = fracorr.find(pasted(smooth_noise((360, 456)), copies), FACE, max_matches=40, min_score=0.9, scales=(1, 1))

    assert places(matches) == sorted((left + 39.5, top + 39.5) for (left, top), _ in copies)
    assert len(fracorr.find(pasted(smooth_noise((360, 456)), copies), FACE, max_matches=7, scales=(1, 1))) == 7


@pytest.mark.parametrize("hidden", [0.2, 0.35])
@pytest.mark.parametrize("side", ["left", "top", "right", "bottom"])
def test_objects_partly_outside_the_scene(hidden, side):
    cut = round(80 * hidden)
    scene = pasted(smooth_noise((240, 240)), [((80, 80), FACE)])
    left, top = (80 + cut if side == "left" else 0), (80 + cut if side == "top" else 0)
    right, bottom = (160 - cut if side == "right" else 240), (160 - cut if side == "bottom" else 240)
    (match,) = fracorr.find(scene[top:bottom, left:right], FACE, scales=(0.8, 1.25))
    inside = FACE[max(0, top - 80) : bottom - 80, max(0, left - 80) : right - 80]

    assert (match.x + left, match.y + top) == pytest.approx((119.5, 119.5), abs=0.1)
    # Where there is no scene it counts as flat.
    assert match.score == pytest.approx(np.sqrt(inside.var() * inside.size / (FACE.var() * FACE.size)), abs=0.01)


def test_the_edge_of_the_scene_is_no_match():
    """Half a template of which hardly anything is visible but one step from dark to bright."""
    scene = np.full((200, 200), 0.3)
    scene[:, 100:] = 0.6
    matches = fracorr.find(scene, FACE, max_matches=5, min_score=0.85)

    assert matches == []


def test_a_support_that_is_no_disc():
    """What is outside the support may be anything, in the template and in the scene."""
    rows, columns = np.indices(FACE.shape)
    support = (np.abs(rows - columns) < 18).astype(float)
    scene = smooth_noise((240, 320), 1)
    scene[100:180, 60:140] = np.where(support > 0, FACE, scene[100:180, 60:140])
    template = np.where(support > 0, FACE, 0.5)
    (match,) = fracorr.find(scene, template, support=support, scales=(0.8, 1.25))

    assert (match.x, match.y) == pytest.approx((99.5, 139.5), abs=0.05)
    assert match.score > 0.99


def test_transparency_is_a_support():
    rgba = np.dstack([FACE, FACE, FACE, np.hypot(*(np.indices(FACE.shape) - 39.5)) < 36])
    turned = Pose(GRAY.shape, 50, 1.0)
    (match,) = fracorr.find(turned.apply(GRAY), rgba, scales=(0.9, 1.1))

    assert (match.x, match.y) == pytest.approx(turned.goes_to(179.5, 69.5), abs=0.1)


def test_a_narrow_template():
    strip = GRAY[200:220, 40:240]
    pose = Pose(GRAY.shape, 25, 1.0)
    (match,) = fracorr.find(pose.apply(GRAY), strip, scales=(0.9, 1.1))

    assert (match.x, match.y) == pytest.approx(pose.goes_to(139.5, 209.5), abs=0.1)
    assert match.angle == pytest.approx(25, abs=0.1)


def star(points, side=81):
    """A smooth star with a number of points."""
    down, right = np.indices((side, side)) - (side - 1) / 2
    edge = 24 + 9 * np.cos(points * np.arctan2(-down, right)) if points else 24
    return 0.2 + 0.7 / (1 + np.exp(np.hypot(down, right) - edge))


@pytest.mark.parametrize("points", [0, 2, 3, 4, 5, 6])
def test_all_right_angles_of_a_symmetrical_template_are_one_match(points):
    scene = pasted(np.full((200, 300), 0.2), [((20, 40), star(points)), ((180, 90), star(points))])
    matches = fracorr.find(scene, star(points), max_matches=10, min_score=0.9, scales=(0.9, 1.1))

    assert places(matches) == [(60, 80), (220, 130)]
    for match in matches:
        assert match.symmetry == points
        period = 360 / points if points else 360
        assert min(match.angle % period, period - match.angle % period) < 0.5 or points == 0
        assert 0 <= match.angle <= period


def test_a_face_is_not_symmetrical():
    assert fracorr.find(GRAY, FACE, scales=(1, 1))[0].symmetry == 1


def test_color_that_luma_does_not_see():
    """Template and scene have structure in their colours, and the same luma everywhere."""
    weights = np.array([0.299, 0.587, 0.114])

    def colors(pattern):
        picture = np.stack([pattern, pattern * 0, 1 - pattern], axis=2) * 0.6 + 0.2
        return picture - ((picture @ weights) - 0.5)[..., None] * np.array([0, 1, 0]) / 0.587

    scene = colors(GRAY)
    (match,) = fracorr.find(scene, scene[30:110, 140:220], scales=(0.9, 1.1))

    assert np.ptp(scene @ weights) < 1e-6
    assert (match.x, match.y) == pytest.approx((179.5, 69.5), abs=0.05)
    assert match.score > 0.99


def test_colors_tell_templates_apart():
    red, green = np.zeros((60, 60, 3)), np.zeros((60, 60, 3))
    shape = (np.hypot(*(np.indices((60, 60)) - 29.5)) < 18) & (np.indices((60, 60))[1] > 20)
    red[..., 0], green[..., 1] = shape, shape
    scene = np.zeros((150, 220, 3))
    scene[40:100, 20:80], scene[50:110, 130:190] = red, green
    (match,) = fracorr.find(scene, green, scales=(1, 1))

    assert (match.x, match.y) == pytest.approx((159.5, 79.5), abs=0.05)


@pytest.mark.parametrize(("scene_color", "template_color"), [(True, False), (False, True)])
def test_gray_and_color_together(scene_color, template_color):
    color = data.astronaut()[:300, 80:380]
    gray = np.rint(color @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)
    scene, template = color if scene_color else gray, (color if template_color else gray)[40:120, 90:180]
    (match,) = fracorr.find(scene, template, scales=(1, 1), min_score=0.8)

    assert (match.x, match.y) == pytest.approx((134.5, 79.5), abs=0.1)


def test_the_score_is_the_correlation_coefficient_at_full_resolution():
    scene = np.clip(GRAY + np.random.default_rng(3).normal(0, 0.08, GRAY.shape), 0, 1)
    support = np.hypot(*(np.indices(FACE.shape) - 39.5)) < 38
    (match,) = fracorr.find(scene, FACE, support=support, angles=(0, 0), scales=(1, 1))
    left, top = round(match.x - 39.5), round(match.y - 39.5)
    window = scene[top : top + 80, left : left + 80]

    assert (left, top) == (140, 30)
    # Looked up between the pixels, noise is averaged a little.
    assert match.score == pytest.approx(np.corrcoef(window[support], FACE[support])[0, 1], abs=0.01)
    assert 0.5 < match.score < 0.98


def test_a_flat_scene_holds_nothing():
    assert fracorr.find(np.full((100, 100), 0.4), FACE, scales=(1, 1), min_score=0.1) == []
