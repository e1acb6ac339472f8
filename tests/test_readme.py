"""The README is held true: its Python runs, its commands exist, its links lead somewhere."""

import pathlib
import re
import shlex

import pytest

from fracorr.components import Kind
from fracorr.experiment import Experiment
from fracorr.plan import make_plan
from fracorr.plugins import default_registry

ROOT = pathlib.Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_python_example_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (example,) = (block for block in blocks("python") if "import fracorr\n" in block)
    exec(compile(example, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    # The cut-out is found where it was cut: centre 185 + 69/2, 60 + 69/2.
    assert "x=219.5, y=94.5" in printed
    assert "orbit-trap · tm_sqdiff" in printed


def test_the_plugin_example_is_a_plugin():
    for block in blocks("python"):
        compile(block, "README.md", "exec")
    text = next(block for block in blocks("python") if "class Mirror" in block)
    space: dict[str, object] = {"__name__": "readme_mirror"}
    exec(compile(text, "README.md", "exec"), space)
    import numpy as np

    from fracorr import Kernel

    mirrored = space["Mirror"]().apply(Kernel(np.array([[0.0, 1.0]])), np.random.default_rng(0))
    np.testing.assert_array_equal(mirrored.pixels, [[1, 0]])


def test_the_commands_name_real_components():
    (command,) = (line for block in blocks("sh") for line in block.splitlines() if line.startswith("fracorr run"))
    words = shlex.split(command)[2:]
    given = {"-k": "kernels", "-t": "transforms", "-s": "scenes", "-m": "methods", "-r": "reporters"}
    lists: dict[str, list[str]] = {}
    for option, value in zip(words[::2], words[1::2], strict=True):
        lists.setdefault(given[option], []).append(value)
    assert len(make_plan(Experiment(**lists), default_registry())) == 12


@pytest.mark.parametrize("kind", [Kind.SOURCE, Kind.TRANSFORM, Kind.METHOD, Kind.REPORTER])
def test_the_examples_in_the_table_exist(kind):
    row = next(line for line in README.splitlines() if kind.hook and line.startswith(f"| `-{_option(kind)}`"))
    names = set(default_registry().usable_names(kind))
    for example in re.findall(r"`([^`]+)`", row.split("|")[3]):
        for link in example.strip("'").split("+"):
            name = re.split(r"[:,]", link)[0]
            assert name in names or "*" in name or name.endswith(".png"), example


def test_links_lead_somewhere():
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def _option(kind):
    return {Kind.SOURCE: "k", Kind.TRANSFORM: "t", Kind.METHOD: "m", Kind.REPORTER: "r"}[kind]
