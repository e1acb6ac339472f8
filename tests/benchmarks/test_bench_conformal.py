"""The conformal and harmonic transforms: their cost per pixel, over bare look-ups, and their memory.

The bare look-ups are the bilinear ones of OpenCV that a spline needs at every sample, from maps that are there
already: four to a sample, four samples to a pixel for the conformal maps, one for each copy in a rosette. Repetitions
take turns, and the fastest of each counts.

    pytest tests/benchmarks/test_bench_conformal.py -n 0 --benchmark-enable
"""

import sys
import time
import tracemalloc

import cv2
import numpy as np
import pytest
import skimage.data

from fracorr import Kernel
from fracorr.plugins import default_registry
from fracorr.selection import select_chains

SPECS = (
    "droste:",
    "kaleidoscope:",
    "conformal:power,",
    "log-polar-inverse:",
    "harmonic:",
    "radial-harmonic:",
    "symmetrize:",
    "rosette:",
    "pyramid:",
)


@pytest.fixture
def enabled(request):
    return not request.config.getoption("benchmark_disable") or request.config.getoption("benchmark_enable")


@pytest.fixture
def say(capsys):
    def write(line):
        with capsys.disabled():
            sys.stdout.write(f"\n{line}")

    return write


@pytest.fixture
def single_thread():
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(before)


@pytest.fixture
def face():
    kernel = Kernel(skimage.data.astronaut()[0:256, 96:352], name="face")
    return kernel.derive(kernel.pixels)  # a fresh one, whose memo is empty


def transform(spec, size):
    return select_chains(default_registry(), f"{spec}size={size}")[0].links[0].instance


def fastest(jobs, rounds):
    """Return the shortest time of each job, in seconds, the jobs taking turns."""
    best = dict.fromkeys(jobs, np.inf)
    for _ in range(rounds):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


@pytest.mark.parametrize("spec", SPECS)
def test_cost_is_linear_in_pixels(spec, face, enabled, say, single_thread):
    sizes = (512, 1024, 2048) if enabled else (32, 64)
    rng = np.random.default_rng(0)
    results = {}

    def job(size):
        def work():
            results[size] = transform(spec, size).apply(face, rng)

        return work

    best = fastest({size: job(size) for size in sizes}, 3 if enabled else 1)
    for size in sizes:
        assert max(results[size].shape) == size
    if enabled:
        costs = ", ".join(f"{size}²: {1e9 * best[size] / size**2:.0f} ns" for size in sizes)
        ratio = best[sizes[-1]] / sizes[-1] ** 2 / (best[sizes[0]] / sizes[0] ** 2)
        say(f"{spec[:-1]}: per pixel {costs}; largest over smallest {ratio:.2f}")


@pytest.mark.parametrize(
    ("spec", "lookups"), [("droste:", 16), ("kaleidoscope:", 16), ("conformal:power,", 16), ("rosette:", 24)]
)
def test_time_over_the_bare_look_ups(spec, lookups, face, enabled, say, single_thread):
    size = 512 if enabled else 64
    rng = np.random.default_rng(0)
    angle = 0.3
    y, x = np.mgrid[:size, :size].astype(np.float32) * (256 / size)
    columns = (x * np.cos(angle) - y * np.sin(angle)).astype(np.float32)
    rows = (x * np.sin(angle) + y * np.cos(angle)).astype(np.float32)
    sheet = np.ascontiguousarray(face.pixels)
    counts = {"look-ups": 0, "transform": 0}

    def bare():
        for _ in range(lookups):
            cv2.remap(sheet, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            counts["look-ups"] += 1

    def whole():
        transform(spec, size).apply(face, rng)
        counts["transform"] += 1

    rounds = 5 if enabled else 1
    best = fastest({"bare": bare, "whole": whole}, rounds)
    assert counts == {"look-ups": rounds * lookups, "transform": rounds}
    if enabled:
        say(
            f"{spec[:-1]} at {size}²: {best['whole'] * 1e3:.0f} ms, {best['whole'] / best['bare']:.1f} × "
            f"{lookups} bare look-ups per pixel"
        )


@pytest.mark.parametrize("spec", SPECS)
def test_memory_stays_under_12_times_the_result(spec, face, enabled, say):
    size = 2048 if enabled else 512
    work = transform(spec, size)
    tracemalloc.start()
    result = work.apply(face, np.random.default_rng(0))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    ratio = peak / (result.pixels.nbytes + result.support.nbytes)
    assert ratio < 12
    if enabled:
        say(f"{spec[:-1]} at {size}²: peak memory {ratio:.2f} × the result")
