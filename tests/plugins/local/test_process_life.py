"""The life and death of worker processes, seen from outside: Ctrl-C, kill -9, scripts and what they print."""

import json
import pathlib
import subprocess
import sys
import textwrap

import faults
import pytest
from run_processes import Fracorr

from fracorr import Experiment, PluginError, results, workers


def start(environment, folder, *methods):
    """Begin a run on the command line, in a process group of its own as a terminal would."""
    options = ("-k", "dots:n=50", "-s", "spots:n=4", "--engine", "process:2", "-r", "json", "--out", folder / "out")
    wanted = (word for each in methods for word in ("-m", each))
    return Fracorr.start("run", *options, *wanted, env=environment, start_new_session=True)


def workers_of(running):
    running.wait_for(lambda: len(faults.children(running.process.pid)) == 2)
    return faults.children(running.process.pid)


def store_is_there(folder):
    return any((folder / "out").glob("*.sqlite*"))


@pytest.mark.parametrize("method", ["slow:3600", "fault:hold,at=spot-0", "slow:0.01"])
def test_no_worker_outlives_a_run_that_is_killed(plugin, tmp_path, method):
    with start(plugin, tmp_path, method) as running:
        workers = workers_of(running)
        if method == "slow:0.01":
            running.wait_for(lambda: store_is_there(tmp_path))
        running.process.kill()
    assert faults.wait_until(lambda: not faults.alive(workers))


@pytest.mark.parametrize("method", ["slow:3600", "slow:0.05"])
def test_ctrl_c_ends_all_workers_and_leaves_with_130(plugin, tmp_path, method):
    with start(plugin, tmp_path, method) as running:
        workers = workers_of(running)
        running.wait_for(lambda: store_is_there(tmp_path))
        code, _, err = running.interrupted()
    assert (code, "Traceback" in err) == (130, False), err
    assert faults.wait_until(lambda: not faults.alive(workers), seconds=10)


def test_what_a_plugin_prints_is_no_result(plugin, tmp_path):
    with start(plugin, tmp_path, "fault:print,at=spot-1") as running:
        code, out, err = running.ends()
    assert code == 0, err
    assert "this is no result" not in out
    assert "this is no result" in err


def test_a_script_needs_no_guard_around_its_main_part(plugin, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent("""
            import json
            import fracorr

            print("once")
            experiment = fracorr.Experiment(kernels="dots", scenes="spots", methods="fault", engine="process:2")
            print(json.dumps([result.failure for result in fracorr.results(experiment)]))
        """)
    )
    done = subprocess.run([sys.executable, script], env=plugin, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0] == "once"
    assert json.loads(done.stdout.splitlines()[1]) == [None] * 4
    assert done.stderr == ""


def test_a_worker_starts_in_the_same_folder_with_the_same_path(plugin, tmp_path, monkeypatch):
    # What is found in the parent is found in its workers, however it came to be found there.
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.py").write_text(
        f"import sys; sys.path[:0] = {[str(pathlib.Path(faults.__file__).parent), str(tmp_path / 'plugin')]!r}\n"
        "import fracorr\n"
        "experiment = fracorr.Experiment(kernels='dots', scenes='spots', methods='fault', engine='process:1')\n"
        "print(len(list(fracorr.results(experiment))))\n"
    )
    done = subprocess.run([sys.executable, "run.py"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "4"


def test_workers_that_cannot_start_are_a_clear_error(plugin, monkeypatch):
    monkeypatch.setattr("fracorr.workers._START", "raise SystemExit(7)")
    experiment = Experiment(kernels="dots", scenes="spots", methods="fault", engine="process:2")
    with pytest.raises(PluginError, match="worker processes cannot start: the process left with exit code 7"):
        list(results(experiment))


def test_a_worker_that_dies_before_it_begins_is_replaced(plugin, monkeypatch):
    start = workers._START
    real, starts = subprocess.Popen, iter(["raise SystemExit(7)"] * 2)

    def popen(command, **options):
        return real([*command[:2], next(starts, start), *command[3:]], **options)

    monkeypatch.setattr("fracorr.workers.subprocess.Popen", popen)
    experiment = Experiment(kernels="dots", scenes="spots", methods="fault", engine="process:1")
    assert [result.failure for result in results(experiment)] == [None] * 4
