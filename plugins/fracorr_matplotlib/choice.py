"""What is drawn of a plan, decided by the plan's order and not by the order in which results come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from fracorr.files import slug
from fracorr.reporting import labels

if TYPE_CHECKING:
    from fracorr.plan import Plan
    from fracorr.trial import KernelRef, SceneRef

#: The scene and the kernel that all trials of a sheet share.
Group: TypeAlias = "tuple[SceneRef, KernelRef]"
Wanted: TypeAlias = Literal["none", "targets", "all"]

# A file's name has up to four such parts, joined with "--", which no slug holds; it stays below 255 characters.
PART = 56


@attrs.frozen
class Share:
    """What is drawn of one group.

    Attributes
    ----------
    file_name : str
        How its files' names begin.
    kernel, scene : str
        What they are called in titles.
    sheet : bool
        Whether it has a sheet.
    trials : int
        How many of its trials, the first ones, have a figure of their own.
    """

    file_name: str
    kernel: str
    scene: str
    sheet: bool
    trials: int


@attrs.frozen
class Choice:
    """What is drawn of a plan, and how much is not."""

    shares: dict[Group, Share] = attrs.field(factory=dict)
    sheets_left_out: int = 0
    trials_left_out: int = 0


def choose(plan: Plan, wanted: Wanted, limit: int) -> Choice:
    """Choose the first `limit` groups for sheets, and the first `limit` of the `wanted` trials for figures of their
    own.
    """
    shares: dict[Group, Share] = {}
    sheets = trials = 0
    scene_labels = labels(plan.scenes)
    for scene in plan.scenes:
        wants = wanted == "all" or (wanted == "targets" and scene.targets > 0)
        kernel_labels = labels(plan.kernels[scene])
        for kernel in plan.kernels[scene]:
            some = len(plan.arms) if wants else 0
            share = Share(
                file_name=f"{slug(scene_labels[scene], PART)}--{slug(kernel_labels[kernel], PART)}",
                kernel=kernel_labels[kernel],
                scene=scene_labels[scene],
                sheet=sheets < limit,
                trials=max(0, min(some, limit - trials)),
            )
            sheets, trials = sheets + 1, trials + some
            if share.sheet or share.trials:
                shares[scene, kernel] = share
    return Choice(shares, max(0, sheets - limit), max(0, trials - limit))
