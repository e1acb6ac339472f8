"""What a component's class must do, by kind. Nothing needs to inherit from these: having the methods is enough."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np

    from fracorr.kernel import Kernel
    from fracorr.response import Response
    from fracorr.running import Outcome, Run
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
    """Turns a kernel into another."""

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
        """


@runtime_checkable
class Reporter(Protocol):
    """Turns a run into something that people look at, while it goes on."""

    def begin(self, run: Run) -> None:
        """Called once, before the first result."""

    def record(self, result: TrialResult) -> None:
        """Called for each trial as it ends, in no particular order."""

    def end(self) -> None:
        """Called once, after the last result, also when the run was interrupted."""


@runtime_checkable
class Engine(Protocol):
    """Decides where the trials execute."""

    def execute(self, tasks: Iterable[Callable[[], Outcome]]) -> Iterator[Outcome]:
        """Call each task and yield what it returns, in any order, as soon as it is there."""
