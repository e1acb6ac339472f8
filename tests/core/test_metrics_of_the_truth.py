import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import Kernel, Match, Response, Target
from fracorr.arms import ArmTally
from fracorr.metrics import Metrics, evaluate
from fracorr.trial import Arm, TrialResult

targets = st.builds(
    Target,
    x=st.floats(-30, 70),
    y=st.floats(-30, 70),
    width=st.floats(1, 60),
    height=st.floats(1, 60),
    angle=st.floats(-180, 180),
)


def places_by_hand(response, each):
    """The places of the surface inside one target, each tested against the four edges of its polygon."""
    corners = each.polygon()
    height, width = response.scores.shape
    found = set()
    for row in range(height):
        for column in range(width):
            point = np.array([response.origin[0] + column, response.origin[1] + row])
            edges = np.roll(corners, -1, axis=0) - corners
            sides = edges[:, 0] * (point - corners)[:, 1] - edges[:, 1] * (point - corners)[:, 0]
            if (sides >= 0).all() or (sides <= 0).all():
                found.add((row, column))
    return found


@settings(deadline=None, max_examples=40)
@given(st.lists(targets, min_size=1, max_size=3), st.sampled_from(["higher", "lower"]), st.integers(0, 1000))
def test_the_truth_on_the_surface_agrees_with_looking_at_every_place(boxes, better, seed):
    scores = np.random.default_rng(seed).integers(0, 9, (25, 33)).astype(float)
    response = Response.sliding(scores, Kernel(np.ones((8, 5))), better)
    places = set().union(*(places_by_hand(response, each) for each in boxes))
    metrics = evaluate(response, boxes)
    assert metrics.chance == pytest.approx(len(places) / scores.size)
    if not places:
        assert (metrics.truth_score, metrics.truth_quantile, metrics.truth_prominence) == (None, None, None)
        assert metrics.hit is False
        return
    sign = 1 if better == "higher" else -1
    best = max(sign * scores[place] for place in places)
    assert metrics.truth_score == sign * best
    assert metrics.truth_quantile == pytest.approx(np.mean(sign * scores <= best))
    expected = (best - np.mean(sign * scores)) / np.std(scores)
    assert metrics.truth_prominence == pytest.approx(expected, rel=1e-5, abs=1e-5)


def test_the_pose_of_the_truth_is_the_nearest_targets():
    scores = np.zeros((40, 40))
    scores[10, 10] = 1.0
    near, far = Target(12, 12, 9, 9, angle=30, scale=2.0), Target(33, 33, 9, 9, angle=200, scale=0.5)
    metrics = evaluate(Response.sliding(scores, Kernel(np.ones((3, 3)))), [far, near])
    assert (metrics.true_angle, metrics.true_scale) == (30, 2.0)
    assert metrics.angle_error == pytest.approx(30)
    assert metrics.scale_error == pytest.approx(1.0)


def test_a_method_that_found_nothing_still_tells_the_pose_of_the_truth():
    nothing = Response.sliding(np.eye(9), Kernel(np.ones((3, 3))), poses=())
    metrics = evaluate(nothing, [Target(5, 5, 3, 3, angle=15, scale=1.5)])
    assert (metrics.hit, metrics.iou, metrics.rank) == (False, 0.0, None)
    assert (metrics.true_angle, metrics.true_scale) == (15, 1.5)
    # The box holds 3 × 3 of the 9 × 9 places.
    assert metrics.chance == pytest.approx(9 / 81)


