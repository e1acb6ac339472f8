"""The result's size, and what of the kernel serves for it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import Kernel, validators
from fracorr.images import pixel_limit
from fracorr.sampling import LONGEST_SIDE, bands

Complexes = npt.NDArray[np.complex128]


@attrs.frozen
class Frame:
    """A result's size in pixels, and how much larger than the kernel it is."""

    height: int
    width: int
    zoom: float

    @classmethod
    def of(cls, component: object, kernel: Kernel, size: int | None) -> Frame:
        """Return the frame as large as the kernel, or of its proportions with `size` as the longer side.

        Raises
        ------
        ConfigurationError
            If the kernel is only one pixel high or wide, or the result would exceed the pixel limit.
        """
        if min(kernel.shape) < 2:
            raise validators.wrong(
                component,
                f"kernel '{kernel.name}' has {kernel.width}×{kernel.height} pixels; at least 2×2 are needed",
            )
        if size is None:
            size = max(kernel.shape)
        scale = size / max(kernel.shape)
        height, width = (max(2, round(side * scale)) for side in kernel.shape)
        limit = pixel_limit()
        if scale != 1 and (height * width > limit or size > LONGEST_SIDE):
            fitting = min(LONGEST_SIDE, math.floor(size * math.sqrt(limit / (height * width))))
            raise validators.wrong(
                component,
                f"size={size} asks for {width}×{height} pixels, more than the limit of {limit:,} pixels with sides of "
                f"{LONGEST_SIDE}; choose at most size={fitting}, or set FRACORR_MAX_PIXELS",
            )
        return cls(height, width, scale)

    def bands(self) -> Iterator[tuple[slice, Complexes]]:
        """Yield the rows band by band, with the offset of each pixel from the middle: x + iy, in pixels, y upwards."""
        across = np.arange(self.width) + (1 - self.width) / 2
        for rows in bands(self.height, self.width, pixels=1 << 16):
            up = (self.height - 1) / 2 - np.arange(rows.start, rows.stop)
            yield rows, across[None, :] + 1j * up[:, None]
