"""Copies of which another photograph covers a part, and what is in the way of telling them from other places."""

import cv2
import numpy as np
import pytest
from posed_scenes import Pose, photograph

import fracorr
from fracorr_harmonic.local_contrast import extent_for, local_contrast

GRAY = photograph("astronaut", 400)
OTHER = photograph("coffee", 400)
FACE = GRAY[30:110, 140:220]
CENTRE = (179.5, 69.5)


def covered(scene, pose, share, corner):
    """Return a scene where a square piece of another photograph lies over a share of the face, in a corner of it."""
    side = 80 * np.sqrt(share)
    left, top = (140 + (corner % 2) * (80 - side), 30 + (corner // 2) * (80 - side))
    outline = [pose.goes_to(left + right * side, top + down * side) for right, down in ((0, 0), (1, 0), (1, 1), (0, 1))]
    mask = np.zeros(scene.shape, np.uint8)
    cv2.fillPoly(mask, [np.rint(outline).astype(np.int32)], 1)
    piece = np.resize(OTHER[::-1, ::-1], scene.shape)
    return np.where(mask > 0, piece, scene)


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3])
@pytest.mark.parametrize("corner", [0, 3])
def test_a_copy_of_which_a_part_is_covered(share, corner):
    pose = Pose(GRAY.shape, 50, 1.2)
    match, *_ = fracorr.find(
        covered(pose.apply(GRAY), pose, share, corner), FACE, scales=(0.7, 1.4), min_score=0, covered=True
    )

    assert (match.x, match.y) == pytest.approx(pose.goes_to(*CENTRE), abs=1.0)
    assert match.angle == pytest.approx(50, abs=1.5)
    assert match.scale == pytest.approx(1.2, rel=0.03)


def faint_and_covered():
    """Return a scene with little contrast where black and white squares lie over a tenth of the face."""
    scene = 0.5 + 0.3 * (GRAY - 0.5)
    scene[30:56, 140:166] = np.indices((26, 26)).sum(axis=0) // 7 % 2
    return scene


def test_a_faint_copy_under_a_cover_of_strong_contrast():
    """Its score is low, but the place is found."""
    scene = faint_and_covered()
    (match,) = fracorr.find(scene, FACE, scales=(0.9, 1.1), min_score=-1, covered=True)
    window = scene[30:110, 140:220]

    assert (match.x, match.y) == pytest.approx(CENTRE, abs=1.0)
    assert match.score == pytest.approx(np.corrcoef(window.ravel(), FACE.ravel())[0, 1], abs=0.05)


def test_where_nothing_is_covered_the_score_decides():
    """Other places score more than what is left of the faint copy."""
    scene = faint_and_covered()
    plain = fracorr.find(scene, FACE, scales=(0.9, 1.1), max_matches=6, min_score=-1)
    first, *others = fracorr.find(scene, FACE, scales=(0.9, 1.1), max_matches=6, min_score=-1, covered=True)
    scores = [match.score for match in plain]

    assert scores == sorted(scores, reverse=True)
    assert scores[0] > first.score
    assert max(match.score for match in others) > first.score
    assert plain == fracorr.find(scene, FACE, scales=(0.9, 1.1), max_matches=6, min_score=-1, covered=False)


def test_two_ways_of_looking_find_a_place_once():
    matches = fracorr.find(
        faint_and_covered(), FACE, scales=(0.9, 1.1), max_matches=9, min_score=-1, max_overlap=1, covered=True
    )
    places = {(round(match.x), round(match.y), round(match.angle), round(match.scale, 2)) for match in matches}

    assert len(places) == len(matches) > 1


def test_the_method_has_it_as_a_parameter():
    scene = faint_and_covered()
    response = fracorr.correlate(scene, FACE, "harmonic:min_scale=0.9,max_scale=1.1,matches=3,covered=true")
    matches = fracorr.find(scene, FACE, scales=(0.9, 1.1), max_matches=3, min_score=-1, covered=True)

    assert [pose.score for pose in response.poses] == pytest.approx([match.score for match in matches], abs=1e-4)
    assert (response.poses[0].x, response.poses[0].y) == pytest.approx(CENTRE, abs=1.0)


def test_a_whole_copy_comes_before_a_covered_one():
    scene = np.hstack([GRAY, GRAY])
    scene[30:75, 140:185] = OTHER[100:145, 100:145]
    first, second = fracorr.find(scene, FACE, scales=(0.9, 1.1), max_matches=2, min_score=0, covered=True)

    assert (first.x, first.y) == pytest.approx((179.5 + GRAY.shape[1], 69.5), abs=0.1)
    assert (second.x, second.y) == pytest.approx(CENTRE, abs=1.0)
    assert first.score > second.score


def test_a_template_without_local_contrast_is_found_as_it_is():
    rows, columns = np.indices((300, 400))
    scene = 0.5 + 0.2 * np.sin(columns / 37) + 0.2 * np.sin(rows / 53 + columns / 71)
    (match,) = fracorr.find(scene, scene[100:180, 150:230], scales=(1, 1), angles=(-5, 5), min_score=0.9, covered=True)

    assert (match.x, match.y) == pytest.approx((189.5, 139.5), abs=0.3)


@pytest.mark.parametrize(("gain", "offset"), [(0.25, 0.1), (0.5, 0.4), (2.0, -0.3)])
def test_local_contrast_does_not_know_brightness_or_contrast(gain, offset):
    values = GRAY[..., None].astype(np.float32)
    changed = local_contrast((gain * values + offset).astype(np.float32), 2.0)

    assert np.median(np.abs(changed - local_contrast(values, 2.0))) < 0.05


def test_local_contrast_is_that_of_the_surroundings():
    """Far from the border between them, two halves of different contrast look the same."""
    noise = np.random.default_rng(0).random((200, 200, 1))
    values = np.concatenate([0.1 * noise, 0.9 * noise], axis=1).astype(np.float32)
    even = local_contrast(values, 2.0)[..., 0]

    assert even[:, :150].std() == pytest.approx(even[:, 250:].std(), rel=0.15)
    assert abs(even[:, :150].mean()) < 0.02


def test_flat_pictures_have_no_local_contrast():
    assert np.abs(local_contrast(np.full((40, 40, 3), 0.7, np.float32), 2.0)).max() < 0.01


def test_surroundings_grow_with_the_template():
    assert extent_for(np.ones((200, 200), np.float32)) == pytest.approx(16)
    assert extent_for(np.ones((10, 10), np.float32)) == 2
