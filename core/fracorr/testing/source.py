"""The contracts of kernel sources and scene sources: what gives kernels or scenes, the same ones every time."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import numpy as np

from fracorr.kernel import Kernel
from fracorr.raster import Raster
from fracorr.scene import Scene
from fracorr.testing import any_component, examples
from fracorr.testing.contract import Point, check, clear_errors_only, require

#: A source may have thousands; so many are looked at.
_ENOUGH = 5


def check_source(source: Any, **parameters: Any) -> None:
    """Check that a kernel source keeps its contract.

    Parameters
    ----------
    source : class or object
        The component's class, or an instance of it; with ``kernels(rng)`` or ``kernels_of(scene, rng)``.
    **parameters
        Values for the class's parameters.

    Raises
    ------
    ContractError
        With every point that does not hold, what came instead, and how to mend it.
    """
    check("kernel source", source, SOURCE_POINTS, parameters)


def check_scenes(source: Any, **parameters: Any) -> None:
    """Check that a scene source keeps its contract; see :func:`check_source`."""
    check("scene source", source, SCENES_POINTS, parameters)


def it_gives_kernels(source: Any) -> None:
    """At least one, and nothing else."""
    _all_are(Kernel, _kernels(source), "kernels")


def it_gives_scenes(source: Any) -> None:
    """At least one, and nothing else."""
    _all_are(Scene, _scenes(source), "scenes")


def names_of_kernels_are_distinct(source: Any) -> None:
    """Results name kernels by them."""
    _distinct(_kernels(source))


def names_of_scenes_are_distinct(source: Any) -> None:
    """Results name scenes by them."""
    _distinct(_scenes(source))


def the_same_seed_gives_the_same_kernels(source: Any) -> None:
    """Workers in other processes make them again."""
    _repeatable(_kernels(source), _kernels(source))


def the_same_seed_gives_the_same_scenes(source: Any) -> None:
    """Workers in other processes make them again."""
    _repeatable(_scenes(source), _scenes(source))


def targets_lie_in_their_scenes(source: Any) -> None:
    """Truth in other units, or with x and y exchanged, makes every method miss."""
    for scene in _scenes(source):
        for target in scene.targets:
            require(
                -0.5 <= target.x <= scene.width - 0.5 and -0.5 <= target.y <= scene.height - 0.5,
                f"targets whose centres are in their scenes ({scene.width} px wide, {scene.height} px high)",
                f"x={target.x:g}, y={target.y:g} in '{scene.name}'",
                "give centres in pixels, x to the right and y down; from a box: Target.from_box(left, top, width, "
                "height)",
            )


#: All points, the common ones first.
SOURCE_POINTS: tuple[Point, ...] = (
    *any_component.POINTS,
    it_gives_kernels,
    names_of_kernels_are_distinct,
    the_same_seed_gives_the_same_kernels,
)
SCENES_POINTS: tuple[Point, ...] = (
    *any_component.POINTS,
    it_gives_scenes,
    names_of_scenes_are_distinct,
    the_same_seed_gives_the_same_scenes,
    targets_lie_in_their_scenes,
)


def _kernels(source: Any) -> list[Any]:
    rng = np.random.default_rng(3)
    with clear_errors_only("asking for kernels"):
        if hasattr(source, "kernels_of"):
            scene, own = examples.planted()
            return _first(source.kernels_of(Scene(scene.pixels, scene.targets, own, name="scene"), rng))
        return _first(source.kernels(rng))


def _scenes(source: Any) -> list[Any]:
    with clear_errors_only("asking for scenes"):
        return _first(source.scenes(np.random.default_rng(3)))


def _first(items: Iterable[Any]) -> list[Any]:
    return list(itertools.islice(items, _ENOUGH))


def _all_are(kind: type[Raster], items: list[Any], plural: str) -> None:
    require(
        items, f"at least one of the {plural}", "nothing", "yield them, or raise a ConfigurationError that says why"
    )
    for item in items:
        require(
            isinstance(item, kind), f"nothing but {plural}", type(item).__name__, f"yield fracorr.{kind.__name__}(…)"
        )


def _distinct(items: list[Any]) -> None:
    names = [item.name for item in items]
    require(len(set(names)) == len(names), "distinct names", names, "say name=… for each")


def _repeatable(first: list[Any], second: list[Any]) -> None:
    require(
        [(each.name, each.digest) for each in first] == [(each.name, each.digest) for each in second],
        "the same twice for the same seed",
        "others",
        "draw only from the rng that is given; sort what comes from folders and sets",
    )
