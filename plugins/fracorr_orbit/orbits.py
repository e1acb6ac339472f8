"""Orbits under z → z^d + c, many at once, until each is trapped or can be trapped no more.

Real and imaginary parts are separate arrays of doubles, because every operation on them is then rounded as IEEE 754
says, on any machine: the complex product of NumPy fuses operations where the processor can, and the chaotic map
would turn that last bit into another pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

Doubles: TypeAlias = npt.NDArray[np.float64]
Indices: TypeAlias = npt.NDArray[np.intp]
Mask: TypeAlias = npt.NDArray[np.bool_]

_WORK_ARRAYS = 4
#: While more than this share of the orbits is still on its way, the others are let run along: moving costs more.
_CROWDED = 0.8
#: Selections of orbits that need no mask.
ALL, NONE = slice(None), slice(0)


class Trap(Protocol):
    """A region of the plane."""

    def enter(self, x: Doubles, y: Doubles, work: Sequence[Doubles]) -> tuple[Doubles, Doubles, Mask]:
        """Return the points in the trap's own frame and which of them are inside it (NaN never is).

        The points may come back in the work arrays.
        """
        ...


class Rule(Protocol):
    """What becomes of an orbit that hits the trap."""

    def catch(self, orbits: Indices, u: Doubles, v: Doubles) -> Mask | slice:
        """Take note of hits at u, v in the trap's frame; return which of these orbits end here."""
        ...


@attrs.define
class Orbits:
    """Orbits on their way.

    Attributes
    ----------
    x, y : (N,) arrays
        Real and imaginary parts; written to.
    c_x, c_y : (N,) arrays or float
        The parts of c.
    """

    x: Doubles
    y: Doubles
    c_x: Doubles | float
    c_y: Doubles | float


def escape_radius(degree: float, largest_c: float, reach: float) -> float:
    """Return a radius beyond which an orbit never comes back to within `reach` of 0.

    For |z| = R ≥ |c| and R^(d−1) ≥ 2 + ε: |z^d + c| ≥ R (R^(d−1) − 1) ≥ (1 + ε) R, and so on to infinity. So dropping
    orbits there changes no result, unlike a bail-out; the margin is wide enough for rounding.
    """
    return 1.001 * max(reach, largest_c, 2 ** (1 / (degree - 1)))


def follow(orbits: Orbits, degree: float, iterations: int, radius: float, trap: Trap, rule: Rule) -> None:
    """Iterate z ← z^degree + c and tell `rule` about every point inside `trap`; the start itself is not tested.

    Parameters
    ----------
    orbits : Orbits
        Used up. `rule` knows them by their position in here.
    radius : float
        Beyond it (and at infinity or NaN) an orbit is given up: see :func:`escape_radius`.
    """
    x, y, c_x, c_y = orbits.x, orbits.y, orbits.c_x, orbits.c_y
    alive = np.arange(x.size)
    work = [np.empty(x.size) for _ in range(_WORK_ARRAYS)]
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for _ in range(iterations):
            if x.size == 0:
                break
            power(x, y, degree, work)
            np.add(x, c_x, out=x)
            np.add(y, c_y, out=y)
            u, v, inside = trap.enter(x, y, work)
            hits = inside.nonzero()[0]
            if hits.size:
                ended = rule.catch(alive.take(hits), u.take(hits), v.take(hits))
                x[hits[ended]] = np.nan
            stays = _within(x, y, radius, work)
            if np.count_nonzero(stays) < _CROWDED * x.size:
                kept = stays.nonzero()[0]
                x, y, alive = x.take(kept), y.take(kept), alive.take(kept)
                work = [array[: kept.size] for array in work]
                c_x = c_x.take(kept) if isinstance(c_x, np.ndarray) else c_x
                c_y = c_y.take(kept) if isinstance(c_y, np.ndarray) else c_y


def power(x: Doubles, y: Doubles, degree: float, work: Sequence[Doubles]) -> None:
    """Replace x + iy by its power, in place.

    A whole degree is squared and multiplied as Python's own ``z**d`` does it, bit for bit. A fractional one takes the
    principal branch: z^d = |z|^d exp(i d Arg z) with Arg z in (−π, π], so there is a cut along the negative real
    axis; and 0^d = 0.
    """
    if not float(degree).is_integer():
        _fractional_power(x, y, degree, work)
        return
    left = int(degree)
    while left % 2 == 0:
        _square(x, y, x, y, work[2])
        left //= 2
    factor = (x, y)
    while left > 1:
        _square(*factor, *work[:3])
        factor = (work[0], work[1])
        left //= 2
        if left % 2:
            _multiply(x, y, *factor, work[2:])


def _square(x: Doubles, y: Doubles, a: Doubles, b: Doubles, product: Doubles) -> None:
    """Put the square of x + iy into a + ib, which may be the same arrays."""
    np.multiply(x, y, out=product)
    np.multiply(x, x, out=a)
    np.multiply(y, y, out=b)
    np.subtract(a, b, out=a)
    np.add(product, product, out=b)


def _multiply(x: Doubles, y: Doubles, a: Doubles, b: Doubles, work: Sequence[Doubles]) -> None:
    """Multiply x + iy by a + ib, in place."""
    first, second = work
    np.multiply(x, b, out=first)
    np.multiply(y, a, out=second)
    np.multiply(x, a, out=x)
    np.multiply(y, b, out=y)
    np.subtract(x, y, out=x)
    np.add(first, second, out=y)


def _fractional_power(x: Doubles, y: Doubles, degree: float, work: Sequence[Doubles]) -> None:
    length, turn = work[:2]
    np.add(y, 0.0, out=y)  # −0 becomes 0, or it would fall on the other side of the cut
    np.arctan2(y, x, out=turn)
    np.multiply(turn, degree, out=turn)
    np.hypot(x, y, out=length)
    np.power(length, degree, out=length)
    np.cos(turn, out=x)
    np.sin(turn, out=y)
    np.multiply(x, length, out=x)
    np.multiply(y, length, out=y)


def _within(x: Doubles, y: Doubles, radius: float, work: Sequence[Doubles]) -> Mask:
    first, second = work[:2]
    np.multiply(x, x, out=first)
    np.multiply(y, y, out=second)
    np.add(first, second, out=first)
    return np.asarray(first <= radius * radius)
