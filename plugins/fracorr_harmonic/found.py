"""What was found at full resolution, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt

from fracorr_harmonic.candidates import Candidates
from fracorr_harmonic.template import Reals

#: What the whole counts beside the local contrast.
_WHOLE = 0.5
#: No correlation is told from one nearer to 1.
_LIMIT = 0.9999


@attrs.frozen(eq=False)
class Found:
    """Poses at full resolution.

    Attributes
    ----------
    poses : (N, 4) float64 array
    scores : (N,) float64 array
        Zero-mean normalised cross-correlations.
    sureness : (N,) float64 array
        These scores; or, for what may be covered, means of them and of those of the local contrast, by their z (Fisher
        1921, "On the probable error of a coefficient of correlation", Metron 1, 3–32). A place that resembles the
        template in its large parts only has little of the second; a copy that is partly covered has more of it than any
        other place.
    units : (N,) int array
    """

    poses: Reals
    scores: Reals
    sureness: Reals
    units: npt.NDArray[np.intp]

    @classmethod
    def of(cls, candidates: Candidates, local: Candidates | None = None) -> Found:
        """Join what is said of the same poses by the whole and, where given, by the local contrast."""
        if local is None:
            return cls(candidates.poses, candidates.scores, candidates.scores, candidates.units)
        whole, even = (np.arctanh(np.clip(each.scores, -_LIMIT, _LIMIT)) for each in (candidates, local))
        sureness = np.tanh(_WHOLE * whole + (1 - _WHOLE) * even)
        return cls(candidates.poses, candidates.scores, sureness, candidates.units)

    @classmethod
    def joined(cls, several: Sequence[Found]) -> Found:
        """Return all of several."""
        return cls(*(np.concatenate([getattr(each, field.name) for each in several]) for field in attrs.fields(cls)))

    def distinct(self, apart: float, symmetry: int) -> Found:
        """Return all but those that say the same as a surer one (see :meth:`Candidates.best`)."""
        count = len(self.poses)
        numbered = Candidates(self.poses, self.sureness, np.arange(count))
        kept = numbered.best(count, count, 0.0, apart, symmetry).units
        return Found(*(getattr(self, field.name)[kept] for field in attrs.fields(Found)))
