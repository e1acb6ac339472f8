"""Ctrl-C in a real process."""

import json

import numpy as np
from command_line import command_line
from run_processes import Fracorr

import fracorr.plan
from fracorr import images


def test_an_interrupted_run_reports_what_it_has_and_leaves_with_130(tmp_path):
    lists = ("-k", "noise:count=200", "-s", "samples", "-m", "tm_*", "-r", "table", "-r", "json")
    with Fracorr.start("run", *lists, "--out", tmp_path / "results", start_new_session=True) as running:
        # The file of the json reporter is growing while the trials go on.
        growing = (tmp_path / "results").glob
        running.wait_for(lambda: any(path.stat().st_size > 5000 for path in growing(".results-*.json")))
        code, out, err = running.interrupted()
    assert code == 130, err
    assert "interrupted after" in err
    assert "Traceback" not in err
    assert "tm_ccoeff" in out
    results = json.loads((tmp_path / "results" / "results.json").read_text())
    assert results["run"]["interrupted"] is True
    assert 0 < len(results["trials"]) == results["run"]["done"] < results["run"]["trials"]


def press_control_c(*_, **__):
    raise KeyboardInterrupt


def test_an_interruption_before_the_first_trial_says_that_there_is_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fracorr.plan, "make_plan", press_control_c)
    done = command_line(capsys, monkeypatch, "run", "-k", "disc", "-s", "samples:coins", "-m", "tm_ccorr")
    assert (done.code, done.err) == (130, "fracorr: interrupted before the first trial; nothing was written\n")
    assert list(tmp_path.iterdir()) == []


def test_any_other_command_says_that_it_was_interrupted(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    images.write("photo.png", np.eye(20))
    monkeypatch.setattr(images, "read", press_control_c)
    done = command_line(capsys, monkeypatch, "fractalize", "photo.png", "-t", "droste", "-o", "fractal.png")
    assert (done.code, done.err) == (130, "fracorr: interrupted\n")
