"""The hooks of fracorr: what a plugin may offer.

A plugin is an installed package with an entry point in the group ``fracorr.plugins``. The entry point names a thin
module that imports nothing heavy and implements any of the hooks below; each yields
:class:`~fracorr.components.ComponentSpec` records, which name the class that does the work. The class is imported
only when somebody uses it::

    # pyproject.toml
    [project.entry-points."fracorr.plugins"]
    mirror = "fracorr_mirror.plugin"

Hooks only ever gain arguments: an implementation that asks for fewer keeps working.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import pluggy

if TYPE_CHECKING:
    from fracorr.components import ComponentSpec

PROJECT = "fracorr"
ENTRY_POINT_GROUP = "fracorr.plugins"

_F = TypeVar("_F", bound=Callable[..., Any])

#: Decorator that marks a function of a plugin as the implementation of the hook of the same name.
hookimpl = pluggy.HookimplMarker(PROJECT)
_marker = pluggy.HookspecMarker(PROJECT)


def _hookspec(function: _F) -> _F:
    return _marker(function)


@_hookspec
def fracorr_kernel_sources() -> Iterable[ComponentSpec]:  # type: ignore[empty-body]
    """Offer kernel sources: classes with ``kernels(rng) -> Iterable[Kernel]``.

    A source whose kernels depend on the scene has ``kernels_of(scene, rng)`` instead.

    Examples
    --------
    ``fracorr_ramp/plugin.py``::

        from fracorr import ComponentSpec, hookimpl

        @hookimpl
        def fracorr_kernel_sources():
            yield ComponentSpec("ramp", "A linear ramp from black to white", "fracorr_ramp.ramp:Ramp")

    ``fracorr_ramp/ramp.py``::

        import attrs
        import numpy as np
        from fracorr import Kernel, parameter

        @attrs.frozen
        class Ramp:
            size: int = attrs.field(default=64, metadata=parameter("Side of the kernel", unit="px"))

            def kernels(self, rng):
                yield Kernel(np.tile(np.linspace(0, 1, self.size), (self.size, 1)), name="ramp")
    """


@_hookspec
def fracorr_fractal_transforms() -> Iterable[ComponentSpec]:  # type: ignore[empty-body]
    """Offer transforms: classes with ``apply(kernel, rng) -> Kernel``.

    Examples
    --------
    ``fracorr_mirror/plugin.py``::

        from fracorr import ComponentSpec, hookimpl

        @hookimpl
        def fracorr_fractal_transforms():
            yield ComponentSpec("mirror", "The kernel seen in a mirror", "fracorr_mirror.mirror:Mirror")

    ``fracorr_mirror/mirror.py``::

        import attrs
        from fracorr import parameter

        @attrs.frozen
        class Mirror:
            upright: bool = attrs.field(default=True, metadata=parameter("Mirror left and right"))

            def apply(self, kernel, rng):
                axis = 1 if self.upright else 0
                return kernel.derive(
                    pixels=kernel.pixels[:, ::-1] if axis else kernel.pixels[::-1],
                    support=kernel.support[:, ::-1] if axis else kernel.support[::-1],
                )
    """


@_hookspec
def fracorr_correlation_methods() -> Iterable[ComponentSpec]:  # type: ignore[empty-body]
    """Offer correlation methods: classes with ``correlate(scene, kernel) -> Response``.

    Examples
    --------
    ``fracorr_sad/plugin.py``::

        from fracorr import ComponentSpec, hookimpl

        @hookimpl
        def fracorr_correlation_methods():
            yield ComponentSpec("sad", "Sum of absolute differences", "fracorr_sad.sad:SumOfAbsoluteDifferences")

    ``fracorr_sad/sad.py``::

        import attrs
        import numpy as np
        from numpy.lib.stride_tricks import sliding_window_view
        from fracorr import Response

        @attrs.frozen
        class SumOfAbsoluteDifferences:
            def correlate(self, scene, kernel):
                windows = sliding_window_view(scene.gray, kernel.shape)
                scores = (abs(windows - kernel.gray) * kernel.support).sum(axis=(2, 3))
                return Response.sliding(scores, kernel, better="lower")
    """


@_hookspec
def fracorr_scene_sources() -> Iterable[ComponentSpec]:  # type: ignore[empty-body]
    """Offer scene sources: classes with ``scenes(rng) -> Iterable[Scene]``.

    Examples
    --------
    ``fracorr_fog/plugin.py``::

        from fracorr import ComponentSpec, hookimpl

        @hookimpl
        def fracorr_scene_sources():
            yield ComponentSpec("fog", "Nothing but noise, with no target in it", "fracorr_fog.fog:Fog")

    ``fracorr_fog/fog.py``::

        import attrs
        from fracorr import Scene, parameter

        @attrs.frozen
        class Fog:
            size: int = attrs.field(default=256, metadata=parameter("Side of the scene", unit="px"))

            def scenes(self, rng):
                yield Scene(rng.random((self.size, self.size)), name="fog")
    """


@_hookspec
def fracorr_reporters() -> Iterable[ComponentSpec]:  # type: ignore[empty-body]
    r"""Offer reporters: classes with ``begin(run)``, ``record(result)`` and ``end()``.

    Examples
    --------
    ``fracorr_bell/plugin.py``::

        from fracorr import ComponentSpec, hookimpl

        @hookimpl
        def fracorr_reporters():
            yield ComponentSpec("bell", "Ring the terminal's bell when the run is done", "fracorr_bell.bell:Bell")

    ``fracorr_bell/bell.py``::

        import sys
        import attrs

        @attrs.frozen
        class Bell:
            def begin(self, run): ...

            def record(self, result): ...

            def end(self):
                sys.stderr.write("\a")
    """


@_hookspec
def fracorr_engines() -> Iterable[ComponentSpec]:  # type: ignore[empty-body]
    """Offer engines: classes with ``execute(tasks) -> Iterator[TrialResult]``.

    A task is called without arguments and returns the trial's result; what goes wrong with the trial is in the result.
    Tasks can be pickled. An engine whose trials may die with their process yields ``task.lost("crashed", "why")`` for
    those, see :class:`fracorr.execution.Task`; :class:`fracorr.workers.Worker` is a process that may die.

    Examples
    --------
    ``fracorr_apart/plugin.py``::

        from fracorr import ComponentSpec, hookimpl

        @hookimpl
        def fracorr_engines():
            yield ComponentSpec("one-by-one", "Each trial in a process of its own", "fracorr_apart.engine:OneByOne")

    ``fracorr_apart/engine.py``::

        import attrs
        from fracorr import parameter
        from fracorr.isolation import run_isolated

        @attrs.frozen
        class OneByOne:
            time_limit: float = attrs.field(default=60.0, metadata=parameter("What a trial may take", unit="s"))

            def execute(self, tasks):
                for task in tasks:
                    yield run_isolated(task, self.time_limit)
    """


@_hookspec
def fracorr_commands() -> Iterable[ComponentSpec]:  # type: ignore[empty-body]
    """Offer commands: typer applications that appear as ``fracorr NAME …``.

    The target is the application itself; it is imported when somebody calls the command. The names of fracorr's own
    commands are taken.

    Examples
    --------
    ``fracorr_hello/plugin.py``::

        from fracorr import ComponentSpec, hookimpl

        @hookimpl
        def fracorr_commands():
            yield ComponentSpec("hello", "Say hello to a kernel", "fracorr_hello.cli:app")

    ``fracorr_hello/cli.py``::

        import typer

        app = typer.Typer()

        @app.command()
        def wave(name: str) -> None:
            typer.echo(f"Hello, {name}!")
    """
