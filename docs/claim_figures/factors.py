"""Where the hits are: by the scenes' layout and by the kernels' size."""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Sequence

from claim_figures.drawing import chance_mark, color_of, interval, new_figure, rows_of
from claim_figures.evidence import Evidence, Row, kernel_kinds, scene_kinds
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

_MARKERS = "osD"


def chosen(run: Evidence) -> list[str]:
    """Return what is drawn: the baseline, the first treatment that is claimed to be better, and its silhouette."""
    silhouettes = [chain for chain, role in run.roles.items() if "silhouette" in role]
    return [run.baseline, run.compared[0], *silhouettes[:1]]


def draw(run: Evidence) -> Figure:
    """Draw a panel for each factor."""
    groups = {
        "scene_source": scene_kinds(run.distinct("scene_source")),
        "kernel_source": kernel_kinds(run.distinct("kernel_source")),
    }
    heights = [len(each) for each in groups.values()]
    figure = new_figure(8, 1.4 + 0.5 * sum(heights))
    panels = figure.subplots(len(groups), 1, height_ratios=heights, sharex=True, squeeze=False)[:, 0]
    for axes, (column, group) in zip(panels, groups.items(), strict=True):
        _panel(axes, run, column, group)
    panels[0].set_title("by the kind of scene")
    panels[1].set_title("by the kernel")
    panels[0].set_xlim(left=0)
    panels[-1].set_xlabel("hits in %, mean over the methods, and 95 % interval; dashed: chance of the plain kernel")
    lines = [
        Line2D([], [], color=_color(run, chain), marker=_MARKERS[place], markersize=5, label=chain)
        for place, chain in enumerate(chosen(run))
    ]
    figure.legend(handles=lines, loc="outside lower center", ncols=len(lines), frameon=False)
    return figure


def _panel(axes: Axes, run: Evidence, column: str, group: dict[str, list[str]]) -> None:
    for row, sources in enumerate(group.values()):
        some = run.rates_where(functools.partial(_is_from, column, sources), chosen(run)[1:])
        chance_mark(axes, some[run.baseline][1], row)
        for place, chain in enumerate(chosen(run)):
            interval(axes, some[chain][0], row + 0.22 * (place - 1), _color(run, chain), _MARKERS[place])
    rows_of(axes, ["\n".join(textwrap.wrap(name, 40)) for name in group])


def _color(run: Evidence, chain: str) -> str:
    return color_of(chain, run.baseline, run.compared)


def _is_from(column: str, sources: Sequence[str], row: Row) -> bool:
    return row[column] in sources
