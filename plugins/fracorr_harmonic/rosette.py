"""The mean of turned copies: round an arc, or all round, which makes a kernel exactly d-fold."""

from __future__ import annotations

import attrs
import numpy as np

from fracorr import Kernel
from fracorr_harmonic import fields
from fracorr_harmonic.copies import Copy, mean_of_copies
from fracorr_harmonic.frame import Frame


@attrs.frozen
class Rosette:
    """The mean of copies of the kernel, turned about its middle.

    Attributes
    ----------
    n : int
        Number of copies.
    arc : float
        Degrees over which they are spread: copy k is turned by k · arc / n counter-clockwise, so that 360 goes all
        round.
    size : int or None
        Longer side of the result in pixels.
    """

    n: int = fields.whole(6, "Number of copies", 1, 3600, main=True)
    arc: float = fields.number(360.0, "Over how many degrees they are spread", 0, 360, unit="degrees")
    size: int | None = fields.size()

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        frame = Frame.of(self, kernel, self.size)
        return mean_of_copies(kernel, frame, [Copy(angle=k * self.arc / self.n) for k in range(self.n)])


@attrs.frozen
class Symmetrize:
    """The kernel made exactly d-fold: its mean over the turns by 360°/d.

    This is the projection on the circular orders m ≡ 0 (mod d), for the turns form a group (Serre 1977, "Linear
    Representations of Finite Groups", section 2.6). Like its content, the result's outline is d-fold: only what all d
    turned frames have in common is kept, which for a square and d = 4 is everything.

    Attributes
    ----------
    fold : int
        d.
    size : int or None
        Longer side of the result in pixels.
    """

    fold: int = fields.whole(4, "How many times the result repeats in one turn", 1, 3600, main=True)
    size: int | None = fields.size()

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        frame = Frame.of(self, kernel, self.size)
        copies = [Copy(angle=k * 360 / self.fold) for k in range(self.fold)]
        return mean_of_copies(kernel, frame, copies, common=True)
