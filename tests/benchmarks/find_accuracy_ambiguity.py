"""Whether a case has one right answer, judged without the matcher that is measured.

A case is *ambiguous* when another pose, one that would count as a miss, looks almost as much like the template as the
true one does: its correlation coefficient at full resolution is less than :data:`MARGIN` below the truth's. Such poses
are looked for by brute force: the template reduced to a disc of 21 pixels, turned in steps of 15 degrees, against a
pyramid of the scene; the best that are no hits are then improved by a downhill simplex (Nelder and Mead 1965,
doi:10.1093/comjnl/7.4.308) at full resolution.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
import scipy.optimize

from fracorr import Scene, Target
from fracorr.geometry import overlap

Pixels: TypeAlias = npt.NDArray[np.float32]
Pose: TypeAlias = tuple[float, float, float, float]

#: What the truth's correlation coefficient must be ahead of any other pose's.
MARGIN = 0.02
#: The least overlap (IoU) that counts as a hit.
HIT = 0.7
_DISC = 21
_TURNS = np.arange(0, 360, 15)
_STEP = 2**0.25
_SCREENED, _IMPROVED, _EVALUATIONS = 40, 10, 80
#: What looks like the template at full resolution looks this much like it on a small picture, though a bit turned.
_PROMISING = 0.7


def likeness(scene: Pixels, template: Pixels, pose: Pose) -> float:
    """Return the correlation coefficient of the template and what a pose shows of the scene; -1 far outside.

    Whichever of the two has finer detail is blurred first to what the other can show.
    """
    scale, side = pose[3], template.shape[0]
    if scale < 1:
        template = _blurred(template, 0.5 * math.sqrt(scale**-2 - 1))
    matrix = to_scene(pose, side)
    if scale > 1:
        scene, matrix = _window(scene, matrix, side, 0.5 * math.sqrt(scale**2 - 1))
    size, inverse = (side, side), cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(scene, matrix, size, flags=cv2.INTER_CUBIC | inverse, borderMode=cv2.BORDER_REPLICATE)
    covered = np.ones(scene.shape, np.uint8)
    inside = cv2.warpAffine(covered, matrix, size, flags=cv2.INTER_NEAREST | inverse, borderValue=0).astype(bool)
    if inside.mean() < HIT:
        return -1.0
    first, second = seen[inside].astype(np.float64), template[inside].astype(np.float64)
    first, second = first - first.mean(), second - second.mean()
    # A flat window is unlike everything: half a gray level of noise is what eight bits have anyway.
    norm = math.sqrt((first @ first + first.size * (0.5 / 255) ** 2) * (second @ second))
    return float(first @ second) / norm if norm > 0 else -1.0


def to_scene(pose: Pose, side: int) -> npt.NDArray[np.float64]:
    """Return the matrix, (2, 3), from the pixels of a square template to the scene's where a pose has it."""
    x, y, angle, scale = pose
    turn = math.radians(angle)
    across, down = scale * math.cos(turn), scale * math.sin(turn)
    middle = (side - 1) / 2
    # y points down and angles go counter-clockwise.
    return np.array([[across, down, x - (across + down) * middle], [-down, across, y - (across - down) * middle]])


def strongest_rival(scene: Scene, target: Target, scales: tuple[float, float]) -> tuple[float, Pose]:
    """Return the correlation coefficient of the best pose that is no hit, and that pose."""
    assert scene.own is not None
    gray, template = scene.gray, scene.own.gray
    found: list[tuple[float, Pose]] = []
    starts = [(likeness(gray, template, pose), pose) for pose in _starts(gray, template, target, scales)]
    starts.sort(reverse=True)
    for _, pose in starts[:_IMPROVED]:
        found.append(_improved(gray, template, target, pose, scales))
    return max(found, default=(-1.0, (0.0, 0.0, 0.0, 1.0)))


def is_hit(pose: Pose, target: Target) -> bool:
    """Whether the box of a pose overlaps the target enough."""
    return overlap(_box(pose, target), target) >= HIT


def _box(pose: Pose, target: Target) -> Target:
    side = target.width / target.scale * pose[3]
    return Target(pose[0], pose[1], side, side, pose[2], pose[3])


def _starts(gray: Pixels, template: Pixels, target: Target, scales: tuple[float, float]) -> Iterator[Pose]:
    """Yield poses that are no hits and look promising on a small scale, and some close to the truth."""
    found = [each for scale in _levels(scales) for each in _screened(gray, template, scale)]
    found.sort(reverse=True)
    kept = 0
    for _, pose in found:
        if not is_hit(pose, target):
            yield pose
            kept += 1
        if kept == _SCREENED:
            break
    for direction in np.radians(np.arange(0, 360, 45)):
        shift = 0.3 * target.width
        yield (
            target.x + shift * math.cos(direction),
            target.y + shift * math.sin(direction),
            target.angle,
            target.scale,
        )
    for scale in scales:
        pose = (target.x, target.y, target.angle, scale)
        if not is_hit(pose, target):
            yield pose


