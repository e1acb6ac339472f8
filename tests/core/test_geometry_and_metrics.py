import math

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import Kernel, Match, Response, Target, geometry
from fracorr.metrics import Metrics, evaluate


def box(x, y, width, height, angle=0.0):
    return Match(x, y, angle, 1.0, width, height, 0.0)


def test_corners_turn_counter_clockwise_on_the_screen():
    # A quarter turn counter-clockwise takes the top left corner (up-left) to the bottom left (down-left).
    corners = box(10, 20, 4, 2, 90).polygon()
    np.testing.assert_allclose(corners, [[9, 22], [9, 18], [11, 18], [11, 22]], atol=1e-12)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (box(0, 0, 4, 4), box(0, 0, 4, 4), 1.0),
        (box(0, 0, 4, 4), box(2, 0, 4, 4), 8 / 24),
        (box(0, 0, 4, 4), box(4, 0, 4, 4), 0.0),
        (box(0, 0, 4, 4), box(0, 0, 2, 2), 4 / 16),
        (box(0, 0, 2, 2), box(0, 0, 2, 2, 45), 8 * (math.sqrt(2) - 1) / (8 - 8 * (math.sqrt(2) - 1))),
        (box(5000, 5000, 30, 10), box(5000, 5000, 10, 30, 90), 1.0),
        (box(0, 0, 4, 0), box(0, 0, 4, 4), 0.0),
        # Sides in common, turned: OpenCV's own intersection calls this 0.
        (box(0, 0, 3, 2.5, 1), box(0, 0, 3, 2, 1), 2 / 2.5),
        (box(0, 0, 4, 4, 30), box(0, 0, 4, 4, 120), 1.0),
    ],
)
def test_overlap_of_known_boxes(first, second, expected):
    assert geometry.overlap(first, second) == pytest.approx(expected, abs=1e-6)


boxes = st.builds(
    box,
    x=st.floats(-20, 20),
    y=st.floats(-20, 20),
    width=st.floats(4, 30),
    height=st.floats(4, 30),
    angle=st.floats(-360, 360),
)


@settings(deadline=None)
@given(first=boxes, second=boxes)
def test_overlap_agrees_with_counting_points(first, second):
    grid = np.linspace(-60, 60, 301)
    x, y = np.meshgrid(grid, grid)

    def inside(each):
        turn = math.radians(each.angle)
        # Undo the turn with complex numbers: y points down, so the screen's counter-clockwise is e^{-i angle}.
        local = ((x - each.x) + 1j * (y - each.y)) * np.exp(1j * turn)
        return (np.abs(local.real) <= each.width / 2) & (np.abs(local.imag) <= each.height / 2)

    both, either = inside(first) & inside(second), inside(first) | inside(second)
    counted = both.sum() / max(1, either.sum())
    # Points are 0.4 apart, so a box a few points wide is counted only roughly.
    allowed = 0.05 + 1.6 / min(first.width, first.height, second.width, second.height)
    assert geometry.overlap(first, second) == pytest.approx(counted, abs=allowed)
    assert 0.0 <= geometry.overlap(first, second) <= 1.0


@settings(deadline=None)
@given(box=boxes)
def test_contains_agrees_with_the_corners(box):
    centre = np.array([box.x, box.y])
    for corner in box.polygon():
        assert geometry.contains(box, *(centre + 0.99 * (corner - centre)))
        assert not geometry.contains(box, *(centre + 1.01 * (corner - centre)))


@pytest.mark.parametrize(("first", "second", "turn"), [(10, 350, 20), (0, 180, 180), (-90, 270, 0), (720, 1, 1)])
def test_angle_difference(first, second, turn):
    assert geometry.angle_difference(first, second) == pytest.approx(turn)


def response(scores, size=3, **more):
    return Response.sliding(np.asarray(scores, dtype=float), Kernel(np.ones((size, size))), **more)


def test_metrics_of_a_known_response():
    scores = np.zeros((20, 20))
    scores[4, 6] = 1.0  # centre at x = 7, y = 5
    metrics = evaluate(response(scores), [Target(8, 5, 3, 3), Target(15, 15, 3, 3)])
    assert metrics.hit is True
    assert metrics.iou == pytest.approx(6 / 12)
    assert metrics.centre_error == pytest.approx(1.0)
    assert (metrics.angle_error, metrics.scale_error, metrics.rank) == (0.0, 0.0, 1)


def test_without_targets_there_is_only_how_much_the_best_place_stands_out():
    scores = np.eye(5)
    # The best place is the corner: its sidelobes are what is left of the 5 × 5 scores without the 3 × 3 of the peak.
    sidelobes = np.array([scores[row, column] for row in range(5) for column in range(5) if row > 2 or column > 2])
    expected = (1 - sidelobes.mean()) / sidelobes.std()
    assert evaluate(response(scores), []) == Metrics(peak_to_sidelobe=pytest.approx(expected))


def test_rank_counts_the_peaks_that_beat_the_truth():
    scores = np.zeros((40, 40))
    scores[5, 5], scores[5, 30], scores[30, 5], scores[30, 30] = 0.9, 0.8, 0.7, 0.6
    at = {name: Target(x + 1, y + 1, 3, 3) for name, (y, x) in {"third": (30, 5), "fourth": (30, 30)}.items()}
    assert evaluate(response(scores), [at["third"]]).rank == 3
    assert evaluate(response(scores), [at["fourth"], at["third"]]).rank == 3
    assert evaluate(response(-scores, better="lower"), [at["fourth"]]).rank == 4


def test_a_response_that_is_the_same_everywhere_ranks_the_truth_last():
    assert evaluate(response(np.zeros((20, 20))), [Target(10, 10, 4, 4)]).rank > 100


def test_a_target_out_of_reach_has_no_rank():
    assert evaluate(response(np.eye(10)), [Target(0, 0, 0.5, 0.5)]).rank is None


def test_rank_among_a_methods_own_poses():
    poses = [Match(1, 1, 0, 1, 3, 3, 0.9), Match(8, 8, 0, 1, 3, 3, 0.5)]
    with_poses = response(np.zeros((10, 10)), poses=poses)
    assert evaluate(with_poses, [Target(8, 8, 2, 2)]).rank == 2
    assert evaluate(with_poses, [Target(5, 5, 2, 2)]).rank is None
    assert attrs.evolve(poses[0]).to_dict()["score"] == 0.9
