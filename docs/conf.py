"""How the documentation site is built: ``sphinx-build -W docs build/site`` from the project's folder."""

from __future__ import annotations

import pathlib
import sys
from importlib.metadata import version as installed_version

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

project = "fracorr"
author = "The fracorr developers"
release = version = installed_version("fracorr")

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = [
    "examples/**",
    "theory_figures/**",
    "gallery/**",
    "gallery_built/*.ipynb",
    "**/sg_execution_times.rst",
]

html_theme = "pydata_sphinx_theme"
html_title = "fracorr"
html_theme_options = {
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "header_links_before_dropdown": 6,
    "secondary_sidebar_items": ["page-toc"],
}
html_static_path = ["_static"]
html_css_files = ["fracorr.css"]

myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_timeout = 300
nb_execution_raise_on_error = True

autosummary_generate = True
autodoc_typehints = "none"
# The names have headings already.
toc_object_entries = False
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

sphinx_gallery_conf = {
    "examples_dirs": [str(HERE / "gallery")],
    "gallery_dirs": ["gallery_built"],
    "filename_pattern": r"/plot_",
    "abort_on_example_error": True,
    "download_all_examples": False,
    "show_signature": False,
    "min_reported_time": 1e9,
}


def setup(app: object) -> None:  # noqa: ARG001 - Sphinx calls it so
    """Write the pages of the reference that come out of the program itself."""
    import generate_reference

    generate_reference.main()
