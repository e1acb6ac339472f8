"""The contract of plugins: each point is broken once on purpose, and must be found out with advice."""

import pathlib
import sys

import attrs
import numpy as np
import pytest
import typer

from fracorr import ComponentSpec, ConfigurationError, Kernel, Response, Scene, Target, hookimpl, parameter
from fracorr.components import Component, Kind
from fracorr.testing import (
    ContractError,
    check_command,
    check_engine,
    check_method,
    check_plugin,
    check_reporter,
    check_scenes,
    check_source,
    check_transform,
)
from fracorr.testing.plugin import heavy_imports, report_on

STATE = {"calls": 0}


@attrs.frozen
class Mirror:
    def apply(self, kernel, rng):
        return kernel.derive(kernel.pixels[:, ::-1], kernel.support[:, ::-1])


@attrs.frozen
class Unexplained(Mirror):
    strength: float = 1.0


@attrs.frozen
class Writes(Mirror):
    def apply(self, kernel, rng):
        kernel.pixels[0, 0] = 1
        return kernel


@attrs.frozen
class WritesByForce(Mirror):
    def apply(self, kernel, rng):
        pixels = kernel.pixels
        pixels.flags.writeable = True
        pixels[:] = 0.25
        pixels.flags.writeable = False
        return kernel


@attrs.frozen
class Counts(Mirror):
    def apply(self, kernel, rng):
        STATE["calls"] += 1
        return kernel.derive(np.full(kernel.shape, 1 / STATE["calls"]))


@attrs.frozen
class GlobalDice(Mirror):
    def apply(self, kernel, rng):
        return kernel.derive(np.random.random(kernel.shape))  # noqa: NPY002


@attrs.frozen
class Loud(Mirror):
    def apply(self, kernel, rng):
        return kernel.derive(kernel.pixels * 255)


@attrs.frozen
class Array(Mirror):
    def apply(self, kernel, rng):
        return kernel.pixels


@attrs.frozen
class DividesByZero(Mirror):
    def apply(self, kernel, rng):
        if kernel.pixels.std() == 0:
            raise ZeroDivisionError("flat")
        return kernel


@attrs.frozen
class RefusesClearly(Mirror):
    def apply(self, kernel, rng):
        if kernel.pixels.std() == 0:
            raise ConfigurationError("refuses: the kernel is flat; give it some structure")
        return kernel


@attrs.frozen
class Unpicklable(Mirror):
    action: object = attrs.field(factory=lambda: lambda: None, init=False)


@attrs.frozen
class Forgetful(Mirror):
    side: int = attrs.field(default=3, converter=lambda side: side + 1, metadata=parameter("Side"))


@attrs.frozen
class OddlyTyped(Mirror):
    strength: np.ndarray = attrs.field(default=0.5, metadata=parameter("Strength"))


def test_a_good_transform_passes_as_class_and_as_instance():
    check_transform(Mirror)
    check_transform(Mirror())
    check_transform(RefusesClearly)


@pytest.mark.parametrize(
    ("broken", "expected", "advice"),
    [
        (Unexplained, "a help text for the parameter 'strength'", "metadata=parameter"),
        (Writes, "leave the kernel alone", "work on a copy"),
        (WritesByForce, "the kernel as it was", "work on a copy"),
        (Counts, "the same result twice", "keep nothing between calls"),
        (GlobalDice, "the same result twice", "draw only from the rng"),
        (Loud, "pixels in [0, 1]", "scale or clip"),
        (Array, "a Kernel from apply()", "kernel.derive"),
        (DividesByZero, "a kernel that is flat to work, or a FracorrError", "raise fracorr.ConfigurationError"),
        (Unpicklable, "can be pickled", "define its class at the top"),
        (Forgetful, "side=", "convert nothing behind its back"),
        (OddlyTyped, "came strength='0.5'", "annotate the field with a type that spec strings can hold"),
    ],
)
def test_a_broken_transform_is_found_out(broken, expected, advice):
    with pytest.raises(ContractError) as caught:
        check_transform(broken)
    assert expected in str(caught.value)
    assert advice in str(caught.value)
    assert broken.__name__ in str(caught.value)


@attrs.frozen
class Differences:
    """A right method, with room for mistakes."""

    def correlate(self, scene, kernel):
        if kernel.height > scene.height or kernel.width > scene.width:
            raise ConfigurationError("the kernel does not fit into the scene; make it smaller")
        windows = np.lib.stride_tricks.sliding_window_view(scene.gray, kernel.shape)[::1, ::1]
        total = np.zeros(windows.shape[:2])
        for row, column in ((r, c) for r in range(0, kernel.height, 7) for c in range(0, kernel.width, 7)):
            total += np.abs(windows[..., row, column] - kernel.gray[row, column])
        return Response.sliding(total, kernel, better="lower")


