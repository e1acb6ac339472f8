"""How well a response agrees with the truth."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import geometry
from fracorr.response import Match, Response
from fracorr.scene import Target


@attrs.frozen
class Metrics:
    """What one trial scored; everything is None where the scene has no targets.

    A method that found nothing at all has missed, with no error to measure.

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
    """

    hit: bool | None = None
    iou: float | None = None
    centre_error: float | None = None
    angle_error: float | None = None
    scale_error: float | None = None
    rank: int | None = None


def evaluate(response: Response, targets: Sequence[Target], *, own: bool = True) -> Metrics:
    """Compare a response with the targets of its scene.

    Parameters
    ----------
    response : Response
    targets : sequence of Target
    own : bool, optional
        Whether the kernel is what the targets' angles and scales are relative to: the scene's own.
    """
    if not targets:
        return Metrics()
    if response.poses == ():
        return Metrics(hit=False, iou=0.0)
    best = response.best()
    nearest = min(targets, key=lambda target: math.hypot(best.x - target.x, best.y - target.y))
    return Metrics(
        hit=any(target.contains(best.x, best.y) for target in targets),
        iou=max(geometry.overlap(best, target) for target in targets),
        centre_error=math.hypot(best.x - nearest.x, best.y - nearest.y),
        angle_error=geometry.angle_difference(best.angle, nearest.angle) if own else None,
        scale_error=abs(math.log2(best.scale / nearest.scale)) if own else None,
        rank=rank_of_truth(response, targets),
    )


def rank_of_truth(response: Response, targets: Sequence[Target]) -> int | None:
    """Return the place of the truth among the peaks of a response.

    The best score with the kernel's centre in a target is compared with every peak outside: 1 plus the number of
    those that are as good or better, so that a response which is the same everywhere ranks the truth last, not first.

    Returns
    -------
    int or None
        None where the kernel's centre cannot reach a target at all, or where none of a method's own poses does.
    """
    if response.poses is not None:
        return _rank_among_poses(response.poses, targets)
    inside = _places_inside(response, targets)
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
    height, width = response.scores.shape
    x = response.origin[0] + np.arange(width)
    y = response.origin[1] + np.arange(height)[:, None]
    inside = np.zeros((height, width), dtype=bool)
    for target in targets:
        inside |= geometry.inside(target, x, y)
    return inside
