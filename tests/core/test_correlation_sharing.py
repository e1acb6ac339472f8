"""What several methods, or several kernels, have in common is computed once, and memory does not grow with a bank."""

import gc
import tracemalloc
import weakref

import numpy as np
import pytest
from correlation_reference import METHODS

from fracorr import Kernel, Scene, blocks, buffers, planes, window_sums
from fracorr.correlation import Correlation, cross_correlate


@pytest.fixture
def counted(monkeypatch):
    """Count the transforms of parts of scenes, of kernels, and the inverse ones."""
    counts = dict.fromkeys(("transform_pair", "transform_weights", "correlate_pair", "boxes"), 0)

    def count(module, name, label):
        function = getattr(module, name)

        def wrapper(*args, **kwargs):
            counts[label] += 1
            return function(*args, **kwargs)

        monkeypatch.setattr(module, name, wrapper)

    for module in (blocks, planes, window_sums):
        if hasattr(module, "transform_pair"):
            count(module, "transform_pair", "transform_pair")
    count(blocks, "correlate_pair", "correlate_pair")
    count(window_sums, "box_sums", "boxes")
    return counts


def scene_and_kernels(count, size=24):
    rng = np.random.default_rng(0)
    scene = Scene(rng.random((200, 230)))
    return scene, [Kernel(rng.random((size, size)), name=str(index)) for index in range(count)]


def all_scores(scene, kernel):
    return {name: getattr(Correlation.of(scene, kernel), name)() for name in METHODS}


def test_six_methods_of_one_kernel_need_two_correlations_and_one_transform_of_the_scene(counted):
    scene, (kernel,) = scene_and_kernels(1)
    pairs = len(blocks.grid_for(scene.shape, kernel.shape).pairs)
    all_scores(scene, kernel)
    assert counted["transform_pair"] == pairs
    assert counted["correlate_pair"] == 2 * pairs
    first = dict(counted)
    all_scores(scene, Kernel(kernel.pixels.copy()))  # the same kernel, though another object
    assert counted == first


def test_a_bank_of_kernels_transforms_the_scene_and_sums_its_windows_once(counted):
    scene, bank = scene_and_kernels(5)
    all_scores(scene, bank[0])
    transforms, boxes = counted["transform_pair"], counted["boxes"]
    for kernel in bank[1:]:
        all_scores(scene, kernel)
    assert (counted["transform_pair"], counted["boxes"]) == (transforms, boxes)


def test_any_weights_share_the_transforms_with_the_methods(counted):
    scene, (kernel,) = scene_and_kernels(1)
    all_scores(scene, kernel)
    before = counted["transform_pair"]
    cross_correlate(scene, kernel.pixels - 0.5)
    assert counted["transform_pair"] == before


def test_threads_that_transform_one_scene_at_once_each_get_every_pair(monkeypatch):
    scene, _ = scene_and_kernels(1)
    read, grid = planes.Planes.of(scene, color=False), blocks.Grid((177, 207), (64, 64), (41, 41))
    transform, others = planes.transform_pair, []

    def transform_while_another_thread_comes(*given):
        if not others:
            others.append(iter(read.blocks(scene, grid)))
            others.append(next(others[0]))
        return transform(*given)

    monkeypatch.setattr(planes, "transform_pair", transform_while_another_thread_comes)
    mine = list(read.blocks(scene, grid))
    theirs = [*others[1:], *others[0]]
    expected = list(grid.pairs)
    assert len(expected) > 2
    assert [pair.places for pair in mine] == expected
    assert [pair.places for pair in theirs] == expected


def test_scores_do_not_depend_on_what_was_asked_before():
    scene, bank = scene_and_kernels(2)
    supported = Kernel(bank[0].pixels, np.tri(24))
    for kernel in (bank[0], supported):
        alone = {}
        for name in METHODS:
            scene.memo.clear()
            alone[name] = getattr(Correlation.of(scene, kernel), name)()
        all_scores(scene, bank[1])
        for name, scores in reversed(all_scores(scene, kernel).items()):
            np.testing.assert_array_equal(scores, alone[name], err_msg=name)


def test_kernels_with_the_same_pixels_and_another_support_are_told_apart():
    scene, (kernel,) = scene_and_kernels(1)
    full = Correlation.of(scene, kernel).ccoeff()
    half = Correlation.of(scene, Kernel(kernel.pixels, np.tri(24))).ccoeff()
    assert np.abs(full - half).max() > 1
    again = Correlation.of(scene, kernel).ccoeff()
    np.testing.assert_array_equal(again, full)


def test_results_cannot_be_written_to_by_accident():
    scene, (kernel,) = scene_and_kernels(1)
    correlation = Correlation.of(scene, kernel)
    for shared in (correlation.ccoeff(), correlation.ccorr()):
        with pytest.raises(ValueError, match="read-only"):
            shared[0, 0] = 1.0


@pytest.mark.parametrize("support", [np.ones((24, 24)), np.tri(24)], ids=["full", "triangle"])
def test_memory_does_not_grow_with_a_bank(support, monkeypatch):
    # What is used again does not show in tracemalloc.
    monkeypatch.setattr(buffers, "ARENA", buffers.Arena(0))
    scene, bank = scene_and_kernels(12)

    def held(kernels):
        tracemalloc.start()
        for kernel in kernels:
            all_scores(scene, Kernel(kernel.pixels, support))
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        scene.memo.clear()
        return size

    few = held(bank[:2])
    assert few > 200 * 230 * 4
    assert held(bank) < 1.05 * few


def test_a_correlation_reports_what_it_holds():
    scene, (kernel,) = scene_and_kernels(1)
    correlation = Correlation.of(scene, kernel)
    assert correlation.nbytes == 0
    correlation.ccoeff()
    correlation.ccorr()
    assert correlation.nbytes == 2 * (200 - 23) * (230 - 23) * 4


@pytest.mark.parametrize("support", [None, np.tri(24)], ids=["full", "half"])
def test_what_was_computed_of_a_scene_goes_with_it_at_once(support):
    """It does not wait for the next collection of garbage: pictures in a loop would pile up until then."""
    rng = np.random.default_rng(0)
    scene, kernel = Scene(rng.random((90, 130))), Kernel(rng.random((24, 24)), support)
    gc.collect()
    gc.disable()
    try:
        scores = all_scores(scene, kernel)
        correlation = Correlation.of(scene, kernel)
        held = weakref.ref(scene)
        del scene
        assert held() is not None
        np.testing.assert_array_equal(correlation.ccoeff_normed(), scores["ccoeff_normed"])
        del correlation
        assert held() is None
    finally:
        gc.enable()
