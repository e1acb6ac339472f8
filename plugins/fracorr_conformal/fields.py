"""The parameters that these transforms share."""

from __future__ import annotations

from typing import Any, Final, Protocol, get_args

import attrs

from fracorr import parameter, validators
from fracorr.sampling import Outside
from fracorr.validators import Validator

#: Numbers of this magnitude leave room to compute with.
_LARGEST: Final = 1e6


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
    right = _takes("a finite number", above, low, high)
    check = validators.number(above=above, low=low, high=high, right=right)
    return attrs.field(default=default, validator=check, metadata=parameter(help, unit=unit))


def whole(default: int, help: str, *, low: int, high: int, main: bool = False) -> Any:
    """Return the field of a whole number from `low` to `high`."""
    check = validators.whole(low, high, right=_takes("a whole number", None, low, high))
    return attrs.field(default=default, validator=check, metadata=parameter(help, main=main))


def complex_number(default: complex, help: str) -> Any:
    """Return the field of a complex number of a magnitude that leaves room to compute with it."""
    return attrs.field(default=default, validator=validators.complex_number(_LARGEST), metadata=parameter(help))


def one_of(*allowed: str) -> Validator:
    """Return the validator of a value that is one of several words."""
    return validators.one_of(*allowed, right=f"it is one of {', '.join(allowed)}")


def radius(default: float, help: str) -> Any:
    """Return the field of a radius that has a logarithm to compute with."""
    return number(default, help, low=1e-6, high=100)


def zoom(help: str) -> Any:
    """Return the field of a magnification."""
    return number(1.0, help, above=0, high=_LARGEST)


def angle(help: str) -> Any:
    """Return the field of a direction or a turn."""
    return number(0.0, help, unit="degrees")


def outside() -> Any:
    """Return the field of what there is beyond the kernel's edge."""
    about = parameter("What there is beyond the kernel's edge")
    return attrs.field(default="transparent", validator=one_of(*get_args(Outside)), metadata=about)


def size(help: str = "Longer side of the result; none keeps the kernel's size") -> Any:
    """Return the field of the result's size, which may be none."""
    check = validators.optional(validators.whole(2, right=_takes("a whole number", None, 2, None)))
    return attrs.field(default=None, validator=check, metadata=parameter(help, unit="px"))


def supersampling() -> Any:
    """Return the field of the number of samples along each side of a pixel."""
    return whole(2, "Samples along each side of a pixel, averaged", low=1, high=8)


class Ring(Protocol):
    """What lies between two radii."""

    @property
    def inner(self) -> float: ...

    @property
    def outer(self) -> float: ...


def check_ring(component: Ring) -> None:
    """Refuse a component whose inner radius is not below its outer one.

    Raises
    ------
    ConfigurationError
        If it is not.
    """
    # A ring thinner than a millionth has no logarithm left to wind around.
    if not component.inner * (1 + 1e-6) < component.outer:
        raise validators.wrong(
            component, f"inner={component.inner:g} must be smaller than outer={component.outer:g}: they bound a ring"
        )


def _takes(what: str, above: float | None, low: float | None, high: float | None) -> str:
    bounds = (("above", above), ("at least", low), ("at most", high))
    return (
        f"it takes {what} {' and '.join(f'{word} {bound:g}' for word, bound in bounds if bound is not None)}".rstrip()
    )
