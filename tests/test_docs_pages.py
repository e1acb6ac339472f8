"""The how-to pages are held true: their commands run one after the other, their messages are real."""

import pathlib
import re
import shlex
import sys
import tomllib
import types

import pytest
import skimage.data
from command_line import command_line

from fracorr import images
from fracorr.components import Kind
from fracorr.plugins import BUILTIN, default_registry
from fracorr.testing import ContractError, check_transform

DOCS = pathlib.Path(__file__).parents[1] / "docs"


def blocks(page, language):
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with two photographs, and the table of boxes that the page shows."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    images.write("photos/one.jpg", skimage.data.astronaut()[:256, 100:356])
    images.write("photos/two.jpg", skimage.data.coffee()[:300, :400])
    return tmp_path


def carry_out(page, capsys, monkeypatch):
    """Run every command of a page; return what each printed."""
    printed = {}
    for line in [line for block in blocks(page, "sh") for line in block.splitlines()]:
        program, *arguments = shlex.split(line)
        assert program == "fracorr"
        if any("dask" in each for each in arguments):
            pytest.importorskip("distributed", reason="needs the extra [dask]")
        done = command_line(capsys, monkeypatch, *arguments)
        assert done.code == 0, (line, done.err)
        printed[line] = done
    return printed


def test_photographs_with_boxes(here, capsys, monkeypatch):
    (here / "photos" / "boxes.csv").write_text(blocks("photographs.md", "text")[0])
    printed = carry_out("photographs.md", capsys, monkeypatch)
    assert len(printed) == 3
    assert (here / "runs" / "folder" / "report.html").stat().st_size > 10_000
    # The picture's own first box is found where it is, in both pictures.
    own = next(done.out for line, done in printed.items() if "-k own" in line)
    assert "2 of 2" in own


def test_engines_and_resuming(here, capsys, monkeypatch):
    printed = carry_out("cluster.md", capsys, monkeypatch)
    assert len((here / "two.csv").read_text().splitlines()) == 1 + 12
    assert (here / "runs" / "two" / "report.html").exists()
    assert "two" in printed["fracorr runs"].out


def test_the_plugin_of_the_page_is_one_and_keeps_the_contract(monkeypatch):
    module = types.ModuleType("page_plugin")
    monkeypatch.setitem(sys.modules, "page_plugin", module)
    for block in blocks("writing-plugins.md", "python"):
        exec(compile(block, "writing-plugins.md", "exec"), vars(module))
    _, spec = module.fracorr_fractal_transforms()
    assert spec.target.rpartition(":")[2] == "Whirl"


def test_the_message_of_the_page_is_the_contracts(careless_transform):
    said = " ".join(blocks("writing-plugins.md", "text")[-1].split())
    with pytest.raises(ContractError) as caught:
        check_transform(careless_transform)
    assert said.partition(": ")[2] == " ".join(str(caught.value).split())


@pytest.fixture
def careless_transform():
    import attrs
    import numpy as np

    @attrs.frozen
    class Careless:
        def apply(self, kernel, rng):
            return kernel.derive(np.random.default_rng().random(kernel.shape))

    Careless.__qualname__ = "Careless"
    globals()["Careless"] = Careless  # so that it can be pickled
    return Careless


def test_the_kinds_of_the_page_are_those_that_can_be_written():
    page = (DOCS / "writing-plugins.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([a-z]+)` \|", page, re.MULTILINE))
    assert named == {kind.key for kind in Kind if kind is not Kind.COMMAND}
    for fixture in re.findall(r"`(fracorr_[a-z_]+)`", page):
        if not fixture.startswith("fracorr_c"):
            assert f"def {fixture}(" in (DOCS.parent / "core/fracorr/testing/fixtures.py").read_text()


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """The pages that come out of the program, by name."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("generate_reference", DOCS / "generate_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.REFERENCE = tmp_path_factory.mktemp("reference")
    module.main()
    return {file.name: file.read_text(encoding="utf-8") for file in module.REFERENCE.iterdir()}


def test_every_component_and_parameter_is_in_the_reference(reference):
    parts = reference["components.md"].split("\n## ")[1:]
    for kind, part in zip([kind for kind in Kind if kind is not Kind.COMMAND], parts, strict=True):
        for component in default_registry().components(kind):
            if component.distribution != BUILTIN:
                continue
            assert f"### `{component.name}`" in part
            section = part.split(f"### `{component.name}`")[1].partition("\n### ")[0]
            if "pip install" not in section:
                assert all(f"| `{each.name}`" in section for each in component.parameters())


def test_every_hook_command_and_public_name_is_in_the_reference(reference):
    import fracorr
    from fracorr.cli.commands import OWN

    assert all(kind.hook in reference["hooks.rst"] for kind in Kind)
    assert all(f"## `fracorr {command.name}`" in reference["commands.md"] for command in OWN)
    public = set(fracorr.__all__) - {"__version__", "hookimpl"}
    assert all(f"\n{name}\n---" in reference["api.rst"] for name in public)


def test_the_extra_for_the_site_names_what_its_settings_import():
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text())["project"]
    packages = {re.split(r"[>=]", each)[0] for each in project["optional-dependencies"]["docs"]}
    settings = (DOCS / "conf.py").read_text()
    used = {"myst_nb": "myst-nb", "numpydoc": "numpydoc", "sphinx_gallery": "sphinx-gallery"}
    assert all(module in settings and package in packages for module, package in used.items())
