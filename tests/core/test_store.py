"""The store by itself."""

import contextlib
import os
import pathlib
import sqlite3
import subprocess
import sys

import attrs
import pytest
import skimage.data
from fakes import fake_registry

from fracorr import ConfigurationError, Experiment, images
from fracorr.errors import OutputError
from fracorr.execution import Task
from fracorr.plan import make_plan
from fracorr.rows import COLUMNS
from fracorr.store import STORE_FILE, Store
from fracorr.trial import Failure


def plan_of(**changes):
    values = {"kernels": "dots", "transforms": ["none", "halve"], "scenes": "spots", "methods": "peak"}
    return make_plan(Experiment(**{**values, **changes}), fake_registry())


PLAN = plan_of()


def computed(plan=PLAN):
    return [Task(trial, plan.materials)() for trial in plan.trials()]


def counted(folder):
    """Count the trials as another program does."""
    connection = sqlite3.connect(folder / STORE_FILE)
    (count,) = connection.execute("SELECT COUNT(*) FROM trials").fetchone()
    connection.close()
    return count


def test_results_come_back_in_the_plans_order_whatever_the_order_they_came_in(tmp_path):
    results = computed()
    with Store.open(tmp_path, writing=True) as store:
        for result in reversed(results):
            store.add(result)
    with Store.open(tmp_path) as store:
        assert list(store.results(PLAN)) == results
        assert [row["number"] for row in store.rows()] == list(range(8))
        assert store.counts() == (8, 0)
        assert bytes(store.done(PLAN)) == b"\1" * 8


