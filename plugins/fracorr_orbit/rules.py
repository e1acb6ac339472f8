"""What color an orbit brings home from the trap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, Protocol, TypeAlias

import numpy as np

from fracorr.images import FloatArray
from fracorr_orbit.orbits import ALL, NONE, Doubles, Indices, Mask
from fracorr_orbit.texture import Texture

RuleName: TypeAlias = Literal["first", "last", "nearest", "average", "alpha"]

#: What is at least so opaque counts as opaque: half a step of 10 bits.
_OPAQUE: Final = 1 - 1 / 2048


class ColorRule(Protocol):
    """A rule that knows the picture in the trap."""

    def catch(self, orbits: Indices, u: Doubles, v: Doubles) -> Mask | slice:
        """Take note of hits; see :class:`fracorr_orbit.orbits.Rule`."""
        ...

    def colors(self) -> tuple[Indices, FloatArray]:
        """Return which orbits were trapped, and their premultiplied color and support, (N, C + 1)."""
        ...


class First:
    """The first hit counts, and the orbit ends there."""

    def __init__(self, count: int, texture: Texture) -> None:
        self.u = np.full(count, np.nan)
        self.v = np.full(count, np.nan)
        self._texture = texture

    def catch(self, orbits: Indices, u: Doubles, v: Doubles) -> Mask | slice:
        self._keep(orbits, u, v)
        return ALL

    def colors(self) -> tuple[Indices, FloatArray]:
        trapped = np.flatnonzero(~np.isnan(self.u))
        return trapped, self._texture.at(self.u[trapped], self.v[trapped])

    def _keep(self, orbits: Indices, u: Doubles, v: Doubles) -> None:
        self.u[orbits] = u
        self.v[orbits] = v


class Last(First):
    """The last hit counts, within the iterations that there are."""

    def catch(self, orbits: Indices, u: Doubles, v: Doubles) -> Mask | slice:
        self._keep(orbits, u, v)
        return NONE


class Nearest(First):
    """The hit nearest to the trap's centre counts, of equal ones the first."""

    def catch(self, orbits: Indices, u: Doubles, v: Doubles) -> Mask | slice:
        before = np.hypot(self.u[orbits], self.v[orbits])
        # Not "nearer than before", which NaN, where there was no hit before, would never be.
        nearer = ~(np.hypot(u, v) >= before)
        self._keep(orbits[nearer], u[nearer], v[nearer])
        return NONE


class Average:
    """The mean over all hits: of the support, and of the color weighted by it."""

    def __init__(self, count: int, texture: Texture) -> None:
        self._total = np.zeros((count, texture.channels + 1))
        self._hits = np.zeros(count, dtype=np.intp)
        self._texture = texture

    def catch(self, orbits: Indices, u: Doubles, v: Doubles) -> Mask | slice:
        self._total[orbits] += self._texture.at(u, v)
        self._hits[orbits] += 1
        return NONE

    def colors(self) -> tuple[Indices, FloatArray]:
        trapped = np.flatnonzero(self._hits)
        return trapped, (self._total[trapped] / self._hits[trapped, None]).astype(np.float32)


class Alpha:
    """Hits lie over one another, the first on top; an orbit ends when what it has gathered is opaque.

    The compositing is "over" of T. Porter, T. Duff, *Compositing digital images*, SIGGRAPH 1984,
    doi:10.1145/800031.808606, from front to back.
    """

    def __init__(self, count: int, texture: Texture) -> None:
        self._gathered = np.zeros((count, texture.channels + 1), dtype=np.float32)
        self._hit = np.zeros(count, dtype=np.bool_)
        self._texture = texture

    def catch(self, orbits: Indices, u: Doubles, v: Doubles) -> Mask | slice:
        gathered = self._gathered[orbits]
        gathered += (1 - gathered[:, -1:]) * self._texture.at(u, v)
        self._gathered[orbits] = gathered
        self._hit[orbits] = True
        return np.asarray(gathered[:, -1] >= _OPAQUE)

    def colors(self) -> tuple[Indices, FloatArray]:
        trapped = np.flatnonzero(self._hit)
        return trapped, self._gathered[trapped]


RULES: Final[dict[str, Callable[[int, Texture], ColorRule]]] = {
    "first": First,
    "last": Last,
    "nearest": Nearest,
    "average": Average,
    "alpha": Alpha,
}
