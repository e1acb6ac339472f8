"""Black and white tilings: a star of sectors, and the checkerboard."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np

from fracorr import ConfigurationError, Kernel, parameter
from fracorr.validators import whole
from fracorr_patterns import fields
from fracorr_patterns.grid import Array, coverage, polar


@attrs.frozen
class Star:
    """A Siemens star, one kernel for each number of arms: as many white sectors as black ones, alike under scaling.

    The first white sector's middle is on the right. Towards the middle, where sectors get narrower than a pixel, they
    blend into gray. The support is the disc.
    """

    arms: tuple[int, ...] = attrs.field(
        default=(8,),
        validator=fields.several(whole(1, fields.MOST_WAVES)),
        metadata=parameter("How many white sectors", main=True),
    )
    size: int = fields.side()

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        r, angle = polar(self.size)
        inside = coverage(self.size / 2 - r)
        for arms in dict.fromkeys(self.arms):
            # The arc to the nearest edge between two sectors, in pixels, positive in the white ones.
            distance = r * np.arcsin(np.cos(arms * angle)) / arms
            yield Kernel(coverage(distance), inside, name=f"star-{arms}")


@attrs.frozen
class Checkerboard:
    """Squares, the top left one white, one kernel for each number of squares along a side.

    A pixel that an edge crosses takes the exact mean of what it covers.
    """

    cells: tuple[int, ...] = attrs.field(
        default=(8,),
        validator=fields.several(whole(1, fields.LARGEST)),
        metadata=parameter("Squares along a side", main=True),
    )
    size: int = fields.side()

    def __attrs_post_init__(self) -> None:
        if max(self.cells) > self.size:
            raise ConfigurationError(f"cells={max(self.cells)} do not fit into size={self.size}: a cell needs a pixel")

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        for cells in dict.fromkeys(self.cells):
            stripes = _stripes(self.size, cells)
            yield Kernel(0.5 + 0.5 * np.outer(stripes, stripes), name=f"checkerboard-{cells}")


def _stripes(size: int, cells: int) -> Array:
    """Return the mean over each of `size` pixels of a wave that is 1 and −1 in turn, for `cells` half waves."""
    edges = np.arange(size + 1) * cells / size
    # The integral of such a wave rises and falls as a triangle between 0 and 1.
    integral = np.abs((edges + 1) % 2 - 1)
    return np.clip(np.diff(integral) * size / cells, -1.0, 1.0)
