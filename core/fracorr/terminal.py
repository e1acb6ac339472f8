"""Tables for people: on a terminal as wide as that is, in a file or a pipe so wide that nothing is cut."""

from __future__ import annotations

import sys
from typing import TextIO

from rich.console import Console
from rich.text import Text

from fracorr.files import writable

#: In characters, where there is no terminal to ask.
WIDTH = 160


def console(file: TextIO | None = None) -> Console:
    """Return what prints tables to a file, by default to the standard output."""
    output = sys.stdout if file is None else file
    return Console(file=file, width=None if output.isatty() else WIDTH, highlight=False)


def printable(text: str) -> Text:
    """Return a name for a console, in one line, whatever a terminal or markup would make of what is in it."""
    return Text("".join(each if each.isprintable() else " " for each in writable(text)))
