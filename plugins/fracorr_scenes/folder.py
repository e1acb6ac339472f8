"""The user's own photographs, with boxes around what is looked for."""

from __future__ import annotations

import fnmatch
import pathlib
from collections.abc import Iterator, Sequence

import attrs
import numpy as np

from fracorr import ConfigurationError, Scene, files, images, parameter
from fracorr.exclusions import leave_out
from fracorr.validators import flag, number, one_of, optional, whole
from fracorr_scenes.annotations import FORMATS, Annotations, Format, read_annotations
from fracorr_scenes.boxes import in_frame, scene_of
from fracorr_scenes.resizing import resized


@attrs.frozen
class Folder:
    """Each picture is a scene, its boxes are the targets, and its own kernel is what the first box shows.

    The boxes stand in a CSV file (``file,left,top,width,height,label``), in COCO's JSON, in Pascal VOC's XML or in
    YOLO's text files; which of them is there is seen by itself. Boxes are cut to the picture. A box without an area or
    mostly outside, and a picture without a box, is left out and counted; a file that is broken is an error.
    """

    path: pathlib.Path = attrs.field(
        metadata=parameter("The folder of the pictures, or a pattern such as 'photos/*.jpg'", main=True)
    )
    boxes: pathlib.Path | None = attrs.field(
        default=None,
        metadata=parameter(
            "The file with the boxes, or the folder of one file for each picture; none looks beside them"
        ),
    )
    format: Format | None = attrs.field(
        default=None,
        validator=optional(one_of(*FORMATS)),
        metadata=parameter("The format of the boxes; none goes by what is there"),
    )
    label: str = attrs.field(default="*", metadata=parameter("Only boxes of what has such a name: a name or a pattern"))
    inside: float = attrs.field(
        default=0.5,
        validator=number(above=0, high=1),
        metadata=parameter("The least share of a box that must be in the picture"),
    )
    empty: bool = attrs.field(
        default=False, validator=flag(), metadata=parameter("Keep pictures without a box, as scenes without a target")
    )
    size: int | None = attrs.field(
        default=None,
        validator=optional(whole(1)),
        metadata=parameter("Resize so that the longer side has this length", unit="px"),
    )

    def scenes(self, rng: np.random.Generator) -> Iterator[Scene]:
        pictures = files.find(self.path, images.READABLE)
        _check_names(pictures)
        found = read_annotations(self.boxes, self.format, pictures)
        count = 0
        for picture, name in zip(pictures, files.distinct_names(pictures), strict=True):
            scene = self._scene(picture, name, found)
            if scene.targets or self.empty:
                count += 1
                yield resized(scene, self.size)
            else:
                leave_out(picture.name, f"pictures without a box{self._labelled}")
        if count == 0:
            astray = "".join(f"{each} in '{self.path}'; " for each in list(found.astray(pictures).values())[:1])
            raise ConfigurationError(
                f"'folder': {astray}none of the {len(pictures)} pictures of '{self.path}' has a box{self._labelled} "
                "that is in the picture; empty=true keeps them as scenes without a target"
            )

    @property
    def _labelled(self) -> str:
        return "" if self.label == "*" else f" labelled '{self.label}'"

    def _scene(self, picture: pathlib.Path, name: str, found: Annotations) -> Scene:
        pixels = images.read(picture).pixels
        shape = pixels.shape[0], pixels.shape[1]
        wanted = [box for box in found.of(picture, shape) if fnmatch.fnmatchcase(box.label, self.label)]
        return scene_of(pixels, in_frame(wanted, shape, self.inside), name)


def _check_names(pictures: Sequence[pathlib.Path]) -> None:
    """Refuse pictures that annotations, which know names alone, cannot tell apart."""
    places: dict[str, pathlib.Path] = {}
    for picture in pictures:
        other = places.setdefault(picture.name, picture)
        if other is not picture:
            raise ConfigurationError(
                f"'folder': '{other}' and '{picture}' have one name, so that their boxes cannot be told apart; take "
                "one folder at a time"
            )
