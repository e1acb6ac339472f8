"""Poses that the search still considers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt

from fracorr_harmonic.poses import ANGLE, SCALE, X, Y
from fracorr_harmonic.template import Reals

#: Poses that differ by less than this, in radians and logarithms of scale, find the same maximum.
_SAME_TURN, _SAME_GROWTH = 0.15, 0.1


@attrs.frozen(eq=False)
class Candidates:
    """Poses with their scores and where they come from.

    Attributes
    ----------
    poses : (N, 4) float64 array
    scores : (N,) float64 array
    units : (N,) int array
        Number of the unit of the search that each was found in.
    """

    poses: Reals
    scores: Reals
    units: npt.NDArray[np.intp]

    @classmethod
    def joined(cls, several: Sequence[Candidates]) -> Candidates:
        """Return all candidates of several."""
        return cls(*(np.concatenate([getattr(each, field.name) for each in several]) for field in attrs.fields(cls)))

    def first(self, count: int) -> Candidates:
        """Return the best, whatever they are."""
        order = np.argsort(-self.scores, kind="stable")[:count]
        return Candidates(self.poses[order], self.scores[order], self.units[order])

    def best(self, count: int, wanted: int, margin: float, apart: float, symmetry: int) -> Candidates:
        """Return the best, without those that say the same as a better one.

        Parameters
        ----------
        count : int
            At most so many.
        wanted : int
            How many matches there may be.
        margin : float
            Those that score this much less than the last of the wanted are left out.
        apart : float
            Distance in pixels of the template from which on places are not the same.
        symmetry : int
            In how many directions the template looks the same; 0 for all.
        """
        kept: list[int] = []
        for index in np.argsort(-self.scores, kind="stable"):
            if len(kept) == count:
                break
            if len(kept) >= wanted and self.scores[index] < self.scores[kept[wanted - 1]] - margin:
                break
            if not self._repeats(int(index), kept, apart, symmetry):
                kept.append(int(index))
        return Candidates(self.poses[kept], self.scores[kept], self.units[kept])

    def _repeats(self, index: int, kept: list[int], apart: float, symmetry: int) -> bool:
        differences = self.poses[kept] - self.poses[index]
        near = np.hypot(differences[:, X], differences[:, Y]) < apart * math.exp(self.poses[index, SCALE])
        near &= np.abs(differences[:, SCALE]) < _SAME_GROWTH
        if symmetry:
            half = math.pi / symmetry
            near &= np.abs((differences[:, ANGLE] + half) % (2 * half) - half) < _SAME_TURN
        return bool(near.any())
