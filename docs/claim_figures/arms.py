"""The hit rate of every treatment: over all methods, and with each of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from claim_figures.drawing import chance_mark, color_of, interval, label_of, new_figure, rows_of
from claim_figures.evidence import Evidence, rates
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fracorr.statistics import Estimate


def draw(run: Evidence) -> Figure:
    """Draw a row for each treatment, with its interval and chance, and a table of the methods beside it."""
    chains = [chain for chain in run.treatments if chain in rates(run.comparison.pooled)]
    methods = run.distinct("method")
    figure = new_figure(5.4 + max(2.0, 0.72 * len(methods)), 1.2 + 0.42 * len(chains))
    pooled, table = figure.subplots(1, 2, width_ratios=(1, max(0.9, 0.3 * len(methods))))
    _draw_pooled(pooled, run, chains)
    _draw_table(table, run, chains, methods)
    return figure


def _draw_pooled(axes: Axes, run: Evidence, chains: list[str]) -> None:
    found = rates(run.comparison.pooled)
    for row, chain in enumerate(chains):
        rate, chance = found[chain]
        chance_mark(axes, chance, row)
        interval(axes, rate, row, color_of(chain, run.baseline, run.compared))
    axes.axvline(100 * found[run.baseline][0].value, color="0.7", linewidth=0.8, zorder=0)
    rows_of(axes, [label_of(chain, run.roles) for chain in chains])
    axes.set_xlim(left=0)
    axes.set_xlabel("hits in %; dashed: chance")
    axes.set_title("mean over the methods")


def _draw_table(axes: Axes, run: Evidence, chains: list[str], methods: list[str]) -> None:
    contrasts = run.comparison.single or run.comparison.pooled
    found = {method: rates(each for each in contrasts if each.within == method) for method in methods}
    cells = [[found[method].get(chain, (Estimate(np.nan, 0, 0),))[0] for method in methods] for chain in chains]
    values = np.array([[100 * cell.value for cell in row] for row in cells])
    axes.imshow(values, aspect="auto", vmin=0, vmax=max(1.0, float(np.nanmax(values))))
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            cell = cells[row][column]
            dark = value < 0.6 * np.nanmax(values)
            text: dict[str, Any] = {"ha": "center", "color": "white" if dark else "black"}
            axes.text(column, row - 0.03, f"{value:.0f} %", va="bottom", **text)
            axes.text(column, row + 0.05, f"{100 * cell.low:.0f} to {100 * cell.high:.0f}", va="top", size=6, **text)
    axes.set_xticks(range(len(methods)), [method.replace("tm_", "").replace("_", "\n") for method in methods])
    axes.set_yticks([])
    axes.set_title("with each method")
