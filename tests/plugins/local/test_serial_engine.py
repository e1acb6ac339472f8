"""The engine that works in the run's own process: what it can survive."""

import os
import signal
import threading

import cv2
import pytest
import threadpoolctl

from fracorr import ConfigurationError, Experiment, results


def run_with(*methods, engine="serial", scenes=3):
    experiment = Experiment(kernels="dots", scenes=f"spots:n={scenes}", methods=list(methods), engine=engine)
    return list(results(experiment))


@pytest.mark.parametrize("what", ["hang", "spin"])
def test_a_trial_that_takes_too_long_is_stopped(plugin, what):
    handler = signal.getsignal(signal.SIGALRM)
    found = run_with(f"fault:{what},at=spot-1", engine="serial:time_limit=0.3")
    failures = {result.trial.scene.name: result.failure for result in found}
    assert len(found) == 6
    assert failures["spot-0"] is failures["spot-2"] is None
    assert (failures["spot-1"].kind, failures["spot-1"].message) == ("timed-out", "stopped after 0.3 s, the time limit")
    # The clock is put away again.
    assert signal.getsignal(signal.SIGALRM) is handler
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_scene_source_that_was_stopped_begins_again(plugin):
    found = run_with("fault", "fault:raise,at=spot-0", engine="serial:time_limit=20", scenes=2)
    assert sum(result.failure is None for result in found) == 6


def test_a_time_limit_needs_the_main_thread(plugin):
    errors = []

    def work():
        try:
            run_with("fault", engine="serial:time_limit=5")
        except ConfigurationError as error:
            errors.append(str(error))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(errors) == 1
    assert "use engine 'process'" in errors[0]


def test_memory_that_runs_out_is_a_failure_of_that_kind(plugin):
    found = run_with("fault:none-left,at=spot-1")
    assert [result.failure.kind for result in found if result.failure] == ["out-of-memory"] * 2
    assert all(result.failure.error == "MemoryError" for result in found if result.failure)


def test_a_trial_gets_the_memory_that_was_kept_for_others(plugin):
    # It fails for want of memory the first time, and is tried again when everything that can be made again is gone.
    found = run_with("fault:once-none-left,at=spot-1")
    assert [result.failure for result in found] == [None] * 6


def test_libraries_work_with_one_thread_and_then_with_as_many_as_before(plugin):
    def threads():
        return cv2.getNumThreads(), [each["num_threads"] for each in threadpoolctl.threadpool_info()]

    before = threads(), os.environ.get("OMP_NUM_THREADS")
    stream = results(Experiment(kernels="dots", scenes="spots", methods="fault", engine="serial"))
    next(stream)
    of_opencv, of_others = threads()
    assert of_opencv == 1
    assert set(of_others) == {1}
    stream.close()
    assert (threads(), os.environ.get("OMP_NUM_THREADS")) == before
