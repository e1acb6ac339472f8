"""The photographs that scikit-image brings along in its wheel, as scenes."""

from __future__ import annotations

import fnmatch
import importlib.util
import math
import pathlib
from collections.abc import Iterator
from typing import Final

import attrs
import numpy as np

from fracorr import ConfigurationError, Kernel, MissingDependencyError, Scene, Target, images, parameter
from fracorr.errors import nearest
from fracorr.validators import optional, whole
from fracorr_scenes.resizing import resized

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

#: Boxes measured by hand on enlargements with a grid: first column, first row, columns, rows, what it is.
_BOXES: Final[dict[str, list[tuple[int, int, int, int, str]]]] = {
    # From ear to ear without the ears, and from the fringe to the chin.
    "astronaut": [(178, 68, 94, 112, "face")],
    # The dark rims of the eyelids; the second eye is farther away, so smaller.
    "chelsea": [(135, 86, 77, 62, "eye"), (295, 110, 48, 55, "eye")],
}


@attrs.frozen
class Samples:
    """Scenes that need no download. Where there are targets, the scene's own kernel is what the first one shows."""

    names: str = attrs.field(default="*", metadata=parameter("Which ones: a name or a pattern", main=True))
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

    def scenes(self, rng: np.random.Generator) -> Iterator[Scene]:
        for name in self._chosen():
            yield resized(_sample(name), self.size)

    def _chosen(self) -> list[str]:
        return fnmatch.filter(PHOTOGRAPHS, self.names)


def _sample(name: str) -> Scene:
    path = _folder() / PHOTOGRAPHS[name]
    if not path.exists():
        raise MissingDependencyError(
            f"the installed scikit-image brings no {path.name}, so there is no sample '{name}'; install "
            "scikit-image 0.26"
        )
    pixels = images.read(path).pixels
    boxes = _BOXES.get(name, [])
    if not boxes:
        return Scene(pixels, name=name)
    left, top, width, height, label = boxes[0]
    own = Kernel(pixels[top : top + height, left : left + width], name=f"{name}-{label}")
    targets = [
        attrs.evolve(Target.from_box(*box), scale=math.sqrt(box[2] * box[3] / (width * height))) for box in boxes
    ]
    return Scene(pixels, targets, own, name=name)


def _folder() -> pathlib.Path:
    """Return scikit-image's data folder without importing ``skimage.data``, whose functions may download."""
    found = importlib.util.find_spec("skimage")
    if found is None or not found.submodule_search_locations:
        raise MissingDependencyError("the sample photographs come with scikit-image: pip install scikit-image")
    return pathlib.Path(found.submodule_search_locations[0]) / "data"
