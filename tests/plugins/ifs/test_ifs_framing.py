"""The attractor's place, and the view of it."""

import attrs
import numpy as np
import pytest

from fracorr_ifs import framing, presets, random_systems
from fracorr_ifs.framing import Box, View
from fracorr_ifs.maps import AffineMap, System, scaling, similarity


def played(system, points=20_000, seed=0):
    """Points of the attractor by the textbook's chaos game."""
    rng = np.random.default_rng(seed)
    place = np.tile(system.maps[0].fixed_point(), (points, 1))
    for _ in range(60):
        chosen = rng.integers(len(system.maps), size=points)
        for number, each in enumerate(system.maps):
            place[chosen == number] = each(place[chosen == number])
    return place


@pytest.mark.parametrize("name", presets.names())
def test_the_ball_bound_holds_the_attractor(name):
    system = presets.get(name)
    ball = framing.ball_bound(system)
    distances = np.hypot(*(played(system) - (ball.x, ball.y)).T)
    assert distances.max() <= ball.radius * (1 + 1e-9)


def test_boxes_diverge_on_the_heighway_dragon_where_the_ball_does_not():
    # Why framing does not iterate boxes: each time, the box of the images is larger.
    system = presets.get("heighway")
    box = Box(-2.0, -2.0, 2.0, 2.0)
    for _ in range(20):
        box = Box.around(np.concatenate([each(box.corners) for each in system.maps]))
    assert box.width > 4
    assert framing.attractor_box(system).width == pytest.approx(1.5)


@pytest.mark.parametrize("maps", [2, 3, 5])
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_the_box_of_a_random_system_agrees_with_the_support_function(maps, seed, support_function_box):
    system = random_systems.draw(maps, np.random.default_rng(seed))
    box = framing.attractor_box(system)
    expected = support_function_box(system)
    assert attrs.astuple(box) == pytest.approx(expected, abs=1e-3 * max(box.width, box.height))


def test_the_box_of_maps_that_contract_only_when_composed():
    # One map: the attractor is its fixed point, (I − A)⁻¹ t with A = [[.3, 1.5], [0, .3]], t = (.7, .7).
    system = System((AffineMap(0.3, 1.5, 0.0, 0.3, 0.7, 0.7),))
    box = framing.attractor_box(system)
    assert (box.left, box.bottom) == pytest.approx((1 + 1.5 / 0.7, 1), abs=1e-6)
    assert (box.width, box.height) == pytest.approx((0, 0), abs=1e-6)


def test_a_system_without_bounds_is_framed_by_the_middle_of_its_points():
    # x ↦ x/2 or x ↦ 1.2x + 1: it has no bounds, but nearly all of it is between 0 and a few dozens.
    system = System((scaling(0.5), scaling(1.2, 1.0)), (0.5, 0.5))
    box = framing.attractor_box(system)
    assert -1e-6 <= box.left < 1
    assert 3 < box.right < 1000


def test_initial_box_has_the_shape_of_the_picture_around_the_attractor():
    # Koch's curve is 1 × 0.2887; a picture twice as wide as high makes that 1 × 0.5.
    box = framing.initial_box(presets.get("koch"), 200, 100)
    assert (box.width, box.height) == pytest.approx((1, 0.5))
    assert box.centre == pytest.approx((0.5, np.sqrt(3) / 12))


def test_initial_box_around_a_point_is_a_unit_square():
    box = framing.initial_box(System((similarity(0.5, 30, 1.0, 2.0),)), 10, 10)
    assert (box.width, box.height) == pytest.approx((1, 1))


def test_a_view_puts_the_box_into_its_middle_with_y_up():
    view = View.showing(Box(0.0, 0.0, 4.0, 2.0), 40, 40)
    # Ten pixels to the unit; the box's 20 rows are in the middle of 40. The box's top left is a pixel's corner.
    assert view.to_pixels([[0.0, 2.0], [4.0, 0.0]]) == pytest.approx(np.array([[-0.5, 9.5], [39.5, 29.5]]))


def test_a_margin_is_a_part_of_the_size_on_every_side():
    view = View.showing(Box(0.0, 0.0, 1.0, 1.0), 120, 120, margin=0.1)
    assert view.to_pixels([[0.0, 1.0], [1.0, 0.0]]) == pytest.approx(np.array([[9.5, 9.5], [109.5, 109.5]]))


def test_a_covering_view_begins_with_the_box():
    view = View.covering(Box(0.0, 0.0, 1.0, 0.55), 0.1, padding=2)
    assert (view.width, view.height) == (14, 10)
    assert view.to_pixels([[0.0, 0.55]]) == pytest.approx(np.array([[1.5, 1.5]]))


def test_hulls_of_points_on_a_line_and_of_one_point():
    line = np.array([[0.0, 0.0], [1.0, 1.0], [0.5, 0.5], [2.0, 2.0]])
    assert sorted(map(tuple, framing.convex_hull(line))) == [(0, 0), (2, 2)]
    assert framing.convex_hull(np.ones((5, 2))).tolist() == [[1, 1]]


def test_box_union_and_aspect():
    assert attrs.astuple(Box(0, 0, 1, 1).union(Box(2, -1, 3, 0.5))) == (0, -1, 3, 1)
    assert attrs.astuple(Box(0, 0, 1, 1).with_aspect(3, 1)) == (-1, 0, 2, 1)
