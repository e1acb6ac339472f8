"""What a component's class must do, by kind. Nothing needs to inherit from these: having the methods is enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np

    from fracorr.execution import Task
    from fracorr.kernel import Kernel
    from fracorr.response import Response
    from fracorr.running import Run
    from fracorr.scene import Scene
    from fracorr.trial import TrialResult


@runtime_checkable
class KernelSource(Protocol):
    """Gives kernels that depend on nothing but its parameters."""

    def kernels(self, rng: np.random.Generator) -> Iterable[Kernel]:
        """Yield kernels with distinct names."""


@runtime_checkable
class SceneKernelSource(Protocol):
    """Gives kernels that depend on the scene, for example the template that the scene brings along."""

    def kernels_of(self, scene: Scene, rng: np.random.Generator) -> Iterable[Kernel]:
        """Yield the kernels for this scene, with distinct names."""


@runtime_checkable
class FractalTransform(Protocol):
    """Turns a kernel into another.

    A class that lets other components work for it says which, as ``used_components``: a tuple of
    :class:`~fracorr.selection.Selected`, whose versions then count for the identity of trials as its own does.
    """

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        """Return a new kernel; use :meth:`Kernel.derive <fracorr.Kernel.derive>`, never write to the old one."""


@runtime_checkable
class SceneSource(Protocol):
    """Gives scenes."""

    def scenes(self, rng: np.random.Generator) -> Iterable[Scene]:
        """Yield scenes with distinct names, one at a time: a folder of photographs need not fit into memory."""


@runtime_checkable
class CorrelationMethod(Protocol):
    """Slides a kernel over a scene."""

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        """Return the response; finite scores only, and 0 for a flat kernel or window.

        A class that can cope with a kernel larger than the scene says so with ``any_size = True``.
        One that finds poses itself may also have ``finder`` (see :class:`fracorr.searching.FindingMethod`), which
        :func:`fracorr.find` then asks instead.
        """


@runtime_checkable
class Reporter(Protocol):
    """Turns a run into something that people look at, while it goes on.

    A class that shows what other reporters leave in the run's folder, such as the verdict, says so with
    ``ends_last = True``: it is then called after the others.

    One that may know beforehand that it cannot report a plan has ``check_plan(plan)``, which raises a
    :class:`~fracorr.ConfigurationError` then; it is called before anything is computed or written.
    """

    def begin(self, run: Run) -> None:
        """Called once, before the first result."""

    def record(self, result: TrialResult) -> None:
        """Called for each trial as it ends, in no particular order."""

    def end(self) -> None:
        """Called once, after the last result, also when the run was interrupted."""


@runtime_checkable
class Engine(Protocol):
    """Decides where the trials execute.

    A class whose trials run in the run's own process, which a trial may kill, says so with ``in_process = True``:
    the run then notes which trial is at hand, and a run that is resumed knows whom to suspect.

    One that may know beforehand that it cannot execute anything, for want of a library for example, has
    ``check_plan(plan)`` as reporters do.
    """

    def execute(self, tasks: Iterable[Task]) -> Iterator[TrialResult]:
        """Call each task and yield what it returns, in any order, as soon as it is there.

        Parameters
        ----------
        tasks : iterable of Task
            Callables without arguments. They can be pickled: in another process on which fracorr and the same plugins
            are installed they work as well. There may be millions, so they are read as they are needed, not all at
            once; those of one scene come after each other and share work when one process gets them in a row.

        Yields
        ------
        TrialResult
            One for each task. For a trial whose process died or had to be stopped that is ``task.lost(kind, message)``.
        """
