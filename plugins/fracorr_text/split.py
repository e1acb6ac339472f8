"""The arms split up: a tally of its own for each arm with each kernel, on each scene, or the like."""

from __future__ import annotations

from typing import Final, TypeAlias

from fracorr.arms import ArmTally
from fracorr.trial import Arm, TrialResult

#: What arms can be split by; an arm is a chain and a method already.
SPLITTING: Final = ("kernel", "kernel_source", "scene", "scene_source")

#: The names that an arm was split by, and its totals there.
Line: TypeAlias = "tuple[tuple[str, ...], ArmTally]"


class Split:
    """Tallies by names and arm; they hold a few numbers for each trial."""

    def __init__(self, by: tuple[str, ...]) -> None:
        self._by = by
        self._tallies: dict[tuple[tuple[str, ...], Arm], ArmTally] = {}
        self._first: dict[tuple[str, ...], int] = {}

    def add(self, result: TrialResult) -> None:
        """Count a result where it belongs."""
        named, arm = result.trial.to_dict(), result.trial.arm
        names = tuple(str(named[key]) for key in self._by)
        self._first[names] = min(result.trial.number, self._first.get(names, result.trial.number))
        if (names, arm) not in self._tallies:
            self._tallies[names, arm] = ArmTally(arm)
        self._tallies[names, arm].add(result)

    def in_order(self, arms: tuple[Arm, ...]) -> list[Line]:
        """Return the tallies, those of the same names together; in the plan's order, whatever that of the results."""
        place = {arm: number for number, arm in enumerate(arms)}
        keys = sorted(self._tallies, key=lambda key: (self._first[key[0]], place[key[1]]))
        return [(names, self._tallies[names, arm]) for names, arm in keys]
