"""Keeping libraries to one thread, so that results do not depend on the number of cores."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import threadpoolctl

from fracorr.opencv import cv2
from fracorr.workers import THREAD_VARIABLES


@contextlib.contextmanager
def single_threaded() -> Iterator[None]:
    """Let OpenCV, BLAS and OpenMP work with one thread each, those libraries too that are loaded meanwhile.

    Sums that are shared out among threads depend on their number in the last digits, and the same experiment shall
    give the same numbers on any engine.
    """
    threads = cv2.getNumThreads()
    before = {name: os.environ.get(name) for name in THREAD_VARIABLES}
    cv2.setNumThreads(1)
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))
    try:
        with threadpoolctl.threadpool_limits(1):
            yield
    finally:
        cv2.setNumThreads(threads)
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
