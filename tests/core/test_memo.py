"""Derived values are computed once, and the ones not used for longest go when there is no room."""

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from fracorr.memo import Memo, Shelf, size_of


def kept(memo, keys):
    missing = []
    for key in keys:
        memo.get(key, lambda key=key: missing.append(key) or np.zeros(100, np.uint8))
    return missing


def test_the_least_recently_used_value_goes_first():
    memo = Memo(limit=300)
    assert kept(memo, "abc") == ["a", "b", "c"]
    assert kept(memo, "a") == []
    assert kept(memo, "d") == ["d"]  # no room for four: b goes
    assert kept(memo, "acd") == []
    assert kept(memo, "b") == ["b"]


def test_a_value_larger_than_the_limit_is_kept_alone():
    memo = Memo(limit=300)
    kept(memo, "ab")
    memo.get("large", lambda: np.zeros(1000, np.uint8))
    assert len(memo) == 1
    assert memo.get("large", pytest.fail).size == 1000


def test_a_slot_holds_the_latest_value_only_and_is_not_counted():
    memo = Memo(limit=300)
    made = []

    def latest(wanted):
        return memo.latest(
            "slot", lambda held: held[0] == wanted, lambda: made.append(wanted) or (wanted, np.zeros(900))
        )

    assert [latest(each)[0] for each in (1, 1, 2, 2, 1)] == [1, 1, 2, 2, 1]
    assert made == [1, 2, 1]
    kept(memo, "abc")
    latest(1)
    assert made == [1, 2, 1]
    assert len(memo) == 4
    memo.clear()
    assert len(memo) == 0


def test_a_slot_lets_the_old_value_go_before_the_new_one_is_made():
    memo = Memo()
    held = []
    for value in ("old", "new"):
        memo.latest("slot", lambda _: False, lambda value=value: held.append(len(memo)) or value)
    assert held == [0, 0]
    assert memo.latest("slot", lambda _: True, pytest.fail) == "new"


def test_whoever_asks_for_a_slot_gets_its_own_value_whatever_another_thread_puts_there_meanwhile():
    memo = Memo()
    memo.latest("slot", lambda _: True, lambda: "mine")

    def fits(held):
        memo.latest("slot", lambda _: False, lambda: "the other's")
        return held == "mine"

    assert memo.latest("slot", fits, pytest.fail) == "mine"
    memo.clear()
    memo.latest("slot", lambda _: True, lambda: "mine")
    assert memo.latest("slot", lambda _: memo.clear() is None, pytest.fail) == "mine"


def test_what_cannot_be_computed_is_not_kept():
    memo = Memo()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            memo.get("key", lambda: 1 / 0)
    assert memo.get("key", lambda: 1) == 1


def test_sizes_are_those_of_the_arrays():
    class Named:
        nbytes = 77

    one, two = np.zeros((3, 4)), np.zeros(5, np.float32)
    assert size_of(one) == 96
    assert size_of((one, [two, {"key": one}])) == 96 + 20 + 96
    assert size_of(Named()) == 77
    assert 0 < size_of("text") < 200
    assert size_of(iter([one])) < 96


def test_a_value_that_is_put_again_counts_with_its_new_size():
    shelf = Shelf(limit=100)
    for key, size in (("a", 40), ("b", 40), ("a", 60)):
        shelf.put(key, f"{key} of {size}", size)
    assert (shelf.find("a"), shelf.find("b"), shelf.nbytes) == ("a of 60", "b of 40", 100)
    shelf.put("c", "c", 1)
    assert (shelf.find("a"), shelf.find("b"), shelf.nbytes) == (None, "b of 40", 41)


def test_a_memo_says_how_much_it_holds():
    memo = Memo()
    assert memo.nbytes == 0
    memo.get("a", lambda: np.zeros(1000))
    memo.latest("b", lambda _: True, lambda: np.zeros(250))
    assert 10_000 <= memo.nbytes < 11_000


def test_threads_that_put_and_find_at_once_leave_the_sum_right():
    shelf, before = Shelf(limit=100), sys.getswitchinterval()

    def work(seed):
        for number in range(4000):
            key = (7 * seed + number) % 9
            shelf.put(key, key, 20)
            assert shelf.find((key + 1) % 9, key) in (key, (key + 1) % 9)

    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
    finally:
        sys.setswitchinterval(before)
    assert shelf.nbytes == 20 * len(shelf) == 100
