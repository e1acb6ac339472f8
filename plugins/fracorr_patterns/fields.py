"""Parameters that several patterns have."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import attrs
from attrs import validators

from fracorr import parameter

Part: TypeAlias = Literal["real", "imaginary", "both"]


def side(default: int = 64) -> Any:
    """Return the field for the side of a square kernel."""
    return attrs.field(
        default=default,
        validator=validators.and_(validators.ge(2), validators.le(8192)),
        metadata=parameter("Side of the kernel", unit="px"),
    )


def several(check: Any) -> Any:
    """Return the validator of a list with at least one item, each passing `check`."""
    return validators.deep_iterable(check, validators.min_len(1))
