"""A plugin whose method misbehaves, installed for a test the way other people's plugins are.

It must be found by the processes that an engine starts as well, so it is no registry made by hand.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import re
import signal
import sys
import time
from collections.abc import Iterator, Sequence

import attrs
import numpy as np
from fakes import Dots, Halve, Peak, Spots

from fracorr import ComponentSpec, Experiment, Kernel, Response, hookimpl, parameter, results
from fracorr.plugins import default_registry

__all__ = ["Busy", "Dots", "Fault", "Halve", "Slow", "Spots", "Unique", "installed"]


def _spec(name: str, cls: type) -> ComponentSpec:
    return ComponentSpec(name, f"{cls.__name__} for tests", f"faults:{cls.__name__}")


@hookimpl
def fracorr_kernel_sources():
    yield _spec("dots", Dots)
    yield _spec("unique", Unique)


@hookimpl
def fracorr_scene_sources():
    yield _spec("spots", Spots)


@hookimpl
def fracorr_fractal_transforms():
    yield _spec("halve", Halve)


@hookimpl
def fracorr_correlation_methods():
    yield _spec("fault", Fault)
    yield _spec("slow", Slow)
    yield _spec("busy", Busy)


@attrs.frozen
class Fault:
    """Finds the brightest pixel, except where the scene is called `at`: there it does `what`."""

    any_size = True

    what: str = attrs.field(default="nothing", metadata=parameter("What to do", main=True))
    at: str = attrs.field(default="", metadata=parameter("The name of the scene"))

    def correlate(self, scene, kernel) -> Response:
        if scene.name == self.at:
            FAULTS[self.what]()
        return Peak().correlate(scene, kernel)


@attrs.frozen
class Unique:
    """A kernel that no other process makes like this one."""

    def kernels(self, rng):
        yield Kernel(np.random.default_rng(os.getpid()).random((5, 5)), name="unique")


@attrs.frozen
class Slow:
    """Finds the brightest pixel, after a while."""

    any_size = True

    seconds: float = attrs.field(default=0.1, metadata=parameter("How long", unit="s", main=True))

    def correlate(self, scene, kernel) -> Response:
        time.sleep(self.seconds)
        return Peak().correlate(scene, kernel)


@attrs.frozen
class Busy:
    """Finds the brightest pixel, after so much processor time; what goes before counts as well."""

    any_size = True

    seconds: float = attrs.field(default=0.01, metadata=parameter("How much", unit="s", main=True))

    def correlate(self, scene, kernel) -> Response:
        started = time.thread_time()
        response = Peak().correlate(scene, kernel)
        while time.thread_time() - started < self.seconds:
            pass
        return response


def _raise() -> None:
    raise RuntimeError("it broke")


def _eat() -> None:
    eaten = []
    while True:
        eaten.append(np.empty(4 << 20))  # 32 MB each


def _none_left() -> None:
    raise MemoryError("no more")


def _none_left_the_first_time() -> None:
    if not _raised:
        _raised.append(True)
        raise MemoryError("no more at the moment")


_raised: list[bool] = []


def _spin() -> None:
    while True:
        pass


FAULTS = {
    "raise": _raise,
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "leave": lambda: os._exit(3),
    "hang": lambda: time.sleep(3600),
    "spin": _spin,
    "stop": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "eat": _eat,
    "kill-host": lambda: os.getppid() > 1 and os.kill(os.getppid(), signal.SIGKILL),
    # A regular expression never gives control back to Python.
    "hold": lambda: re.match(r"(a+)+$", "a" * 60 + "b"),
    "none-left": _none_left,
    "once-none-left": _none_left_the_first_time,
    "print": lambda: print("this is no result", flush=True),
}


#: What becomes of a trial that does each of these where a time limit of 5 s and a memory limit are set.
FAILURES = {
    "raise": ("error", "it broke"),
    "kill": ("crashed", "killed by SIGKILL"),
    "leave": ("crashed", "left with exit code 3"),
    "hang": ("timed-out", "stopped after 5 s"),
    "spin": ("timed-out", "stopped after 5 s"),
    "eat": ("out-of-memory", "Unable to allocate"),
    "none-left": ("out-of-memory", "no more"),
}


def check_failures(engine: str, whats: Sequence[str]) -> None:
    """Run an experiment in which each of these goes wrong in one scene, and see that it costs nothing else."""
    methods = [f"fault:{what},at=spot-{number}" for number, what in enumerate(whats)]
    experiment = Experiment(
        kernels="dots", scenes=f"spots:n={len(whats) + 1}", methods=["fault", *methods], engine=engine
    )
    found = list(results(experiment))
    assert len(found) == len({each.trial.number for each in found}) == 2 * (len(whats) + 1) ** 2
    assert sum(result.failure is not None for result in found) == 2 * len(whats)
    for result in found:
        trial, failure = result.trial, result.failure
        expected = next((each for each in whats if trial.method.spec == f"fault:{each},at={trial.scene.name}"), None)
        if expected is None:
            assert failure is None
            assert result.metrics.hit is True
        else:
            kind, message = FAILURES[expected]
            assert failure is not None
            assert (failure.kind, message in failure.message) == (kind, True), failure
            assert trial.method.spec in failure.step
            assert failure.origin == "plugin 'faults' of fracorr-faults 1.0"


def numbers(experiment: Experiment) -> dict[int, tuple[object, ...]]:
    """Return everything that is not a time of an experiment's results, by trial."""
    found = list(results(experiment))
    assert len({each.trial.identity for each in found}) == len(found)
    return {each.trial.number: (each.matches, each.metrics, each.failure) for each in found}


@contextlib.contextmanager
def installed(folder: pathlib.Path) -> Iterator[dict[str, str]]:
    """Install the plugin for this process and those that it starts; yield the environment for further ones."""
    information = folder / "fracorr_faults-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: fracorr-faults\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[fracorr.plugins]\nfaults = faults\n")
    paths = [str(folder), str(pathlib.Path(__file__).parent)]
    sys.path[:0] = paths
    default_registry.cache_clear()
    before = os.environ.get("PYTHONPATH", "")
    try:
        yield {**os.environ, "PYTHONPATH": os.pathsep.join([*paths, before])}
    finally:
        for path in paths:
            sys.path.remove(path)
        default_registry.cache_clear()


def children(pid: int) -> set[int]:
    """Return the process ids of all descendants that are alive (zombies are not)."""
    parents = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(stat.parent.name)] = int(parent)
    found = {pid}
    while more := {each for each, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def alive(pids: set[int]) -> set[int]:
    """Return those that still run; the orphans among them have another parent by now."""
    living = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            if pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                living.add(pid)
    return living


def wait_until(condition, seconds: float = 60.0) -> bool:
    """Poll until a condition holds, and say whether it came to that in time."""
    deadline = time.monotonic() + seconds
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(holds)
