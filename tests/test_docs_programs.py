"""The tutorial's cells and the programs of the gallery run as they stand there."""

import json
import pathlib
import runpy

import matplotlib
import matplotlib.pyplot as plt
import pytest

DOCS = pathlib.Path(__file__).parents[1] / "docs"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder, and no display."""
    monkeypatch.chdir(tmp_path)
    backend = matplotlib.get_backend()
    plt.switch_backend("agg")
    yield tmp_path
    plt.close("all")
    plt.switch_backend(backend)


def test_the_tutorial_runs_from_top_to_bottom(here, capsys):
    cells = json.loads((DOCS / "tutorial.ipynb").read_text(encoding="utf-8"))["cells"]
    names: dict[str, object] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), "tutorial.ipynb", "exec"), names)
    # The face was cut out around the column (176 + 271) / 2 and the row (60 + 155) / 2.
    assert "x=223.5, y=107.5" in capsys.readouterr().out


@pytest.mark.parametrize("program", sorted((DOCS / "gallery").glob("*.py")), ids=lambda path: path.stem)
def test_programs_of_the_gallery_draw_a_figure(here, program):
    runpy.run_path(str(program))
    assert plt.get_fignums()
