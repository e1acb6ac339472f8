"""Every built-in component keeps the contract that third parties must keep."""

import importlib.util
import sys

import numpy as np
import pytest

from fracorr import images
from fracorr.components import Kind
from fracorr.plugins import BUILTIN, default_registry
from fracorr.testing.plugin import module_problems, report_on

RECORDS = [record for record in default_registry().records if record.distribution == BUILTIN]
COMPONENTS = [each for record in RECORDS for each in record.components]


NETWORK = """
import torch


def make():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Conv2d(3, 2, 3), torch.nn.ReLU())
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A picture, a table of boxes, and a benchmark pair: for components that need files."""
    made = tmp_path_factory.mktemp("files")
    rng = np.random.default_rng(0)
    (made / "photos").mkdir()
    images.write(made / "photos" / "one.png", rng.random((60, 80, 3)))
    (made / "photos" / "boxes.csv").write_text("file,left,top,width,height,label\none.png,10,12,30,20,thing\n")
    (made / "pairs").mkdir()
    for frame in (1, 2):
        images.write(made / "pairs" / f"pair0001_frm{frame}_a.png", rng.random((60, 80, 3)))
        (made / "pairs" / f"pair0001_frm1_{frame}.txt").write_text("10,12,30,20\n")
    if importlib.util.find_spec("safetensors"):
        import safetensors.numpy

        safetensors.numpy.save_file({"filters": rng.random((4, 3, 5, 5))}, made / "filters.safetensors")
    (made / "network_for_the_contract.py").write_text(NETWORK)
    sys.path.insert(0, str(made))
    yield made
    sys.path.remove(str(made))


def examples(component, folder):
    """Return what a component that cannot do without is given."""
    return {
        (Kind.SOURCE, "features"): {"model": "network_for_the_contract:make", "size": 16, "steps": 2},
        (Kind.SOURCE, "weights"): {"path": folder / "filters.safetensors"},
        (Kind.SOURCE, "file"): {"path": folder / "photos" / "one.png"},
        (Kind.SCENES, "file"): {"path": folder / "photos" / "one.png"},
        (Kind.SCENES, "folder"): {"path": folder / "photos"},
        (Kind.SCENES, "pairs"): {"path": folder / "pairs"},
        (Kind.SCENES, "planted"): {"kernel": "ring"},
        (Kind.ENGINE, "process"): {"workers": 2},
        (Kind.ENGINE, "dask"): {"workers": 1},
    }.get((component.kind, component.name), {})


def case(component):
    # PyTorch's first steps take minutes on a machine that is busy.
    renders = (component.kind, component.name) == (Kind.SOURCE, "features")
    name = f"{component.kind.key}-{component.name}"
    return pytest.param(component, id=name, marks=[pytest.mark.slow, pytest.mark.torch] if renders else [])


@pytest.mark.parametrize("component", [case(each) for each in COMPONENTS])
def test_the_contract_is_kept(component, folder):
    if component.name == "weights":
        pytest.importorskip("safetensors", reason="the extra [torch] writes the file")
    report = report_on(component, examples(component, folder))
    if report.left_out:
        pytest.skip(report.left_out)
    assert len(report.findings) > 3
    assert report.problems == ()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_its_module_is_thin(record):
    assert module_problems(record) == []


def test_every_component_that_needs_parameters_is_given_some(folder):
    for component in COMPONENTS:
        given = examples(component, folder)
        parameters = () if component.kind is Kind.COMMAND else component.parameters()
        assert not [each.name for each in parameters if each.required and each.name not in given], component.name
