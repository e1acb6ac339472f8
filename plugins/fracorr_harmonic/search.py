"""The search: coarse scores over the levels of the scene, then the best candidates refined step by step."""

from __future__ import annotations

import math

import attrs
import numpy as np

from fracorr import Kernel, Match, Response, Scene
from fracorr.finding import Search, without_overlap
from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr_harmonic import coarse
from fracorr_harmonic.bank import Bank
from fracorr_harmonic.levels import Level, scene_pixels
from fracorr_harmonic.refine import ANGLE, SCALE, Aligner, Limits, X, Y
from fracorr_harmonic.symmetry import symmetry_order
from fracorr_harmonic.template import Reals, Samples, Template

#: Radius in samples of a disc of the area over which templates are compared in the coarse stage.
_RADIUS = 13.0
_ANGLE_STEP = 5.0
_SCALE_RATIO = 1.19
_NOISE = 3.0 / 255
_CANDIDATES = 24
_SURVIVORS = 8
_FINALISTS = 3


@attrs.frozen
class Candidates:
    """Poses with their scores and where they come from.

    Attributes
    ----------
    poses : (N, 4) float64 array
    scores : (N,) float64 array
    groups : (N,) int array
        Number of the search unit: scale and handedness.
    """

    poses: Reals
    scores: Reals
    groups: Reals

    @classmethod
    def joined(cls, several: list[Candidates]) -> Candidates:
        """Return all candidates of several."""
        return cls(*(np.concatenate([getattr(each, field.name) for each in several]) for field in attrs.fields(cls)))

    def best(self, count: int, apart: float, symmetry: int) -> Candidates:
        """Return the best, without those that say the same as a better one.

        Parameters
        ----------
        count : int
        apart : float
            Distance in the template's pixels from which on places are not the same.
        symmetry : int
            In how many directions the template looks the same; 0 for all.
        """
        kept: list[int] = []
        for index in np.argsort(-self.scores, kind="stable"):
            if len(kept) == count:
                break
            if kept and self._repeats(int(index), kept, apart, symmetry):
                continue
            kept.append(int(index))
        return Candidates(self.poses[kept], self.scores[kept], self.groups[kept])

    def _repeats(self, index: int, kept: list[int], apart: float, symmetry: int) -> bool:
        pose, others = self.poses[index], self.poses[kept]
        scale = math.exp(pose[SCALE])
        distance = np.hypot(others[:, X] - pose[X], others[:, Y] - pose[Y]) / (apart * scale)
        period = 2 * math.pi / max(1, symmetry)
        turn = np.abs((others[:, ANGLE] - pose[ANGLE] + period / 2) % period - period / 2) / 0.15 * min(1, symmetry)
        growth = np.abs(others[:, SCALE] - pose[SCALE]) / 0.1
        return bool((np.maximum(distance, np.maximum(turn, growth)) < 1.0).any())


@attrs.frozen(eq=False)
class Unit:
    """What is searched at once: one scale and handedness."""

    template: Template
    scale: float
    resolution: float
    bank: Bank
    aligner: Aligner


