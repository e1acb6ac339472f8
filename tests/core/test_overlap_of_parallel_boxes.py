"""Boxes that are turned alike have a shorter way to their overlap."""

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import Match, geometry

places, sizes = st.floats(-20, 20), st.floats(0.5, 20)
boxes = st.builds(Match, places, places, st.sampled_from([0.0, 30.0, -77.5]), st.just(1.0), sizes, sizes, st.just(0.0))


@settings(max_examples=80, deadline=None)
@given(boxes, boxes)
def test_it_is_that_of_polygons(first, second):
    alike = attrs.evolve(second, angle=first.angle)
    # A whole turn changes no box, but the angles are not the same numbers any more.
    turned = attrs.evolve(alike, angle=first.angle + 360.0)
    assert geometry.overlap(first, alike) == pytest.approx(geometry.overlap(first, turned), abs=1e-9)


def test_it_can_be_counted_by_hand():
    # 4 × 4 boxes, the second 2 to the right: 8 of 24 in common.
    assert geometry.overlap(Match(0, 0, 0, 1, 4, 4, 0), Match(2, 0, 0, 1, 4, 4, 0)) == pytest.approx(1 / 3)
    # Turned by a right angle, their width runs along y: 2 apart along y is 2 along their width.
    assert geometry.overlap(Match(0, 0, 90, 1, 8, 2, 0), Match(0, 2, 90, 1, 8, 2, 0)) == pytest.approx(12 / 20)
    assert geometry.overlap(Match(0, 0, 90, 1, 8, 2, 0), Match(2, 0, 90, 1, 8, 2, 0)) == 0
