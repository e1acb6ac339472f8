"""The coarse stage: the score of every angle at every place of one level of the scene."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr_harmonic.bank import Bank, Expansion

#: How many places are scored at a time, so that their scores stay in the processor's cache.
_CHUNK = 4096


@attrs.frozen(eq=False)
class Surface:
    """The best score over all angles at each place, and what the scores of single angles can be computed from.

    Attributes
    ----------
    best : (h, w) float32 array
    """

    best: FloatArray
    bank: Bank
    parts: FloatArray
    means: FloatArray
    squares: FloatArray
    floor: float

    @classmethod
    def of(cls, pixels: FloatArray, bank: Bank, floor: float) -> Surface:
        """Score a gray picture (h, w) whose values are about 0; `floor` is added to every variance."""
        parts = _correlated(pixels, bank.patterns)
        means, squares = _correlated(pixels, bank.windows), _correlated(pixels * pixels, bank.windows)
        surface = cls(np.empty(pixels.shape, np.float32), bank, parts, means, squares, floor)
        flat = surface.best.reshape(-1)
        for start in range(0, flat.size, _CHUNK):
            chunk = slice(start, start + _CHUNK)
            surface._scores(chunk).max(axis=0, out=flat[chunk])
        return surface

    def scores(self, rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]) -> FloatArray:
        """Return the scores of all angles (N, P) at P places."""
        return self._scores(rows * self.best.shape[1] + columns)

    def best_angles(self) -> FloatArray:
        """Return the angle of the best score at each place, (h, w), in degrees."""
        found = np.empty(self.best.size, np.float32)
        for start in range(0, found.size, _CHUNK):
            chunk = slice(start, start + _CHUNK)
            found[chunk] = self.bank.angles[self._scores(chunk).argmax(axis=0)]
        return found.reshape(self.best.shape)

    def _scores(self, places: slice | npt.NDArray[np.intp]) -> FloatArray:
        bank = self.bank
        numerator = bank.patterns.mix @ self.parts[:, places]
        mean = bank.windows.mix @ self.means[:, places]
        variance = bank.windows.mix @ self.squares[:, places] - mean * mean
        numerator /= np.sqrt(np.maximum(variance, 0.0) + np.float32(self.floor))
        return numerator


def _correlated(pixels: FloatArray, expansion: Expansion) -> FloatArray:
    """Return the picture correlated with each kernel, (R, h * w); beyond its edge it goes on as it ends."""
    found = np.empty((len(expansion.kernels), *pixels.shape), np.float32)
    for result, kernel in zip(found, expansion.kernels, strict=True):
        cv2.filter2D(pixels, cv2.CV_32F, kernel, result, borderType=cv2.BORDER_REPLICATE)
    return found.reshape(len(found), -1)


@attrs.frozen(eq=False)
class Peaks:
    """Promising places and angles of a surface.

    Attributes
    ----------
    rows, columns : (N,) int arrays
    angles : (N,) float64 array
        Degrees.
    scores : (N,) float32 array
        Best first.
    """

    rows: npt.NDArray[np.intp]
    columns: npt.NDArray[np.intp]
    angles: npt.NDArray[np.float64]
    scores: FloatArray


def peaks(surface: Surface, count: int) -> Peaks:
    """Return the `count` best local maxima over place and angle."""
    best = surface.best
    highest = cv2.dilate(best, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero(best >= highest)
    order = np.argsort(-best[rows, columns], kind="stable")[:count]
    rows, columns = rows[order], columns[order]
    scores = surface.scores(rows, columns)
    around = np.stack([np.roll(scores, 1, axis=0), np.roll(scores, -1, axis=0)]).max(axis=0)
    turns, places = np.nonzero((scores >= around) & (scores >= 0.7 * scores.max(axis=0)))
    values = scores[turns, places]
    order = np.argsort(-values, kind="stable")[:count]
    turns, places = turns[order], places[order]
    return Peaks(rows[places], columns[places], surface.bank.angles[turns], values[order])
