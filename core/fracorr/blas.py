"""BLAS on one thread, for work that consists of many small products."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager

import scipy.linalg  # noqa: F401 - its BLAS is to be there when the loaded ones are looked for
import threadpoolctl

from fracorr.process_wide import SharedSetting


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep BLAS to one thread; several threads may be inside at once.

    Small products take ten times the processor when BLAS shares each out among threads.
    """
    with _RESTORED, _loaded().limit(limits=1):
        yield


@contextmanager
def _restored() -> Iterator[None]:
    """Leave BLAS with as many threads as it has: of overlapping limits the last restores what the first had set."""
    before = [each["num_threads"] for each in _loaded().info()]
    try:
        yield
    finally:
        for library, count in zip(_loaded().lib_controllers, before, strict=True):
            library.set_num_threads(count)
        # Whoever sets a number is the only one that may, to threadpoolctl 3.8, until it leaves a limit.
        with _loaded().limit(limits=None):
            pass


_RESTORED = SharedSetting(_restored)


@functools.cache
def _loaded() -> threadpoolctl.ThreadpoolController:
    """Return what sets the threads of the BLAS libraries that are loaded; looking for them takes a while."""
    return threadpoolctl.ThreadpoolController().select(user_api="blas")
