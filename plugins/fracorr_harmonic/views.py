"""The two ways in which templates and scenes are looked at: as they are, or their local contrast."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import attrs
import numpy as np

from fracorr.images import FloatArray
from fracorr_harmonic.candidates import Candidates
from fracorr_harmonic.coarse import Peaks, Picture, Scores
from fracorr_harmonic.correlator import Tile
from fracorr_harmonic.levels import Level, Pyramid
from fracorr_harmonic.local_contrast import local_contrast
from fracorr_harmonic.parallel import in_threads
from fracorr_harmonic.refine import Aligner
from fracorr_harmonic.units import Unit

#: Standard deviation of noise at the coarse levels: three levels of 8 bits, or a share of the local contrast.
_NOISE, _LOCAL_NOISE = 3.0 / 255, 0.3
#: How many candidates each unit brings, beside one for each angle and four for each match wanted, and how many steps
#: they take.
_CANDIDATES, _FIRST_STEPS = 24, 1
#: How many of each unit are left after that, likewise, and how many more steps they take.
_PROMISING, _COARSE_STEPS = 24, 2


@attrs.frozen(eq=False)
class View:
    """One way of looking for a template.

    Attributes
    ----------
    units : list of Unit
    color : (C,) float32 array
        The mixture of colours that the coarse stage sees.
    wanted : int
        How many matches there may be.
    """

    units: list[Unit]
    color: FloatArray
    wanted: int

    def candidates(self, pyramid: Pyramid, look: Callable[[int, Picture, Scores], None]) -> Candidates:
        """Return the candidates of all units, and show every scored tile to `look`."""
        count = _CANDIDATES + len(self.units[0].bank.angles) + 4 * self.wanted
        levels = [self._level(pyramid, unit) for unit in self.units]
        pictures = [
            Picture(level.pixels[..., 0], unit.bank, (_NOISE if unit.extent is None else _LOCAL_NOISE) ** 2)
            for level, unit in zip(levels, self.units, strict=True)
        ]

        def scored(number: int, tile: Tile) -> Peaks:
            scores = pictures[number].scored(tile)
            look(number, pictures[number], scores)
            return scores.peaks(count)

        work = [(number, tile) for number, picture in enumerate(pictures) for tile in picture.tiles()]
        peaks = in_threads(lambda each: scored(*each), work)
        found = []
        for number, unit in enumerate(self.units):
            mine = Peaks.best_of([each for each, (owner, _) in zip(peaks, work, strict=True) if owner == number], count)
            x, y = levels[number].to_scene(mine.columns, mine.rows)
            poses = np.stack([x, y, np.radians(mine.angles), np.full(len(x), math.log(unit.scale))], axis=1)
            found.append(Candidates(poses, mine.scores.astype(np.float64), np.full(len(x), number)))
        candidates = Candidates.joined(found)
        for steps in (_FIRST_STEPS, _COARSE_STEPS):
            aligners = [self.units[number].aligner for number in candidates.units]
            candidates = refined(candidates, aligners, [levels[number] for number in candidates.units], steps)
            candidates = candidates.first((_PROMISING + 4 * self.wanted) * len(self.units))
        return candidates

    def _level(self, pyramid: Pyramid, unit: Unit) -> Level:
        level = pyramid.level(unit.scale / unit.resolution)
        gray = (level.pixels @ self.color)[..., None]
        return attrs.evolve(level, pixels=gray if unit.extent is None else local_contrast(gray, unit.extent))


def refined(candidates: Candidates, aligners: Sequence[Aligner], levels: Sequence[Level], steps: int) -> Candidates:
    """Refine candidates with their aligners and levels, those with the same aligner together."""
    poses, scores = candidates.poses.copy(), candidates.scores.copy()
    for aligner in {id(each): each for each in aligners}.values():
        mine = [index for index, each in enumerate(aligners) if each is aligner]
        poses[mine], scores[mine] = aligner.refine([levels[index] for index in mine], poses[mine], steps)
    return Candidates(poses, scores, candidates.units)
