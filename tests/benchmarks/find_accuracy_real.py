"""Real pictures: a wall seen from two sides, and a box on a full table (sample images of OpenCV).

graf1 and graf3 are of Mikolajczyk et al., "A comparison of affine region detectors", International Journal of Computer
Vision 65, 2005, doi:10.1007/s11263-005-3848-x. Between them is a homography, which shears and foreshortens: no pose is
right everywhere, and a hit is a box that overlaps the true outline of the template by an IoU of at least 0.5.
"""

from __future__ import annotations

import math
import pathlib
from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt
from find_accuracy_loop import rotation_loop

from fracorr import Kernel, Match, Scene, correlate, find
from fracorr.geometry import rounded_angle

Corners = npt.NDArray[np.float64]
SCALES = (0.5, 2.0)
HIT = 0.5
_STRIDE = 64


def searches(scene: Scene, template: Kernel, *, loop: bool) -> Iterator[tuple[str, Match | None]]:
    """Yield what each method finds."""
    yield "harmonic", next(iter(find(scene, template, scales=SCALES, min_score=0)), None)
    for method in ("sift", "orb"):
        yield method, next(iter(correlate(scene, template, method).poses or ()), None)
    if loop:
        yield "loop", rotation_loop(Scene(scene.pixels, own=template), SCALES)


def wall(data: pathlib.Path, side: int) -> dict[str, list[tuple[float, float]]]:
    """Return IoU and distance of the centre for each template of a grid on graf1, by method."""
    first, second = Scene(data / "graf1.png"), Scene(data / "graf3.png")
    storage = cv2.FileStorage(str(data / "H1to3p.xml"), cv2.FILE_STORAGE_READ)
    homography = np.asarray(storage.getFirstTopLevelNode().mat(), np.float64)
    found: dict[str, list[tuple[float, float]]] = {}
    for top in range(0, first.height - side + 1, _STRIDE):
        for left in range(0, first.width - side + 1, _STRIDE):
            template = Kernel(first.pixels[top : top + side, left : left + side])
            outline = mapped(homography, square(left, top, side))
            inside = (outline >= 0).all() and (outline < (second.width, second.height)).all()
            if not inside or template.gray.std() * 255 < 20:
                continue
            centre = mapped(homography, np.array([[left + (side - 1) / 2, top + (side - 1) / 2]]))[0]
            for method, match in searches(second, template, loop=False):
                found.setdefault(method, []).append(compared(match, outline, centre, second))
    return found


def box(data: pathlib.Path) -> dict[str, Match | None]:
    """Return what each method finds of the box on the table."""
    return dict(searches(Scene(data / "box_in_scene.png"), Kernel(data / "box.png"), loop=False))


def compared(match: Match | None, outline: Corners, centre: Corners, scene: Scene) -> tuple[float, float]:
    """Return the IoU of a match with an outline, and how far its centre is off."""
    if match is None:
        return 0.0, math.inf
    one, other = (_filled(corners, scene) for corners in (match.polygon(), outline))
    return float((one & other).sum() / (one | other).sum()), math.hypot(match.x - centre[0], match.y - centre[1])


def square(left: float, top: float, side: float) -> Corners:
    """Return the corners of an upright square of pixels."""
    low_x, low_y = left - 0.5, top - 0.5
    return np.array([[low_x, low_y], [low_x + side, low_y], [low_x + side, low_y + side], [low_x, low_y + side]])


def mapped(homography: npt.NDArray[np.float64], points: Corners) -> Corners:
    """Map points by a homography."""
    extended = np.column_stack([points, np.ones(len(points))]) @ homography.T
    return np.asarray(extended[:, :2] / extended[:, 2:])


def _filled(corners: Corners, scene: Scene) -> npt.NDArray[np.bool_]:
    canvas = np.zeros(scene.shape, np.uint8)
    cv2.fillConvexPoly(canvas, np.round(corners * 16).astype(np.int32), 1, cv2.LINE_8, 4)
    return canvas.astype(bool)


def section(data: pathlib.Path) -> str:
    """Measure, and return the page's section on real pictures."""
    names = {"harmonic": "fracorr", "sift": "SIFT", "orb": "ORB"}
    rows = [
        "| templates of graf1, found in graf3 | " + " | ".join(names.values()) + " |",
        "|---|" + "---:|" * len(names),
    ]
    for side in (64, 96, 128):
        found = wall(data, side)
        cells = []
        for method in names:
            results = found[method]
            hits = [distance for iou, distance in results if iou >= HIT]
            off = f", {np.median(hits):.1f} px" if hits else ""
            cells.append(f"{len(hits)} of {len(results)}{off}")
        rows.append(f"| {side} px | " + " | ".join(cells) + " |")
    boxes = ", ".join(f"{names[method]} {_told(match)}" for method, match in box(data).items())
    return TEXT.format(table="\n".join(rows), boxes=boxes, hit=HIT)


def _told(match: Match | None) -> str:
    if match is None:
        return "finds nothing"
    angle = rounded_angle(match.angle % 360, 1)
    return f"({match.x:.1f}, {match.y:.1f}), {angle:.1f}°, scale {match.scale:.3f}, score {match.score:.2f}"


TEXT = """
graf1 and graf3 show a painted wall from two sides (Mikolajczyk et al. 2005,
[doi:10.1007/s11263-005-3848-x](https://doi.org/10.1007/s11263-005-3848-x)), so that everything is sheared, and
foreshortened in one direction to six tenths of the other: no rotation and scale fits. Templates on a grid of graf1; a
hit overlaps the true outline, which the homography gives, by an IoU of at least {hit}; then the median distance of the
hits' centres. Scales 0.5–2.

{table}

The box on the full table (`box.png` in `box_in_scene.png`), where it lies turned, smaller, a little tilted and partly
covered: {boxes}.
"""
