"""A reporter that fails does not lose the run: the others finish, it is named, and ``fracorr report`` draws again."""

import csv
import json

import pytest
from command_line import command_line

from fracorr import open_run

RUN = (
    *("run", "-k", "noise:count=2,size=16", "-s", "samples:coins", "-m", "tm_sqdiff", "--engine", "serial"),
    *("-r", "csv", "-r", "markdown", "-r", "html", "-r", "json", "-r", "table", "--out", "first"),
)


@pytest.fixture
def cli(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: command_line(capsys, monkeypatch, *arguments)


def broken(*_, **__):
    raise RuntimeError("the ink is <b>dry</b>")


@pytest.mark.parametrize(
    ("place", "failing", "lost"),
    [
        ("fracorr_text.csv_file.csv_writer", "csv", "results.csv"),
        ("fracorr_text.csv_file.row_of", "csv", "results.csv"),
        ("fracorr_text.markdown_file.table", "markdown", "results.md"),
        ("fracorr_html.report.render", "html", "report.html"),
    ],
    ids=["at the beginning", "at a result", "at the end", "the page"],
)
def test_the_others_finish_and_the_report_is_drawn_again(cli, tmp_path, place, failing, lost):
    files = {"results.csv", "results.md", "report.html", "results.json"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, broken)
        done = cli(*RUN)
    assert done.code == 3
    assert f"reporter '{failing}' (" in done.err
    assert "RuntimeError: the ink is <b>dry</b>" in done.err
    assert {path.name for path in (tmp_path / "first").iterdir()} & files == files - {lost}
    assert not [path for path in (tmp_path / "first").iterdir() if path.name.startswith(f".{lost[:6]}")]
    assert "tm_sqdiff" in done.out
    assert open_run("first").state == "finished"
    before = json.loads((tmp_path / "first" / "results.json").read_text())["trials"]
    again = cli("report", "first")
    assert again.code == 0, again.err
    assert {path.name for path in (tmp_path / "first").iterdir()} >= files
    with (tmp_path / "first" / "results.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["identity"] for row in rows] == [trial["identity"] for trial in before]


def test_reporting_again_names_what_fails_too(cli, tmp_path):
    assert cli(*RUN).code == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fracorr_text.markdown_file.table", broken)
        done = cli("report", "first", "-r", "markdown", "-r", "csv:name=again.csv")
    assert done.code == 3
    assert "reporter 'markdown' (" in done.err
    assert (tmp_path / "first" / "again.csv").read_bytes() == (tmp_path / "first" / "results.csv").read_bytes()
