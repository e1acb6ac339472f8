"""Tasks in portions of one scene."""

import itertools
import types

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr.batches import Batches


def tasks(*scenes):
    """Tasks as far as batches look at them: numbered, each on a scene."""
    return [
        types.SimpleNamespace(
            number=number, trial=types.SimpleNamespace(scene=types.SimpleNamespace(digest=f"scene-{scene}"))
        )
        for number, scene in enumerate(scenes)
    ]


def taken(batches, taker, count):
    return [task.number for task in batches.take(taker, count)]


def test_a_batch_is_of_one_scene_and_in_order():
    batches = Batches(tasks(0, 0, 0, 1, 1))
    assert taken(batches, "a", 2) == [0, 1]
    assert taken(batches, "a", 2) == [2]
    assert taken(batches, "a", 9) == [3, 4]
    assert taken(batches, "a", 9) == []


def test_takers_keep_apart_while_there_are_scenes_enough():
    batches = Batches(tasks(0, 0, 0, 1, 1, 2, 2))
    assert taken(batches, "a", 1) == [0]
    assert taken(batches, "b", 1) == [3]
    assert taken(batches, "a", 1) == [1]
    assert taken(batches, "c", 1) == [5]
    # Nobody's scene is left: the fourth helps where most is to do, and here that is a tie for the first.
    assert taken(batches, "d", 1) == [2]


def test_what_is_put_back_comes_first_and_its_scene_is_free_again():
    batches = Batches(tasks(0, 0, 0, 0, 1))
    first = batches.take("a", 3)
    batches.put_back("a", first[1:])
    assert len(batches) == 4
    assert taken(batches, "b", 9) == [1, 2, 3]


def test_no_more_is_read_than_is_looked_ahead(monkeypatch):
    monkeypatch.setattr("fracorr.batches.LOOK_AHEAD", 5)
    read = itertools.count()
    batches = Batches(task for task in tasks(*[0] * 100) if next(read) >= 0)
    assert len(batches) == 5
    assert len(batches.take("a", 3)) == 3
    assert len(batches) == 5
    assert next(read) == 8


@pytest.mark.parametrize(
    ("waiting", "pace", "expected"),
    [
        (100, None, 1),  # nobody knows yet how long one takes
        (100, 0.02, 5),  # what takes a tenth of a second
        (100, 7.0, 1),
        (1000, 1e-6, 50),  # no more than the most
        (24, 0.02, 4),  # three takers twice
        (5, 0.02, 0),
    ],
)
def test_a_fair_size_is_what_takes_so_long_or_less_where_work_is_scarce(waiting, pace, expected):
    assert Batches(tasks(*[0] * waiting)).fair_size(0.1, pace, most=50, takers=3) == expected


@given(
    scenes=st.lists(st.integers(0, 5), max_size=60),
    steps=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 7), st.booleans()), max_size=60),
)
@settings(max_examples=100, deadline=None)
def test_every_task_is_taken_exactly_once(scenes, steps):
    batches = Batches(tasks(*scenes))
    done = []
    for taker, count, dies in [*steps, *[(0, 3, False)] * len(scenes)]:
        batch = batches.take(taker, count)
        assert len({task.trial.scene.digest for task in batch}) <= 1
        if dies and batch:
            batches.put_back(taker, batch[1:])
            batch = batch[:1]
        done += [task.number for task in batch]
    assert sorted(done) == list(range(len(scenes)))
    assert len(batches) == 0


@pytest.mark.parametrize("count", [1, 4])
def test_nothing_waits_in_nothing(count):
    batches = Batches([])
    assert len(batches) == 0
    assert batches.take("a", count) == []
