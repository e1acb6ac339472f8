"""The plain kernel where its fractal would be: as large, and on as much ground."""

from __future__ import annotations

import math

import attrs
import numpy as np

import fracorr
from fracorr import Kernel, parameter, sampling
from fracorr.plugins import default_registry
from fracorr.selection import Selected, select_chains
from fracorr.validators import number, wrong
from fracorr_patterns.equal_area import area_of
from fracorr_patterns.opaque import with_full_support
from fracorr_patterns.spectra import filled, planes


@attrs.frozen
class Pad:
    """The kernel as it is, in the frame of its fractal, on a flat ground, and as large as the fractal.

    A fractal of a kernel has smaller parts, less area and more ground than the kernel. This has the same frame, the
    same area, as far as the frame allows it, and the same ground, but is no fractal: what it achieves is not due to
    the fractal's form. The result has support everywhere.
    """

    like: str = attrs.field(
        default="orbit-trap", metadata=parameter("The chain of transforms that makes the fractal", main=True)
    )
    ground: float = attrs.field(
        default=0.0,
        validator=number(low=0, high=1),
        metadata=parameter("Brightness around the kernel, from 0 to 1"),
    )

    def __attrs_post_init__(self) -> None:
        chains = select_chains(default_registry(), self.like)
        if len(chains) != 1:
            raise wrong(self, f"like={self.like!r} is not right: it takes one chain, not {len(chains)}")

    @property
    def used_components(self) -> tuple[Selected, ...]:
        """The transforms that make the fractal: a trial is another one where they are of another version."""
        (chain,) = select_chains(default_registry(), self.like)
        return chain.links

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        fractal = fracorr.fractalize(kernel, self.like, seed=int(rng.integers(2**31)))
        plain = _of_area(sampling.crop_to_support(kernel), area_of(fractal), fractal.shape)
        pixels = np.full((*fractal.shape, planes(kernel).shape[2]), self.ground)
        top, left = ((whole - part) // 2 for whole, part in zip(fractal.shape, plain.shape, strict=True))
        inside = slice(top, top + plain.height), slice(left, left + plain.width)
        pixels[inside] = filled(planes(plain), plain.support, self.ground)
        return with_full_support(kernel, pixels)


def _of_area(kernel: Kernel, wanted: float, frame: tuple[int, int]) -> Kernel:
    """Return the kernel at the size where its support has this area, or fills the frame if that is smaller."""
    scale = math.sqrt(wanted / area_of(kernel))
    scale = min(scale, *(most / side for most, side in zip(frame, kernel.shape, strict=True)))
    height, width = (max(1, round(side * scale)) for side in kernel.shape)
    return sampling.resize(kernel, height, width)
