"""Searches that stay prepared for the next scene, as far as memory allows it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final

from fracorr import Kernel
from fracorr_harmonic.search import HarmonicSearch

#: Bytes of all searches together. One takes some ten to some hundred megabytes: much more than its kernel.
LIMIT_BYTES: Final = 256 * 2**20


class Place:
    """Where a kernel's memo keeps a search; it may be taken away."""

    def __init__(self) -> None:
        self.search: HarmonicSearch | None = None


#: The places that hold a search, the one used last at the end.
_filled: list[Place] = []


def prepared(kernel: Kernel, key: Hashable, prepare: Callable[[], HarmonicSearch]) -> HarmonicSearch:
    """Return a kernel's search, prepared the first time; those that were not used for longest go when all get large.

    The kernel's memo says whether it is the first time: where that is cleared, the search is prepared again.
    """
    place = kernel.memo.get(key, Place)
    search = place.search = place.search or prepare()
    # A search grows with the scenes that it sees, so all are looked at again.
    others = [each for each in _filled if each is not place and each.search is not None]
    room = LIMIT_BYTES - search.nbytes
    for each in reversed(others):
        room -= each.search.nbytes if each.search is not None else 0
        if room < 0:
            each.search = None
    _filled[:] = [*(each for each in others if each.search is not None), place]
    return search
