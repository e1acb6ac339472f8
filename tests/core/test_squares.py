"""Where sums of squares are small, and what they are divided by, against numpy on the whole arrays."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr.blocks import Grid
from fracorr.squares import Squares

ROUNDING = 1e-6


def squares_of(values, kernel, step):
    block = tuple(side + length - 1 for side, length in zip(kernel, step, strict=True))
    return Squares(values, ROUNDING, Grid(values.shape, block, step))


@settings(max_examples=120, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 60), st.integers(1, 60)),
    kernel=st.tuples(st.integers(1, 20), st.integers(1, 20)),
    step=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    flat=st.booleans(),
    share=st.floats(0, 0.3),
    seed=st.integers(0, 999),
)
def test_clusters_hold_all_small_sums_and_begin_and_end_with_one(shape, kernel, step, flat, share, seed):
    rng = np.random.default_rng(seed)
    values = rng.uniform(0.5, 1.0, shape).astype(np.float32)
    small = rng.random(shape) < share
    values[small] = rng.uniform(0.01, 0.2, small.sum())
    if flat:
        values[rng.random(shape) < 0.2] = 0.0
    expected = (values > ROUNDING) & (values <= 0.1)
    squares = squares_of(values, kernel, step)
    assert squares.positive == bool((values > ROUNDING).all())
    for place in squares.grid.places:
        held = np.zeros(shape, bool)
        for rows, columns in squares.clusters(0.1, place):
            assert place[0].start <= rows.start < rows.stop <= place[0].stop
            assert place[1].start <= columns.start < columns.stop <= place[1].stop
            part = expected[rows, columns]
            assert all(edge.any() for edge in (part[0], part[-1], part[:, 0], part[:, -1]))
            held[rows, columns] = True
        assert not (expected[place] & ~held[place]).any()


def test_clusters_far_apart_are_apart():
    values = np.ones((100, 100), np.float32)
    values[5:8, 6] = values[80, 90:95] = 0.01
    squares = squares_of(values, (10, 10), (100, 100))
    found = squares.clusters(0.1, (slice(0, 100), slice(0, 100)))
    assert found == [(slice(5, 8), slice(6, 7)), (slice(80, 81), slice(90, 95))]


@pytest.mark.parametrize("flat", [False, True])
def test_one_over_the_roots(flat):
    values = np.array([[1.0, 4.0, 0.25], [100.0, 1e-4, 9.0]], np.float32)
    if flat:
        values[0, 1] = 1e-9
    out = np.empty((2, 2), np.float32)
    squares_of(values, (1, 1), (2, 3)).inverse_roots((slice(0, 2), slice(1, 3)), out)
    np.testing.assert_allclose(out, [[0.0 if flat else 0.5, 2.0], [100.0, 1 / 3]], rtol=1e-6)
