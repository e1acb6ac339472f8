"""Blockwise sliding equals plain sliding, however the scene is cut."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import blocks


def slide(scene, weights, grid, dtype, channels=1):
    planes = scene.reshape(*scene.shape[:2], -1)

    def read(rows, columns, channel):
        return planes[rows, columns, channel]

    pairs = (blocks.transform_pair(read, channels, grid, places, dtype) for places in grid.pairs)
    factors = weights.reshape(*weights.shape[:2], -1)
    spectra = blocks.transform_weights(factors, grid, dtype)
    return blocks.correlate_pairs(pairs, grid, spectra, factors.sum(axis=(0, 1)))


def plain(scene, weights):
    planes, factors = scene.reshape(*scene.shape[:2], -1), weights.reshape(*weights.shape[:2], -1)
    view = np.lib.stride_tricks.sliding_window_view(planes, factors.shape[:2], axis=(0, 1))
    return np.einsum("yxcij,ijc->yx", view, factors)


@settings(max_examples=60, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 150), st.integers(1, 150)),
    part=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    double=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_any_sizes_give_the_plain_sums(shape, part, double, seed):
    rng = np.random.default_rng(seed)
    small = tuple(max(1, round(share * side)) for share, side in zip(part, shape, strict=True))
    scene, weights = rng.normal(size=shape), rng.normal(size=small)
    found = slide(scene, weights, blocks.grid_for(shape, small), np.float64 if double else np.float32)
    expected = plain(scene, weights)
    tolerance = (1e-12 if double else 1e-5) * max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(found, expected, atol=tolerance)


@pytest.mark.parametrize("block", [(16, 16), (32, 48), (64, 20)])
def test_several_channels_and_blocks_cut_anyhow_give_the_plain_sums(block):
    rng = np.random.default_rng(0)
    scene, weights = rng.random((70, 83, 3)), rng.normal(size=(9, 13, 3))
    step = (block[0] - 8, block[1] - 12)
    grid = blocks.Grid((62, 71), block, step)
    np.testing.assert_allclose(slide(scene, weights, grid, np.float64, 3), plain(scene, weights), atol=1e-12)


def test_a_level_is_what_the_scene_is_taken_relative_to():
    rng = np.random.default_rng(1)
    scene, weights = rng.random((40, 50)) + 1000.0, rng.random((5, 7))
    grid = blocks.grid_for(scene.shape, weights.shape)
    pairs = (
        blocks.transform_pair(lambda rows, columns, _: scene[rows, columns], 1, grid, places, np.float64)
        for places in grid.pairs
    )
    spectra = blocks.transform_weights(weights[..., None], grid, np.float64)
    found = blocks.correlate_pairs(pairs, grid, spectra, weights.sum(keepdims=True).ravel(), level=1000.0)
    np.testing.assert_allclose(found, plain(scene - 1000.0, weights), atol=1e-10)


def test_the_two_blocks_of_a_pair_stay_apart():
    """A block of large numbers leaves no trace in its partner's sums, which are those of next to nothing."""
    scene = np.zeros((40, 88))
    scene[:, 48:] = np.random.default_rng(2).normal(size=(40, 40)) * 1e6
    grid = blocks.Grid((36, 80), (40, 48), (36, 40))
    (pair,) = grid.pairs
    assert [place[1] for place in pair] == [slice(0, 40), slice(40, 80)]
    weights = np.random.default_rng(3).normal(size=(5, 9))
    found = slide(scene, weights, grid, np.float64)
    np.testing.assert_allclose(found[:, :40], 0.0, atol=1e-7)
    np.testing.assert_allclose(found, plain(scene, weights), atol=1e-7)


@pytest.mark.parametrize("shape", [(1, 1), (4, 1), (1, 4), (30, 40), (1, 1, 3), (4, 1, 3), (30, 40, 3)])
def test_the_variance_is_that_about_each_channels_mean(shape):
    part = np.random.default_rng(4).random(shape).astype(np.float32)
    planes = part.astype(np.float64).reshape(*shape[:2], -1)
    assert blocks.variance(part) == pytest.approx(planes.var(axis=(0, 1)).mean(), abs=1e-7)


@settings(max_examples=100, deadline=None)
@given(
    scene=st.tuples(st.integers(1, 9000), st.integers(1, 9000)),
    part=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_blocks_cover_every_place_and_are_whole_and_large_enough(scene, part):
    kernel = tuple(max(1, round(share * side)) for share, side in zip(part, scene, strict=True))
    grid = blocks.grid_for(scene, kernel)
    covered = [np.zeros(side, bool) for side in grid.out]
    for place in grid.places:
        for part, flags, kernel_side, block, out in zip(place, covered, kernel, grid.block, grid.out, strict=True):
            flags[part] = True
            assert part.stop - part.start == min(block - kernel_side + 1, out)
            assert 0 <= part.start < part.stop <= out
    assert all(flags.all() for flags in covered)
    assert len(grid.places) == np.prod([len({place[axis].start for place in grid.places}) for axis in (0, 1)])
    assert [place for pair in grid.pairs for place in pair] == list(grid.places)
