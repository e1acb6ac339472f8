"""Curves over rotation and scale: a line for each arm, polar and plain."""

from __future__ import annotations

import itertools
import pathlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar, get_args

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from fracorr.invariance import FEW_TRIALS, Curve, FloatArray, Invariance, Over, scale_marks, trials_used
from fracorr_matplotlib.lettering import fitted, printable, text_width, wrapped
from fracorr_matplotlib.output import save
from fracorr_matplotlib.style import FRAME, QUIET

_MARKERS: Final = "osD^vPX*"
_INCH: Final = 72.0
_TITLE, _LABEL, _TICK = 11.0, 8.0, 7.0
#: Widths of a figure's parts in points: margins, a panel, the space between two, and the legend below.
_MARGIN, _PANEL, _BETWEEN, _HEADING, _LEGEND_LINE, _NOTE_LINE = 40.0, 170.0, 44.0, 86.0, 13.0, 10.0

Values = TypeVar("Values", FloatArray, npt.NDArray[np.bool_])

_HITS: Final = "hit rate"
_CHANCE: Final[dict[str, Any]] = {"color": "0.55", "linewidth": 0.8, "linestyle": (0, (2, 2)), "zorder": 2.5}
_ROWS: Final[tuple[tuple[str, str, Callable[[Curve], Any]], ...]] = (
    ("response at the truth", "response_index", lambda curve: curve.response),
    (_HITS, "hit_index", lambda curve: curve.hit_rate),
)


def draw_curves(
    arms: Sequence[Invariance], names: Sequence[str], title: str, paths: Sequence[pathlib.Path], dpi: int
) -> None:
    """Draw the curves of arms, and write the figure to files.

    Parameters
    ----------
    arms : sequence of Invariance
        At least one with a curve.
    names : sequence of str
        What to call each arm.
    title : str
        What they have in common.
    paths : sequence of pathlib.Path
        The endings say which kind of file.
    dpi : int
        Resolution of those that have one.
    """
    kinds: list[Over] = [each for each in get_args(Over) if any(arm.curve(each) is not None for arm in arms)]
    columns = [panel for kind in kinds for panel in (("polar", "angle") if kind == "rotation" else ("scale",))]
    width = 2 * _MARGIN + len(columns) * _PANEL + (len(columns) - 1) * _BETWEEN
    width = max(width, 2 * _MARGIN + 2 * _PANEL + _BETWEEN)
    notes = [
        line
        for kind in kinds
        for line in wrapped(trials_used(kind, arms), width - 2 * _MARGIN, 2, lambda text: text_width(text, _TICK))
    ]
    foot = 50.0 + _LEGEND_LINE * (len(arms) + 1) + _NOTE_LINE * len(notes)
    height = _HEADING + 2 * _PANEL + _BETWEEN + foot
    figure = Figure(figsize=(width / _INCH, height / _INCH), dpi=dpi)
    FigureCanvasAgg(figure)
    for row, column in itertools.product(range(len(_ROWS)), range(len(columns))):
        left = _MARGIN + column * (_PANEL + _BETWEEN)
        bottom = foot + (1 - row) * (_PANEL + _BETWEEN)
        place = (left / width, bottom / height, _PANEL / width, _PANEL / height)
        axes = figure.add_axes(place, projection="polar" if columns[column] == "polar" else None)
        _fill(axes, columns[column], arms, row)
        if column == 0:
            axes.set_ylabel(_ROWS[row][0], fontsize=_LABEL, labelpad=26 if columns[0] == "polar" else 4)
    _write_title(figure, title, width, height)
    _write_legend(figure, arms, names, kinds, width, height, foot)
    for number, line in enumerate(reversed(notes)):
        _write(figure, line, _MARGIN, 12 + _NOTE_LINE * number, width, height, size=_TICK, color=QUIET)
    save(figure, paths)


def _fill(axes: Axes, panel: str, arms: Sequence[Invariance], row: int) -> None:
    """Draw the lines of a panel."""
    title, _, values = _ROWS[row]
    for number, arm in enumerate(arms):
        curve = arm.curve("scale" if panel == "scale" else "rotation")
        if curve is not None:
            x, y = _line(curve, values(curve), panel)
            look = _look(number, curve.at.size)
            axes.plot(x, y, **look)
            few = _line(curve, curve.few, panel)[1]
            axes.plot(x[few], y[few], **{**look, "linestyle": "none", "markerfacecolor": "white"})
            if title == _HITS:
                axes.plot(*_line(curve, curve.chance, panel), **_CHANCE)
    _dress(axes, panel, arms)


