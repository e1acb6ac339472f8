"""Trials in a process that may die of them."""

import os

import faults
import pytest

from fracorr import Experiment
from fracorr.execution import Task
from fracorr.isolation import Isolation, run_isolated
from fracorr.plan import make_plan
from fracorr.plugins import default_registry


@pytest.fixture
def tasks(tmp_path):
    """Make the tasks of a method on four scenes."""
    with faults.installed(tmp_path):

        def make(method):
            experiment = Experiment(kernels="dots:n=1", scenes="spots:n=4", methods=method)
            plan = make_plan(experiment, default_registry())
            return [Task(trial, plan.materials) for trial in plan.trials()]

        yield make


def test_an_isolated_trial_gives_what_it_gives_here(tasks):
    task = tasks("fault")[2]
    here, there = task(), run_isolated(task)
    assert there.failure is None
    assert (there.trial, there.matches, there.metrics) == (here.trial, here.matches, here.metrics)


@pytest.mark.parametrize(
    ("what", "limit", "kind", "message"),
    [
        ("kill", None, "crashed", "the process was killed by SIGKILL"),
        ("leave", None, "crashed", "the process left with exit code 3"),
        ("hang", 1.0, "timed-out", "stopped after 1 s, the time limit"),
        ("raise", None, "error", "it broke"),
    ],
)
def test_an_isolated_trial_may_go_wrong(tasks, what, limit, kind, message):
    before = faults.children(os.getpid())
    result = run_isolated(tasks(f"fault:{what},at=spot-1")[1], limit)
    assert result.failure is not None
    assert result.failure.kind == kind
    assert message in result.failure.message
    assert faults.children(os.getpid()) <= before


def test_those_after_it_get_another_process(tasks):
    isolation = Isolation()
    try:
        found = list(isolation.results(tasks("fault:kill,at=spot-1")))
        assert [result.trial.number for result in found] == [0, 1, 2, 3]
        assert [result.failure is not None for result in found] == [False, True, False, False]
        again = list(isolation.results(tasks("fault")))
        assert [result.failure for result in again] == [None] * 4
    finally:
        isolation.stop()


def test_what_nobody_wants_any_more_is_stopped(tasks):
    before = faults.children(os.getpid())
    answers = iter([True, True, True, False, False, False])
    found = list(Isolation().results(tasks("slow:3600"), lambda: next(answers, False)))
    assert found == []
    assert faults.children(os.getpid()) <= before
