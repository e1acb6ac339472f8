"""A small store for what is derived from a kernel or a scene, so that trials share it."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")

#: How many bytes of derived values one object keeps: a photograph's transforms and sums for a handful of kernel sizes.
LIMIT_BYTES = 256 * 2**20

_MISSING = object()


class Shelf:
    """Values by key, of `limit` bytes together; those not used for longest go first, the last one never.

    Several threads may come at once.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.nbytes = 0
        self._items: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Hashable, default: object = None) -> Any:
        """Return the value under `key`, or the default where there is none."""
        with self._lock:
            if key not in self._items:
                return default
            self._items.move_to_end(key)
            return self._items[key][0]

    def put(self, key: Hashable, value: object, size: int) -> None:
        """Keep a value of so many bytes, in place of one that was there before."""
        with self._lock:
            if key in self._items:
                self.nbytes -= self._items.pop(key)[1]
            self._items[key] = (value, size)
            self.nbytes += size
            while self.nbytes > self.limit and len(self._items) > 1:
                self.nbytes -= self._items.popitem(last=False)[1][1]

    def __len__(self) -> int:
        return len(self._items)


class Memo:
    """Derived values by key; the ones that were not used for longest go when all need more than `limit` bytes.

    A value's size is looked up when it comes: one that grows later says beforehand, in ``nbytes``, how large it gets.
    The value used last always stays, however large, and so does what :meth:`latest` holds. A memo does not travel: a
    pickled or copied owner starts with an empty one.
    """

    def __init__(self, limit: int = LIMIT_BYTES) -> None:
        self._values = Shelf(limit)
        self._latest: dict[Hashable, Any] = {}

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return the value under `key`, computing it the first time."""
        found = self._values.find(key, _MISSING)
        if found is not _MISSING:
            kept: T = found
            return kept
        value = compute()
        self._values.put(key, value, size_of(value))
        return value

    def latest(self, slot: Hashable, fits: Callable[[T], bool], compute: Callable[[], T]) -> T:
        """Return what `slot` holds if it fits; else let that go and put a new value there.

        For what is worth keeping only until the next one of its kind comes: memory does not grow with their number.
        """
        # Looked at once: another thread may put its own there at any time.
        found = self._latest.get(slot, _MISSING)
        if found is not _MISSING and fits(found):
            kept: T = found
            return kept
        # The old value goes before the new one is made, so that memory never holds both.
        del found
        self._latest.pop(slot, None)
        value = self._latest[slot] = compute()
        return value

    def clear(self) -> None:
        """Forget everything, to give the memory back."""
        self._values = Shelf(self._values.limit)
        self._latest.clear()

    def __reduce__(self) -> tuple[type[Memo], tuple[int]]:
        return (Memo, (self._values.limit,))

    @property
    def nbytes(self) -> int:
        """How much memory the values take, as far as can be seen."""
        return self._values.nbytes + sum(map(size_of, self._latest.values()))

    def __len__(self) -> int:
        return len(self._values) + len(self._latest)


def size_of(value: object) -> int:
    """Return about how many bytes a value takes: arrays, what says its own ``nbytes``, and collections of them."""
    own = getattr(value, "nbytes", None)
    if isinstance(own, int):
        return own
    if isinstance(value, str | bytes):
        return sys.getsizeof(value)
    if isinstance(value, dict):
        return size_of(value.values())
    if isinstance(value, Iterable) and not hasattr(value, "__next__"):
        return sum(size_of(each) for each in value)
    return sys.getsizeof(value)
