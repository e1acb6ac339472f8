"""The page about experiments is held true: its commands, files and messages are tried."""

import pathlib
import re
import shlex
import tomllib

import numpy as np
import pytest
from command_line import command_line

from fracorr import Experiment, images
from fracorr.experiment_fields import DEFAULT_ENGINE
from fracorr.plugins import default_registry
from fracorr.resolving import resolve

PAGE = (pathlib.Path(__file__).parents[1] / "docs" / "experiments.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def without_times(text):
    return [line for line in text.splitlines() if not line.startswith("about ")]


def test_the_commands_run_one_after_the_other(here, capsys, monkeypatch):
    printed = {}
    for line in [line for block in blocks("sh") for line in block.splitlines()]:
        program, *arguments = shlex.split(line)
        assert program == "fracorr"
        done = command_line(capsys, monkeypatch, *arguments)
        assert done.code == 0, (line, done.err)
        printed[line] = done.out
    dry = blocks("text")[0]
    assert without_times(printed["fracorr run experiment.toml --dry-run"]) == without_times(dry)
    # Swept from 2 to 5, plain and the Sierpinski triangle: six transforms.
    (swept,) = (tomllib.loads(text) for line, text in printed.items() if "show-config" in line and "--sweep" in line)
    assert len(swept["transforms"]) == 6
    (second,) = (here / "runs" / "second").glob("experiment.toml")
    again = Experiment.from_toml(second)
    assert (again.seed, again.kernels, again.engine) == (11, ("gallery:eye", "disc:size=32"), "process:2")
    third = Experiment.from_toml(here / "runs" / "third" / "experiment.toml")
    assert third.transforms == ("none", "orbit-trap:degree=2", "orbit-trap:degree=3")
    assert (here / "first.csv").read_text().count("\n") == 21


def test_the_file_is_an_experiment_and_says_of_itself_what_is_true(here):
    (text,) = blocks("toml")
    (here / "photos").mkdir()
    images.write(here / "photos" / "a.jpg", np.eye(30))
    (here / "exp.toml").write_text(text)
    resolved = resolve(Experiment.from_toml("exp.toml"), default_registry())
    assert [chain.spec for chain in resolved.transforms] == [
        "none",
        *(f"orbit-trap:degree={degree}" for degree in (2, 3, 4)),
        "ifs:sierpinski+symmetrize",
    ]
    assert len(resolved.kernels) == 1 + 2
    assert resolved.engine.instance.time_limit == 60


def test_the_table_has_every_key_and_its_default():
    keys = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert {key for key, _ in keys} >= {"kernels", "scenes", "methods"}
    known = [name for name in Experiment.__attrs_attrs__ if name.name != "origin"]
    assert {name.name for name in known} == {key for key, _ in keys}
    assert DEFAULT_ENGINE in dict(keys)["engine"]


def test_the_table_of_sweeps_says_what_they_give():
    rows = dict(re.findall(r'^\| `("[^`]+")` \| (.+) \|$', PAGE, re.MULTILINE))
    plain = {"kernels": "disc", "scenes": "samples:camera", "methods": "tm_ccorr", "transforms": "orbit-trap"}

    def degrees(written, parameter="degree"):
        experiment = Experiment(**plain, sweep={f"orbit-trap.{parameter}": written.strip('"')})
        found = resolve(experiment, default_registry()).transforms
        return [getattr(chain.links[0].instance, parameter) for chain in found]

    assert degrees('"2..7"') == [2, 3, 4, 5, 6, 7]
    assert rows['"2..7"'].startswith("2, 3, 4, 5, 6, 7")
    assert rows['"0.5..2:4"'].endswith("0.5, 1, 1.5, 2")
    assert degrees('"2.5..4:4"') == [2.5, 3, 3.5, 4]
    assert degrees('"0..0.3+0.5i:5"', "c")[2] == 0.15 + 0.25j
    assert '"0..0.3+0.5i:5"' in rows


def test_the_python_example_runs(here, capsys):
    (example,) = blocks("python")
    exec(compile(example, "experiments.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "Run(5 of 5 trials" in printed
    assert (here / "runs" / "from-python" / "trials.sqlite").is_file()


def test_the_messages_are_those_that_one_gets(here, capsys, monkeypatch):
    assert command_line(capsys, monkeypatch, "init").code == 0
    text = (here / "experiment.toml").read_text()
    changes = [
        ('"orbit-trap", "ifs', '"orbit-tarp", "ifs'),
        ("orbit-trap.degree = [2, 3, 4]", "orbit-trap.iterations = [3.7]"),
        ("orbit-trap.degree = [2, 3, 4]", 'orbit-trap.degree = "7..2"'),
        ("", ""),
    ]
    messages = blocks("text")[1].splitlines()
    options = [(), (), (), ("--set", "engine.wrkers=2")]
    for message, (before, after), more in zip(messages, changes, options, strict=True):
        assert before in text
        (here / "experiment.toml").write_text(text.replace(before, after))
        done = command_line(capsys, monkeypatch, "run", "experiment.toml", *more)
        assert done.code == 2
        assert done.err.startswith(f"fracorr: error: {message}")
