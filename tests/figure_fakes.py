"""Components for testing figures: awkward names, and a scene in which every place can be measured."""

from __future__ import annotations

import html
import pathlib
import xml.etree.ElementTree as ET

import attrs
import numpy as np
from fakes import entry_point, fake_registry

from fracorr import ComponentSpec, Kernel, Response, Scene, Target, parameter
from fracorr.plugins import Registry

AWKWARD_NAMES = (
    "plain",
    "Plain",
    "../../escape/x",
    "quotes \"and\" 'such'",
    "$\\frac{1}{2}$",
    "<script>alert('x')</script>",
    "\N{RIGHT-TO-LEFT OVERRIDE}turned\N{POP DIRECTIONAL FORMATTING} שלום",
    "日本の顔",
    "line\nbreak\tand\x07bell",
    "\udcff",
    "long " * 60,
    "long " * 60 + "too",
)

#: Where the brightest pixel of a measurable scene is: x, y.
SPOT = (96, 40)
#: The sides of a block of green in each corner of it, in pixels.
BLOCK = 12


@attrs.frozen
class AwkwardKernels:
    """Kernels whose names are no file names."""

    prefix: str = ""

    def kernels(self, rng):
        for name in AWKWARD_NAMES:
            yield Kernel(rng.random((5, 7)), name=self.prefix + name)


@attrs.frozen
class AwkwardScenes:
    """Scenes whose names are no file names, some without a target."""

    n: int = len(AWKWARD_NAMES)

    def scenes(self, rng):
        for number, name in enumerate(AWKWARD_NAMES[: self.n]):
            yield Scene(rng.random((20, 30, 3)), [Target(9, 9, 6, 6)] if number % 2 else [], name=name)


@attrs.frozen
class Measurable:
    """A gray scene with green corners, one white pixel, and a target at another place."""

    def scenes(self, rng):
        pixels = np.full((120, 160, 3), 0.3)
        for rows in (slice(None, BLOCK), slice(-BLOCK, None)):
            for columns in (slice(None, BLOCK), slice(-BLOCK, None)):
                pixels[rows, columns] = (0, 1, 0)
        pixels[SPOT[1], SPOT[0]] = 1
        yield Scene(pixels, [Target(50, 80, 30, 20)], name="measurable")


@attrs.frozen
class Flat:
    """Kernels of any size without anything in them."""

    width: int = 31
    height: int = 21

    def kernels(self, rng):
        yield Kernel(np.full((self.height, self.width), 0.5), name="flat")


@attrs.frozen
class Beyond:
    """A method whose response reaches beyond the scene on all sides, and which answers with turned poses."""

    angle: float = attrs.field(default=30.0, metadata=parameter("How far the pose is turned", unit="degrees"))

    any_size = True

    def correlate(self, scene, kernel):
        scores = np.random.default_rng(5).random((scene.height + 40, scene.width + 40))
        response = Response(scores, "lower", (-20, -20), (kernel.width, kernel.height))
        best = attrs.evolve(response.best(), x=scene.width - 3.0, y=4.0, angle=self.angle)
        return Response(scores, "lower", (-20, -20), (kernel.width, kernel.height), poses=[best])


@attrs.define
class Flaky:
    """A method that works once for each scene and kernel, and not when its response is to be drawn."""

    any_size = True
    seen: set[tuple[str, str]] = attrs.field(factory=set, init=False, eq=False)

    def correlate(self, scene, kernel):
        if (scene.digest, kernel.digest) in self.seen:
            raise RuntimeError("once is enough")
        self.seen.add((scene.digest, kernel.digest))
        return Response(np.eye(5), "higher", (5, 5), (kernel.width, kernel.height))


@attrs.frozen
class Shuffled:
    """An engine that gives the results in another order than the plan's."""

    seed: int = 1

    def execute(self, tasks):
        tasks = list(tasks)
        for place in np.random.default_rng(self.seed).permutation(len(tasks)):
            yield tasks[place]()


@attrs.frozen
class Broken:
    """An engine that is interrupted in the middle."""

    after: int = 3

    def execute(self, tasks):
        for number, task in enumerate(tasks):
            if number == self.after:
                raise KeyboardInterrupt
            yield task()


def _spec(name: str, cls: type) -> ComponentSpec:
    return ComponentSpec(name, f"{cls.__name__} for tests", f"figure_fakes:{cls.__name__}")


def figure_registry() -> Registry:
    """Make a registry of everything installed, the fakes, and what is in this file."""
    more = entry_point(
        "figure-fakes",
        fracorr_kernel_sources=lambda: [_spec("awkward", AwkwardKernels), _spec("flat", Flat)],
        fracorr_scene_sources=lambda: [_spec("awkward", AwkwardScenes), _spec("measurable", Measurable)],
        fracorr_correlation_methods=lambda: [_spec("beyond", Beyond), _spec("flaky", Flaky)],
        fracorr_engines=lambda: [_spec("shuffled", Shuffled), _spec("broken", Broken)],
    )
    return fake_registry(more, installed=True)


def texts_in(path: pathlib.Path) -> list[str]:
    """Return the texts of an SVG: matplotlib draws them as outlines and leaves them beside in comments."""
    parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))
    return [html.unescape(each.text.strip()) for each in ET.parse(path, parser).iter() if each.tag is ET.Comment]
