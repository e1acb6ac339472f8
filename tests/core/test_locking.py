"""One writer at a time."""

import fcntl
import os
import subprocess
import sys
import time

import other_user
import pytest
from fakes import fake_registry
from run_processes import Fracorr, fracorr

from fracorr import ConfigurationError, Experiment, open_run, run
from fracorr.locking import is_held, sole_writer

HOLD = """
import pathlib, sys
from fracorr.locking import sole_writer
with sole_writer(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_second_is_told_who_holds_it(tmp_path):
    with sole_writer(tmp_path):
        assert is_held(tmp_path)
        with (
            pytest.raises(ConfigurationError, match=rf"another run is going on in .*\(process {os.getpid()} on "),
            sole_writer(tmp_path),
        ):
            pass
    assert not is_held(tmp_path)
    with sole_writer(tmp_path):
        pass


def test_a_process_that_dies_leaves_no_lock_behind(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        assert is_held(tmp_path)
        with pytest.raises(ConfigurationError, match=f"process {holder.pid} on"), sole_writer(tmp_path):
            pass
        holder.kill()
        holder.wait()
    assert not is_held(tmp_path)
    with sole_writer(tmp_path):
        assert is_held(tmp_path)


def test_a_folder_without_a_lock_is_not_held_and_stays_as_it_is(tmp_path):
    assert not is_held(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_of_two_runs_started_at_once_in_one_folder_the_second_gets_a_clear_message(tmp_path):
    folder = tmp_path / "run"
    lists = ("-k", "noise:count=5000,size=16", "-s", "samples:coins", "-m", "tm_sqdiff")
    command = ("run", *lists, "--engine", "serial", "--out", folder)
    with Fracorr.start(*command) as one, Fracorr.start(*command) as other:
        deadline = time.monotonic() + 120
        while one.process.poll() is None and other.process.poll() is None:
            assert time.monotonic() < deadline, "neither has given way"
            time.sleep(0.02)
        winner, loser = (one, other) if one.process.poll() is None else (other, one)
        code, out, err = loser.ends()
        assert (code, out) == (2, "")
        assert f"another run is going on in '{folder}' (process {winner.process.pid} on" in err
        assert "Traceback" not in err
        assert winner.process.poll() is None
        # Others may look, also while it goes on.
        code, out, err = fracorr("runs", tmp_path, "--json")
        assert (code, '"state": "running"' in out) == (0, True), err
    code, out, err = fracorr("runs", tmp_path, "--json")
    assert (code, '"state": "interrupted"' in out) == (0, True), err


def test_several_may_look_at_the_same_time(tmp_path):
    with sole_writer(tmp_path):
        pass
    with (tmp_path / ".lock").open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_SH)  # somebody who is just looking
        assert not is_held(tmp_path)
        with pytest.raises(ConfigurationError, match="another run is going on"), sole_writer(tmp_path):
            pass


@other_user.possible
def test_whoever_may_only_read_a_folder_sees_a_run_that_goes_on_and_what_came_out():
    experiment = Experiment(kernels="dots", scenes="spots", methods="peak", engine="serial")
    seen = []
    with other_user.shared_folder() as folder:

        def look(*_):
            with other_user.only_reading(folder):
                seen.append(open_run(folder).state)

        run(experiment, out=folder, on_result=look, registry=fake_registry())
        assert seen == ["running"] * 4
        with other_user.only_reading(folder):
            stored = open_run(folder)
            assert (stored.state, stored.done, len(list(stored.rows()))) == ("finished", 4, 4)
