"""Trials on a Dask cluster: failures, the numbers of the serial engine, and clusters that are not there."""

import os

import attrs
import faults
import pytest
from run_processes import Fracorr

from fracorr import ConfigurationError, Experiment, PluginError, results
from fracorr.execution import Task
from fracorr.parcels import packed
from fracorr.plan import make_plan
from fracorr.plugins import default_registry

distributed = pytest.importorskip("distributed", reason="needs the extra [dask]")
dask = pytest.importorskip("dask")


@pytest.fixture(scope="module")
def plugin(tmp_path_factory):
    with faults.installed(tmp_path_factory.mktemp("plugin")) as environment:
        yield environment


@pytest.fixture(scope="module")
def cluster(plugin):
    """A cluster of somebody else's: workers that are processes, each with a nanny."""
    # A batch that kills a worker is given back at once, not tried on three more.
    once = dask.config.set({"distributed.scheduler.allowed-failures": 0})
    with (
        once,
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", silence_logs=50
        ) as cluster,
    ):
        yield cluster


@pytest.mark.parametrize("where", ["somebody's", "our own"])
def test_a_cluster_gives_the_numbers_of_one_process(cluster, where):
    experiment = Experiment(
        kernels=["gallery:eye,size=32", "unique", "noise:size=24,count=1"],
        transforms=["none", "orbit-trap"],
        scenes="samples:coins",
        methods=["tm_ccoeff_normed", "mace"],
        seed=11,
    )
    serial = faults.numbers(experiment)
    engine = f"dask:{cluster.scheduler_address}" if where == "somebody's" else "dask:workers=2"
    assert len(serial) == 12
    assert faults.numbers(attrs.evolve(experiment, engine=engine)) == serial


@pytest.mark.parametrize("where", ["somebody's", "our own"])
def test_every_failure_costs_only_its_own_trial(cluster, where):
    address = f"address={cluster.scheduler_address}" if where == "somebody's" else "workers=2"
    faults.check_failures(f"dask:{address},time_limit=5,memory_limit=600", ["raise", "kill", "hang", "eat"])


def test_a_trial_that_kills_workers_of_the_cluster_is_found(cluster):
    experiment = Experiment(
        kernels="dots",
        scenes="spots:n=3",
        methods=["fault", "fault:kill-host,at=spot-1"],
        engine=f"dask:{cluster.scheduler_address}",
    )
    found = list(results(experiment))
    assert len({each.trial.number for each in found}) == len(found) == 12
    failed = [each for each in found if each.failure]
    assert {each.failure.kind for each in failed} == {"crashed"}
    assert {(each.trial.scene.name, each.trial.method.spec) for each in failed} == {
        ("spot-1", "fault:kill-host,at=spot-1")
    }
    assert len(failed) == 2


def test_nothing_is_left_when_nobody_wants_more_results(cluster, plugin):
    experiment = Experiment(
        kernels="dots", scenes="spots", methods=["slow:0.1", "slow:3600"], engine=f"dask:{cluster.scheduler_address}"
    )
    before = faults.children(os.getpid())
    stream = results(experiment)
    next(stream)
    assert faults.children(os.getpid()) - before
    stream.close()
    assert faults.wait_until(lambda: not faults.children(os.getpid()) - before)


@pytest.mark.parametrize("where", ["somebody's", "our own"])
def test_no_child_outlives_a_run_that_is_killed(cluster, plugin, tmp_path, where):
    before = faults.children(os.getpid())
    engine = f"dask:{cluster.scheduler_address}" if where == "somebody's" else "dask:workers=2"
    options = ("-k", "dots", "-s", "spots", "-m", "slow:3600", "--engine", engine, "--out", tmp_path / "out")
    with Fracorr.start("run", *options, env=plugin) as running:
        running.wait_for(lambda: len(faults.children(os.getpid()) - before) == 3)
        started = faults.children(os.getpid()) - before
        running.process.kill()
    assert faults.wait_until(lambda: not faults.alive(started))


def test_a_child_that_nobody_sends_anything_to_ends(plugin, monkeypatch):
    from fracorr_dask import carrying_out

    monkeypatch.setattr("fracorr_dask.carrying_out.IDLE_SECONDS", 0.2)
    monkeypatch.setattr("fracorr_dask.carrying_out._wanted", lambda: lambda: True)
    plan = make_plan(Experiment(kernels="dots:n=1", scenes="spots:n=1", methods="fault"), default_registry())
    data = packed([Task(trial, plan.materials) for trial in plan.trials()])
    before = faults.children(os.getpid())
    # Nobody says that the run is over, as when the process that sent the batch was killed.
    for _ in range(2):
        (result,) = carrying_out.carry_out(data, "run", None, None).results
        assert result[3] is None
        assert faults.wait_until(lambda: not faults.children(os.getpid()) - before)
    carrying_out.release("run")


def test_ctrl_c_leaves_with_130(plugin, tmp_path):
    options = ("-k", "dots:n=50", "-s", "spots", "-m", "slow:0.1", "--engine", "dask:workers=2", "-r", "json")
    with Fracorr.start("run", *options, "--out", tmp_path / "out", env=plugin, start_new_session=True) as running:
        running.wait_for(lambda: len(faults.children(running.process.pid)) == 2)
        started = faults.children(running.process.pid)
        code, _, err = running.interrupted()
    assert (code, "Traceback" in err) == (130, False), err
    assert faults.wait_until(lambda: not faults.alive(started))


@pytest.mark.parametrize(
    ("engine", "message"),
    [
        ("dask:tcp://127.0.0.1:9", "no Dask scheduler at 'tcp://127.0.0.1:9'.*leave it out for a cluster"),
        ("dask:nonsense", "no Dask scheduler at 'nonsense'"),
        ("dask:tcp://127.0.0.1:9,workers=3", "workers=3 is for a cluster on this machine"),
    ],
)
def test_a_cluster_that_is_not_there_is_a_clear_error(plugin, monkeypatch, engine, message):
    monkeypatch.setattr("fracorr_dask.clusters.PATIENCE", 2)
    experiment = Experiment(kernels="dots", scenes="spots", methods="fault", engine=engine)
    with pytest.raises(ConfigurationError, match=message):
        list(results(experiment))


def test_a_cluster_without_workers_is_a_clear_error(plugin, monkeypatch):
    monkeypatch.setattr("fracorr_dask.clusters.PATIENCE", 2)
    with distributed.LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as empty:
        experiment = Experiment(
            kernels="dots", scenes="spots", methods="fault", engine=f"dask:{empty.scheduler_address}"
        )
        with pytest.raises(ConfigurationError, match="has no workers; start some with: dask worker tcp://"):
            list(results(experiment))


def test_a_cluster_that_loses_its_workers_is_a_clear_error(plugin, monkeypatch):
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", silence_logs=50
    ) as shrinking:
        methods = ["fault", "slow:3600"]
        experiment = Experiment(
            kernels="dots", scenes="spots", methods=methods, engine=f"dask:{shrinking.scheduler_address}"
        )
        stream = results(experiment)
        assert next(stream).failure is None
        monkeypatch.setattr("fracorr_dask.clusters.PATIENCE", 1)
        shrinking.scale(0)
        with pytest.raises(PluginError, match="the Dask cluster has had no workers for 1 s"):
            list(stream)
