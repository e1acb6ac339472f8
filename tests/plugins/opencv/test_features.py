import numpy as np
import pytest
import scipy.spatial
from hypothesis import given, settings
from hypothesis import strategies as st
from posed_scenes import Pose, photograph, turn_between

from fracorr import Kernel, Scene
from fracorr_opencv.features import Orb, Sift
from fracorr_opencv.keypoints import Keypoints, match, similarity, to_match, votes

METHODS = [Sift(), Orb()]


@pytest.mark.parametrize("method", METHODS, ids=["sift", "orb"])
@pytest.mark.parametrize(
    ("name", "angle", "scale"), [("astronaut", 0, 1.0), ("camera", 35, 1.0), ("coffee", -80, 1.3), ("brick", 165, 0.8)]
)
def test_finds_a_template_at_any_angle_and_scale(method, name, angle, scale):
    gray = photograph(name, 380)
    pose = Pose(gray.shape, angle, scale)
    best = method.correlate(Scene(pose.apply(gray)), Kernel(gray[130:250, 120:230])).best()
    place = pose.goes_to(120 + 54.5, 130 + 59.5)
    assert np.hypot(best.x - place[0], best.y - place[1]) < 2
    assert turn_between(best.angle, angle) < 1
    assert best.scale == pytest.approx(scale, rel=0.02)
    assert (best.width, best.height) == pytest.approx((110 * best.scale, 120 * best.scale))
    assert 0 < best.score <= 1


def test_sift_is_right_to_a_tenth_of_a_pixel():
    gray = photograph("astronaut", 300)
    pose = Pose(gray.shape, 20, 1.1)
    best = Sift().correlate(Scene(pose.apply(gray)), Kernel(gray[90:200, 95:205])).best()
    assert (best.x, best.y) == pytest.approx(pose.goes_to(149.5, 144.5), abs=0.15)


@pytest.mark.parametrize("method", METHODS, ids=["sift", "orb"])
def test_the_surface_is_highest_where_the_votes_meet(method):
    gray = photograph("astronaut", 300)
    response = method.correlate(Scene(gray), Kernel(gray[60:180, 100:220]))
    row, column = np.unravel_index(response.scores.argmax(), response.scores.shape)
    assert np.hypot(row - 119.5, column - 159.5) < 3
    assert response.scores.shape == gray.shape
    assert 0 <= response.scores.min() <= response.scores.max() <= 1


@pytest.mark.parametrize("method", METHODS, ids=["sift", "orb"])
def test_what_is_not_there_gives_no_pose(method):
    response = method.correlate(Scene(photograph("coins")), Kernel(photograph("astronaut")[60:160, 170:270]))
    assert response.poses == ()
    assert response.matches(5) == ()
    assert np.isfinite(response.scores).all()


@pytest.mark.parametrize("method", METHODS, ids=["sift", "orb"])
@pytest.mark.parametrize(
    ("scene", "kernel"),
    [((1, 1), (1, 1)), ((40, 50), (1, 1)), ((1, 60), (30, 30)), ((50, 50), (2, 70)), ((3, 3), (64, 64))],
)
def test_pictures_too_small_for_keypoints_give_zeros(method, scene, kernel):
    rng = np.random.default_rng(0)
    response = method.correlate(Scene(rng.random(scene)), Kernel(rng.random(kernel)))
    assert response.scores.shape == scene
    assert response.poses == ()


@pytest.mark.parametrize("method", METHODS, ids=["sift", "orb"])
def test_flat_images_give_zeros(method):
    gray = photograph("camera", 100)
    for scene, kernel in ((gray, np.full((40, 40), 0.3)), (np.full((40, 50), 0.3), gray)):
        response = method.correlate(Scene(scene), Kernel(kernel))
        assert not response.scores.any()
        assert response.best().score == 0


@pytest.mark.parametrize("method", METHODS, ids=["sift", "orb"])
def test_a_kernel_may_be_larger_than_the_scene(method):
    assert method.any_size
    gray = photograph("astronaut", 400)
    best = method.correlate(Scene(gray[100:300, 90:310]), Kernel(gray)).best()
    assert (best.x, best.y) == pytest.approx((199.5 - 90, 199.5 - 100), abs=1)


@pytest.mark.parametrize("method", METHODS, ids=["sift", "orb"])
def test_only_what_the_support_holds_is_looked_for(method):
    gray = photograph("astronaut", 320)
    # The left half of the kernel is from one place, the right half from another.
    mixed = np.concatenate([gray[40:180, 30:130], gray[140:280, 180:280]], axis=1)
    left, right = np.zeros((140, 200)), np.zeros((140, 200))
    left[:, :100] = right[:, 100:] = 1
    first, second = (method.correlate(Scene(gray), Kernel(mixed, support)).best() for support in (left, right))
    assert (first.x, first.y) == pytest.approx((30 + 99.5, 40 + 69.5), abs=1.5)
    assert (second.x, second.y) == pytest.approx((180 - 100 + 99.5, 140 + 69.5), abs=1.5)


