"""The search: coarse scores over the levels of the scene, then the best candidates refined step by step.

What may be covered is looked for by its local contrast first, and where that leaves doubts, as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from fracorr import ImageError, Kernel, Match, Response, Scene
from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr.searching import Search, least_sure_scale, without_overlap
from fracorr_harmonic.candidates import Candidates
from fracorr_harmonic.coarse import Picture, Scores
from fracorr_harmonic.faint import Stretch
from fracorr_harmonic.found import Found
from fracorr_harmonic.levels import Pyramid, scene_pixels
from fracorr_harmonic.local_contrast import LocalContrast, extent_for
from fracorr_harmonic.poses import ANGLE, SCALE, Limits, X, Y
from fracorr_harmonic.refine import Aligner
from fracorr_harmonic.symmetry import symmetry_order
from fracorr_harmonic.template import Template
from fracorr_harmonic.units import units_of
from fracorr_harmonic.views import View, refined

#: Whether local contrast is compared, whether a template is mirrored, and how many samples it has across and down.
_Size: TypeAlias = tuple[bool, bool, tuple[int, int]]
#: What is shown every tile that is scored, with the number of its unit.
_Look: TypeAlias = Callable[[int, Picture, Scores], None]

#: How many go on to the second stage, beside two for each match wanted, how much worse they may be, how many steps.
_SURVIVORS, _SURVIVING_MARGIN, _MIDDLE_STEPS = 16, 0.2, 2
#: Resolution of the second stage over that of the first.
_FINER = 2.0
#: The same for the last stage.
_FINALISTS, _FINAL_MARGIN, _FINAL_STEPS = 7, 0.1, 4
#: Places that are no farther apart than this share of the template's shorter side are the same in the end.
_APART = 0.05
#: What is as sure as this needs no second look.
_SURE = 0.97
#: Where refining the whole costs so much of the score of the local contrast, what covers the template pulled it away.
_PULLED = 0.1
#: How many sizes of the template stay prepared, for each way of looking.
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
        self._stretch = Stretch.of_kernel(kernel)
        if self._stretch is not None:
            pixels = kernel.pixels if kernel.is_color else kernel.pixels[..., None]
            kernel = kernel.derive(self._stretch.applied(pixels))
        self._templates = [Template(kernel), Template(kernel, mirrored=True)][: 1 + search.mirrored]
        self.symmetry = symmetry_order(self._templates[0])
        self._color = self._templates[0].principal_color()
        self._views: dict[bool, View] = {}
        # Every view has the same units; the second one may never be needed.
        self._units = self._view(search.covered).units
        self._aligners: dict[_Size, Aligner] = {}

    @property
    def nbytes(self) -> int:
        """How much memory all that is prepared takes by now."""
        units = [unit for view in (*self._views.values(),) for unit in view.units]
        aligners = {id(each): each for each in (*(unit.aligner for unit in units), *self._aligners.values())}
        banks = {id(unit.bank): unit.bank for unit in units}
        return sum(each.nbytes for each in aligners.values()) + sum(each.nbytes for each in banks.values())

    def find(self, scene: Scene) -> list[Match]:
        """Return the matches, best first."""
        pyramid = self._pyramid(scene)
        return self._matches(pyramid, lambda *_: None)

    def respond(self, scene: Scene) -> Response:
        """Return the matches, and the best coarse score at each place of the scene with its angle and scale."""
        pyramid = self._pyramid(scene)
        maps: dict[int, tuple[FloatArray, FloatArray]] = {}

        def keep(number: int, picture: Picture, scores: Scores) -> None:
            best, angles = maps.setdefault(
                number, (np.empty(picture.shape, np.float32), np.empty(picture.shape, np.float32))
            )
            best[scores.tile.part], angles[scores.tile.part] = scores.best[1:-1, 1:-1], scores.best_angles()

        poses = self._matches(pyramid, keep)
        scores = np.full(scene.shape, -1.0, np.float32)
        angles, scales = np.zeros(scene.shape, np.float32), np.ones(scene.shape, np.float32)
        for number, (best, turned) in sorted(maps.items()):
            here = cv2.resize(best, scene.shape[::-1], interpolation=cv2.INTER_LINEAR)
            better = here > scores
            scores[better], scales[better] = here[better], self._units[number].scale
            angles[better] = cv2.resize(turned, scene.shape[::-1], interpolation=cv2.INTER_NEAREST)[better]
        size = (self.kernel.width, self.kernel.height)
        return Response(np.clip(scores, -1, 1), "higher", (0.0, 0.0), size, angle=angles, scale=scales, poses=poses)

    def _pyramid(self, scene: Scene) -> Pyramid:
        pixels = scene_pixels(scene, self.kernel.is_color)
        stretch = self._stretch or Stretch.of_scene(pixels)
        return Pyramid(pixels if stretch is None else stretch.applied(pixels))

    def _view(self, local: bool) -> View:
        if local not in self._views:
            units = units_of(self._templates, self._color, self._limits, local)
            self._views[local] = View(units, self._color, self.search.max_matches)
        return self._views[local]

    def _matches(self, pyramid: Pyramid, look: _Look) -> list[Match]:
        """Return the matches, the surest first; scored tiles of the first view are shown to `look`."""
        covered = self.search.covered
        found = self._found(pyramid, covered, look)
        if covered and np.count_nonzero(found.sureness >= _SURE) < self.search.max_matches:
            found = Found.joined([found, self._found(pyramid, False, lambda *_: None)])
            found = found.distinct(_APART * min(self.kernel.shape), self.symmetry)
        order = np.argsort(-found.sureness, kind="stable")
        matches = [self._match(found, index) for index in order if found.scores[index] >= self.search.min_score]
        return without_overlap(matches, self.search)

    def _found(self, pyramid: Pyramid, local: bool, look: _Look) -> Found:
        """Look for the template in one way, and return the best refined at full resolution."""
        wanted, size, view = self.search.max_matches, min(self.kernel.shape), self._view(local)
        candidates = view.candidates(pyramid, look)
        candidates = candidates.best(_SURVIVORS + 2 * wanted, wanted, _SURVIVING_MARGIN, 0.1 * size, self.symmetry)
        candidates = self._at_half(pyramid, candidates, local)
        candidates = candidates.best(_FINALISTS + wanted, wanted, _FINAL_MARGIN, _APART * size, self.symmetry)
        scales = [math.exp(log) if abs(log) > _NEARLY_ONE else 1.0 for log in candidates.poses[:, SCALE]]

        def full(candidates: Candidates, local: bool, steps: int) -> Candidates:
            return self._finer(pyramid, candidates, [min(1.0, scale) for scale in scales], scales, local, steps)

        whole = full(self._at_half(pyramid, candidates, False) if local else candidates, False, _FINAL_STEPS)
        if not self.search.covered:
            return Found.of(whole)
        even = full(whole, True, 0)
        if local and np.count_nonzero(even.scores >= _SURE) < wanted:
            unmoved = full(candidates, True, _FINAL_STEPS)
            pulled = even.scores < unmoved.scores - _PULLED
            whole.poses[pulled] = unmoved.poses[pulled]
            whole, even = full(whole, False, 0), full(whole, True, 0)
        return Found.of(whole, even)

    def _at_half(self, pyramid: Pyramid, candidates: Candidates, local: bool) -> Candidates:
        """Refine candidates at the resolution between the coarse one and the full one."""
        units = [self._units[number] for number in candidates.units]
        resolutions = [min(1.0, unit.scale, _FINER * unit.resolution) for unit in units]
        return self._finer(pyramid, candidates, resolutions, [unit.scale for unit in units], local, _MIDDLE_STEPS)

    def _finer(
        self,
        pyramid: Pyramid,
        candidates: Candidates,
        resolutions: Sequence[float],
        scales: Sequence[float],
        local: bool,
        steps: int,
    ) -> Candidates:
        """Refine candidates, each with samples of some resolution and at the level for some scale."""
        levels, aligners = [], []
        # One for each size, whatever is kept: in other company a pose comes out with other last digits.
        here: dict[_Size, Aligner] = {}
        for number, resolution, scale in zip(candidates.units, resolutions, scales, strict=True):
            levels.append(pyramid.level(scale / resolution))
            template = self._units[number].template
            size = (local, template.mirrored, template.sampled_size(resolution))
            here[size] = here.get(size) or self._aligner(size, template, resolution)
            aligners.append(here[size])
        return refined(candidates, aligners, levels, steps)

    def _aligner(self, size: _Size, template: Template, resolution: float) -> Aligner:
        # Several threads may come at once: each goes on with what it has in hand.
        found = self._aligners.get(size)
        if found is None:
            # The oldest go: a finder may see thousands of frames, each with a size of its own.
            for oldest in list(self._aligners)[: 1 - _KEPT * (1 + self.search.covered)]:
                self._aligners.pop(oldest, None)
            samples = template.at(resolution)
            contrast = LocalContrast(samples.weights, extent_for(samples.weights)) if size[0] else None
            found = self._aligners[size] = Aligner(samples, self._limits, contrast)
        return found

    def _match(self, found: Found, index: int) -> Match:
        x, y, angle, scale = (float(found.poses[index, column]) for column in (X, Y, ANGLE, SCALE))
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
            score=float(found.scores[index]),
            symmetry=self.symmetry,
            mirrored=self._units[int(found.units[index])].template.mirrored,
        )
