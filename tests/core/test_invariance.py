import math
import random

import numpy as np
import pytest

from fracorr.invariance import Poses, scale_marks, trials_used
from fracorr.trial import Arm

ARM = Arm("none", "m")


def row(angle, scale, hit, prominence=1.0, chain="none", chance=0.1, targets=1):
    return {
        "chain": chain,
        "method": "m",
        "hit": hit,
        "true_angle": angle,
        "true_scale": scale,
        "truth_prominence": prominence,
        "chance": chance,
        "targets": targets * [{"angle": angle, "scale": scale}],
    }


def curves(rows):
    return Poses.of(rows).invariance(ARM)


def test_a_curve_over_rotation_by_hand():
    found = curves(
        [row(angle, 1.0, hit=angle < 100, prominence=4.0 if angle == 0 else 1.0) for angle in range(0, 360, 45)]
    )
    assert found.scale is None
    curve = found.rotation
    assert curve.at.tolist() == list(range(0, 360, 45))
    assert curve.hit_rate.tolist() == [1, 1, 1, 0, 0, 0, 0, 0]
    assert curve.response.tolist() == [1] + 7 * [0.25]
    # Evenly spaced all around, the trapezoids give the mean.
    assert curve.hit_index == pytest.approx(3 / 8)
    assert curve.response_index == pytest.approx((1 + 7 / 4) / 8)
    assert curve.chance.tolist() == pytest.approx([0.1] * 8)


def test_a_curve_over_scales_is_integrated_by_octaves():
    found = curves([row(0.0, scale, hit, prominence) for scale, hit, prominence in
                    ((0.25, False, -1.0), (0.5, False, 1.0), (1.0, True, 2.0), (4.0, True, 1.0))])  # fmt: skip
    assert found.rotation is None
    curve = found.scale
    # Octaves 1, 1 and 2 long: 0, 1/2, 1 of hits; and of responses 0, 1/2, 1, 1/2 the middles 1/4, 3/4, 3/4.
    assert curve.hit_index == pytest.approx((0 * 1 + 0.5 * 1 + 1 * 2) / 4)
    assert curve.response_index == pytest.approx((0.25 * 1 + 0.75 * 1 + 0.75 * 2) / 4)


def test_the_extremes_of_the_index():
    around = range(0, 360, 15)
    same = curves([row(angle, 1.0, True, 3.0) for angle in around]).rotation
    assert (same.hit_index, same.response_index) == (1.0, 1.0)
    nothing = curves([row(angle, 1.0, False, -0.5) for angle in around]).rotation
    assert (nothing.hit_index, nothing.response_index) == (0.0, 0.0)
    one = curves([row(angle, 1.0, angle == 0, float(angle == 0)) for angle in around]).rotation
    assert one.response_index == pytest.approx(1 / 24)


def test_what_was_not_measured_does_not_count():
    # From -30° to 30°, hits between ±10°: nothing is said about the other 300 degrees.
    found = curves([row(angle, 1.0, abs(angle) <= 10) for angle in range(-30, 31, 10)]).rotation
    assert found.at.tolist() == [0, 10, 20, 30, 330, 340, 350]
    # Two pieces of 10° at 1, two of 10° at 1/2, two at 0.
    assert found.hit_index == pytest.approx((2 * 1 + 2 * 0.5 + 2 * 0) / 6)


def test_each_curve_is_taken_where_the_other_stands_still():
    star = [row(angle, 1.0, True) for angle in range(0, 360, 90)]
    star += [row(0.0, scale, scale == 2.0) for scale in (0.5, 2.0)]
    found = curves(star)
    assert found.rotation.hit_rate.tolist() == [1, 1, 1, 1]
    assert found.rotation.trials.tolist() == [1, 1, 1, 1]
    assert found.scale.at.tolist() == [0.5, 1.0, 2.0]
    assert found.scale.hit_rate.tolist() == [0, 1, 1]


