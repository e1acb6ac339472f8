"""Image files as scenes."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import attrs
import numpy as np

from fracorr import Scene, Target, files, images, parameter
from fracorr.validators import optional, whole
from fracorr_scenes.resizing import resized


@attrs.frozen
class Files:
    """Each picture is a scene named after its file; they are read one at a time, in the order of their paths."""

    path: pathlib.Path = attrs.field(
        metadata=parameter("A file, a folder, or a pattern such as 'photos/*.jpg'", main=True),
    )
    size: int | None = attrs.field(
        default=None,
        validator=optional(whole(1)),
        metadata=parameter("Resize so that the longer side has this length", unit="px"),
    )

    target: tuple[float, float, float, float] | None = attrs.field(
        default=None,
        metadata=parameter("Left, top, width and height of the thing looked for, before any resizing", unit="px"),
    )

    def scenes(self, rng: np.random.Generator) -> Iterator[Scene]:
        paths = files.find(self.path, images.READABLE)
        for path, name in zip(paths, files.distinct_names(paths), strict=True):
            targets = () if self.target is None else (Target.from_box(*self.target),)
            yield resized(Scene(images.read(path).pixels, targets, name=name), self.size)
