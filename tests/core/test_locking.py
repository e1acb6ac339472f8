"""One writer at a time."""

import os
import subprocess
import sys

import pytest
from run_processes import Fracorr, fracorr, stored

from fracorr import ConfigurationError
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


def test_of_two_runs_in_one_folder_the_second_gets_a_clear_message(tmp_path):
    folder = tmp_path / "run"
    command = ("run", "-k", "noise:count=3000,size=16", "-s", "samples:coins", "-m", "tm_sqdiff")
    with Fracorr.start(*command, "--engine", "serial", "--out", folder) as first:
        first.wait_for(lambda: stored(folder) > 0)
        code, out, err = fracorr(*command, "--engine", "serial", "--out", folder)
        assert first.process.poll() is None
        assert (code, out) == (2, "")
        assert f"another run is going on in '{folder}' (process {first.process.pid} on" in err
        assert "Traceback" not in err
        # Others may look, also while it goes on.
        code, out, err = fracorr("runs", tmp_path, "--json")
        assert (code, '"state": "running"' in out) == (0, True), err
    code, out, err = fracorr("runs", tmp_path, "--json")
    assert (code, '"state": "interrupted"' in out) == (0, True), err
