"""Photographs turned, scaled and shifted at random: scenes whose truth is known to a fraction of a pixel."""

from __future__ import annotations

import functools
import pathlib
from collections.abc import Iterator, Sequence
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import ConfigurationError, Kernel, Scene, files, images, parameter
from fracorr.images import FloatArray
from fracorr.randomness import generator
from fracorr.validators import flag, number, optional, whole, wrong
from fracorr_scenes import warps_camera, warps_placing
from fracorr_scenes.resizing import resized
from fracorr_scenes.samples import PHOTOGRAPHS, Samples

#: A template whose pixels have a smaller standard deviation, in gray levels, is too flat to be looked for.
STRUCTURE: Final = 10.0
_TRIES: Final = 500


@attrs.frozen
class Warps:
    """Each scene shows a whole photograph, warped by a random similarity, on another photograph.

    Its own kernel is a square template cut from the photograph before it was warped; its target is where that went.
    Nothing is mirrored or repeated, so that the template is there once. The scenes depend on `seed` and their number
    alone: ``count=5`` gives the first five of ``count=500``, and noise, blur and the like change how a scene looks,
    never where things are.
    """

    count: int = attrs.field(default=20, validator=whole(1), metadata=parameter("How many scenes", main=True))
    template: tuple[int, ...] = attrs.field(
        default=(96,), metadata=parameter("Sides of the template, of which each scene takes one", unit="px")
    )
    angles: tuple[float, float] = attrs.field(
        default=(0.0, 360.0), metadata=parameter("The range that angles are drawn from", unit="degrees")
    )
    scales: tuple[float, float] = attrs.field(
        default=(0.5, 2.0), metadata=parameter("The range that scales are drawn from, evenly by their logarithm")
    )
    size: tuple[int, int] = attrs.field(
        default=(640, 480), metadata=parameter("Width and height of the scenes", unit="px")
    )
    photographs: pathlib.Path | None = attrs.field(
        default=None,
        metadata=parameter("A folder or a pattern with at least two pictures; by default scikit-image's photographs"),
    )
    longest: int = attrs.field(
        default=1000,
        validator=whole(16),
        metadata=parameter("Photographs with a longer side are shrunk to this first", unit="px"),
    )
    color: bool = attrs.field(default=True, validator=flag(), metadata=parameter("Whether the scenes are in colour"))
    noise: float = attrs.field(
        default=0.0,
        validator=number(low=0),
        metadata=parameter("Standard deviation of the scene's Gaussian noise", unit="gray levels"),
    )
    blur: float = attrs.field(
        default=0.0, validator=number(low=0), metadata=parameter("Sigma of the scene's Gaussian blur", unit="px")
    )
    jpeg: int | None = attrs.field(
        default=None, validator=optional(whole(1, 100)), metadata=parameter("Quality of a JPEG that the scene has been")
    )
    brightness: float = attrs.field(
        default=0.0, validator=number(), metadata=parameter("Added to the scene", unit="gray levels")
    )
    contrast: float = attrs.field(
        default=1.0, validator=number(above=0), metadata=parameter("Factor of the scene's contrast about middle gray")
    )
    occlusion: float = attrs.field(
        default=0.0,
        validator=number(low=0, high=0.95),
        metadata=parameter("Share of the target that another photograph covers"),
    )
    seed: int = attrs.field(default=0, validator=whole(0), metadata=parameter("Another number, other scenes"))

    def __attrs_post_init__(self) -> None:
        if not self.template or min(self.template) < 8:
            raise wrong(self, f"template={list(self.template)} is not right: it takes sides of at least 8 px")
        if self.angles[0] > self.angles[1]:
            raise wrong(self, f"angles={list(self.angles)} is not right: the first must not be above the second")
        if not 0 < self.scales[0] <= self.scales[1]:
            raise wrong(self, f"scales={list(self.scales)} is not right: two numbers above 0, the smaller one first")
        if min(self.size) < 1:
            raise wrong(self, f"size={list(self.size)} is not right: width and height are at least 1 px")

    def scenes(self, rng: np.random.Generator) -> Iterator[Scene]:
        return map(self.scene, range(self.count))

    def scene(self, number: int) -> Scene:
        """Return one of the scenes, counted from 0, without making those before it."""
        rng = generator(self.seed, "warps", number)
        side = int(rng.choice(self.template))
        names = self._names()
        name, photograph, place = self._cut(rng, side, names)
        other = str(rng.choice([each for each in names if each != name]))
        target = warps_placing.draw_pose(self, rng, side, pathlib.PurePath(name).stem)
        canvas = warps_placing.background(self._pixels(other), self.size, rng)
        canvas = warps_placing.placed(canvas, photograph, place, target)
        if self.occlusion > 0:
            canvas = warps_placing.covered(
                canvas, self._pixels(other), target, self.occlusion, generator(self.seed, "warps", number, "occlusion")
            )
        pixels = warps_camera.taken(self, canvas, generator(self.seed, "warps", number, "noise"))
        title = f"warp-{number:04d}-{target.label}"
        return Scene(pixels, [target], Kernel(warps_placing.template(photograph, place, side), name=title), name=title)

    def _names(self) -> Sequence[str]:
        if self.photographs is None:
            return list(PHOTOGRAPHS)
        found = [str(path) for path in files.find(self.photographs, images.READABLE)]
        if len(found) < 2:
            raise ConfigurationError(f"'warps': '{self.photographs}' holds one picture; it takes another to put it on")
        return found

    def _pixels(self, name: str) -> FloatArray:
        return _photograph(name, self.photographs is None, self.longest, self.color)

    def _cut(
        self, rng: np.random.Generator, side: int, names: Sequence[str]
    ) -> tuple[str, FloatArray, tuple[int, int]]:
        """Draw a photograph, and column and row in it where a template has some structure."""
        for _ in range(_TRIES):
            name = str(rng.choice(names))
            photograph = self._pixels(name)
            room = photograph.shape[1] - side, photograph.shape[0] - side
            if min(room) < 0:
                continue
            place = int(rng.integers(room[0] + 1)), int(rng.integers(room[1] + 1))
            gray = images.to_gray(warps_placing.template(photograph, place, side))
            if float(np.std(gray, dtype=np.float64)) * 255 >= STRUCTURE:
                return name, photograph, place
        raise ConfigurationError(
            f"'warps': no template of {side} px with any structure was found in {_TRIES} tries; the photographs are "
            "too small or too flat"
        )


@functools.lru_cache(maxsize=32)
def _photograph(name: str, bundled: bool, longest: int, color: bool) -> FloatArray:
    """Return a photograph, shrunk to at most `longest` pixels a side, gray or RGB."""
    if bundled:
        pixels: npt.NDArray[np.float32] = next(iter(Samples(name).scenes(np.random.default_rng(0)))).pixels
    else:
        pixels = images.read(name).pixels
    pixels = images.to_rgb(pixels) if color else images.to_gray(pixels)
    if max(pixels.shape[:2]) > longest:
        pixels = resized(Scene(pixels, name=name), longest).pixels
    return pixels
