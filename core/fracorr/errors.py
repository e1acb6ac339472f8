"""The one family of errors that fracorr raises on purpose.

A message says what is wrong, where (file, key, plugin), and what would be right. The command line prints it
without a traceback and leaves with the class's exit code.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

EXIT_DONE = 0
EXIT_TRIALS_FAILED = 1
EXIT_USAGE = 2
EXIT_PLUGIN = 3
EXIT_INTERRUPTED = 130


#: How alike two names are that people mix up, from 0 to 1.
_ALIKE = 0.6


class FracorrError(Exception):
    """Anything that went wrong for a reason that the user can act on."""

    exit_code: int = EXIT_USAGE


class ConfigurationError(FracorrError):
    """A spec, a parameter, an option or an experiment that cannot be carried out as written."""


class ImageError(FracorrError, ValueError):
    """A picture or an array that cannot be read, used or written."""


class OutputError(FracorrError):
    """A place that cannot be written to."""


class PluginError(FracorrError):
    """A plugin that does not keep its side of the contract."""

    exit_code = EXIT_PLUGIN


class MissingDependencyError(FracorrError):
    """A library that an optional feature needs and that is not installed (the message names the extra)."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the hint ``; did you mean 'x'?`` for the known name closest to `name`, or an empty string.

    That two files end in ``.png`` makes them no more alike.
    """
    names = list(known)
    for close in difflib.get_close_matches(name, names, n=max(len(names), 1), cutoff=_ALIKE):
        if difflib.get_close_matches(_stem(name), [_stem(close)], cutoff=_ALIKE):
            return f"; did you mean '{close}'?"
    return ""


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name
