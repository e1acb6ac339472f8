"""Several cores, where OpenCV may use several."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from fracorr.opencv import cv2
from fracorr.process_wide import SharedSetting

#: How long a thread may keep others from the interpreter.
_SWITCH_SECONDS = 2e-4

T = TypeVar("T")
U = TypeVar("U")


def in_threads(work: Callable[[T], U], items: Sequence[T]) -> list[U]:
    """Return the results of some work on each item, in order.

    As many threads work as ``cv2.getNumThreads()`` says: a worker process that is to use one core has that set to 1.
    What they do must release the interpreter, as OpenCV and NumPy do on large arrays.
    """
    threads = min(cv2.getNumThreads(), len(items))
    if threads <= 1:
        return [work(each) for each in items]
    with _QUICK_SWITCHES, ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, items))


@contextmanager
def _quick_switches() -> Iterator[None]:
    """Let threads have the interpreter soon after they ask for it.

    The pieces of work take a tenth of a millisecond between two uses of it; the usual 5 ms of waiting for it made two
    threads hardly quicker than one (1.1 times, and 1.5 times with this).
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, _SWITCH_SECONDS))
    try:
        yield
    finally:
        sys.setswitchinterval(before)


_QUICK_SWITCHES = SharedSetting(_quick_switches)
