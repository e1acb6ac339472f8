"""One trial after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from fracorr.running import Outcome


@attrs.frozen
class Serial:
    """Executes the trials in this process, in the plan's order."""

    def execute(self, tasks: Iterable[Callable[[], Outcome]]) -> Iterator[Outcome]:
        for task in tasks:
            yield task()
