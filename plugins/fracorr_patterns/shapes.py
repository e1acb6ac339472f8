"""Flat shapes: controls that have an outline and nothing inside it."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np
from attrs import validators

from fracorr import Kernel, parameter
from fracorr.images import FloatArray
from fracorr_patterns.grid import coverage, polar


@attrs.frozen
class Disc:
    """A white disc on black, or on nothing."""

    radius: float = attrs.field(
        default=0.8,
        validator=[validators.gt(0), validators.le(1)],
        metadata=parameter("Radius over half the kernel's side", main=True),
    )
    ground: bool = attrs.field(default=True, metadata=parameter("Black ground around it; else the support ends there"))
    size: int = attrs.field(default=64, validator=validators.ge(2), metadata=parameter("Side", unit="px"))

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        r, _ = polar(self.size)
        yield shape(coverage(self.radius * self.size / 2 - r), self.ground, "disc")


def shape(inside: FloatArray, ground: bool, name: str) -> Kernel:
    """Return a white shape, either on black with support everywhere, or with support on the shape only."""
    if ground:
        return Kernel(inside, name=name)
    return Kernel(np.ones_like(inside), inside, name=name)
