"""How well a response agrees with the truth."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import geometry
from fracorr.opencv import cv2
from fracorr.response import Match, Response
from fracorr.scene import Target


@attrs.frozen
class Metrics:
    """What one trial scored; without targets there is only how much the best place stands out.

    A method that found nothing at all has missed, with no error to measure. A target that the kernel's centre cannot
    reach, because the kernel does not fit into the scene there or the target lies outside of it, is missed as well:
    who searches with that kernel does not find it. Such a trial has the chance 0 and no rank, by which it is counted
    (:attr:`fracorr.arms.ArmTally.out_of_reach`).

    Attributes
    ----------
    hit : bool or None
        Whether the centre of the best match lies in a target.
    iou : float or None
        Intersection over union of the best match's box and the target's, in [0, 1]; the largest over the targets.
    centre_error : float or None
        Distance from the best match to the nearest target's centre, in pixels.
    angle_error : float or None
        Turn between the best match and that target, in [0, 180] degrees; None for a kernel that is not the scene's
        own, because the truth is relative to that.
    scale_error : float or None
        ``abs(log2(scale / true scale))``, in octaves; None likewise.
    rank : int or None
        Place of the truth among the peaks of the response: 1 where nothing outside the targets scores as well. None
        also where no place of the kernel lies in a target.
    peak_to_sidelobe : float or None
        By how many standard deviations the best place of the surface stands out from what is around it (see
        :func:`fracorr.peaks.peak_to_sidelobe`); known without targets too.
    truth_quantile : float or None
        Fraction of the surface that the best score in a target beats or ties, in [0, 1].
    chance : float or None
        Probability that a place drawn uniformly from the surface is a hit, in [0, 1].
    truth_score : float or None
        The best score in a target, in the sense of the response.
    truth_prominence : float or None
        By how many standard deviations of the whole surface that score is better than its mean, which, unlike the
        score, can be compared between methods; 0 on a flat surface.
    true_angle, true_scale : float or None
        The pose of the nearest target, in degrees and as a factor; of the first where nothing was found.
    """

    hit: bool | None = None
    iou: float | None = None
    centre_error: float | None = None
    angle_error: float | None = None
    scale_error: float | None = None
    rank: int | None = None
    peak_to_sidelobe: float | None = None
    truth_quantile: float | None = None
    chance: float | None = None
    truth_score: float | None = None
    truth_prominence: float | None = None
    true_angle: float | None = None
    true_scale: float | None = None

    @property
    def is_tie(self) -> bool:
        """Whether the truth scores just as every other place does."""
        return self.rank is not None and self.rank > 1 and self.truth_prominence == 0

    @property
    def rank_in_words(self) -> str:
        """Where the truth stands, as people read it beside a picture."""
        if self.rank is None:
            return "truth not ranked"
        return "all places tie" if self.is_tie else f"truth ranks {self.rank}"


def evaluate(response: Response, targets: Sequence[Target], *, own: bool = True) -> Metrics:
    """Compare a response with the targets of its scene.

    Parameters
    ----------
    response : Response
    targets : sequence of Target
    own : bool, optional
        Whether the kernel is what the targets' angles and scales are relative to: the scene's own.
    """
    psr = response.peak_to_sidelobe()
    if not targets:
        return Metrics(peak_to_sidelobe=psr)
    inside = _places_inside(response, targets)
    truth = attrs.evolve(_of_the_surface(response, inside), peak_to_sidelobe=psr)
    if response.poses == ():
        angle, scale = targets[0].angle, targets[0].scale
        return attrs.evolve(truth, hit=False, iou=0.0, true_angle=angle, true_scale=scale)
    best = response.best()
    nearest = min(targets, key=lambda target: math.hypot(best.x - target.x, best.y - target.y))
    return attrs.evolve(
        truth,
        hit=any(target.contains(best.x, best.y) for target in targets),
        iou=max(geometry.overlap(best, target) for target in targets),
        centre_error=math.hypot(best.x - nearest.x, best.y - nearest.y),
        angle_error=geometry.angle_difference(best.angle, nearest.angle) if own else None,
        scale_error=abs(math.log2(best.scale / nearest.scale)) if own else None,
        rank=_rank(response, targets, inside),
        true_angle=nearest.angle,
        true_scale=nearest.scale,
    )


def _of_the_surface(response: Response, inside: npt.NDArray[np.bool_]) -> Metrics:
    """Measure how the best score in a target compares with the whole surface."""
    reached = int(np.count_nonzero(inside))
    if reached == 0:
        return Metrics(chance=0.0)
    higher = response.better == "higher"
    within = response.scores[inside]
    truth = within.max() if higher else within.min()
    beaten = response.scores <= truth if higher else response.scores >= truth
    mean, spread = (float(each[0, 0]) for each in cv2.meanStdDev(response.scores))
    # What is left of a flat surface's spread is rounding.
    ahead = (float(truth) - mean) / spread if spread > 1e-7 * abs(mean) else 0.0
    return Metrics(
        truth_quantile=np.count_nonzero(beaten) / inside.size,
        chance=reached / inside.size,
        truth_score=float(truth),
        truth_prominence=ahead if higher else -ahead,
    )


def _rank(response: Response, targets: Sequence[Target], inside: npt.NDArray[np.bool_]) -> int | None:
    """Return the place of the truth among the peaks of a response.

    The best score with the kernel's centre in a target is compared with every peak outside: 1 plus the number of
    those that are as good or better, so that a response which is the same everywhere ranks the truth last, not first.
    None where the kernel's centre cannot reach a target at all, or where none of a method's own poses does.
    """
    if response.poses is not None:
        return _rank_among_poses(response.poses, targets)
    if not inside.any():
        return None
    goodness = response.goodness
    truth = goodness[inside].max()
    peaks = response.peaks()
    rows, columns = peaks[:, 0], peaks[:, 1]
    rivals = ~inside[rows, columns] & (goodness[rows, columns] >= truth)
    return 1 + int(np.count_nonzero(rivals))


def _rank_among_poses(poses: Sequence[Match], targets: Sequence[Target]) -> int | None:
    for place, match in enumerate(poses, start=1):
        if any(target.contains(match.x, match.y) for target in targets):
            return place
    return None


def _places_inside(response: Response, targets: Sequence[Target]) -> npt.NDArray[np.bool_]:
    """Tell for each place of the surface whether it lies in a target; only the places around one are looked at."""
    inside = np.zeros(response.scores.shape, dtype=bool)
    for target in targets:
        corners = geometry.corners(target) - response.origin
        left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
        right, bottom = np.maximum(np.ceil(corners.max(axis=0)).astype(int) + 1, 0)
        window = inside[top:bottom, left:right]
        x = response.origin[0] + left + np.arange(window.shape[1])
        y = response.origin[1] + top + np.arange(window.shape[0])[:, None]
        window |= geometry.inside(target, x, y)
    return inside
