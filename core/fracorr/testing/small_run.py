"""A small run whose results reporters and engines are tried with: some that hit, some that miss, some that fail."""

from __future__ import annotations

import importlib.metadata
import io
import pathlib
from collections.abc import Iterable

import attrs
import numpy as np

from fracorr.components import ComponentSpec
from fracorr.execution import Task
from fracorr.experiment import Experiment
from fracorr.hookspecs import hookimpl
from fracorr.kernel import Kernel
from fracorr.parameters import parameter
from fracorr.plan import Plan, make_plan
from fracorr.plugins import BUILTIN, Registry, installed_entry_points
from fracorr.response import Response
from fracorr.running import Run
from fracorr.scene import Scene
from fracorr.testing import examples
from fracorr.trial import TrialResult


@attrs.frozen
class TrialKernels:
    """Kernels for trying reporters: one that stands in the scene, one with an awkward name."""

    def kernels(self, rng: np.random.Generator) -> Iterable[Kernel]:
        _, kernel = examples.planted()
        yield kernel
        yield Kernel(kernel.pixels[:32, :40], name="<b>other</b> & “awkward” \N{RIGHT-TO-LEFT MARK}")


@attrs.frozen
class TrialScenes:
    """One scene with a target, and one without."""

    def scenes(self, rng: np.random.Generator) -> Iterable[Scene]:
        scene, _ = examples.planted()
        yield scene
        yield Scene(scene.pixels[:, ::-1], name="no-target")


@attrs.frozen
class TrialMethod:
    """Differences of means: quick, and right where the kernel stands alone in its brightness."""

    power: float = attrs.field(default=1.0, metadata=parameter("What differences are raised to"))

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        sums = np.pad(scene.gray.astype(np.float64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
        h, w = kernel.shape
        means = (sums[h:, w:] - sums[:-h, w:] - sums[h:, :-w] + sums[:-h, :-w]) / (h * w)
        scores = np.abs(means - kernel.gray.mean()) ** self.power
        return Response.sliding(scores, kernel, better="lower")


@attrs.frozen
class FailingMethod:
    """Fails in every trial, with a message that is markup in the wrong place."""

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        raise RuntimeError('it is <i>meant</i> to "fail" & to say so')


class _Plugin:
    """What a plugin's module is to the loader: an object with hooks."""

    @hookimpl
    def fracorr_kernel_sources(self) -> Iterable[ComponentSpec]:
        yield _spec("trial-kernels", TrialKernels)

    @hookimpl
    def fracorr_scene_sources(self) -> Iterable[ComponentSpec]:
        yield _spec("trial-scenes", TrialScenes)

    @hookimpl
    def fracorr_correlation_methods(self) -> Iterable[ComponentSpec]:
        yield _spec("trial-method", TrialMethod)
        yield _spec("failing-method", FailingMethod)


def _spec(name: str, target: type) -> ComponentSpec:
    return ComponentSpec(name, (target.__doc__ or "").partition("\n")[0], f"{target.__module__}:{target.__name__}")


@attrs.frozen
class ObjectEntryPoint:
    """An entry point whose plugin is an object or a module that is there already."""

    name: str
    plugin: object
    value: str = "in memory"
    dist: importlib.metadata.Distribution | None = None

    def load(self) -> object:
        """Return the plugin."""
        return self.plugin


def registry_with(*plugins: object) -> Registry:
    """Return a registry of what comes with fracorr and of these plugins: modules, or objects with hooks."""
    builtin = [each for each in installed_entry_points() if each.dist is not None and each.dist.name == BUILTIN]
    more = [ObjectEntryPoint(f"plugin-{number}", plugin) for number, plugin in enumerate(plugins, 1)]
    return Registry([*builtin, *more])


def small_plan() -> Plan:
    """Return a plan of 16 trials: two kernels, plain and as fractals, on two scenes, by two methods of which one
    fails.
    """
    experiment = Experiment(
        kernels="trial-kernels",
        transforms=["none", "orbit-trap"],
        scenes="trial-scenes",
        methods=["trial-method", "failing-method"],
        engine="serial",
    )
    return make_plan(experiment, registry_with(_Plugin()))


def small_run(directory: pathlib.Path | None = None) -> tuple[Run, list[TrialResult]]:
    """Return a run of :func:`small_plan` that nobody has been told of yet, and the results to tell of."""
    plan = small_plan()
    results = [Task(trial, plan.materials)() for trial in plan.trials()]
    return Run(plan, directory, io.StringIO()), results