class HarmonicSearch:
    """A template prepared for being found."""

    def __init__(self, kernel: Kernel, search: Search) -> None:
        self.kernel, self.search = kernel, search
        self.limits = Limits(
            (math.radians(search.angles[0]), math.radians(min(search.angles[1], search.angles[0] + 360.0))),
            (math.log(search.scales[0]), math.log(search.scales[1])),
        )
        self._templates = [Template(kernel)]
        if search.mirrored:
            self._templates.append(Template(kernel, mirrored=True))
        self._color = self._templates[0].principal_color()
        self.symmetry = symmetry_order(self._templates[0])
        self._aligners: dict[tuple[bool, tuple[int, int]], Aligner] = {}
        self._banks: dict[tuple[bool, tuple[int, int]], tuple[Bank, Aligner]] = {}
        self.units = [self._unit(template, scale) for template in self._templates for scale in self._scales()]

    def _scales(self) -> Reals:
        low, high = self.limits.scales
        count = max(1, math.ceil((high - low) / math.log(_SCALE_RATIO) - 1e-9))
        return np.exp(low + (high - low) * (np.arange(count) + 0.5) / count)

    def _angles(self) -> Reals:
        low, high = (math.degrees(each) for each in self.limits.angles)
        count = max(1, math.ceil((high - low) / _ANGLE_STEP - 1e-9))
        return low + (high - low) * (np.arange(count) + 0.5) / count

    def _unit(self, template: Template, scale: float) -> Unit:
        weights = coarse_weights(template.weights)
        resolution = min(1.0, scale, _RADIUS / math.sqrt(weights.sum() / math.pi))
        key = (template.mirrored, template.sampled_size(resolution))
        if key not in self._banks:
            samples = template.at(resolution)
            disc = template.at_weights(weights, resolution)
            gray = Samples(samples.values @ self._color[:, None], disc, samples.step, samples.size)
            self._banks[key] = (
                Bank.of(gray, self._angles()),
                Aligner(attrs.evolve(gray, weights=samples.weights), self.limits),
            )
        return Unit(template, scale, resolution, *self._banks[key])

    def _aligner(self, template: Template, resolution: float) -> Aligner:
        key = (template.mirrored, template.sampled_size(resolution))
        if key not in self._aligners:
            self._aligners[key] = Aligner(template.at(resolution), self.limits)
        return self._aligners[key]

    def find(self, scene: Scene) -> list[Match]:
        """Return the matches, best first."""
        pixels = scene_pixels(scene, self.kernel.is_color)
        return self._matches(pixels, [self._candidates(unit, *self._coarse(pixels, unit)) for unit in self.units])

    def respond(self, scene: Scene) -> Response:
        """Return the matches, and the best coarse score at each place of the scene with its angle and scale."""
        pixels = scene_pixels(scene, self.kernel.is_color)
        scores = np.full(scene.shape, -1.0, np.float32)
        angles, scales = np.zeros(scene.shape, np.float32), np.ones(scene.shape, np.float32)
        found = []
        size = (scene.width, scene.height)
        for unit in self.units:
            level, surface = self._coarse(pixels, unit)
            found.append(self._candidates(unit, level, surface))
            here = cv2.resize(surface.best, size, interpolation=cv2.INTER_LINEAR)
            turned = cv2.resize(surface.best_angles(), size, interpolation=cv2.INTER_NEAREST)
            better = here > scores
            scores[better], angles[better], scales[better] = here[better], turned[better], unit.scale
        return Response(
            np.clip(scores, -1.0, 1.0),
            "higher",
            (0.0, 0.0),
            (self.kernel.width, self.kernel.height),
            angle=angles,
            scale=scales,
            poses=self._matches(pixels, found),
        )

    def _matches(self, pixels: FloatArray, found: list[Candidates]) -> list[Match]:
        wanted, size = self.search.max_matches, min(self.kernel.shape)
        candidates = Candidates.joined(found).best(_SURVIVORS + 2 * wanted, 0.1 * size, self.symmetry)
        candidates = self._refined(pixels, candidates, 2.0, 3).best(_FINALISTS + wanted, 0.05 * size, self.symmetry)
        candidates = self._final(pixels, candidates)
        matches = [self._match(candidates, index) for index in np.argsort(-candidates.scores, kind="stable")]
        return without_overlap([each for each in matches if each.score >= self.search.min_score], self.search)

    def _coarse(self, pixels: FloatArray, unit: Unit) -> tuple[Level, coarse.Surface]:
        """Return the level that suits a unit, in one colour, and the scores there."""
        level = Level.of(pixels, unit.scale / unit.resolution)
        gray = level.pixels @ self._color
        gray -= gray.mean()
        return attrs.evolve(level, pixels=gray[..., None]), coarse.Surface.of(gray, unit.bank, _NOISE**2)

    def _candidates(self, unit: Unit, level: Level, surface: coarse.Surface) -> Candidates:
        peaks = coarse.peaks(surface, _CANDIDATES + 4 * self.search.max_matches)
        x, y = level.to_scene(peaks.columns.astype(float), peaks.rows.astype(float))
        poses = np.stack([x, y, np.radians(peaks.angles), np.full(len(x), math.log(unit.scale))], axis=1)
        poses, scores = unit.aligner.refine(level, poses, 3)
        return Candidates(poses, scores, np.full(len(x), self.units.index(unit)))

    def _refined(self, pixels: FloatArray, candidates: Candidates, finer: float, steps: int) -> Candidates:
        poses, scores = candidates.poses.copy(), candidates.scores.copy()
        for number in np.unique(candidates.groups):
            unit = self.units[number]
            mine = candidates.groups == number
            resolution = min(1.0, unit.scale, finer * unit.resolution)
            level = Level.of(pixels, unit.scale / resolution)
            poses[mine], scores[mine] = self._aligner(unit.template, resolution).refine(level, poses[mine], steps)
        return Candidates(poses, scores, candidates.groups)

    def _final(self, pixels: FloatArray, candidates: Candidates) -> Candidates:
        poses, scores = candidates.poses.copy(), candidates.scores.copy()
        for index, number in enumerate(candidates.groups):
            scale = math.exp(poses[index, SCALE])
            level = Level.of(pixels, scale if scale > 1.03 else 1.0)
            aligner = self._aligner(self.units[number].template, scale if scale < 0.97 else 1.0)
            each = slice(index, index + 1)
            poses[each], scores[each] = aligner.refine(level, poses[each], 4)
        return Candidates(poses, scores, candidates.groups)

    def _match(self, candidates: Candidates, index: int) -> Match:
        x, y, angle, log_scale = (float(each) for each in candidates.poses[index])
        scale = math.exp(log_scale)
        low = self.search.angles[0]
        return Match(
            x=x,
            y=y,
            angle=low if self.symmetry == 0 else low + (math.degrees(angle) - low) % (360.0 / self.symmetry),
            scale=scale,
            width=self.kernel.width * scale,
            height=self.kernel.height * scale,
            score=float(candidates.scores[index]),
            symmetry=self.symmetry,
            mirrored=self.units[int(candidates.groups[index])].template.mirrored,
        )


def coarse_weights(weights: FloatArray) -> FloatArray:
    """Return the support that the coarse stage uses: within the largest disc about the middle, if that is most of it.

    What looks the same at every angle needs one mean and one variance instead of one for each angle.
    """
    height, width = weights.shape
    rows, columns = np.mgrid[:height, :width]
    distance = np.hypot(columns - (width - 1) / 2, rows - (height - 1) / 2)
    disc = np.clip(min(height, width) / 2 - distance + 0.5, 0.0, 1.0).astype(np.float32)
    inner = weights * disc
    covers = inner.sum() >= 0.99 * disc.sum() and inner.sum() >= 0.5 * weights.sum()
    return inner if covers else weights
