"""Flat shapes: controls that have an outline and nothing inside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal, TypeAlias

import attrs
import numpy as np

from fracorr import ConfigurationError, Kernel, parameter
from fracorr.images import FloatArray
from fracorr.validators import number
from fracorr_patterns import fields
from fracorr_patterns.grid import coordinates, coverage, polar

Ground: TypeAlias = Literal["black", "none"]

#: A shape that nowhere covers more of a pixel than this vanishes in 8 bits.
_TRACE: Final = 1 / 255

_GROUND: Final = parameter("What is around the shape: black, or none, so that the support ends with the shape")


def _fraction(default: float, help: str, *, main: bool = False) -> Any:
    return attrs.field(default=default, validator=number(above=0, high=1), metadata=parameter(help, main=main))


@attrs.frozen
class Disc:
    """A white disc."""

    radius: float = _fraction(0.8, "Radius over half the kernel's side", main=True)
    ground: Ground = attrs.field(default="black", metadata=_GROUND)
    size: int = fields.side()

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        r, _ = polar(self.size)
        yield shape(coverage(self.radius * self.size / 2 - r), self.ground, "disc")


@attrs.frozen
class Ring:
    """A white ring."""

    radius: float = _fraction(0.8, "Outer radius over half the kernel's side", main=True)
    inner: float = _fraction(0.6, "Inner radius over half the kernel's side")
    ground: Ground = attrs.field(default="black", metadata=_GROUND)
    size: int = fields.side()

    def __attrs_post_init__(self) -> None:
        if self.inner >= self.radius:
            raise ConfigurationError(
                f"a ring needs inner below radius, not inner={self.inner:g}, radius={self.radius:g}"
            )

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        r, _ = polar(self.size)
        half = self.size / 2
        inside = np.minimum(coverage(self.radius * half - r), coverage(r - self.inner * half))
        yield shape(inside, self.ground, "ring")


@attrs.frozen
class Square:
    """A white square; at its full size the whole kernel is flat, so that a correct normalised method scores it 0."""

    width: float = _fraction(1.0, "Width of the square over the kernel's side", main=True)
    ground: Ground = attrs.field(default="black", metadata=_GROUND)
    size: int = fields.side()

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        half = self.width * self.size / 2
        x, y = coordinates(self.size)
        yield shape(coverage(half - np.abs(x)) * coverage(half - np.abs(y)), self.ground, "square")


def shape(inside: FloatArray, ground: Ground, name: str) -> Kernel:
    """Return a white shape on black with support everywhere, or with support on the shape only.

    Raises
    ------
    ConfigurationError
        If the shape falls between the pixels.
    """
    if inside.max() < _TRACE:
        raise ConfigurationError(
            f"'{name}': at size={len(inside)} it falls between the pixels; make the shape or the size larger"
        )
    if ground == "black":
        return Kernel(inside, name=name)
    return Kernel(np.ones_like(inside), inside, name=name)
