"""Worker processes: they carry out trials, and may die of it without harm to anybody else.

An engine holds as many as it likes. Each has a connection of its own and answers one trial after the other, so
whenever one dies it is known which trial it died of, and no other worker waits for a lock that it held.
"""

from __future__ import annotations

import collections
import contextlib
import json
import multiprocessing
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection
from typing import Final

from fracorr.errors import ConfigurationError, PluginError
from fracorr.execution import Task
from fracorr.parcels import Known, packed
from fracorr.trial import FailureKind, TrialResult
from fracorr.worker_process import EXIT_OUT_OF_MEMORY

#: How long a worker may take to start, in seconds; a machine that is very busy needs many.
STARTING_SECONDS: Final = 180.0
#: How many workers in a row may die before they can begin.
_MOST_STILLBORN: Final = 3
#: How long a process may take to end once it has hung up.
_ENDING_SECONDS: Final = 10.0
#: The least memory with which a worker can be expected to do anything, in MB.
LEAST_MEMORY: Final = 300
#: How long to wait at most before asking whether the results are still wanted.
_ASKING_SECONDS: Final = 0.2
#: The share of the newest trial in the running mean of times.
_NEWEST: Final = 0.1

#: Libraries take their number of threads from these. Many workers with many threads each would only get in each other's
#: way; and sums that are split up among threads depend on their number in the last digits.
THREAD_VARIABLES: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from fracorr.worker_process import main; "
    "main(*map(int, sys.argv[2:]))"
)


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def always() -> bool:
    """Say yes."""
    return True


