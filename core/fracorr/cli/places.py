"""The folder in which a run was begun: its experiment's paths count from there."""

from __future__ import annotations

import contextlib
import pathlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from fracorr.stored import StoredRun


@contextlib.contextmanager
def where_it_began(stored: StoredRun) -> Iterator[None]:
    """Stay in the folder where the run was begun, if that is still there."""
    sessions = stored.manifest.sessions
    folder = pathlib.Path(sessions[0].folder) if sessions else pathlib.Path.cwd()
    if folder == pathlib.Path.cwd() or not folder.is_dir():
        yield
        return
    typer.echo(f"paths count from {folder}, where the run was begun", err=True)
    with contextlib.chdir(folder):
        yield
