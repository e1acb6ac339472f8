"""The photographs that scikit-image brings along in its wheel, as scenes."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from typing import Final

import attrs
import numpy as np

from fracorr import ConfigurationError, MissingDependencyError, Scene, images, parameter
from fracorr.errors import nearest
from fracorr.validators import optional, whole
from fracorr_scenes.boxes import Box, scene_of
from fracorr_scenes.bundled import data_folder
from fracorr_scenes.resizing import resized
from fracorr_scenes.sample_boxes import BOXES

#: Scene names and the files of scikit-image's data folder. Everything else that ``skimage.data`` offers is either
#: drawn (checkerboard, color wheel, phantom), or downloaded on first use, which must never happen here.
PHOTOGRAPHS: Final = {
    "astronaut": "astronaut.png",
    "brick": "brick.png",
    "camera": "camera.png",
    "cell": "cell.png",
    "chelsea": "chelsea.png",
    "clock": "clock_motion.png",
    "coffee": "coffee.png",
    "coins": "coins.png",
    "grass": "grass.png",
    "gravel": "gravel.png",
    "hubble_deep_field": "hubble_deep_field.jpg",
    "immunohistochemistry": "ihc.png",
    "microaneurysms": "microaneurysms.png",
    "moon": "moon.png",
    "motorcycle": "motorcycle_left.png",
    "page": "page.png",
    "retina": "retina.jpg",
    "rocket": "rocket.jpg",
    "text": "text.png",
}


#: What the targets may be.
LABELS: Final = tuple(sorted({label for label, _ in BOXES.values()}))


@attrs.frozen
class Samples:
    """Scenes that need no download. Where there are targets, the scene's own kernel is what the first one shows."""

    names: str = attrs.field(default="*", metadata=parameter("Which ones: a name or a pattern", main=True))
    label: str = attrs.field(
        default="*",
        metadata=parameter(f"Which targets: a name or a pattern. There are: {', '.join(LABELS)}"),
    )
    size: int | None = attrs.field(
        default=None,
        validator=optional(whole(1)),
        metadata=parameter("Resize so that the longer side has this length", unit="px"),
    )

    def __attrs_post_init__(self) -> None:
        if not self._chosen():
            raise ConfigurationError(
                f"there is no sample photograph '{self.names}'{nearest(self.names, PHOTOGRAPHS) or '.'} "
                f"The samples are: {', '.join(PHOTOGRAPHS)}"
            )
        if not fnmatch.filter(LABELS, self.label):
            raise ConfigurationError(
                f"no sample photograph has a '{self.label}'{nearest(self.label, LABELS) or '.'} "
                f"The labels are: {', '.join(LABELS)}"
            )

    def scenes(self, rng: np.random.Generator) -> Iterator[Scene]:
        for name in self._chosen():
            yield resized(_sample(name, self.label), self.size)

    def _chosen(self) -> list[str]:
        return fnmatch.filter(PHOTOGRAPHS, self.names)


def _sample(name: str, label: str) -> Scene:
    path = data_folder() / PHOTOGRAPHS[name]
    if not path.exists():
        raise MissingDependencyError(
            f"the installed scikit-image brings no {path.name}, so there is no sample '{name}'; install "
            "scikit-image 0.26"
        )
    pixels = images.read(path).pixels
    shown, boxes = BOXES.get(name, ("", []))
    wanted = fnmatch.fnmatchcase(shown, label)
    return scene_of(pixels, [Box(*box, shown) for box in boxes if wanted], name)
