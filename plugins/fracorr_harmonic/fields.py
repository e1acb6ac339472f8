"""The parameters that these transforms share, and how values are checked: with the reason in the message."""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Callable
from typing import Any

import attrs

from fracorr import parameter
from fracorr.errors import ConfigurationError

#: The highest order: beyond what a kernel within the pixel limit can resolve.
_HIGHEST_ORDER = 30_000


def number(default: float, help: str, low: float, high: float, *, unit: str = "") -> Any:
    """Return the field of a number above `low` and at most `high`."""

    def check(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        right = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if not (right and math.isfinite(float(value)) and low < value <= high):
            raise wrong(
                instance,
                f"{attribute.name}={value!r} is not right: it takes a number above {low:g} and at most {high:g}",
            )

    return attrs.field(default=default, validator=check, metadata=parameter(help, unit=unit))


def whole(default: int, help: str, low: int, high: int, *, main: bool = False) -> Any:
    """Return the field of a whole number from `low` to `high`."""
    return attrs.field(default=default, validator=_whole(low, high), metadata=parameter(help, main=main))


def orders(default: tuple[int, ...], help: str) -> Any:
    """Return the field of a list of harmonic orders: whole, not negative, each once."""

    def check(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        right = isinstance(value, tuple) and len(value) > 0
        right = right and all(_is_whole(each) and 0 <= each <= _HIGHEST_ORDER for each in value)
        if not (right and len(set(value)) == len(value)):
            raise wrong(
                instance,
                f"{attribute.name}={value!r} is not right: it takes a list such as [0,4,8] of different whole numbers "
                f"from 0 to {_HIGHEST_ORDER} (a real picture's order −m is that of m)",
            )

    return attrs.field(default=default, validator=check, metadata=parameter(help, main=True))


def size() -> Any:
    """Return the field of the result's size, which may be none."""
    about = parameter("Longer side of the result; none keeps the kernel's size", unit="px")
    check = attrs.validators.optional(_whole(2, 1_000_000))
    return attrs.field(default=None, validator=check, metadata=about)


def wrong(instance: object, message: str) -> ConfigurationError:
    """Return the error that names the component as people type it: ``RadialHarmonic`` is ``radial-harmonic``."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(instance).__name__).lower()
    return ConfigurationError(f"'{name}': {message}")


def _whole(low: int, high: int) -> Callable[[Any, Any, Any], None]:
    def check(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        if not (_is_whole(value) and low <= value <= high):
            raise wrong(
                instance, f"{attribute.name}={value!r} is not right: it takes a whole number from {low} to {high}"
            )

    return check


def _is_whole(value: object) -> bool:
    # A bool is a number to Python, but never what is meant here.
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)
