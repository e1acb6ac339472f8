"""Settings of the whole process that several threads may need at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager


class SharedSetting:
    """A change of the process that holds while any thread is inside the ``with``.

    The first that enters makes it and the last that leaves takes it back: each by itself would end with restoring what
    another had set.

    Parameters
    ----------
    change : callable
        Returns the context manager that changes the setting and restores it.
    """

    def __init__(self, change: Callable[[], AbstractContextManager[object]]) -> None:
        self._change = change
        self._lock = threading.Lock()
        self._inside = 0
        self._made: AbstractContextManager[object] | None = None

    def __enter__(self) -> None:
        with self._lock:
            if self._made is None:
                made = self._change()
                made.__enter__()
                self._made = made
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._made is not None:
                made, self._made = self._made, None
                made.__exit__(None, None, None)
