"""Painting a picture tile by tile: the frame that every transform of this plugin draws into."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

import attrs
import numpy as np

from fracorr import Kernel, validators
from fracorr.images import FloatArray, pixel_limit
from fracorr.sampling import shrink, straight
from fracorr_conformal.mipmap import Complexes

#: The side of a tile in samples: small enough for the processor's cache, so that cost stays linear in pixels.
_TILE: Final = 192

#: What draws: takes places (h, w) in the plane and the distance between them, returns premultiplied (h, w, C + 1).
Painter: TypeAlias = Callable[[Complexes, float], FloatArray]


@attrs.frozen
class Frame:
    """A picture's size, and its plane: the origin in the middle, half the shorter side as the unit, y upwards."""

    height: int
    width: int

    @property
    def unit(self) -> float:
        """Half the shorter side, in pixels."""
        return min(self.height, self.width) / 2

    def places(self, rows: slice, columns: slice, samples: int) -> Complexes:
        """Return where in the plane the samples of some pixels are, `samples` along each side of a pixel."""
        x = columns.start + (np.arange((columns.stop - columns.start) * samples) + 0.5) / samples
        y = rows.start + (np.arange((rows.stop - rows.start) * samples) + 0.5) / samples
        places: Complexes = ((x - self.width / 2)[None, :] + 1j * (self.height / 2 - y)[:, None]) / self.unit
        return places

    def tiles(self, side: int) -> Iterator[tuple[slice, slice]]:
        """Cut the frame into tiles of at most `side` by `side` pixels."""
        for top in range(0, self.height, side):
            for left in range(0, self.width, side):
                yield slice(top, min(top + side, self.height)), slice(left, min(left + side, self.width))


def usable(component: object, kernel: Kernel) -> Kernel:
    """Return the kernel if it is large enough to be mapped.

    Raises
    ------
    ConfigurationError
        If it is only one pixel high or wide.
    """
    if min(kernel.shape) < 2:
        raise validators.wrong(
            component,
            f"kernel '{kernel.name}' has {kernel.width}×{kernel.height} pixels; at least 2×2 are needed to map it",
        )
    return kernel


def frame_for(component: object, kernel: Kernel, size: int | None) -> Frame:
    """Return the result's frame: as large as the kernel, or of its proportions with `size` as the longer side."""
    if size is None:
        return Frame(*kernel.shape)
    scale = size / max(kernel.shape)
    return allowed(component, Frame(*(max(1, round(side * scale)) for side in kernel.shape)))


def allowed(component: object, frame: Frame) -> Frame:
    """Return the frame if it is within the pixel limit.

    Raises
    ------
    ConfigurationError
        If it is not.
    """
    limit = pixel_limit()
    pixels = frame.height * frame.width
    if pixels > limit:
        fitting = math.floor(max(frame.height, frame.width) * math.sqrt(limit / pixels))
        raise validators.wrong(
            component,
            f"the result would have {frame.width}×{frame.height} pixels, more than the limit of {limit:,}; "
            f"choose a size that keeps both sides within about {fitting}, or set FRACORR_MAX_PIXELS",
        )
    return frame


def render(component: object, kernel: Kernel, frame: Frame, paint: Painter, samples: int) -> Kernel:
    """Draw a picture and make it a kernel.

    Parameters
    ----------
    component : object
        The transform, for messages.
    kernel : Kernel
        What the result derives from.
    frame : Frame
        The result's size.
    paint : callable
        Draws one tile.
    samples : int
        Samples along each side of a pixel.

    Returns
    -------
    Kernel
        Pixels without support have the mean colour of those with it: neutral for methods that ignore the support.

    Raises
    ------
    ConfigurationError
        If nothing of the kernel is to be seen.
    """
    channels = () if kernel.pixels.ndim == 2 else (3,)
    pixels = np.empty((frame.height, frame.width, *channels), np.float32)
    support = np.empty((frame.height, frame.width), np.float32)
    low, high = kernel.pixels.min(), kernel.pixels.max()
    total, weight = np.zeros(channels, np.float64), 0.0
    pitch = 1 / (frame.unit * samples)
    for tile in frame.tiles(max(1, _TILE // samples)):
        painted = shrink(paint(frame.places(*tile, samples), pitch), samples)
        color, seen = straight(painted)
        # Splines overshoot; a kernel keeps its range.
        pixels[tile], support[tile] = np.clip(color, low, high), seen
        total += np.tensordot(seen.astype(np.float64), pixels[tile], axes=2)
        weight += float(seen.sum(dtype=np.float64))
    if not (weight > 0 and support.max() > 0):
        raise validators.wrong(
            component,
            f"nothing of kernel '{kernel.name}' is to be seen: the map leads outside it everywhere; "
            "choose a map that meets the kernel, or another value of 'outside', 'zoom' or 'centre' where there is one",
        )
    for rows, columns in frame.tiles(_TILE):
        pixels[rows, columns][support[rows, columns] == 0] = total / weight
    return kernel.derive(pixels, support)
