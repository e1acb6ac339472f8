"""A run that is killed at any instant goes on and ends as if nothing had happened."""

import functools
import itertools
import json
import random
import signal
import sqlite3
import time

import pytest
import skimage.data
from run_processes import Fracorr, fracorr, rows_of, stored

from fracorr import images

ENGINES = ("serial", "process:2")


def experiment(scenes, kernels):
    """Compose some thousand trials of a millisecond."""
    return ("-k", f"noise:count={kernels},size=16", "-s", scenes / "*.png", "-m", "tm_sqdiff*", "-r", "json")


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    """Small pieces of a photograph."""
    folder = tmp_path_factory.mktemp("scenes")
    photo = skimage.data.astronaut()
    for number in range(5):
        images.write(folder / f"piece-{number}.png", photo[20 * number :][:80, 60 * number :][:, :100])
    return folder


def complete(folder, expected):
    """Whether every trial is there exactly once, with the numbers of the uninterrupted run, reports included."""
    found = rows_of(folder)
    assert [row["number"] for row in found] == list(range(len(expected)))
    assert found == expected
    report = json.loads((folder / "results.json").read_text())
    assert len(report["trials"]) == report["run"]["done"] == len(expected)
    return True


def killed_again_and_again(command, folder, times, rng):
    """Start the same command again and again and kill it at a random instant of its work."""
    counts = []
    for _ in range(times):
        with Fracorr.start(*command) as running:
            running.wait_for((folder / ".lock-holder").exists)
            deadline = time.monotonic() + rng.uniform(0, 2.5)
            while time.monotonic() < deadline and running.process.poll() is None:
                time.sleep(0.005)
            running.process.kill()
            running.process.wait()
        counts.append(stored(folder))
        if counts[-1] and running.process.returncode == 0:
            break
    return counts


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory, scenes):
    """The trials of a run that nothing happened to, by the number of kernels."""

    @functools.cache
    def run(kernels):
        folder = tmp_path_factory.mktemp("whole") / "run"
        code, _, err = fracorr("run", *experiment(scenes, kernels), "--engine", "serial", "--out", folder)
        assert code == 0, err
        return rows_of(folder)

    return run


@pytest.mark.parametrize("engine", ENGINES)
def test_a_killed_run_goes_on_and_ends_as_if_nothing_had_happened(engine, tmp_path, scenes, uninterrupted):
    folder = tmp_path / "run"
    with Fracorr.start("run", *experiment(scenes, 1000), "--engine", engine, "--out", folder) as running:
        running.wait_for(lambda: stored(folder) > 0)
        running.process.kill()
        running.process.wait()
    before = rows_of(folder)
    expected = uninterrupted(1000)
    assert 0 < len(before) < len(expected)
    code, _, err = fracorr("resume", folder)
    assert code == 0, err
    assert f"{len(before)} of {len(expected)} trials are there already" in err
    assert complete(folder, expected)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_killed_ten_times_at_random_instants(engine, tmp_path, scenes, uninterrupted):
    seed = random.randrange(10**6)
    print("seed", seed)
    folder = tmp_path / "run"
    command = ("run", *experiment(scenes, 1000), "--engine", engine, "--out", folder)
    counts = killed_again_and_again(command, folder, 10, random.Random(seed))
    # Nothing that was there is ever lost.
    assert all(before <= after for before, after in itertools.pairwise(counts))
    code, _, err = fracorr("resume", folder)
    assert code == 0, err
    assert complete(folder, uninterrupted(1000))


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_killed_while_another_program_reads_the_trials(engine, tmp_path, scenes, uninterrupted):
    folder = tmp_path / "run"
    with Fracorr.start("run", *experiment(scenes, 1000), "--engine", engine, "--out", folder) as running:
        running.wait_for(lambda: stored(folder) > 0)
        # A reader in the midst of reading: the run goes on writing, and is killed, beside it.
        reader = sqlite3.connect(f"file:{folder / 'trials.sqlite'}?mode=ro", uri=True, isolation_level=None)
        reader.execute("BEGIN")
        (seen,) = reader.execute("SELECT COUNT(*) FROM trials").fetchone()
        running.wait_for(lambda: stored(folder) > seen)
        running.process.kill()
        running.process.wait()
    code, _, err = fracorr("resume", folder)
    assert code == 0, err
    # The reader still sees what it saw, and then what there is.
    assert reader.execute("SELECT COUNT(*) FROM trials").fetchone() == (seen,)
    reader.execute("COMMIT")
    expected = uninterrupted(1000)
    assert reader.execute("SELECT COUNT(*) FROM trials").fetchone() == (len(expected),)
    reader.close()
    assert complete(folder, expected)


def test_ctrl_c_says_how_to_go_on(tmp_path, scenes, uninterrupted):
    folder = tmp_path / "a run"
    with Fracorr.start("run", *experiment(scenes, 1000), "--engine", "serial", "--out", folder) as running:
        running.wait_for(lambda: stored(folder) > 0)
        running.process.send_signal(signal.SIGINT)
        code, _, err = running.ends()
    assert code == 130
    assert "Traceback" not in err
    assert f"to go on: fracorr resume '{folder}'" in err
    expected = uninterrupted(1000)
    assert 0 < stored(folder) < len(expected)
    # No trial was under way when it ended, so none is suspected.
    assert not (folder / ".trial-at-hand").exists()
    code, _, err = fracorr("resume", folder)
    assert code == 0, err
    assert complete(folder, expected)
