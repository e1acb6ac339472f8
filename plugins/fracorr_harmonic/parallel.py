"""Several cores, where OpenCV may use several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from fracorr.opencv import cv2

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
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, items))
