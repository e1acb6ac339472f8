"""The reporters of a run, told what happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fracorr.selection import Selected
from fracorr.trial import Failure

if TYPE_CHECKING:
    from fracorr.running import Run


class Reporters:
    """The reporters of a run; one that fails is dropped and named, the others go on."""

    def __init__(self, current: Run) -> None:
        self._run = current
        self._active = list(current.plan.reporters)

    def tell(self, method: str, *arguments: object) -> None:
        """Call a method of each."""
        for selected in tuple(self._active):
            try:
                getattr(selected.instance, method)(*arguments)
            except (Exception, SystemExit) as error:
                self._active.remove(selected)
                self._run.reporter_failures.append(_failure(selected, error))


def _failure(selected: Selected, error: BaseException) -> Failure:
    return Failure(f"reporter '{selected.spec}'", selected.component.origin, type(error).__name__, str(error))
