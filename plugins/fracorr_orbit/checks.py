"""Checks of the parameters' values, each with a message that says what would be right."""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import Any, TypeAlias, get_args

import attrs

from fracorr.errors import ConfigurationError, nearest

Check: TypeAlias = Callable[[object, "attrs.Attribute[Any]", Any], None]

#: Farther out than this nothing of a set of degree 2 to 9 is left to see, and doubles lose the pixels.
FAR = 1e6


def real(low: float, high: float, *, above: bool = False) -> Check:
    """Take real numbers from `low` (or only above it) to `high`; never NaN."""
    takes = f"a number {'above' if above else 'from'} {low:g} {'and at most' if above else 'to'} {high:g}"

    def check(_: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if not is_number or not low <= value <= high or (above and value == low):
            _refuse(attribute, value, takes)

    return check


def whole(low: int, high: int) -> Check:
    """Take whole numbers from `low` to `high`."""

    def check(_: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        is_whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
        if not is_whole or not low <= value <= high:
            _refuse(attribute, value, f"a whole number from {low} to {high}")

    return check


def point(_: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Take points of the complex plane that are not too far out; never NaN."""
    is_number = isinstance(value, numbers.Complex) and not isinstance(value, bool)
    if not is_number or not abs(complex(value)) <= FAR:
        _refuse(attribute, value, f"a complex number such as 0.6-0.04i, of absolute value at most {FAR:g}")


def one_of(choices: Any) -> Check:
    """Take one of the values of a Literal."""

    def check(_: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        known = get_args(choices)
        if value not in known:
            _refuse(attribute, value, f"one of {', '.join(known)}{nearest(str(value), known)}")

    return check


def flag(_: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Take true or false."""
    if not isinstance(value, bool):
        _refuse(attribute, value, "true or false")


def _refuse(attribute: attrs.Attribute[Any], value: object, takes: str) -> None:
    raise ConfigurationError(f"'orbit-trap': {attribute.name}={value!r} is not right: it takes {takes}")
