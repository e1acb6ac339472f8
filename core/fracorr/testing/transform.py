"""The contract of transforms."""

from __future__ import annotations

from typing import Any

import numpy as np

from fracorr.errors import FracorrError
from fracorr.kernel import Kernel
from fracorr.raised import message
from fracorr.testing import any_component, examples
from fracorr.testing.contract import BreachError, Point, check, clear_errors_only, require

#: How far a result may leave the range of pixels: a spectrum that is to be kept may need some of it.
_BEYOND = 1.0


def check_transform(transform: Any, **parameters: Any) -> None:
    """Check that a transform keeps its contract.

    Parameters
    ----------
    transform : class or object
        The component's class, or an instance of it.
    **parameters
        Values for the class's parameters.

    Raises
    ------
    ContractError
        With every point that does not hold, what came instead, and how to mend it.

    Examples
    --------
    >>> import attrs
    >>> @attrs.frozen
    ... class Mirror:
    ...     def apply(self, kernel, rng):
    ...         return kernel.derive(kernel.pixels[:, ::-1], kernel.support[:, ::-1])
    >>> check_transform(Mirror())  # says nothing: all is well
    """
    check("transform", transform, POINTS, parameters)


def an_ordinary_kernel_becomes_a_kernel(transform: Any) -> None:
    """It works at all."""
    with clear_errors_only("an ordinary kernel"):
        _applied(transform, examples.kernels()["ordinary"])


def awkward_kernels_work_or_are_refused_clearly(transform: Any) -> None:
    """Flat, tiny, large, gray, in color, with a support."""
    for what, kernel in examples.kernels().items():
        with clear_errors_only(f"a kernel that is {what}"):
            try:
                result = _applied(transform, kernel)
            except FracorrError:
                continue
            low, high = float(result.pixels.min()), float(result.pixels.max())
            require(
                -_BEYOND <= low and high <= 1 + _BEYOND,
                f"pixels in [0, 1] for a kernel that is {what}",
                f"[{low:g}, {high:g}]",
                "scale or clip the result; where a spectrum must be kept it may leave the range by up to 1",
            )


def the_kernel_is_not_written_to(transform: Any) -> None:
    """Other trials use the same kernel."""
    kernel = Kernel(examples.texture(40, 40, seed=31), name="untouched")
    pixels, support = kernel.pixels.copy(), kernel.support.copy()
    _applied(transform, kernel)
    require(
        np.array_equal(pixels, kernel.pixels) and np.array_equal(support, kernel.support),
        "the kernel as it was",
        "other pixels or another support in it",
        "work on a copy: kernel.pixels.copy()",
    )


def the_same_seed_gives_the_same_kernel(transform: Any) -> None:
    """Whatever else happened before, in this process or another."""
    first = _applied(transform, _fresh(), seed=5)
    np.random.seed(1)  # noqa: NPY002 - whoever draws from here is to be found out
    second = _applied(transform, _fresh(), seed=5)
    require(
        first.digest == second.digest,
        "the same result twice from the same kernel and the same seed",
        "two different ones",
        "draw only from the rng that apply() is given, and keep nothing between calls",
    )


#: All points, the common ones first.
POINTS: tuple[Point, ...] = (
    *any_component.POINTS,
    an_ordinary_kernel_becomes_a_kernel,
    awkward_kernels_work_or_are_refused_clearly,
    the_kernel_is_not_written_to,
    the_same_seed_gives_the_same_kernel,
)


def _fresh() -> Kernel:
    return Kernel(examples.texture(48, 48, seed=32), name="fresh")


def _applied(transform: Any, kernel: Kernel, seed: int = 0) -> Kernel:
    try:
        result = transform.apply(kernel, np.random.default_rng(seed))
    except ValueError as error:
        if "read-only" not in str(error) or isinstance(error, FracorrError):
            raise
        raise BreachError(
            "apply() to leave the kernel alone",
            f"a write into its read-only arrays ({message(error)})",
            "work on a copy: kernel.pixels.copy()",
        ) from error
    require(
        isinstance(result, Kernel),
        "a Kernel from apply()",
        type(result).__name__,
        "return kernel.derive(pixels, support), which keeps name and lineage",
    )
    assert isinstance(result, Kernel)
    return result
