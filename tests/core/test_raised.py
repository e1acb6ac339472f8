"""Where a plugin's mistake is: the same words from the library, from runs on every engine, and from checks."""

import importlib
import sys

import plugin_folders
import pytest
import skimage.data

import fracorr
from fracorr import ConfigurationError, Experiment, PluginError
from fracorr.plugins import default_registry
from fracorr.raised import described, message
from fracorr.testing import ContractError, check_transform

TRANSFORM = """\
import attrs

from . import inner


@attrs.frozen
class Half:
    how: str = attrs.field(default="zero")

    def apply(self, kernel, rng):
        return getattr(inner, self.how)(kernel)
"""
INNER = """\
import numpy as np
from fracorr import ConfigurationError

def zero(kernel):
    return 1 / 0

def library(kernel):
    return np.linalg.inv(np.zeros((2, 2)))

def core(kernel):
    return kernel.derive(kernel.pixels[0, 0, 0, 0])

def recursion(kernel):
    return deeper(kernel)

def deeper(kernel):
    return recursion(kernel)

def refused(kernel):
    raise ConfigurationError("'wrong' cannot do that; choose another")

def memory(kernel):
    raise MemoryError("none left")
"""
KERNEL = skimage.data.camera()[200:232, 200:232] / 255


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An installed plugin whose transform goes wrong in a file of its own."""
    plugin_folders.install(tmp_path, "wrong")
    (tmp_path / "made_up_wrong" / "transform.py").write_text(TRANSFORM)
    (tmp_path / "made_up_wrong" / "inner").mkdir()
    (tmp_path / "made_up_wrong" / "inner" / "__init__.py").write_text(INNER)
    monkeypatch.syspath_prepend(tmp_path)
    default_registry.cache_clear()
    yield importlib.import_module("made_up_wrong.transform")
    default_registry.cache_clear()
    for name in [each for each in sys.modules if each.partition(".")[0] == "made_up_wrong"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("zero", "ZeroDivisionError: division by zero (made_up_wrong/inner/__init__.py, line 5, in zero)"),
        ("library", "LinAlgError: Singular matrix (made_up_wrong/inner/__init__.py, line 8, in library)"),
        ("core", "(made_up_wrong/inner/__init__.py, line 11, in core)"),
        ("recursion", "(made_up_wrong/transform.py, line 11, in apply)"),
        ("memory", "MemoryError: none left"),
    ],
)
def test_the_place_is_the_innermost_line_of_the_plugin(package, how, said):
    with pytest.raises(PluginError) as caught:
        fracorr.fractalize(KERNEL, f"wrong:how={how}")
    assert str(caught.value).endswith(said)


def test_what_says_itself_what_would_be_right_needs_no_place(package):
    with pytest.raises(ConfigurationError) as caught:
        fracorr.fractalize(KERNEL, "wrong:how=refused")
    assert str(caught.value) == "'wrong' cannot do that; choose another"


@pytest.mark.parametrize("engine", ["serial", "process:workers=2"])
def test_trials_that_fail_alike_say_the_same_on_every_engine(package, engine):
    experiment = Experiment(
        kernels="noise:count=2,size=16",
        transforms="wrong",
        scenes="samples:coins,size=64",
        methods=["tm_ccorr", "tm_sqdiff"],
        engine=engine,
    )
    done = fracorr.run(experiment)
    (failure,) = done.failures
    assert (done.failed, failure.error) == (4, "ZeroDivisionError")
    assert failure.message == "division by zero (made_up_wrong/inner/__init__.py, line 5, in zero)"


def test_the_contract_says_where(package):
    with pytest.raises(ContractError, match=r"division by zero \(made_up_wrong/inner/__init__.py, line 5, in zero\)"):
        check_transform(package.Half)


def test_a_plugin_that_breaks_when_it_is_imported_says_where(tmp_path, monkeypatch):
    plugin_folders.install(tmp_path, "leaves", f"\n\n{plugin_folders.LEAVES}")
    monkeypatch.syspath_prepend(tmp_path)
    (record,) = (each for each in fracorr.plugins.Registry().records if each.name == "leaves")
    assert record.error == "SystemExit: not on this machine (made_up_leaves/plugin.py, line 3, in <module>)"


def test_an_error_without_a_traceback_has_no_place():
    assert message(ValueError("just so")) == "just so"
    assert described(KeyError("x")) == "KeyError: 'x'"
