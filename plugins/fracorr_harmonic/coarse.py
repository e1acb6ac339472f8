"""The coarse stage: the score of every angle at every place of one level of the scene."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr_harmonic.bank import Bank
from fracorr_harmonic.correlator import Tile, tiles

Places = npt.NDArray[np.intp]

#: How many places are scored at a time, so that their scores stay in the processor's cache.
_CHUNK = 4096
#: Angles whose score is a smaller share of the best at a place are not followed up.
_WORTHWHILE = 0.7


@attrs.frozen(eq=False)
class Peaks:
    """Promising places and angles.

    Attributes
    ----------
    rows, columns : (N,) int arrays
    angles : (N,) float64 array
        Degrees.
    scores : (N,) float32 array
        Best first.
    """

    rows: Places
    columns: Places
    angles: npt.NDArray[np.float64]
    scores: FloatArray

    @classmethod
    def best_of(cls, several: list[Peaks], count: int) -> Peaks:
        """Return the best of several."""
        columns = [np.concatenate([getattr(each, field.name) for each in several]) for field in attrs.fields(cls)]
        order = np.argsort(-columns[-1], kind="stable")[:count]
        return cls(*(column[order] for column in columns))


class Picture:
    """A gray picture prepared for being scored with a bank, tile by tile.

    Parameters
    ----------
    pixels : (h, w) float32 array
        Beyond its edges it goes on as it ends.
    bank : Bank
    floor : float
        Variance of the noise: it is added to the variances, so that flat places score 0 and not at random.
    """

    def __init__(self, pixels: FloatArray, bank: Bank, floor: float) -> None:
        self.shape = (pixels.shape[0], pixels.shape[1])
        self.bank, self.floor = bank, np.float32(floor)
        # One more place on each side, so that a tile knows the neighbours of its own places.
        self._margin = bank.patterns.correlator.margin
        border = (self._margin + 1,) * 4
        self._padded = cv2.copyMakeBorder(pixels - pixels.mean(), *border, cv2.BORDER_REPLICATE)

    def tiles(self) -> list[Tile]:
        """Return the tiles that the picture is scored in."""
        return list(tiles(self.shape, self._margin + 1))

    def scored(self, tile: Tile) -> Scores:
        """Score one tile."""
        window = tile.cut(self._padded)
        parts = self.bank.patterns.correlator.apply(window)
        means, squares = (self.bank.windows.correlator.apply(each) for each in (window, window * window))
        return Scores.of(tile, self.bank, self.floor, parts, (means, squares))


@attrs.frozen(eq=False)
class Scores:
    """The best score over all angles at each place of a tile and its neighbours, and what those of single angles are
    computed from.
    """

    tile: Tile
    best: FloatArray
    bank: Bank
    floor: np.float32
    parts: FloatArray
    means: FloatArray
    squares: FloatArray

    @classmethod
    def of(
        cls, tile: Tile, bank: Bank, floor: np.float32, parts: FloatArray, sums: tuple[FloatArray, FloatArray]
    ) -> Scores:
        """Score all places."""
        best = np.empty(parts.shape[1:], np.float32)
        means, squares = (each.reshape(len(each), -1) for each in sums)
        scores = cls(tile, best, bank, floor, parts.reshape(len(parts), -1), means, squares)
        flat = best.reshape(-1)
        for chunk in scores._chunks():
            scores._at(chunk).max(axis=0, out=flat[chunk])
            if len(bank.windows.mix) == 1:
                flat[chunk] *= scores._inverse_deviation(chunk)[0]
        return scores

    def best_angles(self) -> FloatArray:
        """Return the angle of the best score at each place of the tile, (height, width), in degrees."""
        found = np.empty(self.best.size, np.float32)
        for chunk in self._chunks():
            found[chunk] = self.bank.angles[self._at(chunk).argmax(axis=0)]
        return found.reshape(self.best.shape)[1:-1, 1:-1]

    def peaks(self, count: int) -> Peaks:
        """Return the `count` best local maxima over place and angle."""
        highest = cv2.dilate(self.best, np.ones((3, 3), np.uint8))
        inner = (slice(1, -1), slice(1, -1))
        rows, columns = np.nonzero(self.best[inner] >= highest[inner])
        order = np.argsort(-self.best[inner][rows, columns], kind="stable")[:count]
        rows, columns = rows[order], columns[order]
        places = (rows + 1) * self.best.shape[1] + columns + 1
        scores = self._at(places)
        if len(self.bank.windows.mix) == 1:
            scores *= self._inverse_deviation(places)
        around = np.maximum(np.roll(scores, 1, axis=0), np.roll(scores, -1, axis=0))
        turns, which = np.nonzero((scores >= around) & (scores >= _WORTHWHILE * scores.max(axis=0)))
        values = scores[turns, which]
        order = np.argsort(-values, kind="stable")[:count]
        turns, which = turns[order], which[order]
        return Peaks(
            rows[which] + self.tile.top, columns[which] + self.tile.left, self.bank.angles[turns], values[order]
        )

    def _chunks(self) -> list[slice]:
        return [slice(start, start + _CHUNK) for start in range(0, self.best.size, _CHUNK)]

    def _at(self, places: slice | Places) -> FloatArray:
        """Return scores at all angles, (N, P); without the denominator where that is the same for all angles."""
        scores = self.bank.patterns.mix @ self.parts[:, places]
        if len(self.bank.windows.mix) > 1:
            scores *= self._inverse_deviation(places)
        return scores

    def _inverse_deviation(self, places: slice | Places) -> FloatArray:
        mean = self.bank.windows.mix @ self.means[:, places]
        variance = self.bank.windows.mix @ self.squares[:, places]
        variance -= mean * mean
        np.maximum(variance, 0.0, out=variance)
        variance += self.floor
        return np.asarray(1.0 / np.sqrt(variance))
