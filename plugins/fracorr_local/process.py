"""Trials spread over processes of this machine."""

from __future__ import annotations

import selectors
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import attrs

from fracorr import parameter, validators
from fracorr.batches import Batches
from fracorr.workers import LEAST_MEMORY, Worker, usable_cores

if TYPE_CHECKING:
    from fracorr.execution import Task
    from fracorr.trial import TrialResult

#: What one batch should take, in seconds: long enough to hide the messages, short enough to share out fairly.
BATCH_SECONDS: Final = 0.1
#: The most tasks in one batch.
LARGEST_BATCH: Final = 256


@attrs.frozen
class Process:
    """Executes the trials in processes of this machine; one that dies costs only the trial that it died of."""

    workers: int | None = attrs.field(
        default=None,
        validator=validators.optional(validators.whole(1)),
        metadata=parameter("Worker processes; by default one for each core that may be used", main=True),
    )
    time_limit: float | None = attrs.field(
        default=None,
        validator=validators.optional(validators.number(above=0)),
        metadata=parameter("What a trial may take before it is stopped; by default as long as it likes", unit="s"),
    )
    memory_limit: int | None = attrs.field(
        default=None,
        validator=validators.optional(validators.whole(LEAST_MEMORY)),
        metadata=parameter("What a worker may hold in memory; by default what the machine has", unit="MB"),
    )

    def execute(self, tasks: Iterable[Task]) -> Iterator[TrialResult]:
        crew = _Crew(self, Batches(tasks))
        try:
            while crew.share_out():
                yield from crew.results()
        finally:
            crew.stop()


class _Crew:
    """The workers of one run, and what each has at hand."""

    def __init__(self, engine: Process, batches: Batches) -> None:
        self._size = engine.workers or usable_cores()
        self._engine = engine
        self._batches = batches
        self._workers: list[Worker] = []
        self._stillborn = 0
        self._selector = selectors.DefaultSelector()

    def share_out(self) -> bool:
        """Give work to every worker that has little left, and say whether any has some."""
        for worker in self._workers:
            self._feed(worker)
        while len(self._workers) < self._size and len(self._batches):
            worker = Worker(self._engine.memory_limit)
            self._workers.append(worker)
            self._selector.register(worker, selectors.EVENT_READ, worker)
            self._feed(worker)
        return any(worker.pending for worker in self._workers)

    def results(self) -> Iterator[TrialResult]:
        """Wait for something to happen, and yield the results that have come."""
        limit = self._engine.time_limit
        left = [worker.seconds_left(limit) for worker in self._workers if worker.pending]
        soonest = min((each for each in left if each is not None), default=None)
        ready = [key.data for key, _ in self._selector.select(soonest)]
        for worker in self._workers:
            if worker not in ready:
                worker.stop_if_overdue(limit)
        for worker in ready:
            result = worker.receive()
            if worker.gone:
                self._dismiss(worker)
            if result is not None:
                yield result

    def stop(self) -> None:
        """End all workers at once."""
        for worker in self._workers:
            worker.stop()
        self._selector.close()

    def _feed(self, worker: Worker) -> None:
        """Give a worker its next batch before it is through with the last, unless work is becoming scarce."""
        count = self._batches.fair_size(BATCH_SECONDS, worker.pace, LARGEST_BATCH, self._size)
        if not worker.pending:
            count = max(count, 1)
        if len(worker.pending) <= count and (tasks := self._batches.take(worker, count)):
            worker.give(tasks)

    def _dismiss(self, worker: Worker) -> None:
        """Take back what a dead worker has not done; another takes its place when there is need."""
        self._selector.unregister(worker)
        self._workers.remove(worker)
        self._batches.put_back(worker, worker.pending)
        worker.stop()
        self._stillborn = worker.stillborn(self._stillborn)
