"""Memory that is used again: no two arrays share it, and it comes back when the last view of an array is gone."""

import gc
import os
import sys
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import buffers

SIDE = 300
SIZE = SIDE * SIDE * 4


@pytest.fixture
def arena(monkeypatch):
    arena = buffers.Arena(10 * SIZE)
    monkeypatch.setattr(buffers, "ARENA", arena)
    return arena


def room(arena):
    """Return how large an array may be that is all there is room for."""
    size = 10 * SIZE
    while (part := arena.take(size)) is None:
        size -= 64
    arena.give(part)
    return size


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128, np.uint8])
def test_an_array_is_like_numpys(dtype, arena):
    array = buffers.empty((SIDE, SIDE, 2), dtype)
    assert (array.shape, array.dtype) == ((SIDE, SIDE, 2), np.dtype(dtype))
    assert all(array.flags[name] for name in ("C_CONTIGUOUS", "WRITEABLE", "ALIGNED"))
    array[...] = 7
    assert (array == 7).all()
    assert room(arena) < 10 * SIZE - array.nbytes


def test_memory_comes_back_with_the_last_view_and_is_used_again(arena):
    array = buffers.empty((SIDE, SIDE), np.float32)
    address, view = array.ctypes.data, array[::2, 5:].T
    del array
    assert room(arena) < 10 * SIZE
    del view
    assert room(arena) == 10 * SIZE
    assert buffers.empty((SIDE, SIDE), np.float32).ctypes.data == address


def test_what_lasts_leaves_half_of_the_memory_to_what_comes_and_goes(arena):
    held = [buffers.empty((SIDE, SIDE), np.float32, lasting=True) for _ in range(20)]
    assert 5 * SIZE <= room(arena) < 6 * SIZE
    for number, array in enumerate(held):
        array[...] = number
    assert all((array == number).all() for number, array in enumerate(held))
    passing = [buffers.empty((SIDE, SIDE), np.float32) for _ in range(4)]
    assert room(arena) < 2 * SIZE
    del held, array, passing
    assert room(arena) == 10 * SIZE


def test_what_does_not_fit_is_numpys_own(arena):
    held = [buffers.empty((SIDE, SIDE), np.float32) for _ in range(20)]
    for number, array in enumerate(held):
        array[...] = number
    assert all((array == number).all() for number, array in enumerate(held))
    assert arena.take(SIZE) is None
    del held, array
    assert room(arena) == 10 * SIZE


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 7), st.integers(1, 400)), max_size=60))
def test_arrays_that_come_and_go_never_overlap(steps):
    arena = buffers.Arena(64 * 1000)
    held = []
    for take, which, lines in steps:
        if take and (part := arena.take(64 * lines)) is not None:
            assert part[1] - part[0] == 64 * lines
            assert 0 <= part[0] < part[1] <= 64 * 1000
            assert all(part[1] <= start or stop <= part[0] for start, stop in held)
            held.append(part)
        elif not take and held:
            arena.give(held.pop(which % len(held)))
    for part in held:
        arena.give(part)
    # All parts have grown together again.
    assert arena.take(64 * 1000) == (0, 64 * 1000)


@pytest.mark.parametrize("allocations", range(1, 60))
def test_garbage_collection_may_give_back_at_any_time(allocations, arena):
    """Arrays in cycles of references go when the interpreter has allocated enough: also in the middle of taking."""
    before = gc.get_threshold()
    gc.freeze()
    gc.collect()
    gc.disable()
    try:
        held = [buffers.empty((SIDE, SIDE), np.float32) for _ in range(6)]
        for array in held[::2]:
            cycle = [array]
            cycle.append(cycle)
        last = held[5]
        held = [held[1], held[3]]
        del array, cycle
        gc.set_threshold(allocations)
        gc.enable()
        del last
        held += [buffers.empty((SIDE, SIDE - 10), np.float32) for _ in range(3)]
        gc.collect()
    finally:
        gc.set_threshold(*before)
        gc.enable()
        gc.unfreeze()
    for number, array in enumerate(held):
        array[...] = number
    assert all((array == number).all() for number, array in enumerate(held))
    del held, array
    assert room(arena) == 10 * SIZE


def test_a_finalizer_that_comes_while_memory_is_taken_gets_numpys_own(arena):
    """It runs in the thread that holds the lock: if it waited for that, it would for ever."""
    found = []

    def take_within_taking():
        with arena._lock:
            found.append(buffers.empty((SIDE, SIDE), np.float32))

    thread = threading.Thread(target=take_within_taking, daemon=True)
    thread.start()
    thread.join(timeout=20)
    assert [array.base for array in found] == [None]
    assert room(arena) == 10 * SIZE


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forked processes here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_has_memory_of_its_own(arena):
    array = buffers.empty((SIDE, SIDE), np.float32)
    array[...] = 1
    child = os.fork()
    if child == 0:
        array[...] = 2
        buffers.empty((SIDE, SIDE), np.float32)[...] = 3
        os._exit(0 if (array == 2).all() else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert (array == 1).all()


def test_threads_do_not_get_each_others_memory():
    arena = buffers.Arena(64 * 400)
    live, wrong = set(), []

    def work(number):
        held = []
        for step in range(40_000):
            if step * number % 7 < 4 and len(held) < 40:
                if (part := arena.take(64)) is not None:
                    wrong.extend(live & {part})
                    live.add(part)
                    held.append(part)
            elif held:
                part = held.pop(step * number % len(held))
                live.discard(part)
                arena.give(part)
        live.difference_update(held)
        for part in held:
            arena.give(part)

    threads = [threading.Thread(target=work, args=(number,)) for number in (1, 2, 3, 5)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert not wrong
    assert arena.take(64 * 400) == (0, 64 * 400)
