"""The six methods beside OpenCV's, as ratios of times measured in one run on one thread.

    pytest tests/benchmarks/test_bench_correlation.py -n 0 --benchmark-enable

The whole table, with the choice of transforms and the memory, is written by ``correlation_speed.py`` beside this file.
"""

import sys

import cv2
import numpy as np
import pytest
from benchmarks import correlation_speed as speed

from fracorr import Kernel, Scene


@pytest.fixture
def enabled(request):
    return not request.config.getoption("benchmark_disable") or request.config.getoption("benchmark_enable")


@pytest.fixture
def say(capsys):
    def write(line):
        with capsys.disabled():
            sys.stdout.write(f"\n{line}\n")

    return write


@pytest.fixture(autouse=True)
def one_thread():
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(threads)


@pytest.mark.parametrize("side", speed.SIDES)
@pytest.mark.parametrize("size", speed.SCENES)
@pytest.mark.parametrize("color", [False, True], ids=["gray", "color"])
def test_all_six_methods_of_one_kernel(size, side, color, enabled, say):
    if not enabled:
        size, side = "640×480", min(side, 64)
    pixels = speed.picture(*speed.SCENES[size], color=color)
    if enabled:
        theirs, own, six = speed.times_of(pixels, side, turns=7)
        ratios = ", ".join(f"{name} {a / b:.2f}" for name, a, b in zip(speed.METHODS, own, theirs, strict=True))
        say(f"{size}, {side} px: all six cost {six / theirs[1]:.2f} of one TM_CCOEFF_NORMED; alone: {ratios}")
    cut = speed.template(pixels, side)
    scene, kernel = Scene(pixels), Kernel(cut)
    for name, code in speed.METHODS.items():
        expected = cv2.matchTemplate(pixels, cut, code)
        # What is timed is the same thing: OpenCV's normalised scores are off where the contrast is low.
        scale = 1e-2 if name.endswith("normed") else 1e-5 * float(np.abs(expected).max())
        found = speed.methods()[name].correlate(scene, kernel).scores
        assert np.quantile(np.abs(found - expected), 0.99) <= scale


@pytest.mark.parametrize("side", [32, 128])
@pytest.mark.parametrize("color", [False, True], ids=["gray", "color"])
def test_a_bank_of_kernels(side, color, enabled, say):
    count = 32 if enabled else 2
    pixels = speed.picture(480, 640, color=color)
    rng = np.random.default_rng(0)
    corners = zip(rng.integers(0, 480 - side, count), rng.integers(0, 640 - side, count), strict=True)
    cuts = [np.ascontiguousarray(pixels[y : y + side, x : x + side]) for y, x in corners]
    own, theirs = speed.fastest(
        3 if enabled else 1, lambda: speed.bank_together(pixels, cuts), lambda: speed.bank_apart(pixels, cuts)
    )
    if enabled:
        say(f"{count} kernels of {side} px by six methods: {theirs / own:.1f} times as fast as OpenCV")
    best = speed.methods()["tm_ccoeff_normed"].correlate(Scene(pixels), Kernel(cuts[-1])).best()
    assert best.score == pytest.approx(1.0, abs=1e-5)


def test_the_ways_to_slide_agree():
    pixels = speed.picture(480, 640, color=False)
    for side in (5, 16):
        direct, fresh, known, whole, theirs = (call() for call in speed.ways_to_slide(pixels, side))
        for other in (fresh, known, whole):
            np.testing.assert_allclose(other, direct, atol=1e-5 * float(np.abs(direct).max()))
        assert theirs.shape == direct.shape