@attrs.frozen
class WrongSense(Differences):
    def correlate(self, scene, kernel):
        return Response.sliding(super().correlate(scene, kernel).scores, kernel)


@attrs.frozen
class WrongOrigin(Differences):
    def correlate(self, scene, kernel):
        scores = super().correlate(scene, kernel).scores
        return Response(scores, "lower", (0, 0), (kernel.width, kernel.height))


@attrs.frozen
class NotFinite(Differences):
    def correlate(self, scene, kernel):
        scores = super().correlate(scene, kernel).scores
        with np.errstate(all="ignore"):
            return Response.sliding(scores / kernel.gray.std(), kernel, better="lower")


@attrs.frozen
class Overconfident(Differences):
    any_size = True


@attrs.frozen
class CarelessMemo(Differences):
    def correlate(self, scene, kernel):
        scores = scene.memo.get("careless", lambda: super(CarelessMemo, self).correlate(scene, kernel).scores)
        return Response.sliding(scores, kernel, better="lower")


@attrs.frozen
class Scores(Differences):
    def correlate(self, scene, kernel):
        return super().correlate(scene, kernel).scores


def test_a_good_method_passes():
    check_method(Differences)


@pytest.mark.parametrize(
    ("broken", "expected", "advice"),
    [
        (WrongSense, "the best match at (139.5, 87.5)", "better='lower'"),
        (WrongOrigin, "the best match at (139.5, 87.5)", "origin=kernel.centre"),
        (NotFinite, "finite scores", "scores worst"),
        (Overconfident, "because the class says any_size = True", "remove any_size"),
        (CarelessMemo, "whatever the scene was used for before", "into its key"),
        (Scores, "a Response from correlate()", "Response.sliding"),
    ],
)
def test_a_broken_method_is_found_out(broken, expected, advice):
    with pytest.raises(ContractError) as caught:
        check_method(broken)
    assert expected in str(caught.value)
    assert advice in str(caught.value)


@attrs.frozen
class Dots:
    names: tuple[str, ...] = attrs.field(default=("one", "two"), metadata=parameter("Names"))
    steady: bool = attrs.field(default=True, metadata=parameter("Whether the same come every time"))

    def kernels(self, rng):
        for name in self.names:
            yield Kernel((rng if self.steady else np.random.default_rng()).random((8, 8)), name=name)

    def scenes(self, rng):
        for kernel in self.kernels(rng):
            yield Scene(kernel.pixels, name=kernel.name)


@attrs.frozen
class Mixed(Dots):
    def kernels(self, rng):
        return [np.ones((3, 3))]

    def scenes(self, rng):
        return ["scene"]


@pytest.mark.parametrize("check", [check_source, check_scenes])
def test_sources_pass_or_are_found_out(check):
    check(Dots)
    for parameters, expected in (
        ({"names": ()}, "at least one of the"),
        ({"names": ("same", "same")}, "distinct names"),
        ({"steady": False}, "the same twice for the same seed"),
    ):
        with pytest.raises(ContractError, match=expected):
            check(Dots, **parameters)
    with pytest.raises(ContractError, match="nothing but"):
        check(Mixed)


@attrs.frozen
class Elsewhere:
    x: float = attrs.field(default=70.0, metadata=parameter("Where the target is"))

    def scenes(self, rng):
        yield Scene(np.zeros((60, 80)), [Target(self.x, 10, 8, 8)], name="one")


def test_targets_outside_their_scenes_are_found_out():
    check_scenes(Elsewhere)
    with pytest.raises(ContractError, match=r"came x=80, y=10 in 'one'\. To mend it: .*Target\.from_box"):
        check_scenes(Elsewhere, x=80.0)


def hello(name: str, times: int = 1):
    """Say hello."""


def bye(name: str):
    pass


def application(*functions):
    made = typer.Typer()
    for function in functions:
        made.command()(function)
    return made


def test_commands_pass_or_are_found_out():
    check_command(application(hello))
    with pytest.raises(ContractError, match=r"a help text for 'bye'; came none"):
        check_command(application(hello, bye))
    with pytest.raises(ContractError, match="expected a typer.Typer; came function"):
        check_command(hello)
    with pytest.raises(ContractError, match="with at least one command"):
        check_command(typer.Typer())


def test_a_command_with_a_name_of_fracorrs_own_is_found_out():
    for name, problems in (("wave", []), ("run", ["its name is free"])):
        spec = ComponentSpec(name, "Say hello", "hello_command:app")
        report = report_on(Component(spec, Kind.COMMAND, "hello", "fracorr-hello", "1.0"), {})
        assert [each.point for each in report.problems] == problems


