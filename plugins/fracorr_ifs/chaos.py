"""The chaos game: points that jump from copy to copy at random, and steal their colours from the kernel.

One point after the other is slow. Here a pool of points that are already distributed as they should be is played with
words of several maps, each of which takes as many points as chance gives it (the multinomial distribution): the
outcome has the same law, and all arithmetic is on whole slices of the pool.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

import attrs
import numpy as np

from fracorr import Kernel
from fracorr.images import FloatArray
from fracorr_ifs import words
from fracorr_ifs.compositing import Compositing
from fracorr_ifs.framing import Box, View
from fracorr_ifs.histogram import Histogram
from fracorr_ifs.maps import IDENTITY, AffineMap, System
from fracorr_ifs.words import TooManyWordsError, Word

Colors: TypeAlias = Literal["tiles", "place"]

#: Points that are played with at once: at most, and at least.
_POOL = 1 << 16
_SMALLEST_POOL = 1 << 12
#: No word is longer than this, nor are there more than so many.
_LONGEST = 40
_WORDS = 4096
#: The pool is played until what it started from has shrunk to this, but not too often.
_FORGOTTEN = 1e-5
_MOST_ROUNDS = 64
#: Beyond so many pixels, a point of a system without bounds is lost.
_FAR = np.float32(1e6)


class Points(NamedTuple):
    """Points: where they are, in pixels of the result, and where in the kernel's picture their colour is, in [0, 1].

    All are (N,) float32 arrays; y and v point down.
    """

    x: FloatArray
    y: FloatArray
    u: FloatArray
    v: FloatArray


class Jump(NamedTuple):
    """A word as the chaos game plays it: in pixels, with what it does to the place of the colour."""

    word: Word
    place: AffineMap
    color: AffineMap


def play(
    system: System,
    kernel: Kernel,
    initial: Box,
    view: View,
    points: int,
    rng: np.random.Generator,
    *,
    colors: Colors = "tiles",
    compositing: Compositing = "over",
) -> FloatArray:
    """Play the chaos game.

    Parameters
    ----------
    system : System
    kernel : Kernel
        Where the colours come from.
    initial : Box
        Where the kernel's picture lies on the plane.
    view : View
        The pixels of the result on the plane.
    points : int
        How many points to draw.
    rng : numpy.random.Generator
    colors : {"tiles", "place"}, optional
        ``tiles``: colour stealing (Barnsley 2003, *Ergodic theory, fractal tops and colour stealing*): the same
        random choices move a second point about the picture, with maps that tile it, and its colour is taken.
        ``place``: the picture lies under the attractor. With condensation, each point keeps the colour that it had
        when it left the picture.
    compositing : {"over", "mean", "measure"}, optional
        Points that fall on one pixel are averaged. Under ``measure`` the support is the density of the points.

    Returns
    -------
    (H, W, 4) float32 array
        Premultiplied colour and support, as :func:`fracorr_ifs.rendering.render` gives it.
    """
    jumps = _jumps(system, view, min(1 / 16, _POOL / points))
    keeps_color = system.condensation or colors == "place"
    jumps = [jump._replace(color=IDENTITY) for jump in jumps] if keeps_color else jumps
    under = _to_picture(initial, view) if colors == "place" and not system.condensation else None
    # A jump takes at least one step, so a picture's own points are new each time.
    fresh = _to_picture(initial, view).inverse()
    pool = _settled_pool(min(_POOL, max(_SMALLEST_POOL, points)), view, jumps, fresh, rng)
    histogram = Histogram(kernel, view.width, view.height)
    for jumped in _jumped(pool, jumps, points, fresh, rng):
        histogram.add(*(jumped if under is None else _recolored(jumped, under)))
    return histogram.density() if compositing == "measure" else histogram.coverage()


def tiles(shares: tuple[float, ...]) -> tuple[AffineMap, ...]:
    """Return maps that tile the unit square, each with an area equal to its share, so that no colour is preferred.

    The square is cut in two, then each half across, until each map has a rectangle (Shneiderman 1992,
    doi:10.1145/102377.115768).
    """
    if len(shares) == 1:
        return (IDENTITY,)
    cuts = np.cumsum(shares)[:-1] / sum(shares)
    middle = 1 + int(np.argmin(np.abs(cuts - 0.5)))
    part = float(cuts[middle - 1])
    # Each half exchanges the axes, so that it is cut across the next time. A strip stays exchanged: were it not, the
    # picture would be shrunk again and again in one direction only.
    first = AffineMap(0.0, part, 1.0, 0.0)
    second = AffineMap(0.0, 1 - part, 1.0, 0.0, part)
    halves = (first, shares[:middle]), (second, shares[middle:])
    return tuple(half @ tile for half, part_of in halves for tile in tiles(part_of))


def _jumps(system: System, view: View, weight: float) -> list[Jump]:
    shares = tuple(max(share, 1e-9) for share in system.probabilities)
    colored = attrs.evolve(system, maps=tiles(shares), shares=system.probabilities)
    while True:
        try:
            chosen = words.of_weight(system, weight, _LONGEST, _WORDS)
            break
        except TooManyWordsError:
            weight *= 2
    # The same weights make the same cut, word by word.
    colors = words.of_weight(colored, weight, _LONGEST, _WORDS)
    return [
        Jump(word, view.to_pixels @ word.map @ view.to_plane, color.map)
        for word, color in zip(chosen, colors, strict=True)
        if word.weight > 0 and (word.complete or system.condensation)
    ]


def _to_picture(initial: Box, view: View) -> AffineMap:
    """Return the map from pixels of the result to the kernel's picture, [0, 1] with v down."""
    width, height = max(initial.width, 1e-300), max(initial.height, 1e-300)
    to_unit = AffineMap(1 / width, 0.0, 0.0, -1 / height, -initial.left / width, initial.top / height)
    return to_unit @ view.to_plane


