"""One trial in a process of its own: the way to find out whether it kills whoever carries it out."""

from __future__ import annotations

from fracorr.execution import Task
from fracorr.trial import TrialResult
from fracorr.workers import Worker


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
    worker = Worker(memory_limit)
    try:
        while True:
            worker.give([task])
            for result in worker.results(time_limit):
                return result
    finally:
        worker.stop()
