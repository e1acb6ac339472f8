"""A small store for arrays derived from a kernel or a scene, so that trials share them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")

#: How many derived values one object keeps: a scene's spectrum and window sums for a handful of kernel sizes.
LIMIT = 32


class Memo:
    """Derived values by key; the least recently used one goes when there are too many.

    It does not travel: a pickled or copied owner starts with an empty memo.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._values: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return the value under `key`, computing it the first time."""
        if key in self._values:
            self._values.move_to_end(key)
        else:
            value = compute()
            self._values[key] = value
            while len(self._values) > self._limit:
                self._values.popitem(last=False)
        result: T = self._values[key]
        return result

    def clear(self) -> None:
        """Forget everything, to give the memory back."""
        self._values.clear()

    def __reduce__(self) -> tuple[type[Memo], tuple[int]]:
        return (Memo, (self._limit,))

    def __len__(self) -> int:
        return len(self._values)
