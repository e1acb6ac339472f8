"""Trials spread over a Dask cluster."""

from __future__ import annotations

import collections
import contextlib
import queue
import uuid
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs

from fracorr import parameter, validators
from fracorr.batches import Batches
from fracorr.errors import FracorrError, PluginError
from fracorr.parcels import packed
from fracorr.trial import TrialResult
from fracorr.workers import LEAST_MEMORY
from fracorr_dask import clusters
from fracorr_dask.carrying_out import Answer, carry_out, release

if TYPE_CHECKING:
    from fracorr.execution import Task
    from fracorr.plan import Plan

#: What one batch should take, in seconds: long beside the milliseconds that the scheduler needs for it.
BATCH_SECONDS: Final = 1.0
#: The most tasks in one batch.
LARGEST_BATCH: Final = 512
#: Batches under way for each thread of the cluster: one that it works on and one that waits for it.
_BATCHES_PER_THREAD: Final = 2
#: How many may at least be under way, so that a cluster that has no worker at the moment finds some when it has.
_FEWEST: Final = 2


@attrs.frozen
class Dask:
    """Executes the trials on a Dask cluster, each thread of it in a child process that may die of a trial."""

    address: str = attrs.field(
        default="",
        metadata=parameter("The scheduler, as tcp://host:8786; by default a cluster on this machine", main=True),
    )
    workers: int | None = attrs.field(
        default=None,
        validator=validators.optional(validators.whole(1)),
        metadata=parameter("Workers of the cluster on this machine; by default one for each core that may be used"),
    )
    time_limit: float | None = attrs.field(
        default=None,
        validator=validators.optional(validators.number(above=0)),
        metadata=parameter("What a trial may take before it is stopped; by default as long as it likes", unit="s"),
    )
    memory_limit: int | None = attrs.field(
        default=None,
        validator=validators.optional(validators.whole(LEAST_MEMORY)),
        metadata=parameter("What a process may hold in memory; by default what its machine has", unit="MB"),
    )

    def check_plan(self, plan: Plan) -> None:
        """Refuse to begin without dask.distributed, or with parameters that contradict each other."""
        clusters.check(self.address, self.workers)

    def execute(self, tasks: Iterable[Task]) -> Iterator[TrialResult]:
        with clusters.connected(self.address, self.workers) as client:
            submission = _Submission(self, client, Batches(tasks))
            try:
                yield from submission.results()
            finally:
                submission.stop()


class _Submission:
    """The batches that are under way on the cluster."""

    def __init__(self, engine: Dask, client: Any, batches: Batches) -> None:
        self._engine = engine
        self._client = client
        self._batches = batches
        self._run = uuid.uuid4().hex
        self._through: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._under_way: dict[Any, list[Task]] = {}
        self._suspects: collections.deque[Task] = collections.deque()
        self._pace: float | None = None

    def results(self) -> Iterator[TrialResult]:
        """Yield the results of batch after batch."""
        while True:
            self._submit()
            # Whatever else is there, even if it only waits, dies with a worker too and would be blamed as well.
            alone = not self._under_way
            if alone and self._suspects:
                self._send([self._suspects.popleft()])
            if not self._under_way:
                return
            future = self._next_through()
            tasks = self._under_way.pop(future)
            yield from self._results_of(future, tasks, alone)

    def _next_through(self) -> Any:
        """Wait until a batch is through, but not for ever for a cluster that has lost its workers."""
        deserted = False
        while True:
            with contextlib.suppress(queue.Empty):
                return self._through.get(timeout=clusters.PATIENCE)
            before, deserted = deserted, not self._client.nthreads()
            if before and deserted:
                raise PluginError(f"the Dask cluster has had no workers for {clusters.PATIENCE} s")

    def stop(self) -> None:
        """Let go of everything on the cluster."""
        # What is carried out at the moment notices by itself that nobody wants it any more.
        with contextlib.suppress(Exception):
            self._client.cancel(list(self._under_way), force=True)
            self._client.run(release, self._run)

    def _submit(self) -> None:
        threads = sum(self._client.nthreads().values())
        room = max(_FEWEST, _BATCHES_PER_THREAD * threads)
        while len(self._under_way) < room:
            taker = object()
            size = self._batches.fair_size(BATCH_SECONDS, self._pace, LARGEST_BATCH, max(threads, 1))
            tasks = self._batches.take(taker, max(size, 1))
            self._batches.put_back(taker, ())
            if not tasks:
                return
            self._send(tasks)

    def _send(self, tasks: list[Task]) -> None:
        engine = self._engine
        future = self._client.submit(
            carry_out,
            packed(tasks),
            self._run,
            engine.time_limit,
            engine.memory_limit,
            key=f"fracorr-{uuid.uuid4().hex}",
            pure=False,
        )
        self._under_way[future] = tasks
        future.add_done_callback(self._through.put)

    def _results_of(self, future: Any, tasks: list[Task], alone: bool) -> Iterator[TrialResult]:
        from distributed.scheduler import KilledWorker

        try:
            answer: Answer = future.result()
        except FracorrError:
            raise
        except KilledWorker as error:
            # Trials die in processes of their own; one that takes the worker with it is found by itself at the end.
            if alone:
                yield tasks[0].lost("crashed", f"workers of the cluster died of it, again and again ({error})")
            else:
                self._suspects.extend(tasks)
            return
        except Exception as error:
            raise PluginError(f"the Dask cluster failed: {type(error).__name__}: {error}") from error
        self._pace = max(answer.seconds / len(tasks), 1e-6)
        for task, parts in zip(tasks, answer.results, strict=True):
            yield TrialResult(task.trial, *parts)
