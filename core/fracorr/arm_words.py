"""An arm's totals as people read them in a table."""

from __future__ import annotations

import math

from fracorr.arms import ArmTally

#: What stands where there is nothing to tell.
NOTHING = "–"
#: What stands for a median rank where the truth scores just as every other place does in half of the trials or more.
TIE = "tie"
#: The headings that tell of targets, and have nothing to tell where no scene has one.
ABOUT_TARGETS = ("hits", "hit rate", "95 % interval", "by chance", "mean overlap", "median rank")
#: What stands below a table with "ms per trial".
ABOUT_TIMES = (
    "ms per trial is not for comparing methods: it holds their first call, and work that trials share counts for the "
    "first of them; fracorr bench compares speeds."
)


def arm_words(tally: ArmTally) -> dict[str, str]:
    """Return what is told of an arm, by the headings of a table; each table has some of these columns.

    Parameters
    ----------
    tally : ArmTally

    Returns
    -------
    dict of str to str
        ``"transform"``, ``"method"``, ``"hits"``, ``"hit rate"``, ``"95 % interval"`` (Wilson's), ``"by chance"``,
        ``"mean overlap"``, ``"median rank"`` (or :data:`TIE`), ``"ms per trial"`` and ``"failed"``; rates in per cent.
    """
    interval = tally.hit_interval()
    return {
        "transform": tally.arm.chain,
        "method": tally.arm.method,
        "hits": f"{tally.hits} of {tally.on_targets}" if tally.on_targets else NOTHING,
        "hit rate": number(tally.hit_rate, ".1f", 100, " %"),
        "95 % interval": NOTHING if interval is None else f"{100 * interval[0]:.1f}–{100 * interval[1]:.1f} %",
        "by chance": number(tally.chance, ".1f", 100, " %"),
        "mean overlap": number(tally.success_auc, ".2f"),
        "median rank": TIE if tally.mostly_ties else number(tally.median_rank, ".10g"),
        "ms per trial": number(tally.mean_seconds, ".1f", 1000),
        "failed": str(tally.failed or ""),
    }


def number(value: float | None, digits: str, factor: float = 1, unit: str = "") -> str:
    """Write a number, times a factor; an infinite one, such as the median of ranks, stands for what was not found."""
    if value is None or math.isnan(value):
        return NOTHING
    return "not found" if math.isinf(value) else f"{factor * value:{digits}}{unit}"
