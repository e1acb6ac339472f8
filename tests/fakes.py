"""Plugins made up for tests: entry points that need no installed package."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, ClassVar

import attrs
import numpy as np

from fracorr import ComponentSpec, Kernel, Response, Scene, Target, hookimpl, parameter
from fracorr.plugins import Registry, installed_entry_points


@attrs.frozen
class FakeDistribution:
    name: str = "fake-distribution"
    version: str = "1.2"

    def read_text(self, filename: str) -> None:
        """Have no metadata file, as what is not installed from a wheel."""


@attrs.frozen
class FakeEntryPoint:
    name: str
    loader: Callable[[], object]
    dist: Any = FakeDistribution()
    value: str = "fake.plugin"

    def load(self) -> object:
        return self.loader()


def plugin(**hooks: Any) -> types.ModuleType:
    """Make a plugin module whose hooks are the given functions."""
    module = types.ModuleType("fake_plugin")
    for name, function in hooks.items():
        setattr(module, name, hookimpl(function))
    return module


def entry_point(name: str, distribution: str = "fake-distribution", **hooks: Any) -> FakeEntryPoint:
    return FakeEntryPoint(name, lambda: plugin(**hooks), FakeDistribution(distribution))


def offering(name: str, *specs: ComponentSpec, hook: str, distribution: str = "fake-distribution") -> FakeEntryPoint:
    return entry_point(name, distribution, **{hook: lambda: list(specs)})


@attrs.frozen
class Halve:
    """A transform that works."""

    factor: float = attrs.field(default=0.5, metadata=parameter("What to multiply with"))

    def apply(self, kernel, rng):
        return kernel.derive(kernel.pixels * self.factor)


@attrs.frozen
class Raises:
    """A component of any kind that fails whenever it is used."""

    def apply(self, kernel, rng):
        raise RuntimeError("the <b>transform</b> broke")

    def correlate(self, scene, kernel):
        raise RuntimeError("the method broke")

    def kernels(self, rng):
        raise RuntimeError("the source broke")

    def scenes(self, rng):
        raise RuntimeError("the scenes broke")

    def begin(self, run):
        raise RuntimeError("the reporter broke")

    record = end = begin


@attrs.frozen
class Leaves:
    """A transform that ends the program."""

    def apply(self, kernel, rng):
        raise SystemExit(5)


@attrs.frozen
class Counting:
    """A transform that fails, and counts how often it is asked."""

    applied: ClassVar[int] = 0

    def apply(self, kernel, rng):
        Counting.applied += 1
        raise RuntimeError("it broke again")


@attrs.frozen
class LosingEngine:
    """An engine that gives one result and says nothing of the others."""

    def execute(self, tasks):
        yield next(iter(tasks))()


@attrs.frozen
class BreakingEngine:
    """An engine that breaks when it has done one trial."""

    def execute(self, tasks):
        yield next(iter(tasks))()
        raise RuntimeError("no more")


@attrs.frozen
class Wrong:
    """A component whose methods return something else than they should."""

    def apply(self, kernel, rng):
        return kernel.pixels

    def correlate(self, scene, kernel):
        return scene.pixels

    def kernels(self, rng):
        yield np.ones((3, 3))


@attrs.frozen
class Peak:
    """A method that finds the brightest pixel."""

    any_size = True

    def correlate(self, scene, kernel):
        return Response(scene.gray, "higher", (0, 0), (kernel.width, kernel.height))


@attrs.frozen
class Spots:
    """Scenes with one bright pixel each, which is the target."""

    n: int = 2

    def scenes(self, rng):
        for number in range(self.n):
            pixels = rng.random((30, 40)) * 0.5
            x, y = 5 + 3 * number, 10
            pixels[y, x] = 1.0
            own = Kernel(pixels[y - 2 : y + 3, x - 2 : x + 3], name="spot")
            yield Scene(pixels, [Target(x, y, 3, 3)], own, name=f"spot-{number}")


@attrs.frozen
class Dots:
    """Kernels drawn at random."""

    n: int = 2
    size: int = 5

    def kernels(self, rng):
        for number in range(self.n):
            yield Kernel(rng.random((self.size, self.size)), name=f"dot-{number}")


@attrs.define
class Recorder:
    """A reporter that keeps what it was told, for the test to look at."""

    seen: list[Any] = attrs.field(factory=list, init=False)
    last: Any = None

    def begin(self, run):
        self.seen.append("begin")

    def record(self, result):
        self.seen.append(result)

    def end(self):
        self.seen.append("end")


def spec(name: str, cls: type, api: int = 1) -> ComponentSpec:
    return ComponentSpec(name, f"{cls.__name__} for tests", f"fakes:{cls.__name__}", api)


def fake_registry(*more: FakeEntryPoint, installed: bool = False) -> Registry:
    """Make a registry of working fakes, and of `more`."""
    own = entry_point(
        "fakes",
        fracorr_fractal_transforms=lambda: [spec("halve", Halve), spec("raises", Raises), spec("wrong", Wrong)],
        fracorr_correlation_methods=lambda: [spec("peak", Peak), spec("raises", Raises), spec("wrong", Wrong)],
        fracorr_kernel_sources=lambda: [spec("dots", Dots), spec("raises", Raises), spec("wrong", Wrong)],
        fracorr_scene_sources=lambda: [spec("spots", Spots), spec("raises", Raises)],
        fracorr_reporters=lambda: [spec("recorder", Recorder), spec("raises", Raises)],
    )
    builtin = [each for each in installed_entry_points() if installed or each.name == "local"]
    return Registry([*builtin, own, *more])
