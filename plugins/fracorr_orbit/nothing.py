"""Why nothing was trapped, and what would be."""

from __future__ import annotations

import cmath
import math

import numpy as np

from fracorr.errors import ConfigurationError
from fracorr_orbit.fractal import Fractal
from fracorr_orbit.rules import Nearest
from fracorr_orbit.trap import SquareTrap
from fracorr_orbit.window import Window

#: About so many points along each side are tried out for a suggestion.
_TRIALS = 128
#: Orbits are followed out to here.
_FAR = 1e30
#: A trap that would have to be larger than this is no suggestion.
_SENSIBLE = 100.0


def nothing_trapped(fractal: Fractal, window: Window) -> ConfigurationError:
    """Explain that no orbit hits the trap, and suggest a trap that one does hit."""
    trap = fractal.trap
    c = "the pixel" if fractal.c is None else _text(fractal.c)
    return ConfigurationError(
        f"'orbit-trap' traps nothing: with degree={fractal.degree:g} and c={c}, none of the window's points "
        f"({window.size}×{window.size}) has an orbit that hits the trap of side {2 * trap.half:g} around "
        f"{_text(trap.centre)} within {fractal.iterations} iterations; {_advice(fractal, window)}"
    )


def _advice(fractal: Fractal, window: Window) -> str:
    trap = fractal.trap
    nearest = _nearest_approach(fractal, window)
    if nearest is None or abs(nearest) > _SENSIBLE:
        return "they all run off to infinity: use a c closer to 0, or a window around 0 such as centre=0,extent=4"
    other = "another degree" if fractal.c is None else "another c or degree (such as those of preset=rabbit)"
    side = 2 * max(abs(nearest.real), abs(nearest.imag)) / fractal.texture.tiles
    point = _text(trap.centre + nearest * cmath.exp(-1j * math.radians(trap.angle)), within=trap.half)
    return (
        f"the nearest that one comes to the trap's centre is {point}: use trap_side={_rounded_up(side):g} or "
        f"more, or trap_centre={point}, or {other}"
    )


def _nearest_approach(fractal: Fractal, window: Window) -> complex | None:
    """Return the hit of a trap without bounds that is nearest to the trap's centre, in the trap's frame."""
    every = slice(None, None, max(1, window.size * window.supersample // _TRIALS))
    across, down = window.across()[every], window.down(slice(0, window.size))[every]
    points, orbits = fractal.start(across, down, _FAR)
    approach = Nearest(points.size, fractal.texture)
    everywhere = SquareTrap(math.inf, fractal.trap.centre, fractal.trap.angle)
    fractal.follow(orbits, _FAR, everywhere, approach)
    with np.errstate(over="ignore"):
        distances = np.hypot(approach.u, approach.v)
    if np.isnan(distances).all():
        return None
    best = int(np.nanargmin(distances))
    return complex(approach.u[best], approach.v[best])


def _rounded_up(value: float) -> float:
    """Round up to two digits, and past the value itself: the trap is open."""
    unit = 10.0 ** (math.floor(math.log10(value)) - 1) if value > 0 else 0.01
    return (math.floor(value / unit) + 1) * unit


def _text(z: complex, within: float = math.inf) -> str:
    """Write a number with as few digits as place it within half of `within`."""
    for digits in range(4, 18):
        short = complex(float(f"{z.real:.{digits}g}"), float(f"{z.imag:.{digits}g}"))
        if abs(short - z) < within / 2:
            break
    return f"{z.real:.{digits}g}{z.imag:+.{digits}g}i"
