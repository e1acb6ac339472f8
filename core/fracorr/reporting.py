"""The reporters of a run, told what happens, and what several of them need."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

from fracorr.raised import message
from fracorr.selection import Selected
from fracorr.trial import Failure, KernelRef, SceneRef

if TYPE_CHECKING:
    from fracorr.running import Run

#: What the reporter ``verdict``, or another, leaves in the run's folder.
VERDICT_FILE = "verdict.json"

R = TypeVar("R", SceneRef, KernelRef)


class Reporters:
    """The reporters of a run; one that fails is dropped and named, the others go on."""

    def __init__(self, current: Run) -> None:
        self._run = current
        # In the order in which they are named, but those that show what others leave come after these.
        self._active = sorted(current.plan.reporters, key=lambda each: bool(getattr(each.instance, "ends_last", False)))

    def tell(self, method: str, *arguments: object) -> None:
        """Call a method of each."""
        for selected in tuple(self._active):
            try:
                getattr(selected.instance, method)(*arguments)
            except (Exception, SystemExit) as error:
                self._active.remove(selected)
                self._run.reporter_failures.append(_failure(selected, error))


def verdict_sentence(run: Run) -> str:
    """Return the sentences of a verdict on this very state of a run; empty where nobody has passed one yet."""
    if run.directory is None:
        return ""
    try:
        found = json.loads((run.directory / VERDICT_FILE).read_text(encoding="utf-8"))
        return str(found["sentence"]) if found["trials"] == run.done else ""
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def labels(refs: Iterable[R]) -> dict[R, str]:
    """Return the name of each scene or kernel of a plan, with its source where others have the same name."""
    refs = tuple(refs)
    count = Counter(ref.name for ref in refs)
    return {ref: ref.name if count[ref.name] == 1 else f"{ref.name} ({ref.source.spec})" for ref in refs}


def _failure(selected: Selected, error: BaseException) -> Failure:
    return Failure(f"reporter '{selected.spec}'", selected.component.origin, type(error).__name__, message(error))
