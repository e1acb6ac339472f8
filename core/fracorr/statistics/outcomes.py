"""What each arm did on each unit, one kernel on one scene, as compact arrays: no results are held."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import numpy as np

from fracorr.statistics.clusters import Clusters, FloatArray, IntArray
from fracorr.trial import Arm, TrialResult

#: What is measured per unit, all in [0, 1].
MEASURES = ("hit", "reciprocal_rank", "overlap", "chance")
#: Kernel and scene share one number: so many scenes at most.
_SCENES = 1 << 31


@attrs.frozen(eq=False)
class Units:
    """What one arm did: the units, sorted and distinct, and for each what was measured.

    Attributes
    ----------
    keys : (n,) int array
        What tells the units apart, the same for every arm.
    measures : dict of str to (n,) float array
        By the names in :data:`MEASURES`.
    """

    keys: IntArray
    measures: dict[str, FloatArray]

    def __len__(self) -> int:
        return self.keys.size


@attrs.define
class ArmCounts:
    """Trials of an arm that say nothing, and those that say little.

    Attributes
    ----------
    failed, without_target : int
        Trials that are left out of every comparison.
    out_of_reach : int
        Trials whose kernel could not reach a target: they count as misses.
    """

    failed: int = 0
    without_target: int = 0
    out_of_reach: int = 0


@attrs.define(eq=False)
class Outcomes:
    """The outcomes of a run, collected one trial at a time in any order.

    About 40 bytes are kept for each trial. What is computed from them does not depend on their order.
    """

    counts: dict[Arm, ArmCounts] = attrs.field(factory=dict, init=False)
    _kernels: dict[tuple[str, str], int] = attrs.field(factory=dict, init=False, repr=False)
    _scenes: dict[tuple[str, str], int] = attrs.field(factory=dict, init=False, repr=False)
    _keys: dict[Arm, array[int]] = attrs.field(factory=dict, init=False, repr=False)
    _measures: dict[Arm, array[float]] = attrs.field(factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, rows: Outcomes | Iterable[Mapping[str, Any]]) -> Outcomes:
        """Collect rows; outcomes stay as they are."""
        if isinstance(rows, Outcomes):
            return rows
        collected = cls()
        for row in rows:
            collected.add(row)
        return collected

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The arms in alphabetical order: results come in any."""
        return tuple(sorted(self.counts))

    def add_result(self, result: TrialResult) -> None:
        """Take in a trial's result."""
        self.add(row_of(result))

    def add(self, row: Mapping[str, Any]) -> None:
        """Take in a trial as plain data: what names it, its metrics, and ``failure_error`` where it failed."""
        arm = Arm(row["chain"], row["method"])
        counts = self.counts.setdefault(arm, ArmCounts())
        if row.get("failure_error") is not None:
            counts.failed += 1
        elif row["hit"] is None:
            counts.without_target += 1
        else:
            counts.out_of_reach += row["chance"] == 0
            self._keys.setdefault(arm, array("q")).append(self._key(row))
            rank = row["rank"]
            values = (float(row["hit"]), 1 / rank if rank else 0.0, row["iou"] or 0.0, row["chance"] or 0.0)
            self._measures.setdefault(arm, array("d")).extend(values)

    def _key(self, row: Mapping[str, Any]) -> int:
        kernel = self._kernels.setdefault((row["kernel"], row["kernel_source"]), len(self._kernels))
        scene = self._scenes.setdefault((row["scene"], row["scene_source"]), len(self._scenes))
        return kernel * _SCENES + scene

    def units(self, arm: Arm) -> Units:
        """Return what an arm did, sorted by the names of kernels and scenes; a trial that came twice counts once."""
        if arm not in self._keys:
            return Units(np.empty(0, np.int64), {name: np.empty(0) for name in MEASURES})
        collected = np.asarray(self._keys[arm], dtype=np.int64)
        kernels, scenes = _places(self._kernels), _places(self._scenes)
        keys, first = np.unique(
            kernels[collected // _SCENES] * _SCENES + scenes[collected % _SCENES], return_index=True
        )
        table = np.asarray(self._measures[arm], dtype=np.float64).reshape(-1, len(MEASURES))[first]
        return Units(keys, dict(zip(MEASURES, table.T.copy(), strict=True)))

    def clusters(self, keys: IntArray) -> Clusters:
        """Return the kernel and the scene of each unit, by name.

        A kernel of one name from two sources, as the same picture in two sizes, is one and the same here, and so is
        a scene: the results on them are no more independent than others on one picture.
        """
        kernels, scenes = (_names(each) for each in (self._kernels, self._scenes))
        return Clusters(kernels[keys // _SCENES], scenes[keys % _SCENES])


def row_of(result: TrialResult) -> dict[str, Any]:
    """Return a trial's result as the row that :meth:`Outcomes.add` takes."""
    failure = None if result.failure is None else result.failure.error
    return {**result.trial.to_dict(), **attrs.asdict(result.metrics), "failure_error": failure}


def _places(numbers: dict[tuple[str, str], int]) -> IntArray:
    """Return for each number the place of its name among all in alphabetical order."""
    places = np.empty(len(numbers), np.int64)
    places[[numbers[name] for name in sorted(numbers)]] = np.arange(len(numbers))
    return places


def _names(numbers: dict[tuple[str, str], int]) -> IntArray:
    """Return for each place in alphabetical order the number of its name without the source."""
    seen: dict[str, int] = {}
    return np.array([seen.setdefault(name, len(seen)) for name, _ in sorted(numbers)], dtype=np.int64)
