"""Being somebody for a moment who may not do everything."""

from __future__ import annotations

import contextlib
import os
import pathlib
import tempfile
from collections.abc import Iterator

import pytest

#: Root has to be somebody else for it, and be root again afterwards.
possible = pytest.mark.skipif(not hasattr(os, "setresuid"), reason="needs to be another user for a moment")


@contextlib.contextmanager
def another_user() -> Iterator[None]:
    """Be a user to whom the rights of a file matter: everybody is but root."""
    as_root = os.geteuid() == 0
    if as_root:
        os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        if as_root:
            os.setresuid(0, 0, 0)


@contextlib.contextmanager
def only_reading(folder: pathlib.Path) -> Iterator[None]:
    """Be a user who may not write to a folder, nor to anything in it."""
    modes = {path: path.stat().st_mode for path in (folder, *folder.rglob("*"))}
    for path in modes:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        with another_user():
            assert not os.access(folder, os.W_OK)
            yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


@contextlib.contextmanager
def shared_folder() -> Iterator[pathlib.Path]:
    """Give a folder that other users may look into; those of pytest are nobody else's."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        yield folder
