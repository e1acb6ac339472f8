"""The two other runs: fractals of other things, and a kernel that ought to find faces."""

from __future__ import annotations

from collections.abc import Sequence

from claim_figures.drawing import BASELINE, CLAIMED, chance_mark, interval, new_figure, rows_of
from claim_figures.evidence import Evidence, Rate, rates
from matplotlib.figure import Figure

from fracorr import compare
from fracorr.statistics import Estimate


def instrument_rates(run: Evidence) -> dict[str, Rate]:
    """Return hit rate and chance by method, of a run that has only one treatment."""
    methods = run.distinct("method")
    found = compare(run.rows, baseline=methods[0], along="method", single=False, seed=run.stored.experiment.seed)
    by_method = {methods[0]: (found.pooled[0].baseline_rate, found.pooled[0].baseline_chance)}
    return {**by_method, **{each.compared: (each.rate, each.chance) for each in found.pooled}}


def draw_specificity(run: Evidence, other: Evidence) -> Figure:
    """Draw the hit rates of plain kernels and fractals in both runs."""
    rows = [
        (f"{name}\n{chain}", *rates(each.comparison.pooled)[chain], BASELINE if chain == each.baseline else CLAIMED)
        for name, each in (("faces", run), ("other things", other))
        for chain in (each.baseline, *each.compared)
        if chain in (other.baseline, *other.compared)
    ]
    return _rows(rows)


def draw_instrument(run: Evidence) -> Figure:
    """Draw the hit rates of each method."""
    return _rows([(method, *rate, CLAIMED) for method, rate in instrument_rates(run).items()])


def _rows(rows: Sequence[tuple[str, Estimate, float, str]]) -> Figure:
    figure = new_figure(7, 0.9 + 0.4 * len(rows))
    axes = figure.subplots()
    for row, (_, rate, chance, color) in enumerate(rows):
        chance_mark(axes, chance, row)
        interval(axes, rate, row, color)
    rows_of(axes, [label for label, *_ in rows])
    axes.set_xlim(left=0)
    axes.set_xlabel("hits in %, and 95 % interval; dashed: chance")
    return figure
