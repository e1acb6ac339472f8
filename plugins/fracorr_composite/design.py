"""What all components of this plugin share: which copies are made, and which filter is designed for them."""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import Kernel, parameter
from fracorr_composite.family import Family
from fracorr_composite.mace import mace
from fracorr_composite.otsdf import otsdf
from fracorr_composite.sdf import sdf
from fracorr_composite.uotsdf import umace, uotsdf

Filter: TypeAlias = Literal["sdf", "mace", "otsdf", "umace", "uotsdf"]


def _check_scales(_self: object, _attribute: attrs.Attribute[tuple[float, ...]], value: tuple[float, ...]) -> None:
    if not value or not all(0.05 <= scale <= 20 for scale in value):
        raise ValueError(f"scales must be one or more numbers from 0.05 to 20, not {list(value)}")


@attrs.frozen
class Copies:
    """The rotated and scaled copies of a kernel that a composite filter is made for."""

    angles: int = attrs.field(
        default=12,
        validator=[attrs.validators.ge(1), attrs.validators.le(720)],
        metadata=parameter("How many rotations; 1 leaves the kernel as it stands"),
    )
    turn: float = attrs.field(
        default=360.0,
        validator=[attrs.validators.gt(0), attrs.validators.le(360)],
        metadata=parameter("Over what range: 360 is all around, 40 is from -20 to 20", unit="degrees"),
    )
    scales: tuple[float, ...] = attrs.field(
        default=(1.0,), validator=_check_scales, metadata=parameter("The sizes, each at every rotation")
    )
    fade: float = attrs.field(
        default=0.2,
        validator=[attrs.validators.ge(0), attrs.validators.le(1)],
        metadata=parameter("Share of the kernel's smaller side over which the copies fade in from their edge"),
    )

    def family(self, kernel: Kernel, *, color: bool) -> Family:
        """Make the copies, or return those that were made before."""
        if self.angles == 1:
            angles = np.zeros(1)
        elif self.turn == 360:
            angles = (360.0 * np.arange(self.angles) / self.angles + 180.0) % 360.0 - 180.0
        else:
            angles = np.linspace(-self.turn / 2, self.turn / 2, self.angles)
        key = ("composite: family", self.angles, self.turn, self.scales, self.fade, color)
        return kernel.memo.get(key, lambda: Family.of(kernel, angles, self.scales, fade=self.fade, color=color))


def design(name: Filter, alpha: float, family: Family) -> npt.NDArray[np.float64]:
    """Design a filter for a family.

    Parameters
    ----------
    name : {"sdf", "mace", "otsdf", "umace", "uotsdf"}
    alpha : float
        The trade-off of the two that have one, in [0, 1].
    family : Family

    Returns
    -------
    (H, W) or (H, W, 3) float64 array
        0 where no copy is, with mean 0 in each channel, and 0 everywhere for an empty family. (As the copies have mean
        0 and are nowhere else, that does not change the answers to them.)
    """
    if len(family) == 0:
        h = np.zeros(family.images.shape[1:])
    elif name in ("otsdf", "uotsdf"):
        h = {"otsdf": otsdf, "uotsdf": uotsdf}[name](family.images, alpha)
    else:
        h = {"sdf": sdf, "mace": mace, "umace": umace}[name](family.images)
    means = (h * family.support).sum(axis=(1, 2), keepdims=True) / max(family.support.sum(), 1)
    pixels = np.moveaxis((h - means) * family.support, 0, 2)
    return np.asarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)


def as_kernel(kernel: Kernel, family: Family, h: npt.NDArray[np.float64]) -> Kernel:
    """Return a filter as a kernel: ``0.5 + h / (2 max|h|)`` where any copy is."""
    if len(family) == 0:
        return kernel.derive(h + 0.5)
    return kernel.derive(0.5 + h / (2 * np.abs(h).max()), family.support.astype(np.float32))
