"""The engine where dask.distributed is not installed: it says so before anything is written."""

import sys

import pytest
from command_line import command_line

CHOSEN = ("run", "-k", "disc:size=16", "-t", "none", "-s", "samples:coins", "-m", "tm_sqdiff")


@pytest.mark.parametrize("more", [[], ["--out", "here"], ["--dry-run"]])
def test_the_missing_library_is_named_before_anything_is_written(capsys, monkeypatch, tmp_path, more):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "distributed", None)  # importing it now raises an ImportError
    done = command_line(capsys, monkeypatch, *CHOSEN, "--engine", "dask", *more)
    assert (done.code, done.out) == (2, "")
    assert "command line: engine: engine 'dask' needs dask.distributed" in done.err
    assert "pip install 'fracorr[dask]'" in done.err
    assert not list(tmp_path.iterdir())


def test_what_was_done_on_a_cluster_is_reported_without_the_library(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert command_line(capsys, monkeypatch, *CHOSEN, "--engine", "serial", "--out", "run").code == 0
    file = tmp_path / "run" / "experiment.toml"
    text = file.read_text()
    assert 'engine = "serial"' in text
    file.write_text(text.replace('engine = "serial"', 'engine = "dask"'))
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = command_line(capsys, monkeypatch, "report", "run", "-r", "table")
    assert done.code == 0, done.err
    assert "1 trial in " in done.out
