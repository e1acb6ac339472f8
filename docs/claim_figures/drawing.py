"""What the figures of the claim have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fracorr.specs import split_chain
from fracorr.statistics import Estimate

#: Colors of the baseline, of what is claimed to be better, and of controls.
BASELINE, CLAIMED, CONTROL = "black", "C1", "C0"


def new_figure(width: float, height: float) -> Figure:
    """Return a figure of so many inches, without any window."""
    return Figure(figsize=(width, height), dpi=110, layout="constrained")


def color_of(chain: str, baseline: str, compared: Sequence[str]) -> str:
    """Return a treatment's color."""
    return BASELINE if chain == baseline else CLAIMED if chain in compared else CONTROL


def label_of(chain: str, roles: Mapping[str, str], width: int = 40) -> str:
    """Return what to call a treatment: its chain, and below it what it is a control for."""
    lines = [""]
    for link in split_chain(chain):
        joined = f"{lines[-1]}+{link}" if lines[-1] else link
        lines = [*lines[:-1], joined] if len(joined) <= width else [*lines[:-1], f"{lines[-1]}+", link]
    return "\n".join([*filter(None, lines), *([f"(explained by {roles[chain]}?)"] if chain in roles else [])])


def interval(axes: Axes, estimate: Estimate, y: float, color: str, marker: str = "o") -> None:
    """Draw an estimate in percent as a dot with its interval."""
    low, value, high = (100 * each for each in (estimate.low, estimate.value, estimate.high))
    axes.plot([low, high], [y, y], color=color, linewidth=1.6, solid_capstyle="butt", clip_on=False)
    axes.plot([value], [y], color=color, marker=marker, markersize=5, linestyle="none", clip_on=False)


def chance_mark(axes: Axes, chance: float, y: float) -> None:
    """Draw what chance alone would hit as a dashed line across a row."""
    axes.plot([100 * chance] * 2, [y - 0.4, y + 0.4], color="0.55", linewidth=1, linestyle=(0, (2, 1)))


def rows_of(axes: Axes, labels: Sequence[str]) -> None:
    """Make rows from the top down, with a label each."""
    axes.set_yticks(np.arange(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
