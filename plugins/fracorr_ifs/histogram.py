"""Counting the points of the chaos game, with the colours that they bring."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fracorr import Kernel
from fracorr.images import FloatArray
from fracorr_ifs.channels import four_channels
from fracorr_ifs.compositing import scaled_to_opaque

#: Points that are counted at once, at least: as many as there are pixels, to be worth a pass over these.
_BATCH = 1 << 16
#: A pixel that is hit as often as the typical one is opaque but for exp(−3) = 5 %.
_OPACITY = 3.0


class Histogram:
    """Counts points, and sums the colours at which they point, pixel by pixel.

    Parameters
    ----------
    kernel : Kernel
        Where the colours come from.
    width, height : int
        Of the result, in pixels.
    """

    def __init__(self, kernel: Kernel, width: int, height: int) -> None:
        self._width, self._height = width, height
        self._picture = kernel.shape
        stacked = four_channels(kernel).reshape(-1, 4)
        # Channels that hold nothing, or what the count already says, need no sums.
        self._used = [0, 1, 2] if kernel.is_color else [0]
        self._has_support = not kernel.has_full_support
        if self._has_support:
            self._used.append(3)
        self._colors = {channel: stacked[:, channel].astype(np.float64) for channel in self._used}
        # One more pixel all around takes what falls outside.
        self._counts = np.zeros((height + 2) * (width + 2))
        self._sums = {channel: np.zeros_like(self._counts) for channel in self._used}
        self._pending: list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]] = []
        self._pending_points = 0

    def add(self, x: FloatArray, y: FloatArray, u: FloatArray, v: FloatArray) -> None:
        """Count points at x, y (pixels) with the colours at u, v (of the picture, [0, 1])."""
        rows, columns = self._picture
        place = _cell(y + np.float32(1.5), self._height + 2) * (self._width + 2)
        place += _cell(x + np.float32(1.5), self._width + 2)
        color = _cell(v * np.float32(rows), rows) * columns
        color += _cell(u * np.float32(columns), columns)
        self._pending.append((place, color))
        self._pending_points += len(place)
        if self._pending_points >= max(_BATCH, len(self._counts)):
            self._count()

    def coverage(self) -> FloatArray:
        """Return premultiplied colour and support, (H, W, 4): mean colours, opaque where there are many points."""
        counts, result = self._totals()
        hit = counts > 0
        typical = float(np.median(counts[hit])) if hit.any() else 1.0
        opacity = -np.expm1(-_OPACITY / typical * counts)
        result *= (opacity / np.maximum(counts, 1.0))[..., None].astype(np.float32)
        return result

    def density(self) -> FloatArray:
        """Return premultiplied colour and support, (H, W, 4): the sums, scaled."""
        return scaled_to_opaque(self._totals()[1])

    def _totals(self) -> tuple[npt.NDArray[np.float64], FloatArray]:
        self._count()
        result = np.zeros((self._height, self._width, 4), np.float32)
        for channel, total in self._sums.items():
            result[..., channel] = self._inner(total)
        counts = self._inner(self._counts)
        if not self._has_support:
            result[..., 3] = counts
        return counts, result

    def _inner(self, padded: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return padded.reshape(self._height + 2, self._width + 2)[1:-1, 1:-1]

    def _count(self) -> None:
        if not self._pending:
            return
        places = np.concatenate([place for place, _ in self._pending])
        colors = np.concatenate([color for _, color in self._pending])
        self._pending, self._pending_points = [], 0
        self._counts += np.bincount(places, minlength=len(self._counts))
        for channel, total in self._sums.items():
            total += np.bincount(places, weights=self._colors[channel][colors], minlength=len(total))


def _cell(values: FloatArray, cells: int) -> npt.NDArray[np.intp]:
    """Round down to a whole number in [0, cells)."""
    np.clip(values, 0, np.float32(cells) - np.float32(0.5), out=values)
    return values.astype(np.intp)
