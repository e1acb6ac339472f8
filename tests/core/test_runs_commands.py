"""The commands that look at runs: runs, report, export, resume."""

import csv
import io
import json
import math
import re
import sys
from types import SimpleNamespace

import other_user
import pytest
import skimage.data
from command_line import command_line

from fracorr import images
from fracorr.cli.progress import _best_arm


@pytest.fixture
def cli(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        return command_line(capsys, monkeypatch, *arguments)

    return call


def made(cli, folder="runs/first", *more):
    lists = ("-k", "noise:count=2,size=16", "-s", "samples:astronaut", "-s", "samples:coins", "-m", "tm_sqdiff")
    done = cli("run", *lists, "--engine", "serial", "--out", folder, *more)
    assert done.code == 0, done.err
    return done


def test_runs_lists_them_with_counts_and_state(cli, tmp_path):
    made(cli)
    made(cli, "runs/second", "--seed", "3")
    (tmp_path / "runs" / "pictures").mkdir()
    done = cli("runs", "--json")
    first, second = json.loads(done.out)
    assert first["directory"] == "runs/first"
    assert (first["done"], first["failed"], first["trials"], first["state"]) == (4, 0, 4, "finished")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", first["started"])
    assert second["experiment"].endswith("samples:coins × tm_sqdiff, seed 3")
    table = cli("runs")
    assert "runs/second" in table.out
    assert table.err == ""
    assert json.loads(cli("runs", "runs/second", "--json").out) == [second]


def test_a_damaged_run_does_not_hide_the_others(cli, tmp_path):
    made(cli)
    made(cli, "runs/second")
    (tmp_path / "runs" / "second" / "trials.sqlite").write_text("no database at all " * 50)
    done = cli("runs", "--json")
    assert [each["directory"] for each in json.loads(done.out)] == ["runs/first"]
    assert "runs/second/trials.sqlite' cannot be read: it is no SQLite file" in done.err


@other_user.possible
def test_a_folder_that_is_somebodys_own_does_not_hide_the_others(cli, monkeypatch):
    with other_user.shared_folder() as place:
        monkeypatch.chdir(place)
        made(cli)
        assert cli("runs").code == 0  # whatever it imports is there now
        (place / "runs" / "private").mkdir(mode=0)
        with other_user.another_user():
            done = cli("runs", "--json")
        (place / "runs" / "private").chmod(0o700)
        monkeypatch.chdir("/")
    assert [each["state"] for each in json.loads(done.out)] == ["finished"]
    assert "Permission denied: 'runs/private/manifest.json'" in done.err


def test_runs_says_where_nothing_is(cli, tmp_path):
    assert cli("runs").code == 2
    (tmp_path / "runs").mkdir()
    done = cli("runs")
    assert (done.code, done.out) == (0, "")
    assert "there is no run in 'runs'" in done.err


def test_report_draws_again_without_computing(cli, tmp_path, monkeypatch):
    made(cli, "runs/first", "-r", "json")

    def computed(*_):
        raise AssertionError("a trial was computed")

    monkeypatch.setattr("fracorr.execution.Task.__call__", computed)
    before = json.loads((tmp_path / "runs/first/results.json").read_text())
    (tmp_path / "runs/first/results.json").unlink()
    done = cli("report", "runs/first", "-r", "table", "-r", "json:name=again.json")
    assert done.code == 0, done.err
    assert "tm_sqdiff" in done.out
    assert "4 of 4 trials are reported" in done.err
    again = json.loads((tmp_path / "runs/first/again.json").read_text())
    assert again["trials"] == before["trials"]
    assert again["run"]["arms"] == before["run"]["arms"]
    # Without -r the experiment's own reporters.
    assert cli("report", "runs/first").code == 0
    assert (tmp_path / "runs/first/results.json").is_file()


def test_report_of_nothing_is_refused(cli):
    done = cli("report", "nowhere")
    assert (done.code, "'nowhere' is no run" in done.err) == (2, True)


def test_export_to_csv_and_json_says_the_same(cli, tmp_path):
    made(cli)
    table = list(csv.DictReader(io.StringIO(cli("export", "runs/first", "--csv").out)))
    rows = json.loads(cli("export", "runs/first", "--json").out)
    assert len(table) == len(rows) == 4
    for line, row in zip(table, rows, strict=True):
        assert line["identity"] == row["identity"]
        assert line["scene"] == row["scene"]
        assert float(line["seconds"]) == row["seconds"]
        assert json.loads(line["matches"]) == row["matches"]
        assert float(line["best_x"]) == row["matches"][0]["x"]
        assert line["iou"] == ("" if row["iou"] is None else str(row["iou"]))
    assert [target["label"] for target in rows[0]["targets"]] == ["face"]
    done = cli("export", "runs/first", "-o", "table.csv")
    assert done.out == "table.csv\n"
    assert len((tmp_path / "table.csv").read_text().splitlines()) == 5


def test_export_needs_to_know_the_format(cli):
    made(cli)
    for arguments, message in (
        ((), "say in which format"),
        (("-o", "table.txt"), "say in which format"),
        (("--csv", "--json"), "one format at a time: --csv or --json"),
        (("--parquet",), "say where to: -o trials.parquet"),
    ):
        done = cli("export", "runs/first", *arguments)
        assert done.code == 2
        assert message in done.err


def test_parquet_without_pyarrow_names_the_extra(cli, tmp_path, monkeypatch):
    made(cli)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = cli("export", "runs/first", "-o", "trials.parquet")
    assert done.code == 2
    assert "pip install 'fracorr[parquet]'" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


def test_parquet_holds_what_csv_holds(cli, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    made(cli)
    done = cli("export", "runs/first", "-o", "trials.parquet")
    assert done.code == 0, done.err
    table = parquet.read_table(tmp_path / "trials.parquet").to_pylist()
    lines = list(csv.DictReader(io.StringIO(cli("export", "runs/first", "--csv").out)))
    assert list(table[0]) == list(lines[0])
    for row, line in zip(table, lines, strict=True):
        assert row["hit"] is {"True": True, "False": False, "": None}[line["hit"]]
        assert math.isclose(row["best_score"], float(line["best_score"]), rel_tol=0)


def test_resume_of_what_is_finished_says_so_and_reports_again(cli):
    first = made(cli, "runs/first", "-r", "table")
    done = cli("resume", "runs/first")
    assert done.code == 0
    assert "nothing is left to do: all 4 trials are there" in done.err
    # The totals are the same, times included, as nothing was computed.
    assert [line for line in done.out.splitlines() if "tm_sqdiff" in line] == [
        line for line in first.out.splitlines() if "tm_sqdiff" in line
    ]
    assert cli("resume", "nowhere").code == 2


def test_the_first_failure_stops_a_run_that_wants_it(cli, monkeypatch):
    lists = ("-k", "noise:count=3,size=16", "-s", "samples:astronaut", "-m", "tm_sqdiff", "--engine", "serial")
    correlate = "fracorr_opencv.template_matching.SqDiff.correlate"

    def broken(*_):
        raise RuntimeError("not today")

    with monkeypatch.context() as patch:
        patch.setattr(correlate, broken)
        done = cli("run", *lists, "--out", "runs/broken", "--fail-fast")
        assert done.code == 1
        assert "stopped, because too many trials failed, after 1 of 3 trials" in done.err
        assert "to go on: fracorr resume runs/broken" in done.err
        done = cli("resume", "runs/broken", "--max-failures", "2")
        assert (done.code, "after 3 of 3 trials" in done.err) == (1, True), done.err
    done = cli("resume", "runs/broken")
    assert (done.code, "3 of 3 trials failed" in done.err) == (1, True)
    done = cli("resume", "runs/broken", "--retry-failed")
    assert (done.code, "failed" in done.err) == (0, False), done.err


def test_the_best_arm_is_the_one_with_most_hits_per_trial():
    arms = [
        SimpleNamespace(arm="few", on_targets=4, hits=2),
        SimpleNamespace(arm="many", on_targets=40, hits=20),
        SimpleNamespace(arm="worse", on_targets=40, hits=19),
        SimpleNamespace(arm="nothing to hit", on_targets=0, hits=0),
    ]
    assert _best_arm(arms) == "best: many, 20 of 40"
    assert _best_arm(arms[3:]) == ""


def test_a_run_goes_on_from_wherever_one_is(cli, tmp_path, monkeypatch):
    (tmp_path / "pictures").mkdir()
    images.write(tmp_path / "pictures" / "cat.png", skimage.data.chelsea()[:60, :80])
    lists = ("-k", "noise:count=2,size=16", "-s", "pictures/cat.png", "-m", "tm_sqdiff")
    assert cli("run", *lists, "--engine", "serial", "--out", "runs/first").code == 0
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    done = cli("resume", "../runs/first")
    assert (done.code, "nothing is left to do: all 2 trials" in done.err) == (0, True), done.err
    # A picture that is another one now makes other trials.
    images.write(tmp_path / "pictures" / "cat.png", skimage.data.chelsea()[10:70, :80])
    done = cli("resume", "../runs/first")
    assert done.code == 2
    assert "scene 'cat'" in done.err
    assert "has changed since, for example a picture" in done.err
