"""The kernel: the small image that is correlated, and where it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import images
from fracorr.errors import ConfigurationError, ImageError
from fracorr.images import FloatArray, ImageLike
from fracorr.memo import Memo
from fracorr.raster import Raster, digest, frozen, named_picture

__all__ = ["Kernel", "as_kernel", "frozen"]


@attrs.frozen(init=False, eq=False, repr=False)
class Kernel(Raster):
    """A small image with a weight for each pixel.

    Parameters
    ----------
    pixels : array or path
        Gray (H, W) or RGB (H, W, 3); uint8, or float in [0, 1]. With an alpha channel (H, W, 4), or a file that has
        one, the alpha becomes the support unless `support` is given.
    support : (H, W) array, optional
        Weight of each pixel in [0, 1]; what is outside the kernel's shape is 0. By default 1 everywhere.
    name : str, optional
        What to call it; by default the file's name, or ``"kernel"``.
    lineage : sequence of str, optional
        The specs that made it, first to last.

    Attributes
    ----------
    pixels : (H, W) or (H, W, 3) float32 array
        Read-only.
    support : (H, W) float32 array
        Read-only.
    memo : Memo
        Derived arrays, shared by the trials that use this kernel.

    Raises
    ------
    ImageError
        If the pixels are no picture, or the support does not fit them or is nowhere above 0.
    ConfigurationError
        If the name is no text, or the lineage no sequence of texts.
    """

    pixels: FloatArray
    support: FloatArray
    name: str
    lineage: tuple[str, ...]
    memo: Memo

    def __init__(
        self,
        pixels: ImageLike,
        support: npt.ArrayLike | None = None,
        *,
        name: str = "",
        lineage: Sequence[str] = (),
    ) -> None:
        picture, name = named_picture(pixels, "kernel", name)
        weights = picture.alpha if support is None else support
        self.__attrs_init__(
            pixels=frozen(picture.pixels),
            support=frozen(_checked_support(weights, picture.pixels.shape[:2], name)),
            name=name,
            lineage=_checked_lineage(lineage),
            memo=Memo(),
        )

    @property
    def centre(self) -> tuple[float, float]:
        """X and y of the middle, in the kernel's own pixel coordinates."""
        return (self.width - 1) / 2, (self.height - 1) / 2

    @property
    def has_full_support(self) -> bool:
        """Whether every pixel counts fully."""
        return self.memo.get("full support", lambda: bool((self.support == 1).all()))

    @property
    def digest(self) -> str:
        """The sha256 of pixels and support, in hexadecimal."""
        return self.memo.get("digest", lambda: digest(self.pixels, self.support))

    def derive(
        self,
        pixels: npt.ArrayLike | None = None,
        support: npt.ArrayLike | None = None,
        *,
        name: str | None = None,
        step: str | None = None,
    ) -> Kernel:
        """Make a new kernel out of this one, as a transform does.

        Parameters
        ----------
        pixels : array, optional
            The new pixels; by default the old ones.
        support : (H, W) array, optional
            The new support; by default the old one where the shape is the same, else 1 everywhere.
        name : str, optional
            The new name; by default the old one.
        step : str, optional
            A spec to add to the lineage. The framework adds a transform's own spec; a transform need not.
        """
        new = self.pixels if pixels is None else np.asarray(pixels)
        if support is None and new.shape[:2] == self.shape:
            support = self.support
        return Kernel(
            new,
            support,
            name=self.name if name is None else name,
            lineage=self.lineage if step is None else (*self.lineage, step),
        )

    def labelled(self, name: str, lineage: Sequence[str]) -> Kernel:
        """Return the same kernel under another name and lineage; pixels, support and memo are shared."""
        same = Kernel.__new__(Kernel)
        same.__attrs_init__(pixels=self.pixels, support=self.support, name=name, lineage=tuple(lineage), memo=self.memo)
        return same

    def _repr_png_(self) -> bytes:
        from fracorr.notebook import kernel_png

        return kernel_png(self)

    def __repr__(self) -> str:
        history = f", lineage={' > '.join(self.lineage)!r}" if self.lineage else ""
        return f"Kernel({self.describe()}{history})"


def as_kernel(kernel: Kernel | ImageLike) -> Kernel:
    """Return a kernel as it is, and make one of an array or a path."""
    return kernel if isinstance(kernel, Kernel) else Kernel(kernel)


def _checked_lineage(lineage: Sequence[str]) -> tuple[str, ...]:
    steps = tuple(lineage) if isinstance(lineage, Iterable) and not isinstance(lineage, str) else (None,)
    if not all(isinstance(step, str) for step in steps):
        raise ConfigurationError(f"a kernel's lineage is a sequence of specs, not {lineage!r}")
    return cast("tuple[str, ...]", steps)


def _checked_support(support: npt.ArrayLike | None, shape: tuple[int, ...], name: str) -> FloatArray:
    if support is None:
        return np.ones(shape, dtype=np.float32)
    weights = images.from_array(support, f"support of kernel '{name}'").pixels
    if weights.shape != shape:
        raise ImageError(f"kernel '{name}': the support has shape {weights.shape}, the pixels {shape}")
    if weights.min() < 0 or weights.max() > 1:
        raise ImageError(
            f"kernel '{name}': the support must be in [0, 1], but it reaches from {weights.min():g} to "
            f"{weights.max():g}"
        )
    if weights.max() == 0:
        raise ImageError(f"kernel '{name}': the support is 0 everywhere, so there is nothing to correlate")
    return weights
