"""Planning: what is looked at, how often, in which order; and what it will cost."""

import tracemalloc
from typing import ClassVar

import attrs
import fakes
import numpy as np
import pytest
from fakes import fake_registry, offering, spec

from fracorr import ConfigurationError, Experiment, FracorrError, ImageError, Kernel, Response, Scene, images, run
from fracorr.estimate import estimate, sample, workers_of
from fracorr.plan import make_plan


@attrs.frozen
class Slow:
    """Scenes that are dear, counted."""

    made: ClassVar[int] = 0
    n: int = 3
    side: int = 20

    def scenes(self, rng):
        for number in range(self.n):
            Slow.made += 1
            pixels = np.zeros((self.side, self.side))
            pixels.flat[number] = 1.0
            yield Scene(pixels, own=Kernel(np.eye(3 + number)), name=f"slow-{number}")


@attrs.frozen
class Resize:
    """A transform that changes the size, counted."""

    applied: ClassVar[int] = 0
    size: int = 8

    def apply(self, kernel, rng):
        Resize.applied += 1
        return Kernel(np.ones((self.size, self.size)), name=kernel.name)


@attrs.frozen
class Strict:
    """A method that needs kernels to fit."""

    def correlate(self, scene, kernel):
        if kernel.height > scene.height:
            raise ImageError("the kernel is larger than the scene")
        return Response(scene.gray, "higher", (0, 0), (kernel.width, kernel.height))


@pytest.fixture
def registry():
    fakes.Slow, fakes.Resize, fakes.Strict = Slow, Resize, Strict
    Slow.made = Resize.applied = 0
    return fake_registry(
        offering("slow", spec("slow", Slow), hook="fracorr_scene_sources"),
        offering("resize", spec("resize", Resize), hook="fracorr_fractal_transforms"),
        offering("strict", spec("strict", Strict), hook="fracorr_correlation_methods"),
        installed=True,
    )


def experiment(**changes):
    return Experiment(**{"kernels": "dots", "scenes": "slow", "methods": "strict", **changes})


def test_planning_makes_every_scene_once_and_transforms_nothing(registry):
    plan = make_plan(experiment(transforms=["none", "resize"], kernels=["dots:n=4", "own"]), registry)
    assert (Slow.made, Resize.applied) == (3, 0)
    assert len(list(plan.trials())) == len(plan) == 3 * 5 * 2
    assert (Slow.made, Resize.applied) == (3, 0)


def test_kernels_that_meet_every_scene_are_the_same_objects(registry):
    plan = make_plan(experiment(kernels="dots:n=4"), registry)
    assert len({id(kernels) for kernels in plan.kernels.values()}) == 1
    mixed = make_plan(experiment(kernels=["dots:n=4", "own"]), registry)
    assert len({id(kernel) for kernels in mixed.kernels.values() for kernel in kernels}) == 4 + 3


def test_the_plan_does_not_hold_its_trials(registry):
    plan = make_plan(experiment(kernels="dots:n=200", scenes="slow:n=50", methods="peak"), registry)
    tracemalloc.start()
    count = sum(1 for _ in plan.trials())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 10_000
    assert peak < 200_000  # 20 bytes for each would be 200 kB; an identity alone has 113


def test_identities_are_distinct_and_say_nothing_of_the_order(registry):
    changes = {"transforms": ["none", "resize"], "methods": ["strict", "peak"], "kernels": ["dots", "own"]}
    first = {trial.identity for trial in make_plan(experiment(**changes), registry).trials()}
    assert len(first) == 3 * 3 * 2 * 2
    backwards = {key: value[::-1] for key, value in changes.items()}
    assert {trial.identity for trial in make_plan(experiment(**backwards), registry).trials()} == first
    # A kernel that the scene brings along is the same trial whatever else is tried.
    alone = make_plan(experiment(kernels="own"), registry)
    assert {trial.identity for trial in alone.trials()} < first


def test_numbers_run_through_the_plan(registry):
    plan = make_plan(experiment(transforms=["none", "resize"], kernels=["dots", "own"]), registry)
    assert [trial.number for trial in plan.trials()] == list(range(len(plan)))


def test_a_kernel_that_a_transform_makes_smaller_is_welcome(registry):
    make_plan(experiment(kernels="dots:size=40", transforms="resize:size=8"), registry)
    assert Resize.applied == 2
    with pytest.raises(ConfigurationError, match="kernel 'dot-0' is 40×40 px, larger than scene 'slow-0' with 20×20"):
        make_plan(experiment(kernels="dots:size=40", transforms=["resize:size=8", "none"]), registry)
    with pytest.raises(ConfigurationError, match="kernel 'dot-0' after 'resize:size=30' is 30×30 px"):
        make_plan(experiment(kernels="dots:size=40", transforms="resize:size=30"), registry)


