"""Image files as kernels: single files, folders and patterns of files, and the cells of sprite sheets."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import attrs
import numpy as np

from fracorr import ConfigurationError, ImageError, Kernel, files, images, parameter
from fracorr.images import FloatArray, Picture
from fracorr_features.preparation import Color, Crop, check_length, prepared
from fracorr_features.sprites import cells, indices


@attrs.frozen
class File:
    """Each picture, or each chosen cell of it, is a kernel named after its file.

    A file's alpha channel becomes the kernel's support unless there is a mask. Cutting comes first, then the mask,
    the crop, the size and the colours.
    """

    path: pathlib.Path = attrs.field(
        metadata=parameter("A file, a folder, or a pattern such as 'eyes/*.png'", main=True),
    )
    cell: int | None = attrs.field(
        default=None,
        validator=check_length,
        metadata=parameter("Side of one cell, if the file is a sprite sheet", unit="px"),
    )
    index: str = attrs.field(
        default="all",
        metadata=parameter("Which cells, counted row by row from 0: 489, a range 3..8 with both ends, or all"),
    )
    mask: pathlib.Path | None = attrs.field(
        default=None,
        metadata=parameter("A picture of the same size whose brightness is the support"),
    )
    crop: Crop = attrs.field(
        default=None,
        validator=check_length,
        metadata=parameter("Side of the square to cut from the middle; 'square' for the largest", unit="px"),
    )
    size: int | None = attrs.field(
        default=None,
        validator=check_length,
        metadata=parameter("Resize so that the longer side has this length", unit="px"),
    )
    color: Color = attrs.field(default="keep", metadata=parameter("Turn into gray or rgb, or keep as it is"))

    def __attrs_post_init__(self) -> None:
        indices(self.index)
        if self.cell is None and self.index != "all":
            raise ConfigurationError(f"index={self.index} needs cell=: the side of one cell of the sheet in px")

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        support = None if self.mask is None else read_mask(self.mask)
        paths = files.find(self.path, images.READABLE)
        for path, name in zip(paths, files.distinct_names(paths), strict=True):
            picture = images.read(path)
            pieces = [(name, picture)] if self.cell is None else cells(picture, path, name, self.cell, self.index)
            for label, piece in pieces:
                kernel = self._kernel(label, piece, support)
                yield prepared(kernel, crop=self.crop, size=self.size, color=self.color)

    def _kernel(self, name: str, picture: Picture, support: FloatArray | None) -> Kernel:
        height, width = picture.pixels.shape[:2]
        if support is not None and support.shape != (height, width):
            raise ImageError(
                f"mask '{self.mask}' has {support.shape[1]}×{support.shape[0]} pixels, but '{name}' has "
                f"{width}×{height}; they must be equal"
            )
        return Kernel(picture.pixels, picture.alpha if support is None else support, name=name)


def read_mask(path: pathlib.Path) -> FloatArray:
    """Return a mask file's brightness, (H, W) in [0, 1]; what is transparent in it is 0."""
    mask = images.read(path.expanduser())
    brightness = np.clip(images.to_gray(mask.pixels), 0.0, 1.0)
    return brightness if mask.alpha is None else brightness * mask.alpha
