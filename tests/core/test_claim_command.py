"""``fracorr claim``: which experiment is carried out, and that it goes on where it ended."""

import json

import pytest
from command_line import command_line

from fracorr import Experiment
from fracorr.cli import shipped

SMALL = """
kernels = ["mean-face"]
scenes = ["faces:count=2,cells=[3,3],sizes=[64,64]"]
methods = ["tm_ccoeff_normed", "tm_sqdiff"]
engine = "serial"
"""


@pytest.mark.parametrize("question", [(), ("fractals",), ("instrument",), ("specificity",)], ids=str)
def test_the_experiments(capsys, monkeypatch, question):
    planned = []
    monkeypatch.setattr("fracorr.cli.trying.try_out", lambda experiment, as_json: planned.append(experiment))

    done = command_line(capsys, monkeypatch, "claim", *question, "--dry-run", "--engine", "serial")

    assert done.code == 0
    file = "claim" if question in ((), ("fractals",)) else f"claim-{question[0]}"
    (experiment,) = planned
    assert experiment.engine == "serial"
    assert experiment.scenes == Experiment.from_toml(shipped.FOLDER / f"{file}.toml").scenes
    assert experiment.kernels == Experiment.from_toml(shipped.FOLDER / f"{file}.toml").kernels


def test_called_again_it_goes_on(capsys, monkeypatch, tmp_path):
    (tmp_path / "claim.toml").write_text(SMALL)
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    monkeypatch.chdir(tmp_path)

    first = command_line(capsys, monkeypatch, "claim", "--json")
    again = command_line(capsys, monkeypatch, "claim", "--json")

    assert (first.code, again.code) == (0, 0)
    assert (json.loads(first.out)["done"], json.loads(first.out)["resumed"]) == (4, 0)
    assert (json.loads(again.out)["done"], json.loads(again.out)["resumed"]) == (4, 4)
    assert (tmp_path / "fracorr-claim" / "trials.sqlite").exists()


def test_no_such_question(capsys, monkeypatch):
    done = command_line(capsys, monkeypatch, "claim", "truth")
    assert done.code == 2
    assert "specificity" in done.err
