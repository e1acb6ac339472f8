"""Which trials a page shows with pictures: spread over the plan, and the same whatever the order of results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from fracorr.plan import Plan
    from fracorr.trial import Arm, KernelRef, SceneRef

#: One kernel on one scene.
Pair: TypeAlias = "tuple[SceneRef, KernelRef]"
T = TypeVar("T")

#: So many arms of one pair are shown at most.
MOST_ARMS = 24


def choose(plan: Plan, limit: int) -> dict[Pair, tuple[Arm, ...]]:
    """Choose pairs, and arms of each, with at most `limit` trials in all."""
    arms = spread(plan.arms, min(MOST_ARMS, limit))
    if not arms:
        return {}
    count = max(1, limit // len(arms))
    return {pair: arms for pair, _ in zip(_diagonally(plan, count), range(count), strict=False)}


def spread(items: Sequence[T], count: int) -> tuple[T, ...]:
    """Return `count` of the items, as evenly spaced as can be, the first always among them."""
    if count >= len(items):
        return tuple(items)
    return tuple(items[place * len(items) // count] for place in range(count))


def _diagonally(plan: Plan, count: int) -> Iterator[Pair]:
    """Yield pairs so that the first few show different scenes with different kernels."""
    scenes = spread(plan.scenes, count)
    for turn in range(max((len(plan.kernels[scene]) for scene in scenes), default=0)):
        for place, scene in enumerate(scenes):
            kernels = plan.kernels[scene]
            if turn < len(kernels):
                yield scene, kernels[(place + turn) % len(kernels)]
