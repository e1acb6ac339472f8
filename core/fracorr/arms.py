"""Arms summed up while the results come in: nothing holds all results."""

from __future__ import annotations

import math
import statistics
from array import array
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from fracorr.metrics import Metrics
from fracorr.trial import Arm, TrialResult

#: What is counted of a trial's metrics.
_COUNTED = ("hit", "chance", "iou", "rank", "truth_prominence")


@attrs.define
class ArmTally:
    """The running totals of one arm.

    Attributes
    ----------
    trials, failed : int
        Finished trials, and how many of them failed.
    on_targets, hits : int
        Trials on scenes with targets, and how many of them hit.
    out_of_reach : int
        Those whose kernel cannot reach a target with its centre: they count as misses.
    ties : int
        Those in which the truth scores just as every other place does.
    seconds : float
        Time of all correlations.
    """

    arm: Arm
    trials: int = 0
    failed: int = 0
    on_targets: int = 0
    hits: int = 0
    out_of_reach: int = 0
    ties: int = 0
    seconds: float = 0.0
    # One number each per trial, so that sums are exact, and the same in whatever order the results came.
    _overlaps: array[float] = attrs.field(factory=lambda: array("d"), repr=False)
    _chances: array[float] = attrs.field(factory=lambda: array("d"), repr=False)
    _ranks: array[float] = attrs.field(factory=lambda: array("d"), repr=False)

    def add(self, result: TrialResult) -> None:
        """Count one result."""
        self._count(result.metrics, result.seconds, result.failure is not None)

    def add_row(self, row: Mapping[str, Any]) -> None:
        """Count one row of a run's store."""
        metrics = Metrics(**{name: row[name] for name in _COUNTED})
        self._count(metrics, row["seconds"], row["failure_error"] is not None)

    def _count(self, metrics: Metrics, seconds: float, failed: bool) -> None:
        self.trials += 1
        if failed:
            self.failed += 1
            return
        self.seconds += seconds
        if metrics.hit is not None:
            self.on_targets += 1
            self.hits += metrics.hit
            self.out_of_reach += metrics.chance == 0
            self.ties += metrics.is_tie
            self._overlaps.append(metrics.iou or 0.0)
            self._chances.append(metrics.chance or 0.0)
            # A truth that the method did not rank at all comes behind every rank.
            self._ranks.append(math.inf if metrics.rank is None else metrics.rank)

    @property
    def hit_rate(self) -> float | None:
        """Hits per finished trial on a scene with targets, in [0, 1]; None without such trials."""
        return self.hits / self.on_targets if self.on_targets else None

    def hit_interval(self, level: float = 0.95) -> tuple[float, float] | None:
        """Return Wilson's interval of the hit rate (1927, doi:10.1080/01621459.1927.10502953); None without targets.

        It takes the trials for independent; those of one kernel or one scene are not, so that it is rather too narrow.
        """
        if not self.on_targets:
            return None
        from fracorr.statistics.clusters import wilson

        return wilson(self.hits / self.on_targets, self.on_targets, statistics.NormalDist().inv_cdf((1 + level) / 2))

    @property
    def median_rank(self) -> float | None:
        """The median rank of the truth; infinite where most trials did not rank it, None without targets."""
        return statistics.median(self._ranks) if self._ranks else None

    @property
    def mostly_ties(self) -> bool:
        """Whether half of the trials on targets or more are ties, whose ranks only count the peaks of a surface."""
        return self.ties > 0 and 2 * self.ties >= self.on_targets

    @property
    def mean_reciprocal_rank(self) -> float | None:
        """The mean of 1 / rank of the truth, in [0, 1]; a truth that was not ranked adds 0, None without targets."""
        return math.fsum(1 / rank for rank in self._ranks) / self.on_targets if self.on_targets else None

    @property
    def success_auc(self) -> float | None:
        """The area under the success curve, the fraction of trials whose overlap (IoU) exceeds a threshold from 0 to 1.

        That area is the mean overlap (Čehovin, Leonardis, Kristan 2016, doi:10.1109/TIP.2016.2520370), so no
        thresholds are needed. None without targets.
        """
        return math.fsum(self._overlaps) / self.on_targets if self.on_targets else None

    @property
    def chance(self) -> float | None:
        """The hit rate to be expected of places drawn uniformly from the same surfaces; None without targets."""
        return math.fsum(self._chances) / self.on_targets if self.on_targets else None

    @property
    def mean_seconds(self) -> float | None:
        """Seconds of correlation per finished trial."""
        done = self.trials - self.failed
        return self.seconds / done if done else None

    def to_dict(self) -> dict[str, Any]:
        """Return the totals as plain data; an infinite median rank becomes None beside a positive count."""
        rank = self.median_rank
        return {
            "chain": self.arm.chain,
            "method": self.arm.method,
            "trials": self.trials,
            "failed": self.failed,
            "on_targets": self.on_targets,
            "out_of_reach": self.out_of_reach,
            "hits": self.hits,
            "hit_rate": self.hit_rate,
            "chance": self.chance,
            "success_auc": self.success_auc,
            "mean_reciprocal_rank": self.mean_reciprocal_rank,
            "median_rank": rank if rank is not None and math.isfinite(rank) else None,
            "mean_seconds": self.mean_seconds,
        }


def arms_of(rows: Iterable[Mapping[str, Any]]) -> dict[Arm, ArmTally]:
    """Return the totals of the arms of a store's rows, in the order in which they come."""
    arms: dict[Arm, ArmTally] = {}
    for row in rows:
        arm = Arm(row["chain"], row["method"])
        if arm not in arms:
            arms[arm] = ArmTally(arm)
        arms[arm].add_row(row)
    return arms
