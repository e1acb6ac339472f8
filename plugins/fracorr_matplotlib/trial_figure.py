"""The figure of one trial, laid out as in OpenCV's template-matching tutorial: the response beside the scene."""

from __future__ import annotations

import math
from typing import Final

import attrs

from fracorr import Scene
from fracorr_matplotlib.canvas import Canvas
from fracorr_matplotlib.choice import Share
from fracorr_matplotlib.frames import Frame, View
from fracorr_matplotlib.legend import Mark, draw_legend
from fracorr_matplotlib.shown import Found, Shown
from fracorr_matplotlib.style import DETECTED, MISS, QUIET, TARGET

_MARGIN: Final = 14.0
_HEADER: Final = 68.0
_FOOTER: Final = 38.0
_NOTE: Final = 7.5
_BETWEEN: Final = 18.0
_KERNEL: Final = 44.0
_EDGE: Final = 235.0


def draw_trial(scene: Scene, shown: Shown, share: Share, dpi: int) -> Canvas:
    """Draw the response on the left, the scene with the detected box and the true ones on the right.

    Parameters
    ----------
    scene : Scene
    shown : Shown
        The trial.
    share : Share
        What kernel and scene are called.
    dpi : int
        Pixels per inch.
    """
    stretch = math.sqrt(scene.width / scene.height)
    width, height = _EDGE * min(1.4, max(0.75, stretch)), _EDGE * min(1.4, max(0.45, 1 / stretch))
    left = Frame(_MARGIN, _HEADER, width, height)
    right = Frame(left.right + _BETWEEN, _HEADER, width, height)
    canvas = Canvas(right.right + _MARGIN, left.bottom + _FOOTER, dpi)
    _write_header(canvas, shown, share, (left.right + right.x) / 2, right.right + _MARGIN)
    for frame, title in ((left, "Matching Result"), (right, "Detected Point")):
        canvas.line(title, frame.middle, frame.y - 6, frame.width, size=10, align="center")
    if shown.found is None:
        _write_failure(canvas, left, shown.failure)
    else:
        _draw_response(canvas, left, shown.found)
    _draw_scene(canvas, right, scene, shown)
    return canvas


def _write_header(canvas: Canvas, shown: Shown, share: Share, middle: float, width: float) -> None:
    # The kernel stands in the corner; the same width stays free on the other side, so that the text is centred.
    free = width - 2 * (_MARGIN + _KERNEL + 8)
    if shown.kernel is not None:
        canvas.kernel(Frame(_MARGIN, 6, _KERNEL, _KERNEL), shown.kernel)
    canvas.line(shown.trial.method.spec, middle, 21, free, size=13, align="center", bold=True)
    canvas.names(share.kernel, share.scene, middle, 35, free, size=8, align="center", color=QUIET)
    transform = f"transform: {shown.trial.chain.spec}"
    canvas.line(transform, middle, 46, free, size=8, align="center", color=QUIET)


def _draw_response(canvas: Canvas, panel: Frame, found: Found) -> None:
    frame = _below_title(panel, found.response.scores.shape)
    higher = found.response.better == "higher"
    goodness = found.response.display()
    canvas.picture(frame, goodness if higher else 1 - goodness)
    canvas.outline(frame)
    sense = "brighter" if higher else "darker"
    note = f"best score {found.best.score:.4g} ({found.response.better} is better: {sense})"
    canvas.line(note, panel.x, panel.bottom + 13, panel.width, size=_NOTE, color=QUIET)


def _write_failure(canvas: Canvas, panel: Frame, text: str) -> None:
    canvas.blank(panel, 0.95)
    canvas.outline(panel)
    lines = int((panel.height - 20) / 10)
    canvas.paragraph(text, panel.x + 10, panel.y + 18, panel.width - 20, lines, color=MISS)


def _draw_scene(canvas: Canvas, panel: Frame, scene: Scene, shown: Shown) -> None:
    view = View(_below_title(panel, scene.shape), scene.shape)
    canvas.picture(view.frame, scene.rgb)
    canvas.outline(view.frame)
    entries: list[tuple[Mark, str]] = []
    if shown.found is not None:
        canvas.polygon(view.place(shown.found.best.polygon()), DETECTED, dashed=False, within=view.frame)
        entries.append(("detected", "detected"))
    if scene.targets:
        entries.append(("target", "true target"))
        canvas.line(shown.verdict, panel.x, panel.bottom + 13, panel.width, size=_NOTE, color=shown.color)
    # Dashes over the line: where the two coincide both are seen.
    for target in scene.targets:
        canvas.polygon(view.place(target.polygon()), TARGET, dashed=True, within=view.frame)
    draw_legend(canvas, panel.x, panel.bottom + (27 if scene.targets else 13), panel.width, entries)


def _below_title(panel: Frame, shape: tuple[int, int]) -> Frame:
    return attrs.evolve(panel.fitted(shape), y=panel.y)
