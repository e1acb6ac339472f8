"""One writer at a time in a run's folder.

The lock is the operating system's (through filelock: flock on Unix, its like on Windows), so that it goes with the
process that holds it, however that ends; what a dead process leaves behind is only the empty file.
"""

from __future__ import annotations

import os
import pathlib
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from fracorr.errors import ConfigurationError, OutputError

LOCK_FILE = ".lock"
#: Beside the lock: who holds it, for the message to the next.
_HOLDER_FILE = ".lock-holder"
#: Whoever looks whether a run is going on holds the lock for a moment.
_PATIENCE_SECONDS = 0.5


@contextmanager
def sole_writer(folder: pathlib.Path) -> Iterator[None]:
    """Hold the lock of a folder.

    Raises
    ------
    ConfigurationError
        If another process holds it, with its number.
    OutputError
        If the folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    lock, holder = FileLock(folder / LOCK_FILE), folder / _HOLDER_FILE
    try:
        lock.acquire(timeout=_PATIENCE_SECONDS)
    except Timeout:
        raise ConfigurationError(
            f"another run is going on in '{folder}' ({_read(holder)}); wait until it ends, or choose another folder"
        ) from None
    except OSError as error:
        raise OutputError(f"folder '{folder}' cannot be locked: {error.strerror or error}") from error
    try:
        with suppress(OSError):
            holder.write_text(f"process {os.getpid()} on {platform.node()}", encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def is_held(folder: pathlib.Path) -> bool:
    """Whether a process is writing in a run's folder now; those who may only read there are told too."""
    lock = folder / LOCK_FILE
    if not lock.is_file():
        return False
    try:
        if sys.platform == "win32":
            from filelock import FileLock

            with FileLock(lock).acquire(timeout=0):
                return False
        import fcntl

        # A shared lock, which filelock has not: it needs no permission to write, and others may look at the same time.
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (TimeoutError, BlockingIOError):
        return True
    except OSError:
        return False  # nobody can write where the lock cannot even be read
    return False


def _read(holder: pathlib.Path) -> str:
    try:
        return holder.read_text(encoding="utf-8") or "another process"
    except OSError:
        return "another process"
