"""The same experiment gives the same numbers on every engine of this machine."""

import attrs
import faults
import pytest

from fracorr import Experiment

REAL = Experiment(
    kernels=["gallery:eye,size=32", "noise:size=24,count=2"],
    transforms=["none", "orbit-trap", "ifs:preset=sierpinski"],
    scenes="samples:coins",
    methods=["tm_ccoeff_normed", "tm_sqdiff", "mace", "phase"],
    seed=11,
)


def numbers(experiment, engine):
    return faults.numbers(attrs.evolve(experiment, engine=engine))


@pytest.fixture(scope="module")
def serial():
    return numbers(REAL, "serial")


def test_there_is_something_to_compare(serial):
    assert len(serial) == 36
    assert sum(failure is None for _, _, failure in serial.values()) == 36
    assert len({matches for matches, _, _ in serial.values()}) > 30


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_processes_give_the_numbers_of_one(serial, workers):
    assert numbers(REAL, f"process:{workers}") == serial


def test_failures_are_the_same_too(tmp_path):
    with faults.installed(tmp_path):
        experiment = Experiment(
            kernels="dots", transforms=["none", "halve"], scenes="spots:n=5", methods="fault:raise,at=spot-3", seed=2
        )
        one = numbers(experiment, "serial")
        assert sum(failure is not None for _, _, failure in one.values()) == 4
        assert numbers(experiment, "process:2") == one


def test_a_kernel_that_only_one_process_can_make_is_handed_on(tmp_path):
    with faults.installed(tmp_path):
        experiment = Experiment(kernels="unique", scenes="spots:n=3", methods=["tm_ccorr_normed"])
        one = numbers(experiment, "serial")
        assert {failure for _, _, failure in one.values()} == {None}
        assert numbers(experiment, "process:2") == one
