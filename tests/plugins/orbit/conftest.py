"""The orbit trap as its description says it, point by point in plain Python: what the plugin is measured against."""

import cmath
import math

import numpy as np
import pytest

PUBLISHED_C = 0.616 - 0.04j


def orbit(start, degree, c, iterations):
    """Yield the points of an orbit after its start, as far as doubles reach."""
    z = start
    for _ in range(iterations):
        try:
            z = z**degree + c
        except OverflowError:
            return
        yield z


def hits(points, picture, half, centre, turn):
    """Yield row, column and distance from the middle of every point inside the trap."""
    side = picture.shape[0]
    for z in points:
        w = (z - centre) * turn
        if abs(w.real) < half and abs(w.imag) < half:
            row = math.floor(0.5 * (w.imag + half) / half * side)
            column = math.floor(0.5 * (w.real + half) / half * side)
            yield min(row, side - 1), min(column, side - 1), abs(w)


def chosen(found, picture, support, rule):
    """Return premultiplied color and support of an orbit's hits."""
    if rule == "first":
        found = found[:1]
    elif rule == "last":
        found = found[-1:]
    elif rule == "nearest":
        found = [min(found, key=lambda hit: hit[2])]
    seen = [
        (picture[row, column] * float(support[row, column]), float(support[row, column])) for row, column, _ in found
    ]
    if rule != "alpha":
        return sum(color for color, _ in seen) / len(seen), sum(weight for _, weight in seen) / len(seen)
    color, weight = seen[0][0] * 0.0, 0.0
    for behind, opacity in seen:
        color, weight = color + (1 - weight) * behind, weight + (1 - weight) * opacity
    return color, weight


def draw(
    picture,
    support=None,
    *,
    degree=5,
    c=PUBLISHED_C,
    mandelbrot=False,
    half=0.5,
    centre=0j,
    angle=0.0,
    iterations=100,
    rule="first",
    size=None,
):
    """Return the image fractal over black, and its support."""
    picture = np.asarray(picture, dtype=np.float64)
    support = np.ones(picture.shape[:2]) if support is None else support
    n = size or picture.shape[0]
    pixels, weights = np.zeros((n, n, *picture.shape[2:])), np.zeros((n, n))
    # y points down, so turning back what was turned counter-clockwise on the screen is a positive turn here.
    turn = cmath.exp(1j * math.radians(angle)) if angle else 1
    for i in range(n):
        for j in range(n):
            point = complex(-2 + 4 * j / n, -2 + 4 * i / n)
            start, constant = (0j, point) if mandelbrot else (point, c)
            found = list(hits(orbit(start, degree, constant, iterations), picture, half, centre, turn))
            if found:
                pixels[i, j], weights[i, j] = chosen(found, picture, support, rule)
    return pixels, weights


@pytest.fixture(scope="session")
def draw_point_by_point():
    return draw


@pytest.fixture
def rng():
    return np.random.default_rng(2017)