def test_what_is_added_is_written_when_a_second_has_passed(tmp_path, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("fracorr.store.time.monotonic", lambda: now[0])
    first, second, third, *_ = computed()
    with Store.open(tmp_path, writing=True) as store:
        store.add(first)
        assert counted(tmp_path) == 0
        now[0] += 0.9
        store.add(second)
        assert counted(tmp_path) == 0
        now[0] += 0.2
        store.add(third)
        assert counted(tmp_path) == 3
    assert counted(tmp_path) == 3


def test_failed_trials_are_done_unless_they_are_to_be_tried_again(tmp_path):
    results = computed()
    results[3] = attrs.evolve(results[3], failure=Failure("method 'peak'", "plugin", "RuntimeError", "no"))
    with Store.open(tmp_path, writing=True) as store:
        for result in results[:5]:
            store.add(result)
        store.commit()
        assert store.counts() == (5, 1)
        assert bytes(store.done(PLAN)) == b"\1\1\1\1\1\0\0\0"
        assert bytes(store.done(PLAN, failed=False)) == b"\1\1\1\0\1\0\0\0"
        assert list(store.results(PLAN, failed=False)) == [*results[:3], results[4]]
        # Tried again, it takes the place of the failure.
        (again,) = (each for each in computed() if each.trial.number == 3)
        store.add(again)
        store.commit()
        assert store.counts() == (5, 0)


def test_trials_of_other_things_are_refused(tmp_path):
    with Store.open(tmp_path, writing=True) as store:
        for result in computed():
            store.add(result)
        store.commit()
        other = plan_of(seed=1)
        message = "what trial 0 depends on .*kernel 'dot-0'.*has changed since"
        with pytest.raises(ConfigurationError, match=message):
            store.done(other)
        with pytest.raises(ConfigurationError, match=message):
            list(store.results(other))


def test_a_scene_that_was_taken_away_is_missed(tmp_path):
    for name in "ab":
        images.write(tmp_path / f"{name}.png", skimage.data.astronaut()[:20, : 20 + ord(name)])
    scenes = Experiment(kernels="dots", scenes=str(tmp_path / "*.png"), methods="peak")
    registry = fake_registry(installed=True)
    with Store.open(tmp_path, writing=True) as store:
        for result in computed(make_plan(scenes, registry)):
            store.add(result)
        store.commit()
        (tmp_path / "b.png").unlink()
        with pytest.raises(ConfigurationError, match="holds more trials than the experiment's 2: pictures"):
            store.done(make_plan(scenes, registry))


def test_reading_needs_a_store(tmp_path):
    with pytest.raises(ConfigurationError, match="holds no trials: there is no trials.sqlite"):
        Store.open(tmp_path)
    (tmp_path / STORE_FILE).write_text("something else " * 100)
    for writing in (False, True):
        with pytest.raises(ConfigurationError, match=r"trials.sqlite' cannot be read: it is no SQLite file"):
            Store.open(tmp_path, writing=writing)


@pytest.mark.parametrize("writing", [False, True])
def test_a_store_with_other_columns_is_neither_read_nor_written_to(tmp_path, writing):
    connection = sqlite3.connect(tmp_path / STORE_FILE)
    connection.execute("CREATE TABLE trials (number INTEGER PRIMARY KEY, identity TEXT, old TEXT)")
    connection.close()
    with pytest.raises(
        ConfigurationError,
        match=r"from another version of fracorr \(manifest.json beside it .*; these columns differ: kernel, .*old$",
    ):
        Store.open(tmp_path, writing=writing)


def test_a_store_that_was_hardly_begun_holds_no_trials(tmp_path):
    sqlite3.connect(tmp_path / STORE_FILE).close()
    with pytest.raises(ConfigurationError, match=r"holds no trials: there is no table of them in 'trials.sqlite'"):
        Store.open(tmp_path)
    with Store.open(tmp_path, writing=True) as store:
        assert store.counts() == (0, 0)


def test_columns_in_another_order_are_written_by_their_names(tmp_path):
    results = computed()
    with contextlib.closing(sqlite3.connect(tmp_path / STORE_FILE)) as connection:
        connection.execute(f"CREATE TABLE trials ({', '.join(f'{name} {COLUMNS[name]}' for name in sorted(COLUMNS))})")
    with Store.open(tmp_path, writing=True) as store:
        for result in results:
            store.add(result)
    with Store.open(tmp_path) as store:
        assert list(store.results(PLAN)) == results


def test_a_reader_cannot_write_and_leaves_nothing_behind(tmp_path):
    with Store.open(tmp_path, writing=True) as store:
        store.add(computed()[0])
    with Store.open(tmp_path) as store:
        assert len(list(store.rows())) == 1
        store.add(computed()[1])
        with pytest.raises(OutputError, match="cannot be written: attempt to write a readonly database"):
            store.commit()
        store._waiting.clear()
    assert [path.name for path in tmp_path.iterdir()] == [STORE_FILE]


def test_a_folder_that_is_read_only_shows_what_a_killed_run_left(tmp_path, monkeypatch):
    plan_and_leave = (
        "import os, pathlib, sys; from test_store import Store, computed; "
        "store = Store.open(pathlib.Path(sys.argv[1]), writing=True); "
        "[store.add(each) for each in computed()[:3]]; store.commit(); os._exit(0)"
    )
    folders = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parents[1])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}
    subprocess.run([sys.executable, "-c", plan_and_leave, tmp_path], env=environment, check=True)
    assert (tmp_path / f"{STORE_FILE}-wal").stat().st_size > 0
    # Nobody keeps root from writing but this.
    monkeypatch.setattr("fracorr.store.os.access", lambda *_: False)
    with Store.open(tmp_path) as store:
        assert store.counts() == (3, 0)


def test_a_program_that_holds_the_file_locked_is_named_as_the_reason(tmp_path, monkeypatch):
    monkeypatch.setattr("fracorr.store._PATIENCE_SECONDS", 0.1)
    with Store.open(tmp_path, writing=True) as store:
        other = sqlite3.connect(tmp_path / STORE_FILE, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        store.add(computed()[0])
        with pytest.raises(OutputError, match="another program holds it locked"):
            store.commit()
        # Nothing is lost: it waits for the next time.
        other.execute("COMMIT")
        other.close()
    assert counted(tmp_path) == 1
