"""What a plan will cost: a handful of its trials carried out and timed."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import attrs

from fracorr.execution import Task
from fracorr.plan import Plan
from fracorr.protocols import Engine
from fracorr.trial import Failure, Trial
from fracorr.workers import usable_cores

#: How many arms are tried on each of how many scenes.
SAMPLED_ARMS: Final = 12
SAMPLED_SCENES: Final = 3
#: When to stop timing, in seconds, though not before every sampled arm has been tried once.
ENOUGH_SECONDS: Final = 10.0

_GOLDEN = (math.sqrt(5) - 1) / 2


@attrs.frozen
class Estimate:
    """How long a plan will take, from the trials that were tried.

    Attributes
    ----------
    trials : int
        How many the plan has.
    sampled : int
        How many were timed.
    quickest, mean, slowest : float
        Seconds for one trial, everything included that it does not share with others.
    workers : int or None
        How many trials execute at once; None where that shows only when the engine is there.
    failures : tuple of Failure
        What went wrong with those that were tried, each kind once.
    """

    trials: int
    sampled: int
    quickest: float
    mean: float
    slowest: float
    workers: int | None
    failures: tuple[Failure, ...] = ()

    @property
    def seconds(self) -> float:
        """The time that all trials take together, shared out among the workers where their number is known."""
        return self.mean * self.trials / min(self.workers or 1, max(self.trials, 1))

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {**attrs.asdict(self), "seconds": self.seconds}


def estimate(plan: Plan, engine: Engine, clock: Callable[[], float] = time.perf_counter) -> Estimate:
    """Carry out a handful of trials, spread over the arms and the scenes, and time them.

    The first trial on each scene goes untimed: what it works out about the scene serves the others too.

    Parameters
    ----------
    plan : Plan
    engine : Engine
        One that executes the trials in order, one at a time.
    clock : callable, optional
        Returns seconds.
    """
    seconds: list[float] = []
    failures: dict[Failure, None] = {}
    chosen = list(sample(plan))
    results = engine.execute(Task(trial, plan.materials) for trial, _ in chosen)
    begun = started = clock()
    for (_, timed), result in zip(chosen, results, strict=False):
        now = clock()
        if result.failure is not None:
            failures[result.failure] = None
        elif timed:
            seconds.append(now - started)
        if now - begun > ENOUGH_SECONDS and len(seconds) >= min(SAMPLED_ARMS, len(plan.arms)):
            break
        started = clock()
    mean = math.fsum(seconds) / len(seconds) if seconds else 0.0
    return Estimate(
        len(plan),
        len(seconds),
        min(seconds, default=0.0),
        mean,
        max(seconds, default=0.0),
        workers_of(plan),
        tuple(failures),
    )


def sample(plan: Plan) -> Iterator[tuple[Trial, bool]]:
    """Yield trials spread over scenes, kernels and arms, and whether to time each."""
    arms = len(plan.chains) * len(plan.methods)
    starts = list(itertools.accumulate((len(plan.kernels[scene]) * arms for scene in plan.scenes), initial=0))
    steps = itertools.count(1)
    chosen: list[tuple[int, bool]] = []
    for scene in _spread(len(plan.scenes), SAMPLED_SCENES):
        kernel = _scattered(steps, len(plan.kernels[plan.scenes[scene]]))
        few = arms <= SAMPLED_ARMS
        picked = range(arms) if few else sorted({_scattered(steps, arms) for _ in range(SAMPLED_ARMS)})
        numbers = [starts[scene] + kernel * arms + arm for arm in picked]
        chosen += [(numbers[-1], False), *((number, True) for number in numbers)]
    wanted = {number for number, _ in chosen}
    trials = {trial.number: trial for trial in plan.trials() if trial.number in wanted}
    yield from ((trials[number], timed) for number, timed in chosen)


def _scattered(steps: Iterator[int], count: int) -> int:
    # Steps of the golden section fall on chains and methods alike, however many there are of each.
    return int(_GOLDEN * next(steps) % 1 * count)


def workers_of(plan: Plan) -> int | None:
    """Return how many trials the plan's engine executes at once.

    An engine with a parameter ``workers`` says it there, and with None that there is one for each core; one that is
    given the ``address`` of a cluster has as many as are there.
    """
    engine = plan.engine.instance
    if getattr(engine, "address", ""):
        return None
    workers: int | None = getattr(engine, "workers", 1)
    if workers is not None:
        return workers
    return usable_cores()


def _spread(count: int, most: int) -> list[int]:
    """Return evenly spread numbers below `count`, `most` at most."""
    some = min(count, most)
    return [(2 * number + 1) * count // (2 * some) for number in range(some)]