def _levels(scales: tuple[float, float]) -> Sequence[float]:
    count = 1 + math.ceil(math.log(scales[1] / scales[0]) / math.log(_STEP))
    return [float(scale) for scale in np.geomspace(*scales, count)]


def _screened(gray: Pixels, template: Pixels, scale: float) -> list[tuple[float, Pose]]:
    """Return the best places of a disc at one scale with their turns: correlation coefficients on a small picture."""
    shrink = _DISC / (template.shape[0] * scale)
    small = _resized(gray, (round(gray.shape[1] * shrink), round(gray.shape[0] * shrink)))
    if min(small.shape) < _DISC:
        return []
    y, x = np.mgrid[:_DISC, :_DISC] - _DISC // 2
    disc = (np.hypot(x, y) <= _DISC / 2).astype(np.float32)
    total, squares = (cv2.matchTemplate(image, disc, cv2.TM_CCORR) for image in (small, small * small))
    spread = np.sqrt(np.maximum(squares - total**2 / disc.sum(), 0) + disc.sum() * (2 / 255) ** 2)
    scores = []
    for turn in _TURNS:
        turned = _turned(template, float(turn)) * disc
        turned = (turned - disc * (turned.sum() / disc.sum())).astype(np.float32)
        scores.append(cv2.matchTemplate(small, turned, cv2.TM_CCORR) / (spread * max(np.linalg.norm(turned), 1e-9)))
    surfaces = np.stack(scores)
    best = surfaces.max(axis=0)
    peaks = (best == cv2.dilate(best, np.ones((5, 5)))) & (best > _PROMISING)
    rows, columns = np.nonzero(peaks)
    order = np.argsort(-best[rows, columns])[:_SCREENED]
    middle = _DISC // 2
    return [
        (
            float(best[row, column]),
            (
                (column + middle + 0.5) * gray.shape[1] / small.shape[1] - 0.5,
                (row + middle + 0.5) * gray.shape[0] / small.shape[0] - 0.5,
                float(_TURNS[surfaces[:, row, column].argmax()]),
                scale,
            ),
        )
        for row, column in zip(rows[order], columns[order], strict=True)
    ]


def _turned(template: Pixels, angle: float) -> Pixels:
    side = template.shape[0]
    matrix = cv2.getRotationMatrix2D(((side - 1) / 2, (side - 1) / 2), angle, 1.0)
    turned = cv2.warpAffine(template, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return _resized(turned, (_DISC, _DISC))


def _improved(
    gray: Pixels, template: Pixels, target: Target, start: Pose, scales: tuple[float, float]
) -> tuple[float, Pose]:
    """Climb from a pose as far as it goes without becoming a hit."""
    fixed = scales[0] == scales[1]
    unit = template.shape[0] * start[3] / 40
    steps = np.array([unit, unit, 4.0, 0.05])[: 3 if fixed else 4]

    def pose_of(change: npt.NDArray[np.float64]) -> Pose:
        moved = change * steps
        scale = start[3] if fixed else min(max(start[3] * math.exp(moved[3]), scales[0]), scales[1])
        return start[0] + moved[0], start[1] + moved[1], start[2] + moved[2], scale

    def loss(change: npt.NDArray[np.float64]) -> float:
        pose = pose_of(change)
        return 2.0 if is_hit(pose, target) else -likeness(gray, template, pose)

    simplex = np.vstack([np.zeros(len(steps)), np.eye(len(steps))])
    options = {"maxfev": _EVALUATIONS, "initial_simplex": simplex, "xatol": 0.02, "fatol": 1e-4}
    result = scipy.optimize.minimize(loss, simplex[0], method="Nelder-Mead", options=options)
    return -float(result.fun), pose_of(result.x)


def _window(
    scene: Pixels, matrix: npt.NDArray[np.float64], side: int, sigma: float
) -> tuple[Pixels, npt.NDArray[np.float64]]:
    """Return the part of the scene that a pose shows, blurred, and the matrix for it."""
    corners = matrix @ np.array([[0, side - 1, 0, side - 1], [0, 0, side - 1, side - 1], [1, 1, 1, 1]])
    margin = 4 * sigma + 3
    low = np.maximum(np.floor(corners.min(axis=1) - margin), 0).astype(int)
    high = np.ceil(corners.max(axis=1) + margin).astype(int)
    part = scene[low[1] : max(high[1], low[1] + 1), low[0] : max(high[0], low[0] + 1)]
    if part.size == 0:
        return scene, matrix
    moved = matrix.copy()
    moved[:, 2] -= low
    return _blurred(part, sigma), moved


def _blurred(pixels: Pixels, sigma: float) -> Pixels:
    if sigma < 0.1:
        return pixels
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.float32)


def _resized(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    how = cv2.INTER_AREA if size[0] < pixels.shape[1] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=how), np.float32)
