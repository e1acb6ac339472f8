"""A figure to draw on, measured in points, without pyplot.

All pictures of a figure are put together into one array at the figure's own resolution; lines and letters go on top.
That is many times faster than one ``Axes`` for each picture, and a sheet holds dozens.
"""

from __future__ import annotations

import math
import pathlib
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox, TransformedBbox

from fracorr import Kernel
from fracorr.images import FloatArray
from fracorr_matplotlib import pictures
from fracorr_matplotlib.frames import Frame
from fracorr_matplotlib.lettering import fitted, joined, printable, text_width, wrapped
from fracorr_matplotlib.output import save
from fracorr_matplotlib.style import FRAME

Align: TypeAlias = Literal["left", "center", "right"]
Anchor: TypeAlias = Literal["first", "middle", "last"]

#: Distance between two lines of text, in sizes of the font.
LINE_HEIGHT = 1.25
#: A light edge makes a line visible on any picture.
_HALO = [withStroke(linewidth=2.8, foreground="white")]


class Canvas:
    """A figure of `width` × `height` points, x right and y down; pictures have `dpi` pixels per inch."""

    def __init__(self, width: float, height: float, dpi: int) -> None:
        self._pixels_per_point = dpi / 72
        columns, rows = (math.ceil(side * self._pixels_per_point) for side in (width, height))
        self._raster = np.full((rows, columns, 4), 255, dtype=np.uint8)
        self._figure = Figure(figsize=(columns / dpi, rows / dpi), dpi=dpi)
        FigureCanvasAgg(self._figure)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, columns / self._pixels_per_point)
        self._axes.set_ylim(rows / self._pixels_per_point, 0)

    def size_of(self, frame: Frame) -> tuple[int, int]:
        """Return the height and width of a frame in pixels of the figure."""
        rows, columns = self._window(frame)
        return rows.stop - rows.start, columns.stop - columns.start

    def picture(
        self, frame: Frame, pixels: FloatArray, colormap: str | None = None, within: Frame | None = None
    ) -> None:
        """Fill a frame with a gray or RGB picture in [0, 1], shown only as far as it lies `within` another frame."""
        painted = pictures.colored(pictures.resized(pixels, *self.size_of(frame)), colormap)
        rows, columns = self._window(frame)
        visible_rows, visible_columns = self._window(within or frame)
        top, bottom = max(rows.start, visible_rows.start), min(rows.stop, visible_rows.stop)
        left, right = max(columns.start, visible_columns.start), min(columns.stop, visible_columns.stop)
        if top < bottom and left < right:
            part = painted[top - rows.start : bottom - rows.start, left - columns.start : right - columns.start]
            self._raster[top:bottom, left:right, :3] = part

    def heat(self, frame: Frame, levels: FloatArray, within: Frame | None = None) -> None:
        """Fill a frame with values in [0, 1] in the style's color map."""
        self.picture(frame, levels, matplotlib.rcParams["image.cmap"], within)

    def kernel(self, frame: Frame, kernel: Kernel) -> None:
        """Show a kernel undistorted in the middle of a frame, with its edge."""
        shown = frame.fitted(kernel.shape)
        self.picture(shown, pictures.with_support(kernel, *self.size_of(shown)))
        self.outline(shown)

    def blank(self, frame: Frame, gray: float) -> None:
        """Fill a frame with one shade of gray in [0, 1]."""
        rows, columns = self._window(frame)
        self._raster[rows, columns, :3] = round(255 * gray)

    def outline(self, frame: Frame, color: str = FRAME, linewidth: float = 0.6) -> None:
        """Draw the edge of a frame, along the pixels of the picture in it."""
        rows, columns = self._window(frame)
        left, top, width, height = (
            side / self._pixels_per_point
            for side in (columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start)
        )
        self._axes.add_patch(Rectangle((left, top), width, height, fill=False, edgecolor=color, linewidth=linewidth))

    def polygon(self, corners: npt.NDArray[np.float64], color: str, dashed: bool, within: Frame) -> None:
        """Draw a closed line, as far as it lies within a frame."""
        line = Polygon(corners, fill=False, edgecolor=color, linestyle=_dashes(dashed), path_effects=_HALO)
        line.set_linewidth(matplotlib.rcParams["lines.linewidth"])
        # A line along the very edge of the picture shall be seen as wide as any other.
        box = Bbox.from_extents(within.x - 1, within.y - 1, within.right + 1, within.bottom + 1)
        self._axes.add_patch(line)
        line.set_clip_box(TransformedBbox(box, self._axes.transData))

    def ring(self, x: float, y: float) -> None:
        """Mark a place with a small ring, white in black, which shows on any color."""
        for color, width in (("black", 2.6), ("white", 1.2)):
            self._axes.add_line(
                Line2D([x], [y], marker="o", markersize=7, fillstyle="none", color=color, markeredgewidth=width)
            )

    def stroke(
        self, start: tuple[float, float], stop: tuple[float, float], color: str, width: float, dashed: bool = False
    ) -> None:
        """Draw a straight line with blunt ends, in a color and of a width in points."""
        xs, ys = zip(start, stop, strict=True)
        self._axes.add_line(
            Line2D(xs, ys, color=color, linewidth=width, linestyle=_dashes(dashed), solid_capstyle="butt")
        )

    def dot(self, x: float, y: float, color: str, diameter: float) -> None:
        """Draw a filled dot with a light edge."""
        self._axes.add_line(
            Line2D([x], [y], marker="o", markersize=diameter, color=color, markeredgecolor="white", markeredgewidth=0.8)
        )

    def segment(self, x: float, y: float, length: float, color: str, dashed: bool) -> None:
        """Draw a horizontal piece of line, as a legend shows one."""
        self._axes.add_line(Line2D([x, x + length], [y, y], color=color, linestyle=_dashes(dashed)))

    def line(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        *,
        size: float = 8.0,
        align: Align = "left",
        bold: bool = False,
        color: str | None = None,
    ) -> None:
        """Write one line of text; what is wider than `width` points loses its middle.

        `y` is the line's base, `x` its left end, middle or right end, as `align` says.
        """
        shown = fitted(printable(text), width, lambda part: text_width(part, size, bold))
        self._write([shown], x, y, size, align, bold, color)

    def names(self, first: str, second: str, x: float, y: float, width: float, *, size: float, **style: Any) -> None:
        """Write "first in second" in one line; see :meth:`line`."""

        def measure(part: str) -> float:
            return text_width(part, size, style.get("bold", False))

        text = joined(printable(first), " in ", printable(second), width, measure)
        self.line(text, x, y, width, size=size, **style)

    def paragraph(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        lines: int,
        *,
        size: float = 8.0,
        align: Align = "left",
        bold: bool = False,
        color: str | None = None,
        anchor: Anchor = "first",
    ) -> None:
        """Write text in at most so many lines of `width` points.

        `y` is the base of the first line, the middle of all lines, or the base of the last one, as `anchor` says.
        """
        shown = wrapped(printable(text), width, lines, lambda part: text_width(part, size, bold))
        height = (len(shown) - 1) * LINE_HEIGHT * size
        # The middle of a line of letters is about a third of their size above its base.
        above = {"first": 0.0, "middle": height / 2 - size / 3, "last": height}[anchor]
        self._write(shown, x, y - above, size, align, bold, color)

    def save(self, paths: Sequence[pathlib.Path]) -> None:
        """Write the figure to files, of the kinds that their endings name, and let go of what was drawn.

        Each appears whole or not at all.

        Raises
        ------
        OutputError
            If a file cannot be written.
        """
        self._figure.add_artist(_Raster(self._raster))
        save(self._figure, paths)

    def _write(
        self, lines: Sequence[str], x: float, y: float, size: float, align: Align, bold: bool, color: str | None
    ) -> None:
        for number, text in enumerate(lines):
            self._axes.text(
                x,
                y + number * LINE_HEIGHT * size,
                text,
                fontsize=size,
                horizontalalignment=align,
                verticalalignment="baseline",
                weight="bold" if bold else "normal",
                color=color or matplotlib.rcParams["text.color"],
                parse_math=False,  # a "$" in somebody's file name is no formula
            )

    def _window(self, frame: Frame) -> tuple[slice, slice]:
        """The rows and columns of pixels that a frame covers; frames of one size cover equally many."""

        def pixels(start: float, length: float) -> slice:
            first = round(start * self._pixels_per_point)
            return slice(first, first + max(1, round(length * self._pixels_per_point)))

        return pixels(frame.y, frame.height), pixels(frame.x, frame.width)


class _Raster(Artist):
    """An array (H, W, 4) of bytes as large as the figure: its pixels are pixels of a PNG, and stay what they are inside
    an SVG or a PDF. ``imshow`` would resample them in floating point, with ten times the memory.
    """

    def __init__(self, pixels: npt.NDArray[np.uint8]) -> None:
        super().__init__()
        self.set_zorder(-1)
        self._pixels = pixels

    def draw(self, renderer: RendererBase) -> None:
        # Matplotlib's images begin at the bottom.
        renderer.draw_image(renderer.new_gc(), 0, 0, self._pixels[::-1])


def _dashes(dashed: bool) -> Any:
    # Gaps as long as the dashes show a full line that lies below.
    return (0, (2.2, 2.2)) if dashed else "-"