def _dress(axes: Axes, panel: str, arms: Sequence[Invariance]) -> None:
    """Give a panel its axes."""
    axes.tick_params(labelsize=_TICK, colors=QUIET)
    axes.grid(color="0.88", linewidth=0.6)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_color(FRAME)
    if panel == "polar":
        axes.set_theta_zero_location("E")  # type: ignore[attr-defined]
        axes.set_ylim(0, 1.05)
        axes.set_yticks([0.5, 1.0], ["", ""])  # letters would lie under the lines; the panel beside has them
        axes.set_xticks(np.radians(np.arange(0, 360, 45)))
        return
    axes.set_ylim(-0.03, 1.05)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0], ["0", "", "0.5", "", "1"])
    if panel == "angle":
        axes.set_xlim(0, 360)
        axes.set_xticks(range(0, 361, 90), [f"{angle}°" for angle in range(0, 361, 90)])
        axes.set_xlabel("rotation of the target", fontsize=_LABEL)
    else:
        _scale_axis(axes, [arm.scale for arm in arms if arm.scale is not None])
        axes.set_xlabel("scale of the target", fontsize=_LABEL)


def _scale_axis(axes: Axes, curves: Sequence[Curve]) -> None:
    low, high = min(curve.at[0] for curve in curves), max(curve.at[-1] for curve in curves)
    axes.set_xlim(np.log2(low) - 0.1, np.log2(high) + 0.1)
    axes.set_xticks(*zip(*scale_marks(low, high), strict=True))


def _line(curve: Curve, values: Values, panel: str) -> tuple[FloatArray, Values]:
    """Return the points of a line; one over angles closes the circle."""
    if panel == "scale":
        return np.log2(curve.at), values
    angles, closed = np.append(curve.at, curve.at[0] + 360.0), np.append(values, values[0])
    return (np.radians(angles) if panel == "polar" else angles), closed


def _look(number: int, points: int) -> dict[str, Any]:
    colors = matplotlib.rcParams["axes.prop_cycle"].by_key()["color"]
    return {
        "color": colors[number % len(colors)],
        "marker": _MARKERS[number % len(_MARKERS)],
        "markersize": 3.0 if points <= 40 else 1.5,
        "linewidth": 1.3,
        "clip_on": False,
        "zorder": 3 + 0.01 * number,
    }


def _write_title(figure: Figure, title: str, width: float, height: float) -> None:
    room = width - 2 * _MARGIN
    title = fitted(printable(f"Invariance of {title}"), room, lambda text: text_width(text, _TITLE, True))
    _write(figure, title, _MARGIN, height - 24, width, height, size=_TITLE, weight="bold")
    note = (
        "The response in the target relative to its largest value, and the hit rate, with chance in dashes; the "
        "rings are at 0.5 and 1. A response that never changes is invariant, whether it finds anything or not. "
        f"Open marks: fewer than {FEW_TRIALS} trials."
    )
    for number, line in enumerate(wrapped(note, room, 3, lambda text: text_width(text, _LABEL))):
        _write(figure, line, _MARGIN, height - 37 - 10 * number, width, height, size=_LABEL, color=QUIET)


def _write_legend(
    figure: Figure,
    arms: Sequence[Invariance],
    names: Sequence[str],
    kinds: Sequence[Over],
    width: float,
    height: float,
    foot: float,
) -> None:
    """Write a line for each arm: its mark, its name, and the areas under its curves."""
    cells = [(kind, index, name) for kind in kinds for name, index, _ in _ROWS]
    right = width - _MARGIN
    wide = 74.0
    top = foot - 46
    for place, (kind, _, name) in enumerate(cells):
        x = right - (len(cells) - 1 - place) * wide
        what = "hits" if name == _HITS else "response"
        _write(figure, f"{what}, {kind}", x, top, width, height, size=_TICK, color=QUIET, horizontalalignment="right")
    _write(figure, "index (area under the curve)", _MARGIN, top, width, height, size=_TICK, color=QUIET)
    for number, arm in enumerate(arms):
        y = top - _LEGEND_LINE * (number + 1)
        mark = Line2D(
            [(_MARGIN + 1) / width, (_MARGIN + 17) / width],
            [(y + 2.7) / height] * 2,
            transform=figure.transFigure,
            **_look(number, 1),
        )
        figure.add_artist(mark)
        room = right - _MARGIN - 30 - len(cells) * wide
        name = fitted(printable(names[number]), room, lambda text: text_width(text, _LABEL))
        _write(figure, name, _MARGIN + 24, y, width, height, size=_LABEL)
        for place, text in enumerate(_indices(arm, cells)):
            x = right - (len(cells) - 1 - place) * wide
            _write(figure, text, x, y, width, height, size=_LABEL, horizontalalignment="right")


def _indices(arm: Invariance, cells: Sequence[tuple[Over, str, str]]) -> Iterator[str]:
    for kind, index, _ in cells:
        curve = arm.curve(kind)
        yield "–" if curve is None else f"{getattr(curve, index):.2f}"


def _write(figure: Figure, text: str, x: float, y: float, width: float, height: float, **style: Any) -> None:
    size = style.pop("size")
    figure.text(x / width, y / height, text, fontsize=size, parse_math=False, verticalalignment="baseline", **style)
