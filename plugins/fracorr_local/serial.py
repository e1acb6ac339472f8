"""One trial after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import attrs

from fracorr import parameter, validators
from fracorr_local.alarm import OutOfTime, alarm
from fracorr_local.threads import single_threaded

if TYPE_CHECKING:
    from fracorr.execution import Task
    from fracorr.trial import TrialResult


@attrs.frozen
class Serial:
    """Executes the trials in this process, in the plan's order."""

    in_process = True

    time_limit: float | None = attrs.field(
        default=None,
        validator=validators.optional(validators.number(above=0)),
        metadata=parameter("What a trial may take before it is stopped; by default as long as it likes", unit="s"),
    )

    def execute(self, tasks: Iterable[Task]) -> Iterator[TrialResult]:
        with single_threaded():
            for task in tasks:
                yield self._result(task)

    def _result(self, task: Task) -> TrialResult:
        try:
            with alarm(self.time_limit):
                return task()
        except OutOfTime:
            return task.lost("timed-out", f"stopped after {self.time_limit:g} s, the time limit")