@attrs.define(eq=False)
class Notes:
    where: str = attrs.field(default="folder", metadata=parameter("Where the notes go"))
    _run: object = attrs.field(default=None, init=False)
    _lines: list = attrs.field(factory=list, init=False)

    def begin(self, run):
        self._run, self._lines = run, []

    def record(self, result):
        self._lines.append(result.trial.kernel.name)
        if self.where == "name":
            (self._run.need_directory() / result.trial.kernel.name).write_text("x")

    def end(self):
        if self.where == "stdout":
            sys.stdout.write("done\n")
        if self.where == "nowhere":
            self._lines[0]
        place = pathlib.Path() if self.where == "here" else self._run.need_directory()
        (place / "notes.txt").write_text("\n".join(self._lines), encoding="utf-8")


def test_reporters_pass_or_are_found_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # one of them writes wherever it is
    check_reporter(Notes)
    for where, expected in (
        ("stdout", "nothing on sys.stdout"),
        ("here", "files in run.need_directory"),
        ("nowhere", "a run without any result to work"),
        ("name", "to work, or a FracorrError"),
    ):
        with pytest.raises(ContractError, match=expected):
            check_reporter(Notes, where=where)


@attrs.frozen
class Honest:
    def execute(self, tasks):
        for task in tasks:
            yield task()


@attrs.frozen
class Greedy(Honest):
    def execute(self, tasks):
        yield from [task() for task in tasks]


@attrs.frozen
class Loses(Honest):
    def execute(self, tasks):
        for number, task in enumerate(tasks):
            if number != 3:
                yield task()


@attrs.frozen
class Invents(Honest):
    def execute(self, tasks):
        for result in super().execute(tasks):
            yield attrs.evolve(result, matches=())


@attrs.frozen
class Mute(Honest):
    def execute(self, tasks):
        yield from ()


def test_engines_pass_or_are_found_out():
    check_engine(Honest)
    with pytest.raises(ContractError, match="one result for each of 16 tasks"):
        check_engine(Loses)
    with pytest.raises(ContractError, match="the results of this process"):
        check_engine(Invents)
    with pytest.raises(ContractError, match="expected a result for each task; came no result at all") as caught:
        check_engine(Mute)
    assert "StopIteration" not in str(caught.value)


@pytest.mark.slow
def test_an_engine_that_reads_everything_first_is_found_out():
    with pytest.raises(ContractError, match="a result before all tasks have been read"):
        check_engine(Greedy)


def write_plugin(folder, name, text):
    (folder / f"{name}.py").write_text(text, encoding="utf-8")


PLUGIN = """
{imports}
from fracorr import ComponentSpec, hookimpl


@hookimpl
def {hook}():
    {offer} ComponentSpec("mirror-under-test", "Left and right exchanged", "{target}")
"""


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ""),
        ({"imports": "import numpy"}, "imports numpy"),
        ({"target": "nowhere.at.all:Mirror"}, "cannot be loaded"),
        ({"hook": "fracorr_fractal_transform"}, "unknown hook"),
        ({"offer": "yield from () and"}, "at least one component"),
    ],
)
def test_a_plugin_is_checked_with_its_module(tmp_path, monkeypatch, changes, expected):
    name = "_".join(["plugin", *changes])
    text = PLUGIN.format(
        **{
            "offer": "yield",
            "imports": "",
            "hook": "fracorr_fractal_transforms",
            "target": f"{name}_mirror:Mirror",
            **changes,
        }
    )
    write_plugin(tmp_path, name, text)
    write_plugin(
        tmp_path,
        f"{name}_mirror",
        "import attrs\n\n\n@attrs.frozen\nclass Mirror:\n    def apply(self, kernel, rng):\n        return kernel\n",
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    module = __import__(name)
    if not expected:
        check_plugin(module)
        return
    with pytest.raises(ContractError, match=expected):
        check_plugin(module)


class Offers:
    @hookimpl
    def fracorr_fractal_transforms(self):
        yield ComponentSpec("loud", "Too loud", f"{__name__}:Loud")


def test_a_registry_with_a_plugin_in_memory(fracorr_registry):
    registry = fracorr_registry(Offers())
    assert [each.name for each in registry.records[-1].components] == ["loud"]


def test_the_fixtures_cost_the_tests_of_others_nothing():
    assert heavy_imports("fracorr.testing.fixtures") == []


def test_the_fixtures_give_what_they_say(fracorr_awkward_kernels, fracorr_awkward_scenes, fracorr_small_run):
    assert {kernel.shape for kernel in fracorr_awkward_kernels.values()} >= {(1, 1), (1, 21), (48, 48)}
    assert all(np.isfinite(scene.pixels).all() for scene in fracorr_awkward_scenes.values())
    run, results = fracorr_small_run
    assert len(results) == len(run.plan) == 16
    outcomes = {(result.failure is None, result.metrics.hit) for result in results}
    assert outcomes >= {(True, True), (True, None), (False, None)}
