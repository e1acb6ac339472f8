"""The contract of correlation methods."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fracorr.errors import FracorrError
from fracorr.kernel import Kernel
from fracorr.response import Response
from fracorr.scene import Scene
from fracorr.testing import any_component, examples
from fracorr.testing.contract import BreachError, Point, check, clear_errors_only, require


def check_method(method: Any, **parameters: Any) -> None:
    """Check that a correlation method keeps its contract.

    Parameters
    ----------
    method : class or object
        The component's class, or an instance of it.
    **parameters
        Values for the class's parameters.

    Raises
    ------
    ContractError
        With every point that does not hold, what came instead, and how to mend it.
    """
    check("method", method, POINTS, parameters)


def a_planted_kernel_is_found(method: Any) -> None:
    """What stands in the scene exactly must be the best match: upright, or upside down as in a convolution."""
    places = [_place_found(method, upside_down=turned) for turned in (False, True)]
    require(
        any(place is not None and math.dist(place, examples.PLANTED_AT) <= 2 for place in places),
        f"the best match at {examples.PLANTED_AT}, where the kernel stands exactly",
        f"{places[0] or 'nothing found'}, and with the kernel upside down {places[1] or 'nothing found'}",
        "say better='lower' if small scores are good, and origin=kernel.centre if scores[0, 0] is the top left corner",
    )


def awkward_scenes_and_kernels_work_or_are_refused_clearly(method: Any) -> None:
    """Flat, tiny, dark, gray and in color; a Response is always finite."""
    scenes, kernels = examples.scenes(), examples.kernels()
    for what, scene in scenes.items():
        for which in ("ordinary", "flat"):
            _tried(method, scene, kernels[which], f"a scene that is {what} with a kernel that is {which}")
    scene = scenes["in color"]
    for which, kernel in kernels.items():
        if kernel.height <= scene.height and kernel.width <= scene.width:
            _tried(method, scene, kernel, f"a scene in color with a kernel that is {which}")


def a_kernel_larger_than_the_scene_is_refused_or_works(method: Any) -> None:
    """A clear error unless the class says any_size = True."""
    scene, kernel = Scene(examples.texture(30, 40, seed=41)), Kernel(examples.texture(50, 60, seed=42))
    with clear_errors_only("a kernel larger than the scene"):
        try:
            _correlated(method, scene, kernel)
        except FracorrError as error:
            require(
                not getattr(method, "any_size", False),
                "a response, because the class says any_size = True",
                f"{type(error).__name__}: {error}",
                "remove any_size, or cope with it",
            )


def nothing_is_written_to(method: Any) -> None:
    """Other trials use the same scene and kernel."""
    scene, kernel = _fresh()
    before = scene.pixels.copy(), kernel.pixels.copy(), kernel.support.copy()
    _correlated(method, scene, kernel)
    after = scene.pixels, kernel.pixels, kernel.support
    require(
        all(np.array_equal(one, other) for one, other in zip(before, after, strict=True)),
        "scene and kernel as they were",
        "other pixels in one of them",
        "work on copies",
    )


def the_response_depends_on_scene_and_kernel_alone(method: Any) -> None:
    """Not on what was asked before: memos may save work, never change results."""
    scene, kernel = _fresh()
    first = _correlated(method, scene, kernel)
    warm, _ = _fresh()
    others = examples.kernels()
    for which in ("ordinary", "with a support", "in color"):
        _correlated(method, warm, others[which])
    second = _correlated(method, warm, kernel)
    require(
        np.array_equal(first.scores, second.scores) and first.best() == second.best(),
        "the same response whatever the scene was used for before",
        f"scores that differ by up to {_difference(first, second)}",
        "put everything that a memo's value depends on into its key",
    )


#: All points, the common ones first.
POINTS: tuple[Point, ...] = (
    *any_component.POINTS,
    a_planted_kernel_is_found,
    awkward_scenes_and_kernels_work_or_are_refused_clearly,
    a_kernel_larger_than_the_scene_is_refused_or_works,
    nothing_is_written_to,
    the_response_depends_on_scene_and_kernel_alone,
)


def _place_found(method: Any, *, upside_down: bool) -> tuple[float, float] | None:
    response = _correlated(method, *examples.planted(upside_down=upside_down))
    if response.poses == ():
        return None
    best = response.best()
    return best.x, best.y


def _tried(method: Any, scene: Scene, kernel: Kernel, what: str) -> None:
    with clear_errors_only(what):
        try:
            _correlated(method, scene, kernel)
        except FracorrError as error:
            if "finite" in str(error):
                raise BreachError(
                    f"finite scores for {what}",
                    str(error),
                    "give 0 where a norm vanishes: a flat kernel or window scores worst",
                ) from error


def _fresh() -> tuple[Scene, Kernel]:
    pixels = examples.texture(120, 160, seed=43)
    return Scene(pixels, name="fresh"), Kernel(pixels[30:70, 50:100], name="fresh")


def _difference(one: Response, other: Response) -> str:
    if one.scores.shape != other.scores.shape:
        return f"their shape, {one.scores.shape} and {other.scores.shape}"
    return f"{np.abs(one.scores.astype(np.float64) - other.scores).max():g}"


def _correlated(method: Any, scene: Scene, kernel: Kernel) -> Response:
    response = method.correlate(scene, kernel)
    require(
        isinstance(response, Response),
        "a Response from correlate()",
        type(response).__name__,
        "return Response.sliding(scores, kernel), or Response(scores, better, origin, size)",
    )
    assert isinstance(response, Response)
    return response
