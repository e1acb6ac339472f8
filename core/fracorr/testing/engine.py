"""The contract of engines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from fracorr.execution import Task
from fracorr.experiment import Experiment
from fracorr.plan import Plan, make_plan
from fracorr.plugins import default_registry
from fracorr.testing import any_component
from fracorr.testing.contract import Point, check, require
from fracorr.trial import TrialResult

#: What comes with fracorr, so that workers in other processes find it: some of these trials fail.
_EXPERIMENT = Experiment(
    kernels=["disc:size=24", "noise:size=24"],
    transforms=["none", "silhouette"],
    scenes=["samples:astronaut,size=96", "samples:coffee,size=96"],
    methods=["tm_ccoeff_normed", "tm_sqdiff"],
    engine="serial",
    seed=11,
)


def check_engine(engine: Any, **parameters: Any) -> None:
    """Check that an engine keeps its contract: the same results as in this process, one for each task.

    Parameters
    ----------
    engine : class or object
        The component's class, or an instance of it.
    **parameters
        Values for the class's parameters, for example one worker.

    Raises
    ------
    ContractError
        With every point that does not hold, what came instead, and how to mend it.
    """
    check("engine", engine, POINTS, parameters)


def every_task_is_carried_out_once(engine: Any) -> None:
    """None is lost, none done twice."""
    plan = _plan()
    came = sorted(result.trial.number for result in engine.execute(_tasks(plan)))
    require(
        came == list(range(len(plan))),
        f"one result for each of {len(plan)} tasks",
        f"results for {came}",
        "yield what each task returns, once",
    )


def results_are_those_of_this_process(engine: Any) -> None:
    """Where a trial is carried out changes no digit."""
    plan = _plan()
    expected = {task.trial.number: _numbers(task()) for task in _tasks(plan)}
    came = {result.trial.number: _numbers(result) for result in engine.execute(_tasks(plan))}
    differing = [number for number, numbers in expected.items() if came.get(number) != numbers]
    require(not differing, "the results of this process", f"others for {differing}", "return results as they come")


def nothing_to_do_is_nothing_done(engine: Any) -> None:
    """A run that is complete has no tasks left."""
    came = list(engine.execute(iter(())))
    require(not came, "no result without tasks", came, "yield nothing")


def results_come_before_all_tasks_are_read(engine: Any) -> None:
    """A run may have millions of trials: they are read as they are needed."""
    most = 20_000
    plan, read = _plan(), 0

    def endless() -> Iterator[Task]:
        nonlocal read
        while read < most:
            for task in _tasks(plan):
                read += 1
                yield task

    results = engine.execute(endless())
    first = next(iter(results), None)
    if hasattr(results, "close"):
        results.close()
    require(first is not None, "a result for each task", "no result at all", "yield what each task returns")
    require(
        read < most,
        "a result before all tasks have been read",
        f"{read} tasks read",
        "read tasks from the iterable as workers become free",
    )


#: All points, the common ones first.
POINTS: tuple[Point, ...] = (
    *any_component.POINTS,
    every_task_is_carried_out_once,
    results_are_those_of_this_process,
    nothing_to_do_is_nothing_done,
    results_come_before_all_tasks_are_read,
)


def _plan() -> Plan:
    return make_plan(_EXPERIMENT, default_registry())


def _tasks(plan: Plan) -> Iterator[Task]:
    return (Task(trial, plan.materials) for trial in plan.trials())


def _numbers(result: TrialResult) -> tuple[object, ...]:
    return (result.matches, attrs.astuple(result.metrics), result.failure)
