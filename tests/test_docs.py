"""The pages of docs/ are held true."""

import pathlib
import re
import tomllib

import pytest

from fracorr.components import Kind
from fracorr.plugins import BUILTIN, default_registry

DOCS = pathlib.Path(__file__).parents[1] / "docs"
PAGES = sorted(DOCS.glob("*.md"))


def test_every_built_in_transform_is_on_the_page_of_transforms():
    page = (DOCS / "transforms.md").read_text()
    shown = {name for spec in re.findall(r"`([^`]+)`", page) for name in re.split(r"[:+]", spec)}
    offered = {each.name for each in default_registry().components(Kind.TRANSFORM) if each.distribution == BUILTIN}
    assert offered <= shown


def in_toctrees(page):
    """Return the pages that a page's tables of contents name."""
    listed = re.findall(r"```\{toctree\}\n(.*?)```", page.read_text(), re.DOTALL)
    names = [line for block in listed for line in block.splitlines() if line and not line.startswith(":")]
    return {page.parent / f"{name}.md" for name in names}


def test_every_page_is_reached_from_the_first():
    reached, waiting = set(), {DOCS / "index.md"}
    while waiting:
        page = waiting.pop()
        reached.add(page)
        waiting |= {each for each in in_toctrees(page) if each.exists()} - reached
    assert set(PAGES) - reached == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_every_extra_is_in_the_readme():
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text())["project"]
    line = re.search(r"^- Extras: (.*?)(?=^- )", (DOCS.parent / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    assert set(re.findall(r"`\[([a-z]+)\]`", line[1])) == set(project["optional-dependencies"])
