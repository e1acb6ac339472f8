"""Tasks on their way into other processes: they travel as names and are the same there, or an error says why not."""

import pickle

import faults
import numpy as np
import pytest
from fakes import fake_registry

from fracorr import ConfigurationError, Experiment, PluginError, images, results
from fracorr.components import Kind
from fracorr.execution import Task
from fracorr.materials import Materials
from fracorr.plan import make_plan
from fracorr.plugins import DISABLE_VARIABLE, default_registry
from fracorr.selection import select_one


@pytest.fixture
def plugin(tmp_path):
    with faults.installed(tmp_path / "plugin") as environment:
        yield environment


def test_a_component_comes_back_with_its_parameters():
    before = select_one(default_registry(), Kind.SOURCE, "gallery:eye,size=32")
    after = pickle.loads(pickle.dumps(before))
    assert after == before
    assert after.instance == before.instance
    assert after.identity == before.identity
    # All trials of a process share one: what it keeps between calls is kept once.
    assert pickle.loads(pickle.dumps(before)) is after


def test_tasks_that_travel_together_are_small(plugin):
    plan = make_plan(
        Experiment(kernels="dots:n=50", scenes="spots", methods="fault", transforms=["none", "halve"]),
        default_registry(),
    )
    tasks = [Task(trial, plan.materials) for trial in plan.trials()]
    assert len(tasks) == 200
    assert len(pickle.dumps(tasks)) < 400 * len(tasks)


def test_a_registry_made_by_hand_does_not_travel():
    experiment = Experiment(kernels="dots", scenes="spots", methods="peak", engine="process:1")
    with pytest.raises(ConfigurationError, match="registry made by hand.*use the engine 'serial', or install"):
        list(results(experiment, fake_registry()))


def test_another_version_of_fracorr_is_refused():
    make, arguments = Materials(3).__reduce__()
    with pytest.raises(PluginError, match=r"the run uses fracorr 0\.0\.1, .* install the same version everywhere"):
        make(arguments[0], "another run", "0.0.1")


def test_a_worker_refuses_another_version_of_a_plugin(plugin, tmp_path):
    plan = make_plan(
        Experiment(kernels="dots", scenes="spots", methods="fault", engine="process:1"), default_registry()
    )
    metadata = next(tmp_path.rglob("METADATA"))
    metadata.write_text(metadata.read_text().replace("1.0", "1.1"))
    tasks = (Task(trial, plan.materials) for trial in plan.trials())
    with pytest.raises(PluginError, match=r"not the same in the process.*version 1\.0 there, 1\.1 here"):
        list(plan.engine.instance.execute(tasks))


def test_a_worker_knows_which_plugins_are_disabled(plugin, monkeypatch):
    plan = make_plan(
        Experiment(kernels="dots", scenes="spots", methods="fault", engine="process:1"), default_registry()
    )
    monkeypatch.setenv(DISABLE_VARIABLE, "fracorr-faults")
    tasks = (Task(trial, plan.materials) for trial in plan.trials())
    with pytest.raises(PluginError, match="faults is disabled"):
        list(plan.engine.instance.execute(tasks))


def test_a_picture_that_changes_fails_its_trials(plugin, tmp_path):
    for name in ("first", "second"):
        images.write(tmp_path / f"{name}.png", np.eye(30))
    plan = make_plan(
        Experiment(kernels="dots", scenes=str(tmp_path / "*.png"), methods="fault", engine="process:1"),
        default_registry(),
    )
    images.write(tmp_path / "second.png", np.eye(30)[::-1])
    found = list(plan.engine.instance.execute(Task(trial, plan.materials) for trial in plan.trials()))
    failures = {(each.trial.scene.name, each.failure and each.failure.message) for each in found}
    assert ("first", None) in failures
    ((_, message),) = failures - {("first", None)}
    assert "does not give 'second' as it did when the run was planned: did a file change" in message


def test_a_picture_that_is_taken_away_fails_its_trials(tmp_path):
    for name in ("first", "second"):
        images.write(tmp_path / f"{name}.png", np.eye(30))
    plan = make_plan(
        Experiment(kernels="dots", scenes=str(tmp_path / "*.png"), methods="peak"), fake_registry(installed=True)
    )
    plan.materials.forget()
    (tmp_path / "second.png").unlink()
    found = [Task(trial, plan.materials)() for trial in plan.trials()]
    messages = {each.trial.scene.name: each.failure and each.failure.message for each in found}
    assert messages["first"] is None
    assert "does not give 'second' as it did when the run was planned" in messages["second"]


def test_a_kernel_that_changes_is_refused(tmp_path, plugin):
    file = tmp_path / "kernel.png"
    images.write(file, np.eye(9))
    plan = make_plan(
        Experiment(kernels=str(file), scenes="spots", methods="fault", engine="process:1"), default_registry()
    )
    images.write(file, np.eye(9)[::-1])
    with pytest.raises(PluginError, match="a file that they name is another one here"):
        list(plan.engine.instance.execute(Task(trial, plan.materials) for trial in plan.trials()))
