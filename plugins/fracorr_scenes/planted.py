"""A kernel planted on backgrounds at given angles and scales: scenes for curves over rotation and scale."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator
from typing import Final, Literal

import attrs
import numpy as np

from fracorr import ConfigurationError, Kernel, Scene, Target, images, parameter
from fracorr.api import kernel_from
from fracorr.errors import nearest
from fracorr.geometry import angle_difference
from fracorr.images import FloatArray
from fracorr.parameters import Parameter
from fracorr.plugins import default_registry
from fracorr.randomness import generator
from fracorr.sweep import range_from_text, values_from_text
from fracorr.validators import flag, one_of, whole, wrong
from fracorr_scenes import planting, warps_placing
from fracorr_scenes.samples import PHOTOGRAPHS, Samples

#: Backgrounds that are no photographs.
PLAIN: Final = ("black", "gray", "noise")


@attrs.frozen
class Planted:
    """One scene for each background and pose; its own kernel is the one that was planted.

    Several angles together with several scales are taken in turn: all angles at the scale nearest to 1, all scales at
    the angle nearest to 0. On one background the kernel is always at the same place, so that nothing but its pose
    changes.
    """

    kernel: str = attrs.field(metadata=parameter("What to plant: a spec of a kernel source, or a picture", main=True))
    angles: str = attrs.field(
        default="0", metadata=parameter("A list [0,45,90], or first..last:how-many as in 0..345:24", unit="degrees")
    )
    scales: str = attrs.field(
        default="1", metadata=parameter("Likewise; a range such as 0.25..4:9 is even by its logarithm")
    )
    grid: bool = attrs.field(
        default=False, validator=flag(), metadata=parameter("Take every angle at every scale instead")
    )
    backgrounds: tuple[str, ...] = attrs.field(
        default=("coffee",), metadata=parameter("Sample photographs, black, gray, or noise with the spectrum of one")
    )
    size: tuple[int, int] = attrs.field(
        default=(480, 480), metadata=parameter("Width and height of the scenes", unit="px")
    )
    edge: Literal["support", "gaussian"] = attrs.field(
        default="support",
        validator=one_of("support", "gaussian"),
        metadata=parameter("What blends into the background: the kernel's own support, or that under a Gaussian"),
    )
    seed: int = attrs.field(default=0, validator=whole(0), metadata=parameter("Another number, other places"))

    def __attrs_post_init__(self) -> None:
        for name in self.backgrounds:
            if name not in PLAIN and name not in PHOTOGRAPHS:
                known = [*PLAIN, *PHOTOGRAPHS]
                raise wrong(self, f"there is no background '{name}'{nearest(name, known) or '.'} There are: {known}")
        if not self.backgrounds:
            raise wrong(self, "backgrounds: at least one is needed")
        if min(self.size) < 1:
            raise wrong(self, f"size={list(self.size)} is not right: width and height are at least 1 px")
        if min(scale for _, scale in self.poses) <= 0:
            raise wrong(self, f"scales={self.scales} is not right: scales are above 0")

    @property
    def poses(self) -> list[tuple[float, float]]:
        """The angles in degrees with their scales."""
        angles, scales = _numbers("angles", self.angles), _numbers("scales", self.scales, by_logarithm=True)
        if self.grid or min(scales) <= 0:
            return list(itertools.product(angles, scales))
        upright = min(angles, key=lambda angle: (angle_difference(angle, 0.0), angle))
        natural = min(scales, key=lambda scale: (abs(math.log(scale)), scale))
        turned = [(angle, natural) for angle in angles]
        return turned + [(upright, scale) for scale in scales if scale != natural]

    def scenes(self, rng: np.random.Generator) -> Iterator[Scene]:
        kernel = _kernel(self.kernel, self.edge)
        for background in self.backgrounds:
            canvas = self._canvas(background, kernel.is_color)
            place = self._place(background, kernel)
            for angle, scale in self.poses:
                yield _planted(canvas, kernel, background, place, angle, scale)

    def _canvas(self, background: str, color: bool) -> FloatArray:
        rng = generator(self.seed, "planted", background)
        if background in ("black", "gray"):
            pixels = np.full((self.size[1], self.size[0]), 0.0 if background == "black" else 0.5, np.float32)
        elif background == "noise":
            pixels = planting.natural_noise(self.size, rng)
        else:
            photograph = next(iter(Samples(background).scenes(rng))).pixels
            pixels = warps_placing.background(photograph, self.size, rng)
        return images.to_rgb(pixels) if color else images.to_gray(pixels)

    def _place(self, background: str, kernel: Kernel) -> tuple[float, float]:
        """Draw the kernel's centre so that every pose lies in the scene, and at scale 1 pixels lie on pixels."""
        reaches = np.array([planting.reach(kernel.shape, *pose) for pose in self.poses])
        across, down = reaches.max(axis=0)
        rng = generator(self.seed, "planted place", background)
        place = []
        for length, side, reach in zip(self.size, (kernel.width, kernel.height), (across, down), strict=True):
            half = (side - 1) / 2  # from the centre to the kernel's first column or row
            first, last = math.ceil(reach - 0.5 - half), math.floor(length - 0.5 - reach - half)
            if first > last:
                raise wrong(
                    self,
                    f"kernel '{kernel.name}' of {kernel.width}×{kernel.height} px covers up to "
                    f"{math.ceil(2 * across)}×{math.ceil(2 * down)} px in its largest pose, which does not fit into "
                    f"scenes of {self.size[0]}×{self.size[1]} px; use larger scenes (size=[640,640]) or smaller scales",
                )
            place.append(int(rng.integers(first, last + 1)) + half)
        return place[0], place[1]


def _planted(
    canvas: FloatArray, kernel: Kernel, background: str, place: tuple[float, float], angle: float, scale: float
) -> Scene:
    target = Target(*place, kernel.width * scale, kernel.height * scale, angle, scale, kernel.name)
    pixels = planting.blended(canvas, kernel, target)
    return Scene(pixels, [target], kernel, name=f"{kernel.name}-on-{background}-angle{angle:g}-scale{scale:.4g}")


@functools.lru_cache(maxsize=4)
def _kernel(spec: str, edge: str) -> Kernel:
    kernel = kernel_from(spec, default_registry(), seed=0)
    return kernel if edge == "support" else planting.windowed(kernel)


def _numbers(name: str, text: str, by_logarithm: bool = False) -> tuple[float, ...]:
    """Read a list or a range of numbers."""
    described = Parameter(name, float, default=0.0)
    inner = text.strip().removeprefix("[").removesuffix("]")
    found = range_from_text(described, inner, "planted")
    values = values_from_text(described, inner, "planted") if found is None else found
    numbers = tuple(float(str(each)) for each in values)
    if found is not None and by_logarithm and min(numbers) > 0:
        # Without the last digits, which are rounding: 2 and not 1.9999999999999998.
        numbers = tuple(float(f"{each:.9g}") for each in np.geomspace(numbers[0], numbers[-1], len(numbers)))
    if len(set(numbers)) < len(numbers):
        raise ConfigurationError(f"'planted': {name}={text} has a value twice")
    return numbers
