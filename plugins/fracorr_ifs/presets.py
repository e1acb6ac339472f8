"""The systems that come with fracorr, each with its source. y points up.

Where a system is given by exact lengths and angles, the numbers here are computed from those, not from rounded tables.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Iterable

from fracorr import ConfigurationError
from fracorr.errors import nearest
from fracorr_ifs.maps import AffineMap, System, scaling, similarity

_ROOT3 = math.sqrt(3.0)
#: 1 / φ² = (3 − √5) / 2: the ratio of the pentagonal fractals.
_PENTAGONAL = (3 - math.sqrt(5.0)) / 2
_HALF_DIAGONAL = math.sqrt(0.5)


def get(name: str) -> System:
    """Return a preset.

    Raises
    ------
    ConfigurationError
        If there is none of that name: with the nearest one, and all.
    """
    if name not in _PRESETS:
        raise ConfigurationError(
            f"there is no preset '{name}'{nearest(name, _PRESETS) or '.'} The presets are {', '.join(_PRESETS)}; "
            "a file is given with file=…"
        )
    return _PRESETS[name]()


def names() -> tuple[str, ...]:
    """Return the names of all presets."""
    return tuple(_PRESETS)


def _grid(name: str, cells: int, places: Iterable[tuple[int, int]]) -> System:
    """Return the system whose maps shrink the unit square to some cells of a grid, (column, row) from bottom left."""
    return System(tuple(scaling(1 / cells, x / cells, y / cells) for x, y in places), name=name)


def _sierpinski() -> System:
    """Sierpinski's triangle (1915), with the apex in the middle and as high as wide: it fills the unit square.

    Barnsley 1993, table III.1, in the affine image that suits a square picture.
    """
    return System((scaling(0.5), scaling(0.5, 0.5), scaling(0.5, 0.25, 0.5)), name="sierpinski")


def _carpet() -> System:
    """Sierpinski's carpet (1916): the square without its middle ninth (Mandelbrot 1982, plate 145)."""
    return _grid("carpet", 3, [(x, y) for y in range(3) for x in range(3) if (x, y) != (1, 1)])


def _vicsek_plus() -> System:
    """Vicsek's fractal in the form of a plus (Vicsek 1983, doi:10.1088/0305-4470/16/17/003)."""
    return _grid("vicsek-plus", 3, [(1, 0), (0, 1), (1, 1), (2, 1), (1, 2)])


def _vicsek_cross() -> System:
    """Vicsek's fractal in the form of a saltire (Vicsek 1983, doi:10.1088/0305-4470/16/17/003)."""
    return _grid("vicsek-cross", 3, [(0, 0), (2, 0), (1, 1), (0, 2), (2, 2)])


def _cantor_dust() -> System:
    """Cantor's middle-third set times itself (Falconer 2014, *Fractal Geometry*, 3rd ed., example 7.4)."""
    return _grid("cantor-dust", 3, [(0, 0), (2, 0), (0, 2), (2, 2)])


def _along(name: str, ratio: float, turns: Iterable[float]) -> System:
    """Return the system of a motif of segments from 0 on, head to tail, all `ratio` long and turned as given."""
    place, maps = 0j, []
    for degrees in turns:
        maps.append(similarity(ratio, degrees, place.real, place.imag))
        place += cmath.rect(ratio, math.radians(degrees))
    return System(tuple(maps), name=name)


def _koch() -> System:
    """Von Koch's curve (1904), from 0 to 1 (Edgar 2008, *Measure, Topology, and Fractal Geometry*, section 1.5)."""
    return _along("koch", 1 / 3, (0, 60, -60, 0))


def _heighway() -> System:
    """Heighway's dragon: f₁ = (1+i)z/2, f₂ = 1 − (1−i)z/2 (Edgar 2008, section 1.5; Davis and Knuth 1970)."""
    return System((AffineMap(0.5, -0.5, 0.5, 0.5), AffineMap(-0.5, -0.5, 0.5, -0.5, 1.0, 0.0)), name="heighway")


def _twin_dragon() -> System:
    """The twin dragon: f₁ = (1+i)z/2, f₂ = (1+i)z/2 + (1−i)/2 (Knuth 1998, *Seminumerical Algorithms*, section 4.1)."""
    return System((AffineMap(0.5, -0.5, 0.5, 0.5), AffineMap(0.5, -0.5, 0.5, 0.5, 0.5, -0.5)), name="twin-dragon")


def _levy() -> System:
    """Lévy's C curve: f₁ = (1+i)z/2, f₂ = (1−i)z/2 + (1+i)/2 (Lévy 1938; Edgar 1993, *Classics on Fractals*)."""
    return System((AffineMap(0.5, -0.5, 0.5, 0.5), AffineMap(0.5, 0.5, -0.5, 0.5, 0.5, 0.5)), name="levy")


