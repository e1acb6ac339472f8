"""The picture in the trap: from a point of the trap to color and support."""

from __future__ import annotations

import attrs
import numpy as np

from fracorr import Kernel
from fracorr.images import FloatArray
from fracorr.sampling import Interpolation, Outside, premultiplied, sample
from fracorr_orbit.orbits import Doubles

#: OpenCV's maps are pictures, with sides below 2¹⁵: long lists of points are folded into rows of this length.
_ROW = 1024


@attrs.frozen
class Texture:
    """A square kernel, once or several times, that fills a square trap.

    Attributes
    ----------
    kernel : Kernel
        S × S pixels.
    half : float
        Half the side of the trap, F.
    tiles : int
        How many copies of the kernel there are along each side.
    mirror : bool
        Whether every second copy is a mirror image, so that the copies join without a seam.
    interpolation : {"nearest", "bilinear"}
        What there is between the centres of the pixels.
    """

    kernel: Kernel
    half: float
    tiles: int = 1
    mirror: bool = False
    interpolation: Interpolation = "nearest"

    @property
    def channels(self) -> int:
        """How many colors: 1 for gray, 3 for RGB."""
        return 3 if self.kernel.is_color else 1

    def at(self, u: Doubles, v: Doubles) -> FloatArray:
        """Look up points of the trap.

        Parameters
        ----------
        u, v : (N,) arrays
            Right and down from the trap's centre, both within ±half.

        Returns
        -------
        (N, C + 1) float32 array
            Premultiplied color, and the support.
        """
        if u.size == 0:
            return np.empty((0, self.channels + 1), dtype=np.float32)
        columns, rows = self._pixels(u), self._pixels(v)
        side = self.kernel.width
        if self.interpolation == "nearest":
            # Rounding can lift a point just inside the far edge onto it, where there is no pixel.
            columns, rows = (np.minimum(np.floor(each), side * self.tiles - 1) for each in (columns, rows))
            return self._nearest(self._fold(columns, last=side - 1), self._fold(rows, last=side - 1))
        if self.tiles > 1 and not self.mirror:
            return self._sample(columns, rows, outside="tile")
        # A mirror image begins with the pixel that its neighbour ends with: as beyond the edge of a single one.
        return self._sample(self._fold(columns, last=side), self._fold(rows, last=side), outside="edge")

    def _pixels(self, along: Doubles) -> Doubles:
        """Turn places in the trap into pixels from its edge, all tiles counted: [0, S·tiles]."""
        pixels: Doubles = 0.5 * (along + self.half) / self.half * (self.kernel.width * self.tiles)
        return pixels

    def _fold(self, pixels: Doubles, last: int) -> Doubles:
        """Turn pixels counted over all tiles into pixels of the kernel; `last` is where 0 is in a mirror."""
        if self.tiles == 1:
            return pixels
        side = self.kernel.width
        tile = np.minimum(np.floor(pixels / side), self.tiles - 1)
        inner: Doubles = pixels - tile * side
        if not self.mirror:
            return inner
        upright = (tile - self.tiles // 2) % 2 == 0
        return np.where(upright, inner, last - inner)

    def _nearest(self, columns: Doubles, rows: Doubles) -> FloatArray:
        places = (rows * self.kernel.width + columns).astype(np.intp)
        stacked = np.empty((places.size, self.channels + 1), dtype=np.float32)
        stacked[:, :-1] = self.kernel.pixels.reshape(-1, self.channels).take(places, axis=0)
        stacked[:, -1] = 1.0
        if not self.kernel.has_full_support:
            stacked *= self.kernel.support.reshape(-1, 1).take(places, axis=0)
        return stacked

    def _sample(self, columns: Doubles, rows: Doubles, outside: Outside) -> FloatArray:
        places = sample(
            premultiplied(self.kernel),
            _folded(columns - 0.5),
            _folded(rows - 0.5),
            interpolation=self.interpolation,
            outside=outside,
        )
        return places.reshape(-1, self.channels + 1)[: columns.size]


def _folded(values: Doubles) -> Doubles:
    """Fold a list of points into the rows of a picture; what is missing in the last row is filled with any."""
    width = min(_ROW, values.size)
    return np.resize(values, (-(-values.size // width), width))
