"""What happens on the workers of the cluster: batches of trials, each thread with a child process for them.

A trial that crashes kills that child, and the cluster's worker never notices. The cluster itself could only say that
one of its workers died while several batches were waiting there, and could not stop a trial that hangs.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

import attrs

from fracorr.errors import PluginError
from fracorr.isolation import Isolation
from fracorr.parcels import unpacked

#: How long a child waits for the next batch, in seconds; the one after that gets a new one.
IDLE_SECONDS: Final = 60.0


@attrs.frozen
class Answer:
    """What a batch came to: results without their trials, and how long it took."""

    results: list[tuple[Any, ...]]
    seconds: float


@attrs.define
class _Children:
    """The child processes of one run on this worker that have nothing to do at the moment."""

    idle: list[Isolation] = attrs.field(factory=list)
    over: bool = False
    clock: threading.Timer | None = None

    def stop(self) -> None:
        """End those that have nothing to do."""
        for child in self.idle:
            child.stop()
        self.idle.clear()

    def wind_clock(self) -> None:
        """Let them end when no batch has come for a while: whoever sent them may have died without a word."""
        if self.clock is not None:
            self.clock.cancel()
        self.clock = threading.Timer(IDLE_SECONDS, self._time_is_up)
        self.clock.daemon = True
        self.clock.start()

    def _time_is_up(self) -> None:
        with _lock:
            self.stop()


_children: dict[str, _Children] = {}
_lock = threading.Lock()


def carry_out(data: bytes, run: str, time_limit: float | None, memory_limit: int | None) -> Answer:
    """Carry out a batch of trials in a child process.

    Parameters
    ----------
    data : bytes
        From :func:`fracorr.parcels.packed`.
    run : str
        The run that they belong to; its children are kept for the next batch.
    time_limit, memory_limit
        For each trial, in seconds, and for the child, in MB.

    Raises
    ------
    PluginError
        If this machine does not have what the trials need, or nobody wants the results any more.
    """
    started = time.monotonic()
    tasks = unpacked(data)
    child = _child_of(run, time_limit, memory_limit)
    try:
        results = [result.without_trial() for result in child.results(tasks, _wanted())]
    except BaseException:
        child.stop()
        raise
    _keep(run, child)
    if len(results) < len(tasks):
        raise PluginError("stopped: nobody wants the results any more")
    return Answer(results, time.monotonic() - started)


def release(run: str) -> None:
    """End the children of a run: those with nothing to do now, the others when they are through."""
    with _lock:
        children = _children.setdefault(run, _Children())
        children.over = True
        children.stop()
        if children.clock is not None:
            children.clock.cancel()


def _child_of(run: str, time_limit: float | None, memory_limit: int | None) -> Isolation:
    with _lock:
        children = _children.setdefault(run, _Children())
        return children.idle.pop() if children.idle else Isolation(time_limit, memory_limit)


def _keep(run: str, child: Isolation) -> None:
    with _lock:
        children = _children[run]
        children.idle.append(child)
        if children.over:
            children.stop()
        else:
            children.wind_clock()


def _wanted() -> Callable[[], bool]:
    """Return what says whether the scheduler still wants the task that this thread carries out.

    It does not when the run was interrupted, or when its process died: nobody stops a trial that hangs then but us.
    """
    from distributed import get_worker
    from distributed.worker import thread_state

    worker, key = get_worker(), thread_state.key

    def wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state == "executing"

    return wanted
