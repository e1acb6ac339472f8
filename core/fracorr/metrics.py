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

    Attributes
    ----------
    hit : bool or None
        Whether the centre of the best match lies in a target.
    iou : float or None
        Intersection over union of the best match's box and the target's, in [0, 1]; the largest over the targets.
    centre_error : float or None
        Distance from the best match to the nearest target's centre, in pixels.
    angle_error : float or None
        Turn between the best match and that target, in [0, 180] degrees.
    scale_error : float or None
        ``abs(log2(scale / true scale))``, in octaves.
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


def evaluate(response: Response, targets: Sequence[Target]) -> Metrics:
    """Compare a response with the targets of its scene."""
    if not targets:
        return Metrics()
    best = response.best()
    nearest = min(targets, key=lambda target: math.hypot(best.x - target.x, best.y - target.y))
    return Metrics(
        hit=any(target.contains(best.x, best.y) for target in targets),
        iou=max(geometry.overlap(best, target) for target in targets),
        centre_error=math.hypot(best.x - nearest.x, best.y - nearest.y),
        angle_error=geometry.angle_difference(best.angle, nearest.angle),
        scale_error=abs(math.log2(best.scale / nearest.scale)),
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
        turn = math.radians(target.angle)
        dx, dy = x - target.x, y - target.y
        along = np.abs(dx * math.cos(turn) - dy * math.sin(turn))
        across = np.abs(dx * math.sin(turn) + dy * math.cos(turn))
        inside |= (along <= target.width / 2) & (across <= target.height / 2)
    return inside
