"""What kernels and scenes have in common: pixels, a name, and what is derived from them."""

from __future__ import annotations

import hashlib
import os
import pathlib

import numpy as np
import numpy.typing as npt

from fracorr import images
from fracorr.errors import ConfigurationError
from fracorr.images import FloatArray, ImageLike
from fracorr.memo import Memo


class Raster:
    """A picture that does not change, with a name: the base of attrs classes that have these fields.

    Attributes
    ----------
    pixels : (H, W) or (H, W, 3) float32 array
        Gray or RGB; read-only.
    name : str
        What to call it.
    memo : Memo
        Derived arrays, shared by all who use the picture.
    """

    __slots__ = ()

    pixels: FloatArray
    name: str
    memo: Memo

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.pixels.shape[0], self.pixels.shape[1]

    @property
    def height(self) -> int:
        return self.shape[0]

    @property
    def width(self) -> int:
        return self.shape[1]

    @property
    def is_color(self) -> bool:
        return self.pixels.ndim == 3

    @property
    def gray(self) -> FloatArray:
        """The luma, (H, W)."""
        return self.memo.get("gray", lambda: frozen(images.to_gray(self.pixels)))

    @property
    def rgb(self) -> FloatArray:
        """The pixels as (H, W, 3)."""
        return self.memo.get("rgb", lambda: frozen(images.to_rgb(self.pixels)))

    def describe(self) -> str:
        """Return name, size and kind of colour in a few words, as representations show them."""
        return f"{self.name!r}, {self.width}×{self.height} {'RGB' if self.is_color else 'gray'}"


def named_picture(pixels: ImageLike, role: str, name: str = "") -> tuple[images.Picture, str]:
    """Read a picture, and find out what to call it.

    Parameters
    ----------
    pixels : array or path
        See :func:`fracorr.images.load`.
    role : str
        What it is, for messages and for arrays without a name: ``"kernel"`` or ``"scene"``.
    name : str, optional
        The name; by default the file's, or the role.

    Returns
    -------
    picture : fracorr.images.Picture
    name : str

    Raises
    ------
    ImageError
        If the pixels are no picture.
    ConfigurationError
        If the name is no text.
    """
    if not isinstance(name, str):
        raise ConfigurationError(f"a {role}'s name is text, not {name!r} of the type {type(name).__name__}")
    picture = images.load(pixels, f"{role} '{name}'" if name else role)
    if not name and isinstance(pixels, str | os.PathLike):
        name = pathlib.Path(pixels).stem
    return picture, name or role


def frozen(array: FloatArray) -> FloatArray:
    """Return the array contiguous and read-only."""
    array = np.ascontiguousarray(array)
    array.flags.writeable = False
    return array


def digest(*arrays: npt.NDArray[np.float32] | str) -> str:
    """Return the sha256 over shapes and contents of arrays and texts."""
    total = hashlib.sha256()
    for each in arrays:
        if isinstance(each, str):
            total.update(each.encode("utf-8"))
        else:
            total.update(repr((each.shape, str(each.dtype))).encode())
            total.update(np.ascontiguousarray(each).tobytes())
    return total.hexdigest()
