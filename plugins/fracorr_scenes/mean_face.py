"""The mean of small photographs of faces: a kernel that ought to find faces if anything does."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np

from fracorr import Kernel, parameter
from fracorr.validators import whole, wrong
from fracorr_scenes import lfw
from fracorr_scenes.composing import enlarged


@attrs.frozen
class MeanFace:
    """The mean of crops of Labeled Faces in the Wild, enlarged (see :mod:`fracorr_scenes.lfw`).

    By default the second half of the faces: together with the scenes ``faces:people=[0,49]`` it is a fair check of
    whether faces can be found there at all.
    """

    people: tuple[int, int] = attrs.field(
        default=(50, lfw.FACES - 1),
        metadata=parameter("The first and the last of the 100 faces that the mean is of", main=True),
    )
    size: int = attrs.field(default=64, validator=whole(2, 8192), metadata=parameter("Side of the kernel", unit="px"))

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.people[0] <= self.people[1] < lfw.FACES:
            raise wrong(self, f"people={list(self.people)} is not right: from 0 to {lfw.FACES - 1}")

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        mean = lfw.faces(*self.people).mean(axis=0, dtype=np.float64)
        yield Kernel(enlarged(mean.astype(np.float32), self.size, self.size), name="mean-face")
