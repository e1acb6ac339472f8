"""Matches as people see them: rotated boxes with their scores over the scene."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont

from fracorr import geometry, images
from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr.response import Match

#: Okabe and Ito's colours, told apart by colour-blind people too.
_BOX: Final = (230, 159, 0)
_TOP: Final = (86, 180, 233)
_INK: Final = (255, 255, 255)
_CASING: Final = (20, 20, 20)
#: A scene whose longer side has fewer pixels is enlarged, so that its labels are readable beside it.
_SMALLEST: Final = 640
#: OpenCV draws at fractions of a pixel given as whole numbers of so many binary digits.
_FRACTION: Final = 6

_Area: TypeAlias = tuple[float, float, float, float]


def draw_matches(pixels: FloatArray, matches: Sequence[Match], labels: Sequence[str] | None = None) -> FloatArray:
    """Draw matches over their scene.

    Each is a box, the template's top edge in blue, with a label at its top left corner. Lines and letters grow with
    the picture; a picture smaller than 640 pixels is enlarged by a whole number first.

    Parameters
    ----------
    pixels : (H, W) or (H, W, 3) array
        The scene, gray or RGB in [0, 1].
    matches : sequence of Match
        Best first.
    labels : sequence of str, optional
        One for each match; by default its score, after its place where there are several.

    Returns
    -------
    (h, w, 3) float32 array
        RGB in [0, 1].
    """
    factor = max(1, math.ceil(_SMALLEST / max(pixels.shape[:2])))
    canvas = np.ascontiguousarray(images.to_bytes(_enlarged(images.to_rgb(pixels), factor)))
    unit = max(1.0, min(canvas.shape[:2]) / 480)
    # Worst first, so that the best lie on top.
    for match in reversed(matches):
        _draw_box(canvas, _corners(match, factor), unit)
    if labels is None:
        several = len(matches) > 1
        labels = [f"{place}: {match.score:.3f}" if several else f"{match.score:.3f}"
                  for place, match in enumerate(matches, start=1)]  # fmt: skip
    sheet = PIL.Image.fromarray(canvas)
    _write_labels(sheet, [(_corners(match, factor), text) for match, text in zip(matches, labels, strict=True)], unit)
    return images.from_array(np.asarray(sheet)).pixels


def _enlarged(pixels: FloatArray, factor: int) -> FloatArray:
    return pixels if factor == 1 else np.repeat(np.repeat(pixels, factor, axis=0), factor, axis=1)


def _corners(match: Match, factor: int) -> npt.NDArray[np.float64]:
    # Pixel centres are whole numbers, so the picture begins at -1/2.
    return (geometry.corners(match) + 0.5) * factor - 0.5


def _draw_box(canvas: npt.NDArray[np.uint8], corners: npt.NDArray[np.float64], unit: float) -> None:
    thin, thick = max(1, round(1.5 * unit)), max(2, round(3 * unit))
    casing = max(1, round(unit))
    for color, more in ((_CASING, 2 * casing), (None, 0)):
        _draw_line(canvas, corners[[1, 2, 3, 0]], color or _BOX, thin + more)
        _draw_line(canvas, corners[[0, 1]], color or _TOP, thick + more)


def _draw_line(
    canvas: npt.NDArray[np.uint8], points: npt.NDArray[np.float64], color: tuple[int, int, int], width: int
) -> None:
    places = np.round(np.clip(points, -1e6, 1e6) * 2**_FRACTION).astype(np.int32)
    cv2.polylines(canvas, [places], False, color, width, cv2.LINE_AA, _FRACTION)


def _write_labels(sheet: PIL.Image.Image, labels: Iterable[tuple[npt.NDArray[np.float64], str]], unit: float) -> None:
    draw = PIL.ImageDraw.Draw(sheet)
    font = PIL.ImageFont.load_default(round(15 * unit))
    taken: list[_Area] = []
    for corners, text in labels:
        left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
        pad = 3 * unit
        size = right - left + 2 * pad, bottom - top + 2 * pad
        area = _free_place(_beside(corners, size), size, (sheet.width, sheet.height), taken)
        taken.append(area)
        draw.rectangle(area, fill=_CASING)
        draw.text((area[0] + pad - left, area[1] + pad - top), text, fill=_INK, font=font)


def _beside(corners: npt.NDArray[np.float64], size: tuple[float, float]) -> tuple[float, float]:
    """Return left and top of a label that touches the box's first corner from outside."""
    left, top = (
        float(corner if corner > middle else corner - length)
        for corner, middle, length in zip(corners[0], corners.mean(axis=0), size, strict=True)
    )
    return left, top


def _free_place(
    wanted: tuple[float, float], size: tuple[float, float], limits: tuple[int, int], taken: Sequence[_Area]
) -> _Area:
    """Return the place for a label near the one that is wanted, inside the picture and clear of other labels."""
    left, top = (
        min(max(place, 0.0), max(0.0, limit - length))
        for place, limit, length in zip(wanted, limits, size, strict=True)
    )
    for step in range(2 * len(taken) + 1):
        # Alternately below and above.
        moved = top + (-1) ** step * ((step + 1) // 2) * size[1]
        area = (left, moved, left + size[0], moved + size[1])
        if 0 <= moved <= limits[1] - size[1] and not any(_touch(area, other) for other in taken):
            return area
    return (left, top, left + size[0], top + size[1])


def _touch(one: _Area, other: _Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
