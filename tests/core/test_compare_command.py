"""Several runs in one table: the command compare."""

import html.parser
import json
import re

import pytest
from attrs import evolve
from command_line import command_line
from figure_fakes import figure_registry
from markdown_it import MarkdownIt
from scipy.stats import binomtest

from fracorr import Experiment, open_run, run
from fracorr.side_by_side import HEADINGS, SideBySide


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two runs that share an arm, and an empty one."""
    folder = tmp_path_factory.mktemp("runs")
    values = {"kernels": "dots", "scenes": "spots:n=3", "methods": ["peak", "beyond"], "engine": "serial"}
    changes = {
        "first": {"transforms": ["none", "halve"]},
        "second": {"transforms": ["none", "raises"], "methods": "peak", "seed": 3},
        "empty": {"engine": "broken:after=0"},
    }
    for name, change in changes.items():
        run(Experiment(**{**values, **change}), out=folder / name, registry=figure_registry())
    return folder


@pytest.fixture
def cli(capsys, monkeypatch, runs):
    monkeypatch.chdir(runs)
    return lambda *arguments: command_line(capsys, monkeypatch, "compare", *arguments)


def test_a_stores_arms_are_those_of_the_run(runs):
    again = open_run(runs / "first").report([], registry=figure_registry())
    stored = open_run(runs / "first").arms()
    assert list(stored) == list(again.arms)
    assert [each.to_dict() for each in stored.values()] == [each.to_dict() for each in again.arms.values()]


def test_arms_stand_side_by_side_with_what_differs(cli):
    found = json.loads(cli("first", "second", "--json").out)
    assert [(each["directory"], each["done"], each["failed"]) for each in found["runs"]] == [
        ("first", 24, 0),
        ("second", 12, 6),
    ]
    lines = [(each["chain"], each["method"], each["run"]) for each in found["arms"]]
    assert lines == [
        ("none", "peak", "first"),
        ("none", "peak", "second"),
        ("none", "beyond", "first"),
        ("halve", "peak", "first"),
        ("halve", "beyond", "first"),
        ("raises", "peak", "second"),
    ]
    for each in found["arms"]:
        if each["on_targets"]:
            interval = binomtest(each["hits"], each["on_targets"]).proportion_ci(0.95, method="wilson")
            assert (each["low"], each["high"]) == pytest.approx((interval.low, interval.high))
    differences = [each["difference"] for each in found["arms"]]
    assert differences == [None, 0.0, None, None, None, None]


def test_a_difference_is_counted_from_the_first_run_that_has_the_arm(runs):
    first, second = (open_run(runs / name) for name in ("first", "second"))
    rows = [{**row, "hit": row["number"] % 4 == 0} for row in second.rows() if row["failure_error"] is None]
    rate = sum(row["hit"] for row in rows) / len(rows)

    class Changed:
        directory, manifest, experiment = second.directory, second.manifest, second.experiment
        done, failed, total, state = 6, 0, 12, "finished"

        def arms(self):
            from fracorr.arms import arms_of

            return arms_of(rows)

    lines = [each for each in SideBySide.of([first, Changed()]).lines if str(each.tally.arm) == "none · peak"]
    assert lines[0].difference is None
    assert lines[1].difference == pytest.approx(rate - 1)
    assert 0 < rate < 1
    assert dict(zip(HEADINGS, lines[1].cells(), strict=True))["difference"] == f"−{100 * (1 - rate):.1f}"


def test_runs_on_other_scenes_are_not_subtracted(runs):
    first, second = (open_run(runs / name) for name in ("first", "second"))

    class Elsewhere:
        directory, manifest, arms = second.directory, second.manifest, second.arms
        experiment = Experiment(kernels="dots", scenes="spots:n=4", methods="peak")
        done, failed, total, state = 6, 0, 12, "finished"

    lines = [
        each
        for each in SideBySide.of([Elsewhere(), first, Elsewhere(), second]).lines
        if str(each.tally.arm) == "none · peak"
    ]
    assert [each.difference for each in lines] == [None, None, 0.0, 0.0]


@pytest.mark.parametrize(
    ("directories", "folder", "names"),
    [
        (("runs/first", "runs/second"), "runs", ["first", "second"]),
        (("runs/a/first", "runs/second"), "runs", ["a/first", "second"]),
        (("runs/first", "runs/first"), "runs", ["first", "first"]),
        (("runs/first",), "runs", ["first"]),
        (("first", "runs/second"), "", ["first", "runs/second"]),
        (("/here/first", "runs/second"), "", ["/here/first", "runs/second"]),
        (("/here", "/there"), "", ["/here", "/there"]),
        (("../first", "../second"), "..", ["first", "second"]),
        ((), "", []),
    ],
)
def test_the_folder_of_all_runs_is_named_once(runs, directories, folder, names):
    line = SideBySide.of([open_run(runs / "first")]).lines[0]
    found = SideBySide(
        tuple({"directory": each} for each in directories), tuple(evolve(line, run=each) for each in directories)
    )
    assert found.folder == folder
    assert [each.cells(found.folder)[2] for each in found.lines] == names
    assert found.notes[:-1] == ((f"The runs lie in {folder}.",) if folder else ())


def test_the_table_in_the_terminal(cli):
    printed = cli("first", "second").out
    assert printed.count("beyond") == 2
    assert re.search(r"none +│ peak +│ first +│ 6 of 6 +│ +100.0 %", printed)
    assert re.search(r"│ +│ +│ second +│ 6 of 6 +│ +100.0 % │ +[\d.]+–100.0 % │ +0.0 │", printed)


def test_pages_are_written(cli, runs):
    done = cli("first", "second", "-o", "compared.md")
    assert (done.code, done.out) == (0, "")
    page = MarkdownIt("commonmark").enable("table").render((runs / "compared.md").read_text())
    assert page.count("<table>") == 2
    assert page.count("<tr>") == 1 + 2 + 1 + 6
    assert cli("first", "second", "--out", "compared.html").code == 0
    assert cli("first", "second", "--out", "compared.json").code == 0
    assert json.loads((runs / "compared.json").read_text()) == json.loads(cli("first", "second", "--json").out)


def test_a_page_needs_nothing_else_and_shows_names_as_text(runs):
    found = SideBySide.of([open_run(runs / "first")])
    line = found.lines[0]
    awkward = "<script>alert('x')</script>\udcff\nx|y" + "long " * 60
    page = evolve(found, lines=(evolve(line, run=awkward),))

    class Reader(html.parser.HTMLParser):
        tags, texts = [], []

        def handle_starttag(self, tag, attributes):
            self.tags.append((tag, attributes))

        def handle_data(self, data):
            self.texts.append(data)

    reader = Reader()
    reader.feed(page.to_html())
    assert "script" not in [tag for tag, _ in reader.tags]
    assert all(
        value.startswith("data:") for _, given in reader.tags for name, value in given if name in ("href", "src")
    )
    assert any("<script>alert('x')</script>\\udcff\nx|y" in text for text in reader.texts)
    rows = MarkdownIt("commonmark").enable("table").render(page.to_markdown())
    assert "&lt;script&gt;alert('x')&lt;/script&gt;\\udcff x|y" in rows


def test_a_run_without_any_trial(cli):
    assert cli("empty").out == "No trial was finished.\n"
    found = json.loads(cli("empty", "first", "--json").out)
    assert [each["done"] for each in found["runs"]] == [0, 24]
    assert cli("empty", "-o", "empty.md").code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("first", "-o", "page.txt"), "should end in .html, .md, .json"),
        (("nowhere",), "'nowhere' is no run"),
        ((), "RUN"),
    ],
)
def test_what_cannot_be_compared(cli, arguments, message):
    done = cli(*arguments)
    assert done.code == 2
    assert message in done.err
