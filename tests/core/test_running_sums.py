"""Sums over windows, against numpy's sums over views of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from fracorr.running_sums import box_sums, sum_of_squares


@settings(max_examples=80, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    part=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    double=st.booleans(),
    seed=st.integers(0, 99),
)
def test_sums_over_windows_of_any_size(shape, part, double, seed):
    window = tuple(max(1, round(share * side)) for share, side in zip(part, shape, strict=True))
    dtype = np.float64 if double else np.float32
    pixels = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    expected = sliding_window_view(pixels.astype(np.float64), window).sum(axis=(2, 3))
    found = box_sums(pixels, window, dtype)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, expected, atol=1e-11 if double else 3e-5)
    given_array = np.full(expected.shape, np.nan, dtype)
    assert box_sums(pixels, window, dtype, given_array) is given_array
    np.testing.assert_array_equal(given_array, found)


@pytest.mark.parametrize("window", [(32, 32), (32, 30), (4, 4), (1, 4), (7, 64)])
def test_sums_are_those_of_float64_where_float32_would_lose_them(window):
    """A dark part beside a bright one keeps its digits, though the sums run over both."""
    pixels = np.random.default_rng(0).random((80, 160)).astype(np.float32)
    pixels[:, 80:] *= np.float32(1e-6)
    expected = sliding_window_view(pixels.astype(np.float64), window).sum(axis=(2, 3))
    np.testing.assert_allclose(box_sums(pixels, window, np.float32), expected, rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_sum_of_squares(dtype):
    parts = [np.random.default_rng(seed).random((9, 13)).astype(np.float32) for seed in range(3)]
    found = sum_of_squares(iter(parts), dtype)
    assert found.dtype == dtype
    expected = sum(part.astype(np.float64) ** 2 for part in parts)
    np.testing.assert_allclose(found, expected, rtol=1e-14 if dtype is np.float64 else 1e-6)
