"""The parameters that these transforms share, and how values are checked: with the reason in the message."""

from __future__ import annotations

import cmath
import numbers
import re
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import attrs

from fracorr import parameter
from fracorr.errors import ConfigurationError

#: What there is beyond the edge of the kernel.
Outside: TypeAlias = Literal["transparent", "edge", "tile", "mirror"]


@attrs.frozen
class Bounds:
    """What a number must keep to; `above` is excluded, `low` and `high` are allowed."""

    above: float | None = None
    low: float | None = None
    high: float | None = None

    def hold(self, value: float) -> bool:
        """Whether a number keeps to them."""
        return (
            (self.above is None or value > self.above)
            and (self.low is None or value >= self.low)
            and (self.high is None or value <= self.high)
        )

    def __str__(self) -> str:
        words = (("above", self.above), ("at least", self.low), ("at most", self.high))
        return " and ".join(f"{word} {bound:g}" for word, bound in words if bound is not None)


def number(
    default: float,
    help: str,
    *,
    above: float | None = None,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
) -> Any:
    """Return the field of a finite number."""
    check = _checked(numbers.Real, "a finite number", Bounds(above, low, high))
    return attrs.field(default=default, validator=check, metadata=parameter(help, unit=unit))


def whole(default: int, help: str, *, low: int, high: int, main: bool = False) -> Any:
    """Return the field of a whole number from `low` to `high`."""
    check = _checked(numbers.Integral, "a whole number", Bounds(low=low, high=high))
    return attrs.field(default=default, validator=check, metadata=parameter(help, main=main))


def complex_number(default: complex, help: str) -> Any:
    """Return the field of a complex number of a magnitude that leaves room to compute with it."""
    check = _checked(numbers.Complex, "a complex number of a magnitude", Bounds(high=1e6))
    return attrs.field(default=default, validator=check, metadata=parameter(help))


def one_of(*allowed: str) -> Callable[[Any, Any, Any], None]:
    """Return the attrs validator of a value that is one of several words."""

    def check(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if value not in allowed:
            raise wrong(instance, f"{attribute.name}={value!r} is not right: it is one of {', '.join(allowed)}")

    return check


def size(help: str = "Longer side of the result; none keeps the kernel's size") -> Any:
    """Return the field of the result's size, which may be none."""
    check = attrs.validators.optional(_checked(numbers.Integral, "a whole number", Bounds(low=2)))
    return attrs.field(default=None, validator=check, metadata=parameter(help, unit="px"))


def supersampling() -> Any:
    """Return the field of the number of samples along each side of a pixel."""
    return whole(2, "Samples along each side of a pixel, averaged", low=1, high=8)


def component_name(instance: object) -> str:
    """Return the name that people type for a component of this class: ``LogPolar`` gives ``log-polar``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(instance).__name__).lower()


def wrong(instance: object, message: str) -> ConfigurationError:
    """Return the error that names the component."""
    return ConfigurationError(f"'{component_name(instance)}': {message}")


def _checked(kind: type[Any], what: str, bounds: Bounds) -> Callable[[Any, Any, Any], None]:
    def check(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        # A bool is a number to Python, but never what is meant here.
        right = isinstance(value, kind) and not isinstance(value, bool) and cmath.isfinite(value)
        if not (right and bounds.hold(abs(value) if kind is numbers.Complex else value)):
            raise wrong(instance, f"{attribute.name}={value!r} is not right: it takes {what} {bounds}".rstrip())

    return check