class Worker:
    """One process that carries out trials.

    It knows nothing of the script that started it, so that needs no ``if __name__ == "__main__"``. Ctrl-C in a
    terminal does not reach it; it ends when its parent hangs up or dies, in the middle of a trial too.

    Parameters
    ----------
    memory_limit : int, optional
        MB of data that it may hold; by default as much as the machine has.

    Attributes
    ----------
    pending : deque of Task
        What it was given and has not answered yet, in order: the first is the one that it works on.
    gone : bool
        Whether it has died; what is pending then is somebody else's.
    pace : float or None
        Seconds that it takes for a trial, as a running mean; None before the first.
    """

    def __init__(self, memory_limit: int | None = None) -> None:
        if os.name != "posix":
            raise ConfigurationError("worker processes need Linux, macOS or another POSIX system: use engine 'serial'")
        self.pending: collections.deque[Task] = collections.deque()
        self.gone = False
        self.pace: float | None = None
        self._known: Known = set()
        self._ready = False
        self._cause_of_death = ""
        self._condemned: tuple[Task, FailureKind, str] | None = None
        self._since = time.monotonic()
        self._connection, theirs = multiprocessing.Pipe()
        # Nothing is ever sent here; the system closes it when this process dies.
        lifeline, self._lifeline = multiprocessing.Pipe(duplex=False)
        with theirs, lifeline:
            descriptors = theirs.fileno(), lifeline.fileno()
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    _START,
                    json.dumps([*map(str, sys.path)]),
                    *map(str, (*descriptors, memory_limit or 0)),
                ],
                pass_fds=descriptors,
                stdin=subprocess.DEVNULL,
                # Whatever a plugin prints is no result.
                stdout=2,
                env={**os.environ, **dict.fromkeys(THREAD_VARIABLES, "1")},
                process_group=0,
            )
        # A process that is stuck reads nothing, and whoever has to stop it must not get stuck with it.
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._sender = threading.Thread(target=_send, args=(self._connection, self._outbox), daemon=True)
        self._sender.start()

    def fileno(self) -> int:
        """The file descriptor that can be read when there is something to :meth:`receive`."""
        return self._connection.fileno()

    def give(self, tasks: Iterable[Task]) -> None:
        """Hand over some tasks; they are pickled together, so that what they share is sent once."""
        batch = list(tasks)
        data = packed(batch, self._known)
        if not self.pending:
            self._since = time.monotonic()
        self.pending.extend(batch)
        self._outbox.put(data)

    def receive(self) -> TrialResult | None:
        """Return the next result, waiting for it if there is none yet.

        A trial that the process died of is returned too, as lost. None means that there is nothing to tell: the
        process is ready to begin, or was lost with none of its trials to blame.

        Raises
        ------
        FracorrError
            If the process cannot work with its tasks, for example because other versions are installed there.
        """
        try:
            message = self._connection.recv()
        except (EOFError, OSError):
            return self._last_result()
        self._since = time.monotonic()
        if isinstance(message, Exception):
            raise message
        if message is None:
            self._ready = True
            return None
        seconds, *parts = message
        self.pace = seconds if self.pace is None else self.pace + _NEWEST * (seconds - self.pace)
        return TrialResult(self.pending.popleft().trial, *parts)

    def results(self, time_limit: float | None = None, wanted: Callable[[], bool] = always) -> Iterator[TrialResult]:
        """Yield the results of what is pending as they come.

        It ends when nothing is pending any more, when the process has died, or when `wanted`, which is asked now and
        then, says no.
        """
        while self.pending and not self.gone and wanted():
            left = self.seconds_left(time_limit)
            if self._connection.poll(_ASKING_SECONDS if left is None else min(left, _ASKING_SECONDS)):
                result = self.receive()
                if result is not None:
                    yield result
            else:
                self.stop_if_overdue(time_limit)

    def seconds_left(self, time_limit: float | None) -> float | None:
        """Return how long to wait before :meth:`stop_if_overdue` has something to do; None for ever."""
        limit = time_limit if self._ready else STARTING_SECONDS
        return None if limit is None else max(0.0, self._since + limit - time.monotonic())

    def stop_if_overdue(self, time_limit: float | None) -> None:
        """Kill the process if the trial at hand has taken longer than `time_limit` seconds.

        Call it when there is nothing to receive. The trial is reported by the next :meth:`receive`.

        Raises
        ------
        PluginError
            If the process does not even start.
        """
        if not self.pending or self._condemned or self.seconds_left(time_limit) != 0:
            return
        if not self._ready:
            raise PluginError(f"a worker process has not started within {STARTING_SECONDS:g} s")
        self._condemned = (self.pending[0], "timed-out", f"stopped after {time_limit:g} s, the time limit")
        self._kill()

    def stillborn(self, before: int) -> int:
        """Return how many in a row have died before they could begin: `before`, and this one if it has.

        Raises
        ------
        PluginError
            If those are too many for an accident.
        """
        if self._ready:
            return 0
        if before + 1 == _MOST_STILLBORN:
            raise PluginError(f"worker processes cannot start: {self._cause_of_death}")
        return before + 1

    def _kill(self) -> None:
        """Kill the process with everything that its trials have started; it leads a group of its own."""
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """Kill the process, whatever it is doing."""
        self.gone = True
        self._kill()
        self._process.wait()
        self._outbox.put(None)
        self._sender.join(_ENDING_SECONDS)
        self._connection.close()
        self._lifeline.close()

    def _last_result(self) -> TrialResult | None:
        code = self._exit_code()
        self.gone = True
        if not self._ready or not self.pending:
            self._cause_of_death = _cause_of_death(code)[1]
            return None
        task = self.pending.popleft()
        if self._condemned is None:
            return task.lost(*_cause_of_death(code))
        if self._condemned[0] is task:
            return task.lost(*self._condemned[1:])
        # The one that was to be stopped had just finished, so this one had hardly begun.
        self.pending.appendleft(task)
        return None

    def _exit_code(self) -> int | None:
        try:
            return self._process.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            return None


def _send(connection: Connection, outbox: queue.SimpleQueue[bytes | None]) -> None:
    with contextlib.suppress(OSError):  # where the process has died, whoever reads next hears of it
        while (data := outbox.get()) is not None:
            connection.send_bytes(data)


def _cause_of_death(code: int | None) -> tuple[FailureKind, str]:
    if code is None:
        return "crashed", "the process closed its connection"
    if code == EXIT_OUT_OF_MEMORY:
        return "out-of-memory", "the process left for want of memory"
    if code >= 0:
        return "crashed", f"the process left with exit code {code}"
    name = signal.Signals(-code).name
    hint = "; if nobody did that, the system was short of memory" if name == "SIGKILL" else ""
    return "crashed", f"the process was killed by {name}{hint}"
