"""What the marks of a figure mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from fracorr_matplotlib.canvas import Canvas
from fracorr_matplotlib.lettering import text_width
from fracorr_matplotlib.style import DETECTED, QUIET, TARGET

Mark: TypeAlias = Literal["ring", "detected", "target", ""]

SIZE = 7.5
#: Distance between two lines of a legend.
LINE = 13.0
_SAMPLE = 20.0
_GAP = 14.0


def draw_legend(canvas: Canvas, x: float, y: float, width: float, entries: Sequence[tuple[Mark, str]]) -> None:
    """Write entries next to each other from the base `y` on, in as many lines as `width` points ask for."""
    left = x
    for mark, text in entries:
        sample = _SAMPLE if mark else 0.0
        length = sample + text_width(text, SIZE)
        if left > x and left + length > x + width:
            left, y = x, y + LINE
        _draw_mark(canvas, mark, left, y - 0.35 * SIZE)
        canvas.line(text, left + sample, y, x + width - left - sample, size=SIZE, color=QUIET)
        left += length + _GAP


def _draw_mark(canvas: Canvas, mark: Mark, x: float, y: float) -> None:
    if mark == "ring":
        canvas.ring(x + _SAMPLE / 2, y)
    elif mark == "detected":
        canvas.segment(x, y, _SAMPLE - 5, DETECTED, dashed=False)
    elif mark == "target":
        canvas.segment(x, y, _SAMPLE - 5, TARGET, dashed=True)
