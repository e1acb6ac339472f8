"""The search: coarse scores over the levels of the scene, then the best candidates refined step by step."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import attrs
import numpy as np

from fracorr import ImageError, Kernel, Match, Response, Scene
from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr.searching import Search, least_sure_scale, without_overlap
from fracorr_harmonic.candidates import Candidates
from fracorr_harmonic.coarse import Peaks, Picture, Scores
from fracorr_harmonic.correlator import Tile
from fracorr_harmonic.levels import Level, Pyramid, scene_pixels
from fracorr_harmonic.parallel import in_threads
from fracorr_harmonic.poses import ANGLE, SCALE, Limits, X, Y
from fracorr_harmonic.refine import Aligner
from fracorr_harmonic.symmetry import symmetry_order
from fracorr_harmonic.template import Template
from fracorr_harmonic.units import units_of

#: Whether a template is mirrored, and how many samples it has across and down.
_Size: TypeAlias = tuple[bool, tuple[int, int]]

#: Standard deviation of noise at the coarse levels: two levels of 8 bits.
_NOISE = 3.0 / 255
#: How many candidates each unit brings, beside one for each angle and four for each match wanted, and how many steps
#: they take.
_CANDIDATES, _FIRST_STEPS = 24, 1
#: How many of each unit are left after that, likewise, and how many more steps they take.
_PROMISING, _COARSE_STEPS = 24, 2
#: How many go on to the second stage, beside two for each match wanted, how much worse they may be, how many steps.
_SURVIVORS, _SURVIVING_MARGIN, _MIDDLE_STEPS = 16, 0.2, 2
#: Resolution of the second stage over that of the first.
_FINER = 2.0
#: The same for the last stage.
_FINALISTS, _FINAL_MARGIN, _FINAL_STEPS = 7, 0.1, 4
#: How many sizes of the template stay prepared.
_KEPT = 12
#: A copy with a shorter side than this, in pixels of the scene, would be found everywhere.
_SMALLEST = 4.0
#: Scales nearer to 1 than this are compared pixel by pixel.
_NEARLY_ONE = 0.03


class HarmonicSearch:
    """A template prepared for being found.

    Parameters
    ----------
    kernel : Kernel
    search : Search
        Scales at which the kernel would have sides of less than 4 pixels are left out.

    Raises
    ------
    ImageError
        If that leaves no scale.
    """

    def __init__(self, kernel: Kernel, search: Search) -> None:
        self.kernel, self.search = kernel, search
        least = _SMALLEST / min(kernel.shape)
        if search.scales[1] < least:
            raise ImageError(
                f"the kernel of {kernel.width}×{kernel.height} pixels would have a side below {_SMALLEST:g} pixels "
                f"at every scale up to {search.scales[1]:g}; allow scales from {least_sure_scale(kernel):g} on"
            )
        self._limits = Limits(
            (math.radians(search.angles[0]), math.radians(min(search.angles[1], search.angles[0] + 360.0))),
            (math.log(max(search.scales[0], least)), math.log(search.scales[1])),
        )
        templates = [Template(kernel), Template(kernel, mirrored=True)][: 1 + search.mirrored]
        self.symmetry = symmetry_order(templates[0])
        self._color = templates[0].principal_color()
        self._units = units_of(templates, self._color, self._limits)
        self._aligners: dict[_Size, Aligner] = {}

    @property
    def nbytes(self) -> int:
        """How much memory all that is prepared takes by now."""
        aligners = {id(each): each for each in (*(unit.aligner for unit in self._units), *self._aligners.values())}
        banks = {id(unit.bank): unit.bank for unit in self._units}
        return sum(each.nbytes for each in aligners.values()) + sum(each.nbytes for each in banks.values())

    def find(self, scene: Scene) -> list[Match]:
        """Return the matches, best first."""
        pyramid = Pyramid(scene_pixels(scene, self.kernel.is_color))
        return self._matches(pyramid, self._coarse(pyramid, lambda *_: None))

    def respond(self, scene: Scene) -> Response:
        """Return the matches, and the best coarse score at each place of the scene with its angle and scale."""
        pyramid = Pyramid(scene_pixels(scene, self.kernel.is_color))
        maps: dict[int, tuple[FloatArray, FloatArray]] = {}

        def keep(number: int, picture: Picture, scores: Scores) -> None:
            best, angles = maps.setdefault(
                number, (np.empty(picture.shape, np.float32), np.empty(picture.shape, np.float32))
            )
            best[scores.tile.part], angles[scores.tile.part] = scores.best[1:-1, 1:-1], scores.best_angles()

        poses = self._matches(pyramid, self._coarse(pyramid, keep))
        scores = np.full(scene.shape, -1.0, np.float32)
        angles, scales = np.zeros(scene.shape, np.float32), np.ones(scene.shape, np.float32)
        for number, (best, turned) in sorted(maps.items()):
            here = cv2.resize(best, scene.shape[::-1], interpolation=cv2.INTER_LINEAR)
            better = here > scores
            scores[better], scales[better] = here[better], self._units[number].scale
            angles[better] = cv2.resize(turned, scene.shape[::-1], interpolation=cv2.INTER_NEAREST)[better]
        size = (self.kernel.width, self.kernel.height)
        return Response(np.clip(scores, -1, 1), "higher", (0.0, 0.0), size, angle=angles, scale=scales, poses=poses)

    def _coarse(self, pyramid: Pyramid, look: Callable[[int, Picture, Scores], None]) -> Candidates:
        """Return the candidates of all units, and show every scored tile to `look`."""
        count = _CANDIDATES + len(self._units[0].bank.angles) + 4 * self.search.max_matches
        levels, pictures = [], []
        for unit in self._units:
            level = pyramid.level(unit.scale / unit.resolution)
            gray = level.pixels @ self._color
            levels.append(attrs.evolve(level, pixels=gray[..., None]))
            pictures.append(Picture(gray, unit.bank, _NOISE**2))

        def scored(number: int, tile: Tile) -> Peaks:
            scores = pictures[number].scored(tile)
            look(number, pictures[number], scores)
            return scores.peaks(count)

        work = [(number, tile) for number, picture in enumerate(pictures) for tile in picture.tiles()]
        peaks = in_threads(lambda each: scored(*each), work)
        found = []
        for number, unit in enumerate(self._units):
            mine = Peaks.best_of([each for each, (owner, _) in zip(peaks, work, strict=True) if owner == number], count)
            x, y = levels[number].to_scene(mine.columns, mine.rows)
            poses = np.stack([x, y, np.radians(mine.angles), np.full(len(x), math.log(unit.scale))], axis=1)
            found.append(Candidates(poses, mine.scores.astype(np.float64), np.full(len(x), number)))
        candidates = Candidates.joined(found)
        for steps in (_FIRST_STEPS, _COARSE_STEPS):
            aligners = [self._units[number].aligner for number in candidates.units]
            candidates = _refined(candidates, aligners, [levels[number] for number in candidates.units], steps)
            candidates = candidates.first((_PROMISING + 4 * self.search.max_matches) * len(self._units))
        return candidates

    def _matches(self, pyramid: Pyramid, candidates: Candidates) -> list[Match]:
        """Refine candidates at higher resolutions, and return those that are matches."""
        wanted, size = self.search.max_matches, min(self.kernel.shape)
        count = _SURVIVORS + 2 * wanted
        candidates = candidates.best(count, wanted, _SURVIVING_MARGIN, 0.1 * size, self.symmetry)
        resolutions = [min(1.0, unit.scale, _FINER * unit.resolution) for unit in self._units]
        scales = [unit.scale for unit in self._units]
        candidates = self._finer(
            pyramid,
            candidates,
            [resolutions[number] for number in candidates.units],
            [scales[number] for number in candidates.units],
            _MIDDLE_STEPS,
        )
        candidates = candidates.best(_FINALISTS + wanted, wanted, _FINAL_MARGIN, 0.05 * size, self.symmetry)
        scales = [math.exp(log) if abs(log) > _NEARLY_ONE else 1.0 for log in candidates.poses[:, SCALE]]
        candidates = self._finer(pyramid, candidates, [min(1.0, scale) for scale in scales], scales, _FINAL_STEPS)
        order = np.argsort(-candidates.scores, kind="stable")
        matches = [
            self._match(candidates, index) for index in order if candidates.scores[index] >= self.search.min_score
        ]
        return without_overlap(matches, self.search)

    def _finer(
        self,
        pyramid: Pyramid,
        candidates: Candidates,
        resolutions: Sequence[float],
        scales: Sequence[float],
        steps: int,
    ) -> Candidates:
        """Refine candidates, each with samples of some resolution and at the level for some scale."""
        levels, aligners = [], []
        # One for each size, whatever is kept: in other company a pose comes out with other last digits.
        here: dict[_Size, Aligner] = {}
        for number, resolution, scale in zip(candidates.units, resolutions, scales, strict=True):
            levels.append(pyramid.level(scale / resolution))
            template = self._units[number].template
            size = (template.mirrored, template.sampled_size(resolution))
            here[size] = here.get(size) or self._aligner(size, template, resolution)
            aligners.append(here[size])
        return _refined(candidates, aligners, levels, steps)

    def _aligner(self, size: _Size, template: Template, resolution: float) -> Aligner:
        # Several threads may come at once: each goes on with what it has in hand.
        found = self._aligners.get(size)
        if found is None:
            # The oldest go: a finder may see thousands of frames, each with a size of its own.
            for oldest in list(self._aligners)[: 1 - _KEPT]:
                self._aligners.pop(oldest, None)
            found = self._aligners[size] = Aligner(template.at(resolution), self._limits)
        return found

    def _match(self, candidates: Candidates, index: int) -> Match:
        x, y, angle, scale = (float(candidates.poses[index, column]) for column in (X, Y, ANGLE, SCALE))
        scale, low = math.exp(scale), self.search.angles[0]
        turn = 360.0 / max(1, self.symmetry)
        return Match(
            x=x,
            y=y,
            # Twice, because what is less than 0 by next to nothing becomes a whole turn first.
            angle=low if self.symmetry == 0 else low + (math.degrees(angle) - low) % turn % turn,
            scale=scale,
            width=self.kernel.width * scale,
            height=self.kernel.height * scale,
            score=float(candidates.scores[index]),
            symmetry=self.symmetry,
            mirrored=self._units[int(candidates.units[index])].template.mirrored,
        )


def _refined(candidates: Candidates, aligners: Sequence[Aligner], levels: Sequence[Level], steps: int) -> Candidates:
    """Refine candidates with their aligners and levels, those with the same aligner together."""
    poses, scores = candidates.poses.copy(), candidates.scores.copy()
    for aligner in {id(each): each for each in aligners}.values():
        mine = [index for index, each in enumerate(aligners) if each is aligner]
        poses[mine], scores[mine] = aligner.refine([levels[index] for index in mine], poses[mine], steps)
    return Candidates(poses, scores, candidates.units)
