"""The sheet: one kernel on one scene, plain and through every chain, side by side under all methods."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence

from fracorr import Kernel, Match, Scene
from fracorr.images import FloatArray
from fracorr.trial import Arm
from fracorr_matplotlib import pictures
from fracorr_matplotlib.canvas import LINE_HEIGHT, Canvas
from fracorr_matplotlib.choice import Share
from fracorr_matplotlib.frames import Frame, View
from fracorr_matplotlib.layout import CAPTION, LABELS, MARGIN, Layout, Page
from fracorr_matplotlib.legend import Mark, draw_legend
from fracorr_matplotlib.shown import Found, Shown
from fracorr_matplotlib.style import DETECTED, EMPTY, HIT, MISS, QUIET, TARGET

_TITLE_SIZE = 12.0
_HEADING_SIZE = 8.5
_LABEL_SIZE = 8.0
_CAPTION_SIZE = 7.5
_FAILURE_SIZE = 6.5


class Sheet:
    """A sheet that is filled trial by trial and keeps nothing but the figure itself.

    Parameters
    ----------
    share : Share
        What kernel and scene are called.
    scene : Scene
    page : Page
        The chains and methods on this sheet.
    dpi : int
        Pixels per inch.
    note : str, optional
        Which page it is, if there are several.
    """

    def __init__(self, share: Share, scene: Scene, page: Page, dpi: int, note: str = "") -> None:
        self._scene = scene
        self._layout = Layout(page, scene.shape)
        self._canvas = Canvas(self._layout.width, self._layout.height, dpi)
        first = self._layout.pair(page.chains[0], page.methods[0])[1]
        # Every trial shows the same scene in a frame of the same size: it is made small once.
        size = self._canvas.size_of(first.fitted(scene.shape))
        self._small: FloatArray = pictures.resized(scene.rgb, *size)
        self._write_title(share, note)
        self._write_labels(page)
        self._write_legend()

    def kernel(self, chain: str, kernel: Kernel | None) -> None:
        """Show the kernel as a chain makes it."""
        frame = self._layout.kernel(chain)
        if kernel is None:
            self._say(frame, "the transform failed", QUIET)
            return
        self._canvas.kernel(frame, kernel)
        self._caption(frame, f"{kernel.width}×{kernel.height} px", QUIET)

    def trial(self, shown: Shown) -> None:
        """Show a trial: the response with its best place, and the scene with the box found there."""
        left, right = self._layout.pair(shown.trial.chain.spec, shown.trial.method.spec)
        both = Frame(left.x, left.y, right.right - left.x, left.height)
        self._caption(both, shown.verdict, shown.color)
        if shown.found is None:
            self._say(both, shown.failure, MISS)
            return
        shape = self._scene.shape
        self._draw_response(View(left.fitted(shape), shape), shown.found)
        self._draw_scene(View(right.fitted(shape), shape), shown.found.best, shown.metrics.hit)

    def missing(self, arm: Arm) -> None:
        """Show that a trial was not carried out."""
        left, right = self._layout.pair(arm.chain, arm.method)
        self._say(Frame(left.x, left.y, right.right - left.x, left.height), "not carried out", QUIET)

    def save(self, paths: Sequence[pathlib.Path]) -> None:
        """Write the sheet to files, of the kinds that their endings name."""
        self._canvas.save(paths)

    def _draw_response(self, view: View, found: Found) -> None:
        goodness = found.response.display()
        self._canvas.blank(view.frame, EMPTY)
        # The response covers only the places that the kernel's centre can take; it stands where those are.
        window = view.window(*found.response.origin, goodness.shape)
        self._canvas.heat(window, goodness, within=view.frame)
        self._canvas.outline(view.frame)
        x, y = view.place((found.best.x, found.best.y))
        self._canvas.ring(x, y)

    def _draw_scene(self, view: View, best: Match, hit: bool | None) -> None:
        self._canvas.picture(view.frame, self._small)
        self._canvas.outline(view.frame)
        self._canvas.polygon(view.place(best.polygon()), DETECTED, dashed=False, within=view.frame)
        # Dashes over the line: where the two coincide both are seen.
        for target in self._scene.targets:
            self._canvas.polygon(view.place(target.polygon()), TARGET, dashed=True, within=view.frame)
        if hit:
            self._canvas.outline(view.frame, HIT, 2.0)

    def _say(self, frame: Frame, text: str, color: str) -> None:
        """Write in a frame why there is no picture in it."""
        self._canvas.blank(frame, 0.95)
        self._canvas.outline(frame)
        line = LINE_HEIGHT * _FAILURE_SIZE
        lines = max(1, int((frame.height - 8) / line))
        self._canvas.paragraph(
            text, frame.x + 5, frame.y + 4 + line, frame.width - 10, lines, size=_FAILURE_SIZE, color=color
        )

    def _caption(self, frame: Frame, text: str, color: str) -> None:
        self._canvas.line(
            text, frame.middle, frame.bottom + CAPTION - 3, frame.width, size=_CAPTION_SIZE, align="center", color=color
        )

    def _write_title(self, share: Share, note: str) -> None:
        width = self._layout.width - 2 * MARGIN
        top = MARGIN + _TITLE_SIZE
        self._canvas.names(share.kernel, share.scene, MARGIN, top, width, size=_TITLE_SIZE, bold=True)
        kinds = "For each method the response, brighter where the match is better, and the place found."
        self._canvas.line(f"{kinds} {note}", MARGIN, top + 14, width, color=QUIET)

    def _write_labels(self, page: Page) -> None:
        for chain in page.chains:
            frame = self._layout.heading(chain)
            self._canvas.paragraph(
                chain,
                frame.middle,
                frame.bottom - 6,
                frame.width,
                2,
                size=_HEADING_SIZE,
                align="center",
                bold=True,
                anchor="last",
            )
        for band in page.bands:
            self._label("kernel", self._layout.kernel(band[0]))
            for method in page.methods:
                self._label(method, self._layout.pair(band[0], method)[0])

    def _label(self, text: str, frame: Frame) -> None:
        right = MARGIN + LABELS - 8
        lines = max(1, int(frame.height / (LINE_HEIGHT * _LABEL_SIZE)))
        self._canvas.paragraph(
            text,
            right,
            frame.y + frame.height / 2,
            LABELS - 8,
            min(6, lines),
            size=_LABEL_SIZE,
            align="right",
            anchor="middle",
        )

    def _write_legend(self) -> None:
        entries: list[tuple[Mark, str]] = [("ring", "best score"), ("detected", "detected")]
        if self._scene.targets:
            entries += [("target", "true target"), ("", "✓ hit: the centre of the detected box is in a target")]
        y = self._layout.height - 24
        draw_legend(self._canvas, MARGIN, y, self._layout.width - 2 * MARGIN, entries)
