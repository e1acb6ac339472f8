"""The parameters that these transforms share."""

from __future__ import annotations

from typing import Any

import attrs

from fracorr import parameter, validators

#: The highest order: beyond what a kernel within the pixel limit can resolve.
_HIGHEST_ORDER = 30_000


def number(default: float, help: str, low: float, high: float, *, unit: str = "") -> Any:
    """Return the field of a number above `low` and at most `high`."""
    check = validators.number(above=low, high=high)
    return attrs.field(default=default, validator=check, metadata=parameter(help, unit=unit))


def whole(default: int, help: str, low: int, high: int, *, main: bool = False) -> Any:
    """Return the field of a whole number from `low` to `high`."""
    return attrs.field(default=default, validator=validators.whole(low, high), metadata=parameter(help, main=main))


def orders(default: tuple[int, ...], help: str) -> Any:
    """Return the field of a list of harmonic orders: whole, not negative, each once."""

    def check(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        right = isinstance(value, tuple) and len(value) > 0
        right = right and all(validators.is_whole(each) and 0 <= each <= _HIGHEST_ORDER for each in value)
        if not (right and len(set(value)) == len(value)):
            raise validators.not_right(
                instance,
                attribute,
                value,
                f"it takes a list such as [0,4,8] of different whole numbers from 0 to {_HIGHEST_ORDER} "
                "(a real picture's order −m is that of m)",
            )

    return attrs.field(default=default, validator=check, metadata=parameter(help, main=True))


def size() -> Any:
    """Return the field of the result's size, which may be none."""
    about = parameter("Longer side of the result; none keeps the kernel's size", unit="px")
    check = validators.optional(validators.whole(2, 1_000_000))
    return attrs.field(default=None, validator=check, metadata=about)
