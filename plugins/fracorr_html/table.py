"""The arms as a page shows them: numbers to sort by, words to read."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from fracorr.arms import ArmTally

#: Confidence of the intervals.
LEVEL = 0.95


@attrs.frozen
class ArmRow:
    """One arm; what there is no number for is None.

    Attributes
    ----------
    low, high : float or None
        The interval of the hit rate, as :meth:`ArmTally.hit_interval <fracorr.arms.ArmTally.hit_interval>` gives it.
    """

    chain: str
    method: str
    trials: int
    failed: int
    hits: int
    on_targets: int
    rate: float | None
    low: float | None
    high: float | None
    chance: float | None
    rank: float | None
    tie: bool
    reciprocal: float | None
    auc: float | None
    milliseconds: float | None


def arm_rows(tallies: Iterable[ArmTally]) -> list[ArmRow]:
    """Return a row for each arm that has results, in the plan's order."""
    return [_row(tally) for tally in tallies if tally.trials]


def _row(tally: ArmTally) -> ArmRow:
    low, high = tally.hit_interval(LEVEL) or (None, None)
    seconds = tally.mean_seconds
    return ArmRow(
        chain=tally.arm.chain,
        method=tally.arm.method,
        trials=tally.trials,
        failed=tally.failed,
        hits=tally.hits,
        on_targets=tally.on_targets,
        rate=tally.hit_rate,
        low=low,
        high=high,
        chance=tally.chance,
        rank=tally.median_rank,
        tie=tally.mostly_ties,
        reciprocal=tally.mean_reciprocal_rank,
        auc=tally.success_auc,
        milliseconds=None if seconds is None else 1000 * seconds,
    )


def best_of(rows: list[ArmRow]) -> ArmRow | None:
    """Return the arm with the highest hit rate; the first of several, None where nothing was counted."""
    return max((row for row in rows if row.rate is not None), key=lambda row: row.rate or 0.0, default=None)
