"""Memory for large arrays, used again instead of given back.

The system hands out fresh memory page by page, each zeroed when it is first touched, which costs more than a pass of
arithmetic over it: on a virtual machine more than a millisecond for every 3 MB. A correlation needs tens of megabytes
for transforms and sums that the next correlation needs again.
"""

from __future__ import annotations

import bisect
import math
import mmap
import threading
from typing import Any

import numpy as np
import numpy.typing as npt

#: How many bytes are kept.
LIMIT_BYTES = 64 * 2**20
#: The allocator of the C library keeps smaller arrays itself.
_SMALL = 64 * 2**10
#: Arrays begin at multiples of so many bytes: a line of the cache.
_LINE = 64
#: So many bytes more make neighbours begin at different places of a page: at the same place, they are in each other's
#: way in the cache.
_APART = 9 * _LINE


class Arena:
    """A stretch of memory, of which parts are taken from its beginning: what was used last, the cache still holds.

    Several threads may come at once; a forked process gets a copy of its own.
    """

    def __init__(self, size: int) -> None:
        # Left alone, mmap would share it with forked processes; where there are none, it has no flags.
        private = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}
        self._memory = np.frombuffer(mmap.mmap(-1, max(size, 1), **private), np.uint8)
        self.address = self._memory.ctypes.data
        self.size = self._room = size
        #: Where free parts begin and end.
        self._free = [(0, size)]
        self._returned: list[tuple[int, int]] = []
        self._lock = threading.Lock()

    def take(self, size: int, spare: int = 0) -> tuple[int, int] | None:
        """Return where a part of so many bytes begins and ends, or None without room or while another takes.

        Parameters
        ----------
        size : int
        spare : int, optional
            How many bytes must stay free besides.
        """
        # Waiting could last for ever: a finalizer or a signal handler may come while its own thread holds the lock.
        if not self._lock.acquire(blocking=False):
            return None
        try:
            while self._returned:
                self._join(self._returned.pop())
            if self._room - size < spare:
                return None
            for number, (start, stop) in enumerate(self._free):
                if stop - start >= size:
                    self._room -= size
                    self._free[number : number + 1] = [(start + size, stop)] if stop - start > size else []
                    return start, start + size
        finally:
            self._lock.release()
        return None

    def give(self, part: tuple[int, int]) -> None:
        """Take a part back."""
        # Garbage collection may come here at any time, even while this thread holds the lock.
        self._returned.append(part)

    def _join(self, part: tuple[int, int]) -> None:
        """Put a part among the free ones, as one with those that it touches."""
        self._room += part[1] - part[0]
        at = bisect.bisect(self._free, part)
        before, after = self._free[max(at - 1, 0) : at], self._free[at : at + 1]
        start = before[0][0] if before and before[0][1] == part[0] else part[0]
        stop = after[0][1] if after and after[0][0] == part[1] else part[1]
        self._free[at - (start < part[0]) : at + (stop > part[1])] = [(start, stop)]


ARENA = Arena(LIMIT_BYTES)


class _Loan:
    """Owns the memory of an array, and gives it back when the last view of it is gone."""

    def __init__(self, arena: Arena, part: tuple[int, int], shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        self._arena, self._part = arena, part
        self.__array_interface__ = {
            "version": 3,
            "shape": shape,
            "typestr": dtype.str,
            "data": (arena.address + part[0], False),
        }

    def __del__(self) -> None:
        self._arena.give(self._part)


def empty(shape: tuple[int, ...], dtype: npt.DTypeLike = np.float64, *, lasting: bool = False) -> npt.NDArray[Any]:
    """Return an array of any content, as :func:`numpy.empty` does, but a large one in memory that was used before.

    Parameters
    ----------
    shape : tuple of int
    dtype : dtype, optional
    lasting : bool, optional
        Whether it is for more than the moment. Such arrays take up to half of the memory, and leave the other to those
        that come and go.

    Returns
    -------
    array
        Contiguous; the last view of it gives the memory back.
    """
    kind = np.dtype(dtype)
    size = math.prod(shape) * kind.itemsize
    arena = ARENA
    spare = arena.size // 2 if lasting else 0
    part = arena.take(-(-(size + _APART) // _LINE) * _LINE, spare) if size >= _SMALL else None
    if part is None:
        return np.empty(shape, kind)
    return np.asarray(_Loan(arena, part, shape, kind))
