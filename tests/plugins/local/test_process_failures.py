"""Trials that raise, kill their process, hang or eat the memory: each costs itself and nothing else."""

import os
import signal

import faults

from fracorr import Experiment, results
from fracorr.execution import Task
from fracorr.plan import make_plan
from fracorr.plugins import default_registry


def test_every_failure_costs_only_its_own_trial(plugin):
    faults.check_failures("process:workers=2,time_limit=5,memory_limit=600", list(faults.FAILURES))


def test_with_one_worker_too(plugin):
    faults.check_failures("process:1", ["kill", "raise", "leave"])


def test_a_worker_that_somebody_kills_costs_the_trial_at_hand(plugin):
    experiment = Experiment(kernels="dots:n=10", scenes="spots", methods="slow:0.2", engine="process:2")
    before = faults.children(os.getpid())
    stream = results(experiment)
    found = [next(stream)]
    victim = min(faults.children(os.getpid()) - before)
    os.kill(victim, signal.SIGKILL)
    found += stream
    assert len({each.trial.number for each in found}) == len(found) == 20
    failures = [each.failure for each in found if each.failure]
    assert [failure.kind for failure in failures] == ["crashed"]
    assert "SIGKILL" in failures[0].message


def test_nothing_is_left_when_nobody_wants_more_results(plugin):
    experiment = Experiment(kernels="dots:n=10", scenes="spots", methods=["slow:0.2"], engine="process:2")
    before = faults.children(os.getpid())
    stream = results(experiment)
    next(stream)
    assert len(faults.children(os.getpid()) - before) == 2
    stream.close()
    assert faults.children(os.getpid()) <= before


def test_tasks_are_read_as_they_are_needed(plugin, monkeypatch):
    monkeypatch.setattr("fracorr.batches.LOOK_AHEAD", 50)
    plan = make_plan(
        Experiment(kernels="dots:n=1", scenes="spots:n=1", methods="fault", engine="process:2"), default_registry()
    )
    (trial,) = plan.trials()
    read = 0

    def endless():
        nonlocal read
        while True:
            read += 1
            yield Task(trial, plan.materials)

    stream = plan.engine.instance.execute(endless())
    for count in range(1, 601):
        next(stream)
        # Those that were looked at ahead, and what two workers have at hand: two of the largest batches each.
        assert read - count <= 50 + 2 * 2 * 256
    stream.close()


def test_a_worker_that_reads_nothing_any_more_is_stopped(plugin):
    # What waits to be sent to it is more than a pipe holds: kernels of 3 MB.
    experiment = Experiment(
        kernels="dots:n=6,size=900",
        scenes="spots",
        methods="fault:stop,at=spot-0",
        engine="process:workers=1,time_limit=2",
    )
    found = list(results(experiment))
    failures = [(each.trial.scene.name, each.failure.kind) for each in found if each.failure]
    assert len(found) == 12
    assert failures == [("spot-0", "timed-out")] * 6
