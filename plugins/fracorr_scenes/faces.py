"""Faces among other things: scenes composed of small photographs, whose truth and chance are known."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

import attrs
import numpy as np

from fracorr import Kernel, Scene, parameter
from fracorr.images import FloatArray
from fracorr.randomness import generator
from fracorr.validators import one_of, whole, wrong
from fracorr_scenes import lfw
from fracorr_scenes.backgrounds import part, piece
from fracorr_scenes.composing import Cell, enlarged, mosaic, on_photograph

Layout: TypeAlias = Literal["mosaic", "photograph"]
Others: TypeAlias = Literal["crops", "photographs"]


@attrs.frozen
class Faces:
    """Each scene hides faces at random places, each with a box, a size and an angle.

    The faces are crops of 25×25 pixels of Labeled Faces in the Wild (see :mod:`fracorr_scenes.lfw`), enlarged with
    cubic splines; nothing else in a scene is any sharper. In a ``mosaic`` every cell of a grid shows a face or another
    crop. On a ``photograph``, one of scikit-image's without people or animals, faces and `decoys` lie as round pieces
    with soft edges.

    The others are either the ``crops`` without faces that belong to the faces, most of which are nearly flat, so that
    anything which likes structure finds the faces; or pieces of ``photographs``, each with the brightness and the
    contrast of one of the faces, so that these tell nothing.

    All crops of a scene have the same size, drawn from the range evenly by its logarithm; each has an angle of its own.
    A scene has the area of `cells` crops, so a place drawn at random hits a face with a probability of about `faces`
    over the number of cells; the exact chance, given the places that a kernel can reach, stands beside each trial's
    result. The scene's own kernel is its first face, upright, in the middle of the size range.

    The scenes depend on `seed` and their number alone: ``count=5`` gives the first five of ``count=500``.
    """

    layout: Layout = attrs.field(
        default="mosaic",
        validator=one_of("mosaic", "photograph"),
        metadata=parameter("What is around the faces", main=True),
    )
    count: int = attrs.field(default=10, validator=whole(1), metadata=parameter("How many scenes"))
    faces: int = attrs.field(default=1, validator=whole(1, 100), metadata=parameter("Faces in each scene"))
    cells: tuple[int, int] = attrs.field(
        default=(6, 5), metadata=parameter("Columns and rows of crops that a scene has room for")
    )
    margin: int = attrs.field(
        default=0,
        validator=whole(0),
        metadata=parameter(
            "Cells along the edge without a face: a kernel up to 2 · margin + 1 cells wide reaches them all"
        ),
    )
    sizes: tuple[float, float] = attrs.field(
        default=(64.0, 64.0), metadata=parameter("The range that the side of the crops is drawn from", unit="px")
    )
    angles: tuple[float, float] = attrs.field(
        default=(0.0, 0.0), metadata=parameter("The range that angles are drawn from", unit="degrees")
    )
    others: Others = attrs.field(
        default="photographs",
        validator=one_of("crops", "photographs"),
        metadata=parameter("What is not a face: crops as they come with the faces, or pieces of photographs like them"),
    )
    decoys: int = attrs.field(
        default=3, validator=whole(0), metadata=parameter("Non-faces that lie on a photograph as the faces do")
    )
    people: tuple[int, int] = attrs.field(
        default=(0, lfw.FACES - 1), metadata=parameter("The first and the last of the 100 faces that may appear")
    )
    seed: int = attrs.field(default=0, validator=whole(0), metadata=parameter("Another number, other scenes"))

    def __attrs_post_init__(self) -> None:
        if len(self._inner_cells()) < self.faces or self.faces == math.prod(self.cells):
            raise wrong(
                self,
                f"cells={list(self.cells)} with margin={self.margin} is not right: it needs room for {self.faces} "
                "faces and something else",
            )
        if not 8 <= self.sizes[0] <= self.sizes[1] <= 1000:
            raise wrong(self, f"sizes={list(self.sizes)} is not right: from 8 to 1000 px, the smaller one first")
        if not -360 <= self.angles[0] <= self.angles[1] <= 360:
            raise wrong(self, f"angles={list(self.angles)} is not right: from -360 to 360, the smaller one first")
        if not 0 <= self.people[0] <= self.people[1] < lfw.FACES or self.faces > 1 + self.people[1] - self.people[0]:
            raise wrong(self, f"people={list(self.people)} is not right: from 0 to 99, at least {self.faces} of them")
        room = math.prod(self.cells) // 4
        if self.layout == "photograph" and self.faces + self.decoys > room:
            raise wrong(
                self, f"faces={self.faces} and decoys={self.decoys} are too many: a photograph takes {room} together"
            )

    def scenes(self, rng: np.random.Generator) -> Iterator[Scene]:
        return map(self.scene, range(self.count))

    def scene(self, number: int) -> Scene:
        """Return one of the scenes, counted from 0, without making those before it."""
        rng = generator(self.seed, "faces", number)
        low, high = self.sizes
        side = round(low * (high / low) ** rng.random())
        people = lfw.faces(*self.people)
        wanted = [people[index] for index in rng.permutation(len(people))[: self.faces]]
        rest = self.decoys if self.layout == "photograph" else math.prod(self.cells) - self.faces
        crops = [*wanted, *self._others(rest, people, rng)]
        cells = [Cell(crop, float(rng.uniform(*self.angles)), each < self.faces) for each, crop in enumerate(crops)]
        if self.layout == "photograph":
            photograph = part(*self.cells, rng)
            pixels, targets = on_photograph(cells, photograph, self.cells, side, self.margin * side, rng)
        else:
            pixels, targets = mosaic(self._arranged(cells, rng), self.cells, side)
        middle = round(math.sqrt(low * high))
        targets = [attrs.evolve(target, scale=side / middle) for target in targets]
        own = Kernel(enlarged(wanted[0], middle, middle), name="face")
        return Scene(pixels, targets, own, name=f"{self.layout}-{self.others}-{self.seed}-{number:03d}")

    def _inner_cells(self) -> list[int]:
        """Return which cells of the grid, counted row by row, may show a face."""
        columns, rows = self.cells
        inner = itertools.product(range(self.margin, rows - self.margin), range(self.margin, columns - self.margin))
        return [row * columns + column for row, column in inner]

    def _arranged(self, cells: Sequence[Cell], rng: np.random.Generator) -> list[Cell]:
        """Return the cells of a mosaic row by row: the faces somewhere within the margin, the others around them."""
        places = rng.permutation(self._inner_cells())[: self.faces]
        arranged = list(cells[self.faces :])
        for place, cell in sorted(zip(map(int, places), cells[: self.faces], strict=True), key=lambda pair: pair[0]):
            arranged.insert(place, cell)
        return arranged

    def _others(self, count: int, people: FloatArray, rng: np.random.Generator) -> list[FloatArray]:
        if self.others == "photographs":
            return [piece(people[index], rng) for index in _shuffled(len(people), count, rng)]
        crops = lfw.others()
        return [crops[index] for index in _shuffled(len(crops), count, rng)]


def _shuffled(length: int, count: int, rng: np.random.Generator) -> list[int]:
    """Draw indices, none twice before all have come."""
    rounds = -(-count // length)
    return [int(index) for _ in range(rounds) for index in rng.permutation(length)][:count]
