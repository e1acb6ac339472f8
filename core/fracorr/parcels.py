"""Tasks packed for another process, together with the kernels that they begin with.

Scenes and transformed kernels are made again over there. The plain kernels are not: to learn a dictionary of patches
or to optimise a feature image takes long, and need not come out the same to the last digit on another machine.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import TypeAlias

from fracorr.execution import Task
from fracorr.kernel import Kernel
from fracorr.materials import Materials
from fracorr.trial import KernelRef

#: What has been sent already: the kernels of each experiment, by source, place in it and content.
Known: TypeAlias = set[tuple[str, str, int, str]]


def packed(tasks: Sequence[Task], known: Known | None = None) -> bytes:
    """Pickle tasks together, so that what they share is sent once.

    Parameters
    ----------
    tasks : sequence of Task
    known : set, optional
        What the receiver was sent before and still has; what is sent now is added to it.
    """
    known = set() if known is None else known
    kernels: list[tuple[Materials, KernelRef, Kernel]] = []
    for task in tasks:
        ref = task.trial.kernel
        key = (task.materials.token, ref.source.spec, ref.index, ref.digest)
        if ref.scene is None and key not in known:
            known.add(key)
            kernels.append((task.materials, ref, task.materials.plain(ref)))
    return pickle.dumps((kernels, list(tasks)), pickle.HIGHEST_PROTOCOL)


def unpacked(data: bytes) -> list[Task]:
    """Return the tasks; their materials hold the kernels.

    Raises
    ------
    PluginError
        If other versions of fracorr or of a plugin are installed here, or a plugin is missing.
    """
    tasks: list[Task]
    kernels, tasks = pickle.loads(data)
    for materials, ref, kernel in kernels:
        materials.accept(ref, kernel)
    return tasks
