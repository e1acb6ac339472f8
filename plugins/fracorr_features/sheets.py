"""Contact sheets: many kernels in one picture, each with its name below."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from fracorr import images
from fracorr.images import FloatArray
from fracorr.kernel import Kernel
from fracorr.opencv import cv2
from fracorr.sampling import resize

_LABEL_HEIGHT = 14
_GAP = 4
_PAPER = 1.0


def contact_sheet(kernels: Sequence[Kernel], columns: int = 8, cell: int = 128) -> FloatArray:
    """Draw kernels in rows; what has no support shows a checked ground.

    Parameters
    ----------
    kernels : sequence of Kernel
        At least one.
    columns : int, optional
        How many side by side.
    cell : int, optional
        Side in pixels of each.

    Returns
    -------
    (H, W, 3) float32 array
    """
    columns = max(1, min(columns, len(kernels)))
    rows = math.ceil(len(kernels) / columns)
    height, width = cell + _LABEL_HEIGHT + _GAP, cell + _GAP
    sheet = np.full((rows * height + _GAP, columns * width + _GAP, 3), _PAPER, np.float32)
    for index, kernel in enumerate(kernels):
        top, left = _GAP + index // columns * height, _GAP + index % columns * width
        sheet[top : top + cell, left : left + cell] = over_checks(kernel, cell)
        _write(sheet, kernel.name, left, top + cell, cell)
    return sheet


def over_checks(kernel: Kernel, side: int) -> FloatArray:
    """Return the kernel at `side` × `side` pixels over a light checked ground, (side, side, 3)."""
    fitted = resize(kernel, side, side)
    rows, columns = np.indices((side, side)) // 8
    ground = np.where((rows + columns) % 2 == 0, np.float32(0.85), np.float32(0.95))[..., None]
    weight = fitted.support[..., None]
    return np.asarray(images.to_rgb(fitted.pixels) * weight + ground * (1 - weight), dtype=np.float32)


def _write(sheet: FloatArray, text: str, left: int, top: int, room: int) -> None:
    font, scale = cv2.FONT_HERSHEY_SIMPLEX, 0.36
    shown = text
    while len(shown) > 3 and cv2.getTextSize(shown, font, scale, 1)[0][0] > room:
        text = text[:-1]
        shown = text + ".."
    # OpenCV writes on bytes only.
    strip = np.full((_LABEL_HEIGHT, room), 255, np.uint8)
    cv2.putText(strip, shown, (0, _LABEL_HEIGHT - 4), font, scale, 25, 1, cv2.LINE_AA)
    sheet[top : top + _LABEL_HEIGHT, left : left + room] = strip[..., None] / np.float32(255)
