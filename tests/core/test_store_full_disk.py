"""A disk that is full: a clear message, nothing damaged, and the run goes on when there is room again."""

import contextlib
import os
import resource
import shutil
import subprocess
import sys

import pytest
from run_processes import fracorr, rows_of

EXPERIMENT = ("-k", "noise:count=1000,size=16", "-s", "samples:coins", "-m", "tm_sqdiff")
ENGINES = ("serial", pytest.param("process:2", marks=pytest.mark.slow))
#: Enough for a few hundred trials, not for a thousand.
ROOM = 600_000


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The trials of a run that nothing happened to."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    code, _, err = fracorr("run", *EXPERIMENT, "--engine", "serial", "--out", folder)
    assert code == 0, err
    return rows_of(folder)


def went_on(folder, whole):
    """Whether the run goes on where there is room, and ends as one that nothing happened to."""
    before = rows_of(folder)
    # A machine that does most of the run before the first commit may have kept nothing.
    assert len(before) < 1000
    code, _, err = fracorr("resume", folder)
    assert code == 0, err
    assert not before or f"{len(before)} of 1000 trials are there already" in err
    assert rows_of(folder) == whole
    return True


def clear(code, err, folder, file="trials.sqlite"):
    assert code == 2, err
    assert "Traceback" not in err
    assert f"{file}' cannot be written: " in err
    assert f"go on with: fracorr resume {folder}" in err
    return True


@pytest.mark.parametrize("engine", ENGINES)
def test_a_file_that_may_not_grow_any_further(engine, tmp_path, whole):
    folder = tmp_path / "run"

    def limited():
        # Python ignores the signal, so that writing fails as on a full disk.
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))

    code, _, err = fracorr("run", *EXPERIMENT, "--engine", engine, "--out", folder, preexec=limited)
    assert clear(code, err, folder)
    assert went_on(folder, whole)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of a few hundred KB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    if sys.platform != "linux" or mount is None or os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    done = subprocess.run([mount, "-t", "tmpfs", "-o", "size=900k", "tmpfs", place], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr}")
    yield place
    subprocess.run(["umount", place], check=True)


def fill(file):
    """Leave no room at all."""
    with file.open("wb", buffering=0) as writing, contextlib.suppress(OSError):
        while True:
            writing.write(b"x" * 1000)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_disk_that_is_full(engine, small_disk, whole):
    folder = small_disk / "run"
    code, _, err = fracorr("run", *EXPERIMENT, "--engine", engine, "--out", folder)
    assert clear(code, err, folder)
    assert "the disk is full" in err
    # Still without room it says so again, and damages nothing.
    fill(small_disk / "something else")
    code, _, err = fracorr("resume", folder)
    assert clear(code, err, folder, "manifest.json")
    subprocess.run(["mount", "-o", "remount,size=20m", small_disk], check=True)
    assert went_on(folder, whole)
