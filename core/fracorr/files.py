"""Writing files so that they appear whole or not at all."""

from __future__ import annotations

import os
import pathlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from fracorr.errors import OutputError


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[pathlib.Path]:
    """Give a temporary path beside `path` that takes its place when the block ends well, and goes when it does not.

    Raises
    ------
    OutputError
        If the folder cannot be written to.
    """
    location = pathlib.Path(path)
    temporary = location.with_name(f".{location.stem[:100]}-{secrets.token_hex(4)}{location.suffix}")
    try:
        location.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(location)
    except OSError as error:
        raise OutputError(f"'{location}' cannot be written: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file at once.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a UTF-8 text file at once.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    write_bytes(path, text.encode("utf-8"))


def writable_folder(path: str | os.PathLike[str]) -> pathlib.Path:
    """Make sure that `path` is a folder that files can be put into, and return it.

    Raises
    ------
    OutputError
        If it is not and cannot be made one.
    """
    location = pathlib.Path(path)
    try:
        location.mkdir(parents=True, exist_ok=True)
        probe = location / f".fracorr-{secrets.token_hex(4)}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise OutputError(f"folder '{location}' cannot be written to: {error.strerror or error}") from error
    return location