@pytest.mark.parametrize(
    ("target", "reached"),
    [
        # The 5 × 5 kernel's centre takes the places 2 … 17 in each direction.
        (Target.from_box(0, 0, 6, 6), 4 * 4),  # touches the frame: the places 2 … 5
        (Target.from_box(-4, -4, 8, 8), 2 * 2),  # reaches out of it: 2 and 3
        (Target.from_box(0, 0, 2, 2), 0),  # the centre cannot come there
        (Target.from_box(-50, 10, 20, 20), 0),  # wholly outside
    ],
)
def test_targets_at_the_edge_of_the_frame(target, reached):
    metrics = evaluate(Response.sliding(np.zeros((16, 16)), Kernel(np.ones((5, 5)))), [target])
    assert metrics.chance == reached / 256
    assert (metrics.rank is None) == (reached == 0)
    # On a flat surface the first place counts as the best: (2, 2). What cannot be reached is missed.
    assert metrics.hit is (reached > 0)


def test_a_flat_surface_has_no_prominence():
    metrics = evaluate(Response.sliding(np.full((30, 30), 0.3), Kernel(np.ones((3, 3)))), [Target(9, 9, 5, 5)])
    assert metrics.truth_prominence == 0.0
    assert metrics.peak_to_sidelobe == 0.0
    assert metrics.truth_quantile == 1.0


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        (np.full((30, 30), 0.3), "all places tie"),
        (-np.hypot(*np.mgrid[-20:10, -20:10]), "truth ranks 2"),
        (-np.hypot(*np.mgrid[-8:22, -8:22]), "truth ranks 1"),
    ],
    ids=["flat", "peak elsewhere", "peak in the target"],
)
def test_where_the_truth_stands_in_words(scores, words):
    response = Response.sliding(scores, Kernel(np.ones((3, 3))))
    assert evaluate(response, [Target(9, 9, 5, 5)]).rank_in_words == words


def test_a_truth_out_of_reach_is_not_ranked():
    response = Response.sliding(np.zeros((9, 9)), Kernel(np.ones((3, 3))))
    assert evaluate(response, [Target(90, 9, 5, 5)]).rank_in_words == "truth not ranked"


def result(**metrics):
    return TrialResult(None, metrics=Metrics(**metrics))


def test_the_tally_of_an_arm_by_hand():
    tally = ArmTally(Arm("none", "m"))
    tally.add(result(hit=True, iou=0.8, rank=1, chance=0.1))
    tally.add(result(hit=False, iou=0.1, rank=4, chance=0.2))
    tally.add(result(hit=False, iou=0.0, rank=None, chance=0.0))
    tally.add(result(peak_to_sidelobe=3.0))  # a scene without a target
    assert (tally.trials, tally.on_targets, tally.hits, tally.out_of_reach) == (4, 3, 1, 1)
    assert tally.success_auc == pytest.approx(0.3)
    assert tally.mean_reciprocal_rank == pytest.approx((1 + 0.25) / 3)
    assert tally.chance == pytest.approx(0.1)
    assert tally.to_dict()["out_of_reach"] == 1


def test_the_success_auc_is_the_area_under_the_success_curve():
    overlaps = np.random.default_rng(0).random(50) ** 2
    tally = ArmTally(Arm("none", "m"))
    for overlap in overlaps:
        tally.add(result(hit=True, iou=float(overlap), rank=1, chance=0.0))
    thresholds = (np.arange(100_000) + 0.5) / 100_000
    curve = [(overlaps > threshold).mean() for threshold in thresholds[::100]]
    assert tally.success_auc == pytest.approx(np.mean(curve), abs=1e-3)


def test_without_targets_the_tally_knows_no_rates():
    tally = ArmTally(Arm("none", "m"))
    assert (tally.success_auc, tally.mean_reciprocal_rank, tally.chance) == (None, None, None)


def test_a_best_pose_is_judged_where_the_method_puts_it():
    found = Match(5.4, 5.6, 90, 2.0, 6, 6, 0.9)
    metrics = evaluate(Response.sliding(np.eye(9), Kernel(np.ones((3, 3))), poses=[found]), [Target(5, 5, 2, 2)])
    assert metrics.hit is True
    assert metrics.centre_error == pytest.approx(math.hypot(0.4, 0.6))
