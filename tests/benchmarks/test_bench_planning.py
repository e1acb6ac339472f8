"""Planning: what it costs to plan and identify many trials, and what the plan holds.

Beside it the loop that nothing can do without: one sha256 and one record for each trial. Repetitions take turns, and
the fastest of each counts.

    pytest tests/benchmarks/test_bench_planning.py -n 0 --benchmark-enable
"""

import hashlib
import itertools
import sys
import time
import tracemalloc

import attrs
import fakes
import numpy as np
import pytest
from fakes import fake_registry, offering, spec

from fracorr import Experiment, Scene
from fracorr.plan import make_plan

#: Kernels, scenes and arms: where most of the work lies differs.
SIZES = [(100, 100, 10), (1, 10_000, 10), (10_000, 1, 10), (10, 10, 1000)]


@attrs.frozen
class Blank:
    n: int = 10

    def scenes(self, rng):
        for number in range(self.n):
            pixels = np.zeros((32, 32))
            pixels.flat[number % 1024] = number / 10_000
            yield Scene(pixels, name=f"blank-{number}")


@pytest.fixture
def registry():
    fakes.Blank = Blank
    return fake_registry(offering("blank", spec("blank", Blank), hook="fracorr_scene_sources"))


@pytest.mark.parametrize(("kernels", "scenes", "arms"), SIZES)
def test_planning(request, capsys, registry, kernels, scenes, arms):
    enabled = not request.config.getoption("benchmark_disable") or request.config.getoption("benchmark_enable")
    shrink, repetitions = (1, 3) if enabled else (10, 1)
    kernels, scenes, arms = max(kernels // shrink, 1), max(scenes // shrink, 1), max(arms // shrink, 1)
    experiment = Experiment(
        kernels=f"dots:n={kernels}",
        scenes=f"blank:n={scenes}",
        transforms="halve",
        methods="peak",
        sweep={"halve.factor": [number / 1000 for number in range(1, arms + 1)]},
    )
    planning, identifying, bare = [], [], []
    for _ in range(repetitions):
        started = time.perf_counter()
        plan = make_plan(experiment, registry)
        planning.append(time.perf_counter() - started)
        started = time.perf_counter()
        count = sum(1 for _ in plan.trials())
        identifying.append(time.perf_counter() - started)
        started = time.perf_counter()
        for number in itertools.islice(itertools.count(), count):
            (number, hashlib.sha256(b"%064d" % number).hexdigest())
        bare.append(time.perf_counter() - started)
    tracemalloc.start()
    plan = make_plan(experiment, registry)
    plan.materials.forget()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert count == len(plan) == kernels * scenes * arms
    with capsys.disabled():
        sys.stdout.write(
            f"\n{count:7,} trials of {kernels:6,} kernels × {scenes:6,} scenes × {arms:5,} arms: "
            f"planned in {min(planning):.2f} s, identified in {min(identifying):.2f} s (bare hashing "
            f"{min(bare):.2f} s), the plan holds {held / 2**20:.0f} MB"
        )
