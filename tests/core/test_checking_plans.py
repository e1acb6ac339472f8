"""Reporters and engines that know beforehand that they cannot do a plan."""

import io

import attrs
import pytest
from fakes import entry_point, fake_registry

from fracorr import ComponentSpec, ConfigurationError, Experiment, PluginError, run


@attrs.frozen
class Choosy:
    """A reporter, and an engine, for plans of one trial only."""

    broken: bool = False

    def check_plan(self, plan):
        if self.broken:
            raise RuntimeError("it looks odd")
        if len(plan) > 1:
            raise ConfigurationError(f"{len(plan)} trials are too many")

    def begin(self, run):
        run.output.write("begun")

    def record(self, result):
        pass

    def end(self):
        pass

    def execute(self, tasks):
        for task in tasks:
            yield task()


def carried_out(out, **changes):
    spec = ComponentSpec("choosy", "Refuses", f"{__name__}:Choosy")
    registry = fake_registry(entry_point("choosy", fracorr_reporters=lambda: [spec], fracorr_engines=lambda: [spec]))
    values = {"kernels": "dots:n=1", "scenes": "spots:n=2", "methods": "peak", "engine": "serial", "reporters": ()}
    return run(Experiment(**{**values, **changes}), out=out, output=io.StringIO(), registry=registry)


@pytest.mark.parametrize(("key", "place"), [("reporters", "reporters"), ("engine", "engine")])
def test_a_plan_is_refused_before_anything_is_written(tmp_path, key, place):
    with pytest.raises(ConfigurationError, match=f"^{place}: 2 trials are too many$"):
        carried_out(tmp_path / "run", **{key: "choosy"})
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(("key", "kind"), [("reporters", "reporter"), ("engine", "engine")])
def test_a_check_that_breaks_is_the_plugins_fault(tmp_path, key, kind):
    with pytest.raises(PluginError, match=rf"{kind} 'choosy:broken=true' \(.*failed: RuntimeError: it looks odd"):
        carried_out(tmp_path / "run", **{key: "choosy:broken=true"})
    assert not (tmp_path / "run").exists()


def test_what_is_not_refused_is_done(tmp_path):
    done = carried_out(tmp_path / "run", scenes="spots:n=1", reporters="choosy", engine="choosy")
    assert (done.done, done.output.getvalue()) == (1, "begun")
