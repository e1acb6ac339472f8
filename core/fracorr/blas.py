"""BLAS on one thread, for work that consists of many small products."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import scipy.linalg  # noqa: F401 - its BLAS is to be there when the loaded ones are looked for
import threadpoolctl

from fracorr.process_wide import SharedSetting


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep BLAS to one thread; several threads may be inside at once.

    Small products take ten times the processor when BLAS shares each out among threads, and then come out with other
    last digits.
    """
    # The inner limit is for libraries that count threads for each thread by itself, as those on OpenMP do.
    with _SHARED, _loaded().limit(limits=1):
        yield


@contextmanager
def _one_thread() -> Iterator[None]:
    before = [each["num_threads"] for each in _loaded().info()]
    _set([1] * len(before))
    try:
        yield
    finally:
        _set(before)


def _set(counts: Sequence[int]) -> None:
    for library, count in zip(_loaded().lib_controllers, counts, strict=True):
        library.set_num_threads(count)
    # Whoever sets a number is the only one that may, to threadpoolctl 3.8, until it leaves a limit.
    with _loaded().limit(limits=None):
        pass


#: Limits that overlap would each restore what another had set.
_SHARED = SharedSetting(_one_thread)


@functools.cache
def _loaded() -> threadpoolctl.ThreadpoolController:
    """Return what sets the threads of the BLAS libraries that are loaded; looking for them takes a while."""
    return threadpoolctl.ThreadpoolController().select(user_api="blas")