def test_finds_as_many_instances_as_asked():
    gray = photograph("astronaut", 300)
    template = gray[60:180, 60:180]
    scene = np.full((260, 420), 0.5)
    scene[20:140, 20:140] = template
    scene[100:220, 250:370] = np.rot90(template)
    response = Sift(instances=2).correlate(Scene(scene), Kernel(template))
    places = sorted((pose.x, pose.y, pose.angle) for pose in response.poses)
    np.testing.assert_allclose(places, [(79.5, 79.5, 0.0), (309.5, 159.5, 90.0)], atol=0.5)
    assert [pose.score for pose in response.poses] == sorted((pose.score for pose in response.poses), reverse=True)
    # Looking for one, the ratio test takes two of a kind for none.
    assert Sift().correlate(Scene(scene), Kernel(template)).poses == ()


def test_any_range_of_brightness_will_do():
    gray = photograph("camera", 300)
    best = Sift().correlate(Scene(1000 * gray - 300), Kernel(gray[100:220, 90:200])).best()
    assert (best.x, best.y) == pytest.approx((144.5, 159.5), abs=0.3)


@pytest.mark.parametrize("method", METHODS, ids=["sift", "orb"])
def test_the_same_comes_out_every_time(method):
    gray = photograph("coffee", 300)
    scene = Pose(gray.shape, 12, 1.1).apply(gray)
    first, second = (method.correlate(Scene(scene), Kernel(gray[90:190, 90:190])) for _ in range(2))
    assert first.poses == second.poses
    np.testing.assert_array_equal(first.scores, second.scores)


@settings(max_examples=50, deadline=None)
@given(
    angle=st.floats(-179, 179),
    scale=st.floats(0.3, 3),
    x=st.floats(-50, 50),
    y=st.floats(-50, 50),
    seed=st.integers(0, 1000),
)
def test_the_pose_is_read_from_points_of_which_a_third_is_wrong(angle, scale, x, y, seed):
    rng = np.random.default_rng(seed)
    source = rng.random((30, 2)) * 100
    pose = Pose((80, 100), angle, scale, (x, y))
    goal = np.array([pose.goes_to(*point) for point in source])
    goal[:10] = rng.random((10, 2)) * 400
    matrix, agree = similarity(source, goal, 0.5)
    assert agree[10:].all()
    found = to_match(matrix, Kernel(np.eye(80, 100)), 1.0)
    assert turn_between(found.angle, angle) < 0.3
    assert found.scale == pytest.approx(scale, rel=0.01)
    assert (found.x, found.y) == pytest.approx(pose.goes_to(49.5, 39.5), abs=0.5)


@given(angle=st.floats(-180, 180), scale=st.floats(0.2, 5))
@settings(max_examples=30, deadline=None)
def test_a_keypoint_votes_for_the_centre(angle, scale):
    pose = Pose((60, 60), angle, scale)
    place = np.array([[12.0, 41.0]])
    own = Keypoints(place, np.array([4.0]), np.array([70.0]), np.zeros((1, 2), np.float32))
    # OpenCV's angles run clockwise.
    moved = Keypoints(
        np.array([pose.goes_to(*place[0])]), np.array([4.0 * scale]), np.array([70.0 - angle]), own.descriptors
    )
    found = votes(own, moved, np.array([[0, 0]]), (29.5, 29.5))
    np.testing.assert_allclose(found, [pose.goes_to(29.5, 29.5)], atol=1e-6)


def test_the_ratio_test_by_hand():
    def keypoints(descriptors):
        values = np.array(descriptors, np.float32)
        return Keypoints(np.zeros((len(values), 2)), np.ones(len(values)), np.zeros(len(values)), values)

    own = keypoints([[0, 0], [10, 0]])
    others = keypoints([[1, 0], [3, 0], [13, 0], [6, 0]])
    # Distances of the first: 1 and 3; of the second: 3 and 4.
    np.testing.assert_array_equal(match(own, others, 0.5), [[0, 0]])
    np.testing.assert_array_equal(match(own, others, 0.8), [[0, 0], [1, 2]])
    assert match(own, keypoints([[1, 0]]), 0.8).shape == (0, 2)
    # Two may be similar: 1 and 3 against 6, and 3 and 4 against 7.
    np.testing.assert_array_equal(match(own, others, 0.55, 2), [[0, 0], [0, 1], [1, 2]])


@pytest.mark.parametrize("method", METHODS, ids=["sift", "orb"])
def test_a_large_scene_is_looked_at_in_parts(monkeypatch, method):
    gray = photograph("astronaut", 400)
    kernel = Kernel(gray[140:260, 140:260])
    whole = Keypoints.detect(method.detector(), Scene(gray).gray)
    monkeypatch.setattr("fracorr_opencv.keypoints._PART", 200)
    monkeypatch.setattr("fracorr_opencv.keypoints._MARGIN", 60)
    parts = Keypoints.detect(method.detector(), Scene(gray).gray)
    # Every place once, and nearly all places that there are.
    assert len(np.unique(np.c_[parts.places, parts.sizes, parts.angles], axis=0)) == len(parts)
    distances, _ = scipy.spatial.cKDTree(parts.places).query(whole.places)
    assert (distances < 1).mean() > 0.8
    best = method.correlate(Scene(gray), kernel).best()
    assert (best.x, best.y) == pytest.approx((199.5, 199.5), abs=1)
