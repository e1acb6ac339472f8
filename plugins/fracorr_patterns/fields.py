"""Parameters that several patterns have."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

import attrs
from attrs import validators

from fracorr import images, parameter
from fracorr.validators import Validator, whole, wrong

Part: TypeAlias = Literal["real", "imaginary", "both"]

#: The largest side of a kernel, in pixels.
LARGEST: Final = 8192
#: Half waves around the largest kernel, a pixel for each: no pattern has a use for more.
MOST_WAVES: Final = 12_867


def side(default: int = 64) -> Any:
    """Return the field for the side of a square kernel."""
    return attrs.field(
        default=default,
        validator=whole(2, LARGEST),
        metadata=parameter("Side of the kernel", unit="px"),
    )


def several(check: Validator) -> Any:
    """Return the validator of a list with at least one item, each passing `check`."""
    return validators.deep_iterable(check, validators.min_len(1))


def check_total(component: object, count: int, size: int) -> None:
    """Refuse more kernels than the pixel limit allows.

    Parameters
    ----------
    component : object
        Whose kernels they are, for the message.
    count : int
        How many.
    size : int
        The side of each, in pixels.

    Raises
    ------
    ConfigurationError
        If all of them together have more pixels than :func:`fracorr.images.pixel_limit`.
    """
    limit = images.pixel_limit()
    if count * size**2 > limit:
        raise wrong(
            component,
            f"{count} kernels of {size}×{size} pixels are too many: all together may have {limit} pixels, which is "
            f"{limit // size**2} kernels of size={size}; {images.PIXEL_LIMIT_VARIABLE} sets another limit",
        )
