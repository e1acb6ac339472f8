"""An alarm clock that stops what is going on in this process."""

from __future__ import annotations

import contextlib
import signal
import threading
import types
from collections.abc import Iterator

from fracorr import ConfigurationError


class OutOfTime(BaseException):
    """Raised in the midst of whatever is going on; no Exception, so that nobody takes it for an error of his own."""


@contextlib.contextmanager
def alarm(seconds: float | None) -> Iterator[None]:
    """Raise :class:`OutOfTime` in the body of the ``with`` statement when it takes longer than `seconds`.

    It is raised between two steps of the interpreter: a library that never returns is not interrupted.

    Raises
    ------
    ConfigurationError
        Where there is no such clock: outside the main thread, and on Windows.
    """
    if seconds is None:
        yield
        return
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        raise ConfigurationError(
            "engine 'serial' can keep a time limit only in the main thread of a POSIX system; use engine 'process'"
        )

    def ring(_: int, __: types.FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    try:
        # It rings again and again, in case that the first time it is swallowed.
        signal.setitimer(signal.ITIMER_REAL, seconds, max(seconds, 1.0))
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        # Again, for it may have rung in the very moment before it was stopped.
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
