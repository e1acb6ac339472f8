"""What a worker process does: it carries out the trials that it is sent, and sends back what came out."""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection
from typing import Any, Final

from fracorr.errors import FracorrError, PluginError

#: The exit code of a process that could not go on for want of memory, outside of any trial.
EXIT_OUT_OF_MEMORY: Final = 97


def main(descriptor: int, lifeline: int, memory_limit: int) -> None:
    """Work until the parent hangs up.

    Parameters
    ----------
    descriptor : int
        The file descriptor of the connection to the parent.
    lifeline : int
        The file descriptor of a pipe that is open for as long as the parent lives.
    memory_limit : int
        MB of data; 0 for as much as the machine has.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    for each in (descriptor, lifeline):
        os.set_inheritable(each, False)  # what a trial starts shall not keep the connection open
    _end_with(lifeline)
    connection = Connection(descriptor)
    inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(connection, inbox), daemon=True).start()
    try:
        _prepare()
        _limit_memory(memory_limit)
        connection.send(None)
        while True:
            _work(connection, inbox.get())
    except MemoryError:
        os._exit(EXIT_OUT_OF_MEMORY)
    except OSError:
        os._exit(0)  # the parent is gone


def _work(connection: Connection, data: bytes) -> None:
    from fracorr.parcels import unpacked

    try:
        tasks = unpacked(data)
    except MemoryError:
        raise
    except FracorrError as error:
        connection.send(error)
        return
    except Exception as error:
        connection.send(PluginError(f"a task cannot be read in a worker process: {type(error).__name__}: {error}"))
        return
    for task in tasks:
        started = time.perf_counter()
        result = task().without_trial()
        connection.send((time.perf_counter() - started, *result))


def _listen(connection: Connection, inbox: queue.SimpleQueue[Any]) -> None:
    """Read ahead, so that the parent never waits, and notice at once when it is gone."""
    try:
        while True:
            inbox.put(connection.recv_bytes())
    except MemoryError:
        os._exit(EXIT_OUT_OF_MEMORY)
    except (EOFError, OSError):
        os._exit(0)


def _end_with(lifeline: int) -> None:
    """Let the system end this process when the pipe is closed, even if a library never gives control back to Python."""
    if sys.platform == "linux":  # elsewhere the signal is ignored, and only the thread that listens notices
        import fcntl

        signal.signal(signal.SIGIO, signal.SIG_DFL)
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)


def _prepare() -> None:
    import fracorr.parcels  # noqa: F401 - and with it all that carries out a trial
    from fracorr.opencv import cv2

    cv2.setNumThreads(1)


def _limit_memory(megabytes: int) -> None:
    import resource

    if megabytes:
        _give_blas_its_work_space()
    # Only what is written to counts, not the libraries and files that are merely mapped.
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = megabytes << 20 or os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_DATA, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _give_blas_its_work_space() -> None:
    """Let the BLAS libraries of NumPy and SciPy be used once.

    OpenBLAS tries for ever to get its work space where there is not enough memory left when it is first used.
    """
    import numpy as np
    import scipy.linalg.blas

    ones = np.ones((64, 64))
    np.matmul(ones, ones)
    scipy.linalg.blas.dgemm(1.0, ones, ones)