def test_random_poses_are_put_together():
    rng = np.random.default_rng(0)
    angles, scales = rng.uniform(0, 360, 2000), 2 ** rng.uniform(-1, 1, 2000)
    found = curves([row(a, s, s > 1) for a, s in zip(angles, scales, strict=True)])
    assert found.rotation.at.tolist() == list(range(0, 360, 15))
    assert found.rotation.trials.sum() == found.scale.trials.sum() == 2000
    assert found.rotation.hit_rate == pytest.approx(np.full(24, 0.5), abs=0.2)
    np.testing.assert_allclose(np.log2(found.scale.at), np.arange(-4, 5) / 4)
    assert found.scale.hit_rate[:4].tolist() == [0, 0, 0, 0]
    assert found.scale.hit_rate[5:].tolist() == [1, 1, 1, 1]
    assert found.scale.hit_index == pytest.approx(0.5, abs=0.02)


def test_the_order_does_not_matter_and_trials_without_targets_say_nothing():
    rng = random.Random(3)
    rows = [row(15.0 * n, 1.0, rng.random() < 0.5, rng.random()) for n in range(24) for _ in range(7)]
    shuffled = [*rows, row(0.0, 1.0, None) | {"true_angle": None, "true_scale": None}]
    rng.shuffle(shuffled)
    assert curves(shuffled).to_dict() == curves(rows).to_dict()
    assert Poses.of([row(0.0, 1.0, None)]).arms == ()


def test_trials_on_scenes_with_several_targets_only_count_as_left_out():
    # Of two targets the nearest to a miss says nothing about the pose that was missed.
    alone = [row(angle, 1.0, True) for angle in (0.0, 90.0)]
    crowded = [row(angle, 3.0, False, targets=2) for angle in (0.0, 90.0, 180.0)]
    found = curves(alone + crowded)
    assert found.rotation.to_dict() == curves(alone).rotation.to_dict()
    assert (found.scale, found.several_targets) == (None, 3)
    assert trials_used("rotation", [found]) == "Over rotation: 2 trials; left out: 3 on scenes with several targets."
    only = Poses.of(crowded)
    assert (only.arms, only.several_targets) == ((), 3)


def test_it_is_told_which_trials_a_curve_is_made_of():
    star = [row(angle, 1.0, True) for angle in range(0, 360, 90)]
    star += [row(0.0, scale, True) for scale in (0.5, 2.0)]
    found = curves([*star, row(0.0, 1.0, False, targets=2)])
    assert trials_used("rotation", [found, curves(star)]) == (
        "Over rotation: 8 trials; left out: 1 on scenes with several targets and 4 with the target at another scale."
    )
    assert trials_used("scale", [curves(star)]) == (
        "Over scale: 3 trials; left out: 3 with the target turned otherwise."
    )
    assert trials_used("rotation", [curves(star[:4])]) == "Over rotation: 4 trials."
    assert found.to_dict()["rotation"]["otherwise"] == 2


def test_how_far_poses_reach_and_which_points_rest_on_few_trials():
    # From 340° through 0° to 20°, and from 1/2 to 4.
    found = curves([row(angle, 1.0, True) for angle in (340, 0, 20)] + 9 * [row(0.0, 1.0, False)]).rotation
    assert found.extent == 40
    assert found.few.tolist() == [False, True, True]
    assert curves([row(0.0, scale, True) for scale in (0.5, 4)]).scale.extent == 3


def test_angles_are_those_of_one_turn():
    found = curves([row(-90.0, 1.0, True), row(270.0, 1.0, False), row(360.0, 1.0, True)]).rotation
    assert found.at.tolist() == [0, 270]
    assert found.hit_rate.tolist() == [1, 0.5]
    assert math.isclose(found.hit_index, 0.75)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.25, 1.0, [(-2, "1/4"), (-1, "1/2"), (0, "1")]),
        (0.5 + 1e-12, 4.1, [(-1, "1/2"), (0, "1"), (1, "2"), (2, "4")]),
        (0.75, 1.5, [(math.log2(0.75), "0.75"), (math.log2(1.5), "1.5")]),  # one power of 2 is no measure
        (1.1, 1.9, [(math.log2(1.1), "1.1"), (math.log2(1.9), "1.9")]),
    ],
)
def test_an_axis_of_scales_has_at_least_two_marks(low, high, expected):
    found = scale_marks(low, high)
    assert [name for _, name in found] == [name for _, name in expected]
    assert [place for place, _ in found] == pytest.approx([place for place, _ in expected])
