"""Every built-in component keeps the contract that third parties must keep."""

import numpy as np
import pytest

from fracorr import images
from fracorr.components import Kind
from fracorr.plugins import BUILTIN, default_registry
from fracorr.testing.plugin import module_problems, report_on

RECORDS = [record for record in default_registry().records if record.distribution == BUILTIN]
COMPONENTS = [each for record in RECORDS for each in record.components if each.kind is not Kind.COMMAND]


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
    return made


def examples(component, folder):
    """Return what a component that cannot do without is given."""
    return {
        (Kind.SOURCE, "file"): {"path": folder / "photos" / "one.png"},
        (Kind.SCENES, "file"): {"path": folder / "photos" / "one.png"},
        (Kind.SCENES, "folder"): {"path": folder / "photos"},
        (Kind.SCENES, "pairs"): {"path": folder / "pairs"},
        (Kind.SCENES, "planted"): {"kernel": "ring"},
        (Kind.ENGINE, "process"): {"workers": 2},
        (Kind.ENGINE, "dask"): {"workers": 1},
    }.get((component.kind, component.name), {})


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda each: f"{each.kind.key}-{each.name}")
def test_the_contract_is_kept(component, folder):
    report = report_on(component, examples(component, folder))
    if report.left_out:
        pytest.skip(report.left_out)
    assert len(report.findings) > 5
    assert report.problems == ()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_its_module_is_thin(record):
    assert module_problems(record) == []


def test_nothing_is_skipped_but_what_needs_an_extra_or_weights(folder):
    skipped = {each.name for each in COMPONENTS if report_needs(each, folder)}
    assert skipped <= {"features", "weights"}


def report_needs(component, folder):
    given = examples(component, folder)
    try:
        return any(each.required and each.name not in given for each in component.parameters())
    except ImportError:
        return True