def test_a_kernel_that_a_transform_makes_too_large_fails_its_trials(registry):
    done = run(experiment(transforms=["none", "resize:size=30"]), registry=registry)
    assert (done.done, done.failed) == (12, 6)
    assert done.failures[0].message == "the kernel is larger than the scene"


class Engine:
    """Executes in order and lets a clock run: a trial takes as long as its method says."""

    def __init__(self):
        self.now = 0.0

    def execute(self, tasks):
        for task in tasks:
            self.now += 5.0 if task.trial.chain.links else 1.0
            yield task()


def test_the_estimate_is_the_mean_over_the_arms(registry):
    engine = Engine()
    plan = make_plan(experiment(transforms=["none", "resize"], engine="process:workers=3"), registry)
    cost = estimate(plan, engine, clock=lambda: engine.now)
    # Three scenes of two arms, one of 1 s and one of 5 s; what is over is there so that no share is counted twice.
    assert (cost.trials, cost.quickest, cost.mean, cost.slowest, cost.workers) == (12, 1.0, 3.0, 5.0, 3)
    assert cost.seconds == 12 * 3.0 / 3
    assert cost.to_dict()["seconds"] == 12.0


def test_timing_ends_when_there_is_enough(registry):
    engine = Engine()
    plan = make_plan(experiment(transforms="resize", engine="process:workers=3"), registry)
    # The warm-up, the first timed trial and the next warm-up take more than ten seconds.
    assert estimate(plan, engine, clock=lambda: engine.now).sampled == 1
    assert engine.now == 15.0


def test_many_arms_are_sampled_evenly(registry):
    plan = make_plan(
        experiment(
            transforms=["none", "resize"],
            methods=["strict", "peak"],
            scenes="slow:n=40",
            kernels="dots:n=30",
            sweep={"resize.size": [3, 4, 5, 6, 7, 8, 9]},
        ),
        registry,
    )
    tried = [trial for trial, timed in sample(plan) if timed]
    assert 20 <= len(tried) <= 36
    assert len({trial.scene for trial in tried}) == 3
    assert {trial.method.spec for trial in tried} == {"strict", "peak"}
    assert len({trial.chain.spec for trial in tried}) == 8
    assert len({trial.kernel for trial in tried}) == 3


def test_a_failing_trial_is_no_measure(registry):
    plan = make_plan(experiment(transforms="resize:size=30"), registry)
    cost = estimate(plan, Engine())
    assert (cost.sampled, cost.seconds, len(cost.failures)) == (0, 0.0, 1)


@pytest.mark.parametrize(
    ("engine", "workers"),
    [("serial", 1), ("process:workers=3", 3), ("dask:tcp://host:8786", None), ("dask:workers=2", 2)],
)
def test_the_workers_of_an_engine_are_counted(registry, engine, workers):
    assert workers_of(make_plan(experiment(engine=engine), registry)) == workers


def test_without_known_workers_the_estimate_is_that_of_one(registry):
    engine = Engine()
    plan = make_plan(experiment(engine="dask:tcp://host:8786"), registry)
    cost = estimate(plan, engine, clock=lambda: engine.now)
    assert (cost.workers, cost.seconds) == (None, 6.0)


def test_an_engine_that_uses_all_cores_has_at_least_one(registry):
    assert workers_of(make_plan(experiment(engine="process"), registry)) >= 1


@pytest.mark.parametrize(
    ("kernels", "scenes", "line", "message"),
    [
        ('"dots",\n"broken.png"', '"slow"', 3, "'.*broken.png' is not an image"),
        ('"dots"', '"slow",\n"*.jpg"', 5, "the pattern '.*jpg' matches no file"),
        ('"dots",\n"dots:size=40"', '"slow"', 3, "kernel 'dot-0' is 40×40 px, larger than scene"),
        ('"dots",\n"eye.png",\n"e*.png"', '"slow"', 1, "kernel 'eye' is selected twice"),
    ],
)
def test_what_a_source_cannot_give_is_told_with_the_line(registry, tmp_path, kernels, scenes, line, message):
    (tmp_path / "broken.png").write_bytes(b"this is no picture")
    images.write(tmp_path / "eye.png", np.eye(5))
    file = tmp_path / "exp.toml"
    file.write_text(f'kernels = [\n{kernels}]\nscenes = [\n{scenes}]\nmethods = ["strict"]\n')
    with pytest.raises(FracorrError, match=message) as caught:
        make_plan(Experiment.from_toml(file), registry)
    assert f"exp.toml', line {line}: {'scenes' if line == 5 else 'kernels'}: " in str(caught.value)
    assert caught.value.exit_code == 2
