"""Image files as scenes."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import attrs
import numpy as np

from fracorr import Scene, Target, files, images, parameter
from fracorr.validators import optional, whole, wrong
from fracorr_scenes.resizing import resized


@attrs.frozen
class File:
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
            scene = Scene(images.read(path).pixels, targets, name=name)
            self._check_target(scene)
            yield resized(scene, self.size)

    def _check_target(self, scene: Scene) -> None:
        """Refuse a target that is not wholly in a picture: more likely the numbers are wrong than the picture."""
        if self.target is None:
            return
        left, top, width, height = self.target
        if left < 0 or top < 0 or left + width > scene.width or top + height > scene.height:
            listed = ",".join(f"{value:g}" for value in self.target)
            raise wrong(
                self,
                f"target=[{listed}] is not right: it reaches beyond '{scene.name}' of {scene.width}×{scene.height} px; "
                "it takes left, top, width and height",
            )
