"""The difference between treatments, on the same kernels and scenes."""

from __future__ import annotations

from collections.abc import Sequence

from claim_figures.drawing import CLAIMED, CONTROL, interval, label_of, new_figure, rows_of
from claim_figures.evidence import Evidence
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fracorr.statistics import Estimate


def draw(run: Evidence) -> Figure:
    """Draw the difference of each treatment to the baseline, and of the first claimed one to each of its controls."""
    to_baseline = {each.compared: each.difference for each in run.comparison.pooled}
    order = [chain for chain in run.treatments if chain in to_baseline]
    first = run.claims[0]
    held = {each["contrast"]["baseline"]: Estimate(**each["contrast"]["difference"]) for each in first["controls"]}
    heights = [len(order), *([len(held)] if held else [])]
    figure = new_figure(8, 1.3 + 0.4 * sum(heights))
    panels = figure.subplots(len(heights), 1, height_ratios=heights, sharex=True, squeeze=False)[:, 0]
    colors = [CLAIMED if chain in run.compared else CONTROL for chain in order]
    title = f"each treatment less the baseline, '{run.baseline}'"
    _panel(panels[0], run, [to_baseline[chain] for chain in order], order, colors, title)
    if held:
        title = f"'{run.compared[0]}' less each of its controls"
        _panel(panels[1], run, list(held.values()), list(held), [CLAIMED] * len(held), title)
    panels[-1].set_xlabel("difference of hit rates in percentage points, mean over the methods, and 95 % interval")
    return figure


def _panel(
    axes: Axes,
    run: Evidence,
    estimates: Sequence[Estimate],
    chains: Sequence[str],
    colors: Sequence[str],
    title: str,
) -> None:
    smallest = 100 * run.verdict["rule"]["smallest"]
    axes.axvspan(-smallest, smallest, color="0.94", zorder=0)
    axes.axvline(0, color="0.5", linewidth=0.8)
    for row, (estimate, color) in enumerate(zip(estimates, colors, strict=True)):
        interval(axes, estimate, row, color)
    rows_of(axes, [label_of(chain, run.roles) for chain in chains])
    axes.set_title(title)
