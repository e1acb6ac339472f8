"""Trials in a process that may die of them, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from fracorr.execution import Task
from fracorr.trial import TrialResult
from fracorr.workers import Worker, always


class Isolation:
    """A worker process that is replaced whenever a trial kills it.

    Parameters
    ----------
    time_limit : float, optional
        Seconds that a trial may take before it is stopped.
    memory_limit : int, optional
        MB of data that the process may hold.
    """

    def __init__(self, time_limit: float | None = None, memory_limit: int | None = None) -> None:
        self.time_limit = time_limit
        self.memory_limit = memory_limit
        self._worker: Worker | None = None

    def results(self, tasks: Iterable[Task], wanted: Callable[[], bool] = always) -> Iterator[TrialResult]:
        """Yield the result of each task, in order.

        Parameters
        ----------
        tasks : iterable of Task
        wanted : callable, optional
            Asked now and then; when it says no, everything is stopped and no more results come.

        Raises
        ------
        PluginError
            If the process cannot start, or does not have the plugins that the trials need.
        """
        waiting = list(tasks)
        stillborn = 0
        while waiting and wanted():
            if self._worker is None:
                self._worker = Worker(self.memory_limit)
            self._worker.give(waiting)
            yield from self._worker.results(self.time_limit, wanted)
            waiting = list(self._worker.pending)
            if self._worker.gone:
                stillborn = self._worker.stillborn(stillborn)
            if waiting or self._worker.gone:
                self.stop()

    def stop(self) -> None:
        """End the process, whatever it is doing; the next tasks get a new one."""
        if self._worker is not None:
            self._worker.stop()
            self._worker = None


def run_isolated(task: Task, time_limit: float | None = None, memory_limit: int | None = None) -> TrialResult:
    """Carry out one trial in a new process.

    Parameters
    ----------
    task : Task
    time_limit : float, optional
        Seconds after which it is stopped.
    memory_limit : int, optional
        MB of data that the process may hold.

    Returns
    -------
    TrialResult
        What the trial returned; where it killed its process, ran out of time or out of memory, that is its failure.

    Raises
    ------
    PluginError
        If the process cannot start, or does not have the plugins that the trial needs.
    """
    isolation = Isolation(time_limit, memory_limit)
    try:
        return next(isolation.results([task]))
    finally:
        isolation.stop()