def _settled_pool(size: int, view: View, jumps: list[Jump], fresh: AffineMap, rng: np.random.Generator) -> Points:
    """Return points that have been played with until they have forgotten where they started, in random order."""
    norm = max(jump.place.norm for jump in jumps if jump.word.complete)
    rounds = math.ceil(math.log(_FORGOTTEN) / math.log(norm)) if 0 < norm < 1 else _MOST_ROUNDS
    # Few points are enough until the last round.
    sizes = [_SMALLEST_POOL] * min(max(rounds, 2), _MOST_ROUNDS) + [size]
    pool = Points(
        *(np.full(_SMALLEST_POOL, value, np.float32) for value in (view.width / 2, view.height / 2, 0.5, 0.5))
    )
    for count in sizes:
        parts = list(_jumped(pool, jumps, count, fresh, rng))
        order = rng.permutation(count)
        pool = Points(*(np.concatenate(each)[order] for each in zip(*parts, strict=True)))
        pool = pool._replace(x=np.clip(pool.x, -_FAR, _FAR), y=np.clip(pool.y, -_FAR, _FAR))
    return pool


def _jumped(
    pool: Points, jumps: list[Jump], points: int, fresh: AffineMap, rng: np.random.Generator
) -> Iterator[Points]:
    """Yield the points to which the pool jumps, word by word, as many for each word as chance gives it."""
    weights = np.array([jump.word.weight for jump in jumps])
    for jump, count in zip(jumps, rng.multinomial(points, weights / weights.sum()), strict=True):
        while count > 0:
            some = min(int(count), len(pool.x))
            source = _slice(pool, some, rng) if jump.word.complete else _picture_points(some, fresh, rng)
            yield Points(*_mapped(jump.place, source.x, source.y), *_mapped(jump.color, source.u, source.v))
            count -= some


def _slice(pool: Points, count: int, rng: np.random.Generator) -> Points:
    first = int(rng.integers(0, len(pool.x) - count + 1))
    return Points(*(each[first : first + count] for each in pool))


def _picture_points(count: int, fresh: AffineMap, rng: np.random.Generator) -> Points:
    u, v = rng.random((2, count), dtype=np.float32)
    return Points(*_mapped(fresh, u, v), u, v)


def _recolored(points: Points, under: AffineMap) -> Points:
    return Points(points.x, points.y, *_mapped(under, points.x, points.y))


def _mapped(affine: AffineMap, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    a, b, c, d, e, f = (np.float32(value) for value in (affine.a, affine.b, affine.c, affine.d, affine.e, affine.f))
    return _combined(a, x, b, y, e), _combined(c, x, d, y, f)


def _combined(a: np.float32, x: FloatArray, b: np.float32, y: FloatArray, e: np.float32) -> FloatArray:
    result = x * a if a else np.zeros_like(x)
    if b:
        result += y * b
    result += e
    return result
