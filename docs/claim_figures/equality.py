"""Whether a run gives the same numbers when it is done again."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from fracorr import ConfigurationError
from fracorr.stored import StoredRun

#: Time is no result.
_MAY_DIFFER = ("seconds",)


def equal_trials(first: StoredRun, second: StoredRun) -> int:
    """Compare two runs trial by trial, with every number and every match; return how many trials there are.

    Raises
    ------
    ConfigurationError
        At the first trial that differs, with what differs.
    """
    count = 0
    nothing: dict[str, Any] = {}
    for one, other in itertools.zip_longest(_results(first), _results(second), fillvalue=nothing):
        differing = [name for name in {**one, **other} if one.get(name) != other.get(name)]
        if differing:
            raise ConfigurationError(
                f"trial {count} of '{first.directory}' and '{second.directory}' differs in: {', '.join(differing)}"
            )
        count += 1
    return count


def _results(stored: StoredRun) -> Iterator[dict[str, Any]]:
    for row in stored.rows():
        yield {name: value for name, value in row.items() if name not in _MAY_DIFFER}
