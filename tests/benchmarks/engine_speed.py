"""Measure what the engines cost per trial, and how much faster two processes are than one.

Run on a quiet machine, from the project's folder, with fracorr installed::

    python tests/benchmarks/engine_speed.py

The cost per trial is processor time, of the run's process and of its workers, beyond that of the same trials called in
a loop; trials that do next to nothing show it best. The speed-up is measured by the clock, one worker and two taking
turns, on trials of about 10 ms.
"""

from __future__ import annotations

import argparse
import pathlib
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

import faults

from fracorr import Experiment
from fracorr.components import Kind
from fracorr.execution import Task
from fracorr.plan import Plan, make_plan
from fracorr.plugins import default_registry
from fracorr.selection import select_one


def planned(trials: int, method: str, scenes: int) -> Plan:
    """Plan an experiment of about so many trials."""
    experiment = Experiment(kernels=f"dots:n={trials // scenes}", scenes=f"spots:n={scenes}", methods=method)
    return make_plan(experiment, default_registry())


def tasks_of(plan: Plan) -> Iterator[Task]:
    return (Task(trial, plan.materials) for trial in plan.trials())


def processor_seconds(body: Callable[[], int]) -> float:
    """Return processor time per trial, of this process and of those that it started and that have ended."""
    used = [resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN]
    before = sum(sum(resource.getrusage(who)[:2]) for who in used)
    count = body()
    return (sum(sum(resource.getrusage(who)[:2]) for who in used) - before) / count


def carried_out(plan: Plan, engine: str) -> int:
    return sum(1 for _ in select_one(default_registry(), Kind.ENGINE, engine).instance.execute(tasks_of(plan)))


def starting_seconds(plan: Plan, engine: str) -> float:
    """Return the processor time that it takes to start and end the engine's workers."""
    first = next(plan.trials())

    def start() -> int:
        stream = select_one(default_registry(), Kind.ENGINE, engine).instance.execute(
            Task(first, plan.materials) for _ in range(8)
        )
        return min(1, sum(1 for _ in stream))

    return processor_seconds(start)


def report_cost(trials: int, engines: list[str]) -> None:
    plan = planned(trials, "fault", 10)
    single = [task() for task in tasks_of(plan)]
    loop = min(processor_seconds(lambda: sum(1 for task in tasks_of(plan) if task())) for _ in range(3))
    print(f"{len(single)} trials that do next to nothing: {1e3 * loop:.3f} ms each in a loop")
    for engine in engines:
        started = starting_seconds(plan, engine)
        each = min(processor_seconds(lambda engine=engine: carried_out(plan, engine)) for _ in range(3))
        cost = each - loop - started / len(single)
        print(f"  {engine:12} {1e3 * cost:6.3f} ms more of processor time per trial")


def report_speed_up(seconds: float) -> None:
    plan = planned(800, f"busy:{seconds}", 4)
    best = {"process:1": float("inf"), "process:2": float("inf")}
    for _ in range(3):
        for engine in best:
            stream = select_one(default_registry(), Kind.ENGINE, engine).instance.execute(tasks_of(plan))
            # By then both workers are up, on a busy machine too.
            for _ in range(len(plan) // 2):
                next(stream)
            started = time.perf_counter()
            rest = sum(1 for _ in stream)
            best[engine] = min(best[engine], (time.perf_counter() - started) / rest)
    one, two = best.values()
    print(f"trials of {1e3 * seconds:g} ms: {1e3 * one:.2f} ms each with one process, {1e3 * two:.2f} ms with two")
    print(
        f"  two processes are {one / two:.2f} times as fast as one; one takes {one / seconds - 1:+.1%} of the bare loop"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--trials", type=int, default=10_000)
    arguments.add_argument("--engine", action="append", help="default: process:1, process:2")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, faults.installed(pathlib.Path(folder)):
        report_cost(given.trials, given.engine or ["process:1", "process:2"])
        report_speed_up(0.01)


if __name__ == "__main__":
    main()