def _terdragon() -> System:
    """The terdragon: segments of 1/√3 turned by 30°, −90°, 30° (Davis and Knuth 1970, *J. Recreational Math.* 3)."""
    return _along("terdragon", 1 / _ROOT3, (30, -90, 30))


def _pythagoras() -> System:
    """Bosman's tree of Pythagoras (1942): the picture is the trunk, the unit square, and carries two smaller trees."""
    left = similarity(_HALF_DIAGONAL, 45, 0.0, 1.0)
    right = similarity(_HALF_DIAGONAL, -45, 0.5, 1.5)
    return System((left, right), name="pythagoras", condensation=True, initial=(0.0, 0.0, 1.0, 1.0))


def _table(name: str, *rows: tuple[float, float, float, float, float, float, float]) -> System:
    """Return the system of a published table of a, b, c, d, e, f and p."""
    return System(tuple(AffineMap(*row[:6]) for row in rows), tuple(row[6] for row in rows), name=name)


def _fern() -> System:
    """Barnsley's black spleenwort fern (Barnsley 1993, table III.3)."""
    return _table(
        "fern",
        (0.0, 0.0, 0.0, 0.16, 0.0, 0.0, 0.01),
        (0.85, 0.04, -0.04, 0.85, 0.0, 1.6, 0.85),
        (0.2, -0.26, 0.23, 0.22, 0.0, 1.6, 0.07),
        (-0.15, 0.28, 0.26, 0.24, 0.0, 0.44, 0.07),
    )


def _tree() -> System:
    """Barnsley's fractal tree (Barnsley 1993, table III.4)."""
    return _table(
        "tree",
        (0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.05),
        (0.42, -0.42, 0.42, 0.42, 0.0, 0.2, 0.4),
        (0.42, 0.42, -0.42, 0.42, 0.0, 0.2, 0.4),
        (0.1, 0.0, 0.0, 0.1, 0.0, 0.2, 0.15),
    )


def _maple() -> System:
    """The maple leaf: the table that is handed on as Barnsley's; no earlier printed source was found for it.

    A collage of four copies in the sense of Barnsley 1993, section III.10.
    """
    return _table(
        "maple",
        (0.14, 0.01, 0.0, 0.51, -0.08, -1.31, 0.1),
        (0.43, 0.52, -0.45, 0.5, 1.49, -0.75, 0.35),
        (0.45, -0.49, 0.47, 0.47, -1.62, -0.74, 0.35),
        (0.49, 0.0, 0.0, 0.51, 0.02, 1.62, 0.2),
    )


def _spiral() -> System:
    """The spiral of spirals that came with Fractint (file fractint.ifs, entry spiral)."""
    return _table(
        "spiral",
        (0.787879, -0.424242, 0.242424, 0.859848, 1.758647, 1.408065, 0.895652),
        (-0.121212, 0.257576, 0.151515, 0.05303, -6.721654, 1.377236, 0.052174),
        (0.181818, -0.136364, 0.090909, 0.181818, 6.086107, 1.568035, 0.052174),
    )


def _pentigree() -> System:
    """McWorter's pentigree (McWorter and Tazelaar, *Byte*, August 1987): six segments turned by multiples of 36°."""
    return _along("pentigree", _PENTAGONAL, (36, 108, -36, -108, -36, 36))


def _flake(name: str, corners: int, first: float, ratio: float, middle_turn: float) -> System:
    """Return copies of a regular polygon in its corners, the first at `first` degrees, and one turned in the middle."""
    places = [cmath.rect(1 - ratio, math.radians(first + 360 * k / corners)) for k in range(corners)]
    maps = [scaling(ratio, place.real, place.imag) for place in places]
    return System((*maps, similarity(ratio, middle_turn)), name=name)


def _pentaflake() -> System:
    """Dürer's pentagons (1525): five in the corners of a pentagon and one, upside down, in the middle."""
    return _flake("pentaflake", 5, 90, _PENTAGONAL, 180)


def _hexaflake() -> System:
    """Seven hexagons in a hexagon: ratio 1 / (2 + 2 cos 60°), as for Dürer's pentagons with 72°."""
    return _flake("hexaflake", 6, 0, 1 / 3, 0)


_PRESETS: dict[str, Callable[[], System]] = {
    "sierpinski": _sierpinski,
    "carpet": _carpet,
    "vicsek-plus": _vicsek_plus,
    "vicsek-cross": _vicsek_cross,
    "cantor-dust": _cantor_dust,
    "koch": _koch,
    "heighway": _heighway,
    "twin-dragon": _twin_dragon,
    "levy": _levy,
    "terdragon": _terdragon,
    "pythagoras": _pythagoras,
    "fern": _fern,
    "tree": _tree,
    "maple": _maple,
    "spiral": _spiral,
    "pentigree": _pentigree,
    "pentaflake": _pentaflake,
    "hexaflake": _hexaflake,
}
