"""What has to be drawn, from small to large, so that no copy is ever shrunk by much.

Iterating the Hutchinson operator on a picture of the full size blurs and aliases: every step shrinks everything again,
and what is thin fades. Here each copy is drawn from a picture that was made at the copy's own size:

    W(W(…I)) at full size  =  the copies of  W(…I) at half size  =  the copies of …

with maps that halve. So the work is a geometric series instead of a multiple of the depth, the number of resamplings
is small (words of several letters are drawn at once), and a branch ends when its copies are as small as wanted,
whatever the others do (the adaptive cut of Hepting, Prusinkiewicz and Saupe 1991, *Rendering methods for iterated
function systems*).
"""

from __future__ import annotations

import functools
import math
from typing import NamedTuple, Protocol

import attrs
import numpy as np

from fracorr import ConfigurationError
from fracorr_ifs import words
from fracorr_ifs.framing import Box, convex_hull
from fracorr_ifs.maps import AffineMap, Points, System
from fracorr_ifs.words import TooManyWordsError, Word

#: The most words that are drawn in one step.
_WORDS = 80
#: Ratios between one picture and those that it is drawn from, the best first.
_STEPS = (1 / 8, 1 / 6, 1 / 4, 1 / 3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
#: Sizes of pictures are rounded up to powers of this, where the maps do not give a better one.
_FINE = 0.84
#: Maps that shrink to less than this shrink to a point.
_NOTHING = 1e-15
#: More copies than this would take minutes.
_MOST_COPIES = 50_000


class Key(NamedTuple):
    """One of the pictures: how small (its pixels are `base` ** −level of the final ones), and how deep.

    Depth 0 is the kernel's own picture. Without a given depth, all others have depth 1.
    """

    level: int
    depth: int


@attrs.frozen
class Copy:
    """One picture drawn into another: by which map, with what weight, and which."""

    map: AffineMap
    weight: float
    source: Key


@attrs.frozen(eq=False)
class Step:
    """One picture: the copies that it consists of, in painting order, and its convex hull, (N, 2)."""

    key: Key
    copies: tuple[Copy, ...]
    hull: Points


@attrs.frozen(eq=False)
class Plan:
    """All pictures, each after those that it needs; the last one is the result.

    Attributes
    ----------
    steps : tuple of Step
    base : float
        A picture of level n has ``base ** n`` of the final resolution.
    initial : Box
        Where the kernel's own picture lies.
    """

    steps: tuple[Step, ...]
    base: float
    initial: Box

    @property
    def box(self) -> Box:
        """The box around everything that is drawn."""
        return Box.around(self.steps[-1].hull)

    def uses(self) -> dict[Key, int]:
        """Count how often each picture is still needed: by how many steps."""
        counts: dict[Key, int] = {}
        for step in self.steps:
            for source in {copy.source for copy in step.copies}:
                counts[source] = counts.get(source, 0) + 1
        return counts


def make(system: System, initial: Box, pixel: float, *, depth: int | None = None, detail: float = 1.0) -> Plan:
    """Plan the drawing of a fractal.

    Parameters
    ----------
    system : System
    initial : Box
        Where the kernel's picture lies.
    pixel : float
        The size of a pixel of the result, relative to the kernel's picture.
    depth : int, optional
        How often to apply the Hutchinson operator; by default at least once, and until the copies are small enough.
    detail : float, optional
        Without a depth: copies of this size, in pixels, or smaller are small enough.

    Raises
    ------
    ConfigurationError
        If the maps contract so slowly that it would take too long.
    """
    norms = [each.norm for each in system.maps]
    alike = max(norms) - min(norms) < 1e-9 and 0 < norms[0] < 1
    if depth is None and alike:
        depth = max(1, math.ceil(math.log(min(1.0, detail * pixel)) / math.log(norms[0]) - 1e-9))
    schedule: _Schedule
    if depth is None:
        schedule = _BySize(system, detail * pixel)
    else:
        schedule = _ByDepth(system, depth, pixel, norms[0] if alike else None)
        if not alike and schedule.only_dots(depth):
            schedule = _BySize(system, pixel)
    return Plan(_steps(initial, schedule), schedule.base, initial)


class _Schedule(Protocol):
    """Chooses what is drawn at once."""

    system: System
    root: Key
    base: float

    def words(self, key: Key) -> tuple[Word, ...]: ...
    def source(self, level: int, key: Key, word: Word) -> Key: ...


class _ByDepth:
    """A given number of iterations: words of equal length."""

    def __init__(self, system: System, depth: int, pixel: float, base: float | None) -> None:
        self.system = system
        self.root = Key(0, depth)
        self._pixel = pixel
        self._letters = _letters_at_once(len(system.maps))
        longest = _words_of_length(system, min(self._letters, depth))
        self._slowest = max(word.map.norm for word in longest if word.complete)
        self.base = base if base is not None else max(_FINE, self._slowest if self._slowest < 1 else 0.0)

    def only_dots(self, depth: int) -> bool:
        """Whether after so many iterations every copy is surely below a pixel."""
        return self._slowest < 1 and self._slowest ** (depth // self._letters) <= self._pixel

    def words(self, key: Key) -> tuple[Word, ...]:
        steps = max(1, math.ceil(key.depth / self._letters))
        return _words_of_length(self.system, math.ceil(key.depth / steps))

    def source(self, level: int, key: Key, word: Word) -> Key:
        # A copy of less than a pixel is a dot, however often it is divided.
        is_dot = self.base**level <= self._pixel
        return Key(level, 0 if is_dot else key.depth - word.length)


class _BySize:
    """Iterations until the copies are small enough: words of about equal size."""

    def __init__(self, system: System, smallest: float) -> None:
        self.system = system
        self.root = Key(0, 1)
        self._smallest = smallest
        self._ratio = _ratio_at_once(system)
        self.base = max(_FINE, self._ratio)

    def words(self, key: Key) -> tuple[Word, ...]:
        # Near the end, words that would become smaller than wanted are cut short.
        wanted = self._smallest / self.base**key.level
        return _words_of_ratio(self.system, min(max(self._ratio, wanted), self.base))

    def source(self, level: int, key: Key, word: Word) -> Key:
        return Key(level, 0 if self.base**level <= self._smallest else 1)


def _steps(initial: Box, schedule: _Schedule) -> tuple[Step, ...]:
    """Find everything that the root needs, and put it into an order in which it can be drawn."""
    copies: dict[Key, tuple[Copy, ...]] = {}
    count = 0
    pending = [schedule.root]
    while pending:
        key = pending.pop()
        if key in copies:
            continue
        copies[key] = _copies(key, schedule)
        count += len(copies[key])
        if count > _MOST_COPIES:
            slowest = max(each.norm for each in schedule.system.maps)
            raise ConfigurationError(
                f"{schedule.system.name}: the maps contract so slowly (by {slowest:.4g}) that more than "
                f"{_MOST_COPIES:,} copies would have to be drawn; use less depth, more detail, or mode=chaos"
            )
        pending.extend(copy.source for copy in copies[key] if copy.source.depth > 0)
    hulls: dict[Key, Points] = {}
    steps = []
    for key in sorted(copies, key=lambda each: (each.depth, -each.level)):
        parts = [copy.map(hulls.get(copy.source, initial.corners)) for copy in copies[key]]
        hulls[key] = convex_hull(np.concatenate(parts))
        steps.append(Step(key, copies[key], hulls[key]))
    return tuple(steps)


def _copies(key: Key, schedule: _Schedule) -> tuple[Copy, ...]:
    deepest = math.ceil(math.log(_NOTHING) / math.log(schedule.base))
    condensation = schedule.system.condensation
    found = []
    for word in schedule.words(key):
        norm = word.map.norm
        # Rounded so that the source is at most a little finer than the copy, never coarser.
        drop = math.floor(math.log(norm) / math.log(schedule.base) + 1e-9) if norm > 0 else deepest
        level = min(key.level + max(0, drop), max(deepest, key.level + 1))
        if word.complete:
            found.append(Copy(word.map, word.weight, schedule.source(level, key, word)))
        elif condensation:
            found.append(Copy(word.map, word.weight, Key(level, 0)))
    return tuple(found)


def _letters_at_once(maps: int) -> int:
    """Return the length of words of which there are not too many, their beginnings included."""
    letters, count = 1, 1 + maps
    while count + maps ** (letters + 1) <= _WORDS and letters < 8:
        letters += 1
        count += maps**letters
    return letters


def _ratio_at_once(system: System) -> float:
    """Return the smallest ratio to which not too many words contract."""
    slowest = max(each.norm for each in system.maps)
    for ratio in (*_STEPS, slowest):
        if ratio < 1:
            try:
                _words_of_ratio(system, ratio)
            except TooManyWordsError:
                continue
            return ratio
    raise ConfigurationError(
        f"{system.name}: the maps contract too slowly to be iterated (norm {slowest:.4g}); use mode=chaos"
    )


@functools.lru_cache(maxsize=256)
def _words_of_length(system: System, length: int) -> tuple[Word, ...]:
    return words.of_length(system, length, _most(system, length))


@functools.lru_cache(maxsize=256)
def _words_of_ratio(system: System, ratio: float) -> tuple[Word, ...]:
    return words.of_ratio(system, ratio, max(_WORDS, 1 + len(system.maps)))


def _most(system: System, length: int) -> int:
    return sum(len(system.maps) ** each for each in range(length + 1))
