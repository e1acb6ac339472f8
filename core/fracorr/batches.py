"""Tasks in portions: those of one scene together, so that whoever gets them can share work between them."""

from __future__ import annotations

import collections
from collections.abc import Hashable, Iterable
from typing import Final

from fracorr.execution import Task

#: How many tasks are looked at ahead; a run of millions still holds no more.
LOOK_AHEAD: Final = 4096


class Batches:
    """Tasks that wait to be taken.

    Each taker gets tasks of one scene for as long as there are any, and a scene that nobody else works on if there is
    one: pictures, spectra and window sums are then made once, not once for each taker.

    Parameters
    ----------
    tasks : iterable of Task
        Read as far ahead as `LOOK_AHEAD`, and no further.
    """

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._tasks = iter(tasks)
        self._waiting: dict[str, collections.deque[Task]] = {}
        self._count = 0
        self._at_work: dict[Hashable, str] = {}

    def __len__(self) -> int:
        """How many wait, as far as has been looked."""
        while self._count < LOOK_AHEAD and (task := next(self._tasks, None)) is not None:
            self._waiting.setdefault(_scene(task), collections.deque()).append(task)
            self._count += 1
        return self._count

    def fair_size(self, seconds: float, pace: float | None, most: int, takers: int) -> int:
        """Return how many tasks to take: what takes about `seconds`, unless work is becoming scarce.

        Parameters
        ----------
        seconds : float
        pace : float or None
            Seconds that one task takes; None where that is not known yet.
        most : int
        takers : int
            How many share what waits; where that is fewer than two for each, none should take ahead: 0.
        """
        worth = min(int(seconds / pace), most) if pace else 1
        return min(max(worth, 1), len(self) // (2 * takers))

    def take(self, taker: Hashable, count: int) -> list[Task]:
        """Take up to `count` tasks of one scene; fewer where that has no more, none where nothing waits at all."""
        if not len(self):
            return []
        scene = self._at_work.get(taker)
        if scene not in self._waiting:
            scene = self._at_work[taker] = self._next_scene()
        waiting = self._waiting[scene]
        taken = [waiting.popleft() for _ in range(min(count, len(waiting)))]
        self._count -= len(taken)
        if not waiting:
            del self._waiting[scene]
        return taken

    def put_back(self, taker: Hashable, tasks: Iterable[Task]) -> None:
        """Take tasks back from a taker that will take no more."""
        self._at_work.pop(taker, None)
        for task in reversed(list(tasks)):
            self._waiting.setdefault(_scene(task), collections.deque()).appendleft(task)
            self._count += 1

    def _next_scene(self) -> str:
        busy = set(self._at_work.values())
        free = next((scene for scene in self._waiting if scene not in busy), None)
        return free or max(self._waiting, key=lambda scene: len(self._waiting[scene]))


def _scene(task: Task) -> str:
    return task.trial.scene.digest
