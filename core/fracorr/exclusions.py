"""What sources leave out: counted and told, never dropped silently."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import attrs

_Tally = dict[str, dict[str, None]]
_tally: ContextVar[_Tally | None] = ContextVar("fracorr_exclusions", default=None)


@attrs.frozen
class Exclusion:
    """Things that one source left out for one reason.

    Attributes
    ----------
    source : str
        Its spec.
    reason : str
        Why, such as ``"has no box"``.
    names : tuple of str
        What was left out, each with the place where it was found.
    """

    source: str
    reason: str
    names: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.names)

    def __str__(self) -> str:
        shown = ", ".join(self.names[:3]) + (", …" if self.count > 3 else "")
        return f"'{self.source}' leaves out {self.count}: {self.reason} ({shown})"

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"source": self.source, "reason": self.reason, "count": self.count, "names": list(self.names)}


def leave_out(name: str, reason: str) -> None:
    """Say, from within a source, that something is left out.

    Whoever plans an experiment hears of it, and the run reports it; where nobody counts, as when a worker makes the
    scenes again, nothing happens.

    Parameters
    ----------
    name : str
        What, such as a file and a line.
    reason : str
        Why, in the same words for all that share it.
    """
    tally = _tally.get()
    if tally is not None:
        # A source that is read twice leaves the same things out, which count once.
        tally.setdefault(reason, {})[name] = None


@contextmanager
def counting(source: str, found: list[Exclusion]) -> Iterator[None]:
    """Collect what a source leaves out while it is read within this block.

    Parameters
    ----------
    source : str
        Its spec.
    found : list of Exclusion
        Appended to, one for each reason.
    """
    tally: _Tally = {}
    token = _tally.set(tally)
    try:
        yield
    finally:
        _tally.reset(token)
        found += [Exclusion(source, reason, tuple(names)) for reason, names in tally.items()]
