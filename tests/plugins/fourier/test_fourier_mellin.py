import numpy as np
import pytest
from posed_scenes import Pose, photograph, turn_between

from fracorr import Kernel, Scene
from fracorr_fourier.fourier_mellin import FourierMellin


def check(match, angle, scale, place):
    assert turn_between(match.angle, angle) < 0.5
    assert match.scale == pytest.approx(scale, rel=0.01)
    assert np.hypot(match.x - place[0], match.y - place[1]) < 1.0


@pytest.mark.parametrize(
    ("name", "angle", "scale", "shift"),
    [
        ("camera", 0, 1.0, (0, 0)),
        ("astronaut", 25, 1.0, (31, -18)),
        ("coffee", -70, 1.25, (0, 12)),
        ("coins", 130, 0.8, (-20, 9)),
        ("chelsea", 178, 1.6, (8, 8)),
        ("brick", -33, 0.7, (0, -25)),
    ],
)
def test_finds_how_a_whole_photograph_was_turned_scaled_and_shifted(name, angle, scale, shift):
    gray = photograph(name, 256)
    pose = Pose(gray.shape, angle, scale, shift)
    response = FourierMellin().correlate(Scene(pose.apply(gray)), Kernel(gray))
    check(response.best(), angle, scale, pose.goes_to(127.5, 127.5))
    assert response.scores.shape == gray.shape
    assert turn_between(response.angle.min(), angle) < 0.5
    assert response.scale.max() == pytest.approx(scale, rel=0.01)


@pytest.mark.parametrize(("angle", "scale"), [(40, 1.3), (-115, 0.9)])
def test_finds_a_large_part_of_a_photograph(angle, scale):
    gray = photograph("astronaut", 400)
    pose = Pose(gray.shape, angle, scale)
    # 220 by 240 pixels, and not in the middle.
    response = FourierMellin().correlate(Scene(pose.apply(gray)), Kernel(gray[60:280, 100:340]))
    check(response.best(), angle, scale, pose.goes_to(100 + 119.5, 60 + 109.5))
    assert response.best().width == pytest.approx(240 * scale, rel=0.01)
    assert response.best().height == pytest.approx(220 * scale, rel=0.01)


def test_a_kernel_may_be_larger_than_the_scene():
    assert FourierMellin.any_size
    gray = photograph("camera", 300)
    pose = Pose(gray.shape, 15, 1.0)
    scene = pose.apply(gray)[60:240, 50:250]
    place = pose.goes_to(149.5, 149.5)
    check(FourierMellin().correlate(Scene(scene), Kernel(gray)).best(), 15, 1.0, (place[0] - 50, place[1] - 60))


def test_the_support_is_honoured():
    gray = photograph("astronaut", 256)
    rows, columns = np.mgrid[:256, :256]
    disc = np.hypot(rows - 127.5, columns - 127.5) < 120
    pose = Pose(gray.shape, -50, 1.1)
    spoiled = np.where(disc, gray, np.random.default_rng(0).random(gray.shape))
    check(FourierMellin().correlate(Scene(pose.apply(gray)), Kernel(spoiled, disc)).best(), -50, 1.1, (127.5, 127.5))


def test_other_contrast_makes_no_difference():
    gray = photograph("coffee", 200)
    pose = Pose(gray.shape, 60, 1.2)
    scene = 0.6 - 0.4 * pose.apply(gray) ** 2
    match = FourierMellin().correlate(Scene(1 - scene), Kernel(gray)).best()
    check(match, 60, 1.2, (99.5, 99.5))


def test_scales_beyond_the_limit_are_not_looked_for():
    gray = photograph("camera", 200)
    scene = Scene(Pose(gray.shape, 0, 2.0).apply(gray))
    assert FourierMellin(max_scale=3).correlate(scene, Kernel(gray)).best().scale == pytest.approx(2.0, rel=0.01)
    assert FourierMellin(max_scale=1.5).correlate(scene, Kernel(gray)).best().scale < 1.6


def test_a_flat_image_gives_zeros():
    gray = photograph("camera", 100)
    for scene, kernel in ((gray, np.full((40, 40), 0.3)), (np.full((40, 50), 0.3), gray)):
        response = FourierMellin().correlate(Scene(scene), Kernel(kernel))
        assert response.scores.shape == scene.shape
        assert not response.scores.any()
        assert response.best().score == 0


def test_large_images_are_registered_at_a_smaller_size(monkeypatch):
    monkeypatch.setattr("fracorr_fourier.fourier_mellin._LARGEST", 150)
    gray = photograph("astronaut", 400)
    pose = Pose(gray.shape, -35, 1.2)
    response = FourierMellin().correlate(Scene(pose.apply(gray)[20:390, :]), Kernel(gray[41:362, 60:351]))
    place = pose.goes_to(60 + 145, 41 + 160)
    check(response.best(), -35, 1.2, (place[0], place[1] - 20))
    assert response.scores.shape == (370, 400)
    assert response.best().width == pytest.approx(291 * 1.2, rel=0.01)
    row, column = np.unravel_index(response.scores.argmax(), response.scores.shape)
    assert np.hypot(column - place[0], row - (place[1] - 20)) < 4
    assert not FourierMellin().correlate(Scene(np.full((300, 300), 0.4)), Kernel(gray)).scores.any()
