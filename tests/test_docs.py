"""The pages of docs/ are held true."""

import pathlib
import re

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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text()):
        assert (page.parent / target).exists(), target
