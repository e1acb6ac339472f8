"""What is done to a picture before it becomes a kernel: cropping, resizing, taking the colour away."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import attrs

from fracorr import ConfigurationError, Kernel, images, sampling

Crop: TypeAlias = int | Literal["square"] | None
Color: TypeAlias = Literal["keep", "gray", "rgb"]


def check_length(_: object, attribute: attrs.Attribute[Any], value: Crop) -> None:
    """Validate a field that holds a number of pixels, a word or nothing."""
    if isinstance(value, int) and value < 1:
        raise ConfigurationError(f"{attribute.name}={value} is not right: it takes 1 pixel or more")


def prepared(kernel: Kernel, *, crop: Crop = None, size: int | None = None, color: Color = "keep") -> Kernel:
    """Return the kernel cropped, then resized, then in the wanted colours.

    Parameters
    ----------
    kernel : Kernel
    crop : int, "square" or None, optional
        Side of the square that is cut from the middle, in pixels; ``"square"`` is the largest one.
    size : int, optional
        The longer side of the result, in pixels; the other one follows.
    color : {"keep", "gray", "rgb"}, optional

    Raises
    ------
    ConfigurationError
        If the crop is larger than the kernel, or the size takes more pixels than allowed.
    """
    if crop == "square":
        kernel = sampling.centre_square(kernel)
    elif crop is not None:
        kernel = centre_crop(kernel, crop)
    if size is not None:
        kernel = sampling.resize(kernel, *sampling.fitted_shape(kernel.name, kernel.shape, size))
    if color == "gray" and kernel.is_color:
        return kernel.derive(kernel.gray)
    if color == "rgb" and not kernel.is_color:
        return kernel.derive(images.to_rgb(kernel.pixels))
    return kernel


def centre_crop(kernel: Kernel, side: int) -> Kernel:
    """Return the square of `side` pixels around the middle; where that is between pixels, the upper left one.

    Raises
    ------
    ConfigurationError
        If the kernel is smaller.
    """
    if side > min(kernel.shape):
        raise ConfigurationError(
            f"'{kernel.name}' has {kernel.width}×{kernel.height} pixels, too few for crop={side}; "
            f"at most crop={min(kernel.shape)} fits"
        )
    top, left = (kernel.height - side) // 2, (kernel.width - side) // 2
    window = slice(top, top + side), slice(left, left + side)
    return kernel.derive(kernel.pixels[window], kernel.support[window])
