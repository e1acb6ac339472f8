"""The reporters csv, markdown, json and table: what they write is read by other programs, whatever it is called."""

import csv
import errno
import io
import json
import pathlib
import re

import pytest
from fakes import Raises
from figure_fakes import AWKWARD_NAMES, figure_registry
from markdown_it import MarkdownIt
from scipy.stats import binomtest

from fracorr import ConfigurationError, Experiment, open_run, run
from fracorr.exporting import write_csv
from fracorr_text.table import Table

VALUES = {"kernels": "dots", "transforms": ["none", "halve"], "scenes": "spots", "methods": "peak", "engine": "serial"}
AWKWARD = {"kernels": "awkward", "scenes": "awkward:n=3", "transforms": "none"}


def carried_out(folder, reporter, registry=None, **changes):
    output = io.StringIO()
    experiment = Experiment(**{**VALUES, "reporters": reporter, **changes})
    done = run(experiment, out=folder, output=output, registry=registry or figure_registry())
    assert done.reporter_failures == []
    return done, output.getvalue()


def read(path):
    """A Markdown page as text by kind: headings, paragraphs, items and rows of cells, read by another library."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(path.read_text(encoding="utf-8"))
    pieces = {"h1": [], "h2": [], "p": [], "li": [], "rows": [], "fences": []}
    above = []
    for token in tokens:
        if token.type == "fence":
            pieces["fences"].append(token.content)
        elif token.type == "html_block":
            raise AssertionError(f"HTML in the page: {token.content}")
        elif token.type == "tr_open":
            pieces["rows"].append([])
        elif token.type == "inline":
            assert {each.type for each in token.children} <= {
                "text",
                "text_special",
                "code_inline",
                "strong_open",
                "strong_close",
            }
            text = "".join(each.content for each in token.children)
            if above[-1] in ("th", "td"):
                pieces["rows"][-1].append(text)
            else:
                pieces["li" if "li" in above else above[-1]].append(text)
        if token.nesting > 0:
            above.append(token.tag)
        elif token.nesting < 0:
            above.pop()
    return pieces


def shown(name):
    """A name in one line, with bytes that are no letters written out."""
    return re.sub(r"[\x00-\x1f]+", " ", name.encode("utf-8", "backslashreplace").decode()).strip()


def test_csv_has_a_row_for_each_trial_and_the_columns_of_the_export(tmp_path):
    done, _ = carried_out(tmp_path, "csv")
    exported = io.StringIO(newline="")
    write_csv(open_run(tmp_path).rows(), exported)
    assert (tmp_path / "results.csv").read_text(encoding="utf-8") == exported.getvalue()
    rows = list(csv.DictReader(io.StringIO(exported.getvalue())))
    assert len(rows) == len(done.plan) == 8
    assert {row["best_x"] for row in rows} != {""}


def test_csv_rows_come_as_the_trials_end(tmp_path):
    carried_out(tmp_path, "csv:name=shuffled.csv", engine="shuffled:seed=3")
    with (tmp_path / "shuffled.csv").open(newline="", encoding="utf-8") as file:
        numbers = [int(row["number"]) for row in csv.DictReader(file)]
    assert numbers != sorted(numbers)
    assert sorted(numbers) == list(range(8))


@pytest.mark.parametrize("reporter", ["csv", "json"])
def test_a_file_that_cannot_even_be_begun_says_why(tmp_path, monkeypatch, reporter):
    real = pathlib.Path.open

    def guarded(path, mode="r", *more, **options):
        if mode == "w":
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, mode, *more, **options)

    carried_out(tmp_path, "recorder")
    monkeypatch.setattr(pathlib.Path, "open", guarded)
    (failure,) = open_run(tmp_path).report(reporter, registry=figure_registry()).reporter_failures
    assert (failure.error, failure.message) == (
        "OutputError",
        f"'{tmp_path / f'results.{reporter}'}' cannot be written: Permission denied",
    )


def test_csv_of_awkward_names_is_read_back(tmp_path):
    carried_out(tmp_path, "csv", **AWKWARD)
    with (tmp_path / "results.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    expected = {name.encode("utf-8", "backslashreplace").decode() for name in AWKWARD_NAMES}
    assert {row["kernel"] for row in rows} == expected
    assert all(None not in row and row["method"] == "peak" for row in rows)


def test_a_failed_trial_has_a_row_too(tmp_path):
    carried_out(tmp_path, "csv", transforms=["none", "raises"])
    with (tmp_path / "results.csv").open(newline="", encoding="utf-8") as file:
        failed = {row["chain"]: row["failure_message"] for row in csv.DictReader(file)}
    place = f"(fakes.py, line {Raises.apply.__code__.co_firstlineno + 1}, in apply)"
    assert failed == {"none": "", "raises": f"the <b>transform</b> broke {place}"}


def test_markdown_has_the_arms_with_intervals(tmp_path):
    done, _ = carried_out(tmp_path, "markdown:title='Do dots | find *spots*?'", methods=["peak", "beyond"])
    page = read(tmp_path / "results.md")
    assert page["h1"] == ["Do dots | find *spots*?"]
    assert page["h2"] == ["Arms", "Repeat it"]
    headings, *rows = page["rows"]
    assert [row[:2] for row in rows] == [[arm.chain, arm.method] for arm in done.plan.arms]
    for row, tally in zip(rows, done.arms.values(), strict=True):
        cells = dict(zip(headings, row, strict=True))
        interval = binomtest(tally.hits, tally.on_targets).proportion_ci(0.95, method="wilson")
        assert cells["hits"] == f"{tally.hits} of {tally.on_targets}"
        assert cells["95 % interval"] == f"{100 * interval.low:.1f}–{100 * interval.high:.1f} %"
    (toml,) = page["fences"]
    assert toml.rstrip() == done.experiment.to_toml().rstrip()


def test_markdown_repeats_the_verdict_of_this_very_state(tmp_path):
    carried_out(tmp_path, ["verdict", "markdown"])
    sentence = json.loads((tmp_path / "verdict.json").read_text())["sentence"]
    assert sentence in read(tmp_path / "results.md")["p"]
    (tmp_path / "verdict.json").write_text(json.dumps({"sentence": "An old verdict.", "trials": 3}))
    open_run(tmp_path).report("markdown", registry=figure_registry())
    assert "An old verdict" not in (tmp_path / "results.md").read_text()


def test_markdown_names_what_failed_as_text(tmp_path):
    carried_out(tmp_path, "markdown", transforms=["none", "raises"])
    page = read(tmp_path / "results.md")
    assert page["h2"] == ["Arms", "Failures", "Repeat it"]
    assert len(page["li"]) == 1
    assert "RuntimeError: the <b>transform</b> broke" in page["li"][0]


@pytest.mark.parametrize(
    "name", [*AWKWARD_NAMES, "a|b", "`a|b`", "a\\|b", "a\\", "```\n# no heading", "[x](y)", "&lt;"]
)
def test_markdown_shows_any_name_as_it_is(tmp_path, name):
    from fracorr import markdown

    rows = [[markdown.code(name), markdown.plain(name), "1"]]
    text = markdown.table(("one", "two", "three"), rows, numbers_from=2)
    (tmp_path / "page.md").write_text(f"# {markdown.plain(name)}\n\n{text}\n\n{markdown.block(shown(name))}\n")
    page = read(tmp_path / "page.md")
    assert page["h1"] == [shown(name)]
    assert page["rows"] == [["one", "two", "three"], [shown(name), shown(name), "1"]]
    assert page["fences"] == [shown(name) + "\n"]


def test_a_page_and_a_table_of_nothing(tmp_path):
    _, printed = carried_out(tmp_path, ["markdown", "table:by=[kernel]"], engine="broken:after=0")
    assert printed == "No trial was finished.\n"
    page = read(tmp_path / "results.md")
    assert (page["h2"], page["rows"]) == (["Repeat it"], [])
    assert page["p"][0].startswith("0 of 8 trials, interrupted")


def cells_of(printed):
    return [
        [cell.strip() for cell in line.strip("│┃\n").replace("┃", "│").split("│")]
        for line in printed.splitlines()
        if line[0] in "│┃"
    ]


def test_a_table_split_by_kernel_and_source(tmp_path):
    scenes = ["spots:n=3", "spots:n=4"]
    done, _ = carried_out(tmp_path, "csv", scenes=scenes, kernels="dots:n=3")
    printed = io.StringIO()
    reporter = "table:by=[kernel,scene_source]"
    again = open_run(tmp_path).report(reporter, output=printed, registry=figure_registry())
    assert again.reporter_failures == []
    headings, *rows = cells_of(printed.getvalue())
    assert headings[:4] == ["kernel", "scene source", "transform", "method"]
    expected = [
        [f"dot-{kernel}", source, chain, "peak", f"{count} of {count}"]
        for source, count in (("spots:n=3", 3), ("spots:n=4", 4))
        for kernel in range(3)
        for chain in ("none", "halve")
    ]
    assert [row[:5] for row in rows] == expected
    assert sum(count for _, _, _, _, hits in expected for count in [int(hits[0])]) == len(done.plan)


def test_a_split_table_does_not_depend_on_the_order_of_the_results(tmp_path):
    def lines(engine):
        printed = carried_out(tmp_path / engine[:4], "table:by=[scene,kernel_source]", engine=engine)[1]
        return [row[:6] for row in cells_of(printed)]

    assert lines("serial") == lines("shuffled:seed=4")


def test_a_split_table_says_how_many_lines_are_left_out(tmp_path):
    printed = carried_out(tmp_path, "table:limit=3,by=[scene,kernel]")[1]
    assert "… and 5 more lines (table:limit=8 shows them)" in printed
    assert len(cells_of(printed)) == 1 + 3


def test_awkward_names_in_a_split_table_stay_in_their_cells(tmp_path):
    printed = carried_out(tmp_path, "table:by=[kernel]", **AWKWARD)[1]
    rows = cells_of(printed)
    # The arms, and the places found on the scenes without a target.
    assert [len(row) for row in rows] == sorted((len(row) for row in rows), reverse=True)
    assert {len(row) for row in rows} == {9, 7}
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202a-\u202e]", printed)
    assert "\\udcff" in printed


def test_places_are_listed_for_the_scenes_without_a_target(tmp_path):
    done, printed = carried_out(tmp_path, "table", scenes=["spots:n=2", "awkward:n=1"])
    assert "8 on scenes with a known target, 4 on scenes without" in printed
    rows = cells_of(printed)
    assert [row[-1] for row in rows].count("score") == 1
    places = rows[[row[-1] for row in rows].index("score") + 1 :]
    expected = [result for result in results_of(tmp_path) if result["scene_source"] == "awkward:n=1"]
    assert [row[1:4] for row in places] == [[each["chain"], each["scene"], "peak"] for each in expected]
    assert [float(row[4]) for row in places] == pytest.approx([each["matches"][0]["x"] for each in expected], rel=1e-4)
    assert (len(places), len(done.plan)) == (4, 12)


def test_places_are_listed_in_the_plans_order(tmp_path):
    scenes, kernels = ["awkward:n=3", "spots:n=2"], "dots:n=8"
    _, in_order = carried_out(tmp_path / "a", "table", scenes=scenes, kernels=kernels)
    _, shuffled = carried_out(tmp_path / "b", "table", scenes=scenes, kernels=kernels, engine="shuffled:seed=3")
    # Of the 32 on two scenes without a target the first 24: every kernel on one, half of them on the other.
    places = [row[:2] for row in cells_of(shuffled)[-24:]]
    one = [[f"dot-{number}", chain] for number in range(8) for chain in ("none", "halve")]
    assert places == one + one[:8]
    assert [row[:6] for row in cells_of(in_order)[-24:]] == [row[:6] for row in cells_of(shuffled)[-24:]]


def test_without_any_target_there_are_no_columns_about_hits(tmp_path):
    _, printed = carried_out(tmp_path, ["table", "markdown"], scenes=["awkward:n=1"])
    assert cells_of(printed)[0] == ["transform", "method", "ms per trial", "failed"]
    page = read(tmp_path / "results.md")
    assert page["rows"][0] == ["transform", "method", "ms per trial", "failed"]
    assert [row[:2] for row in page["rows"][1:]] == [["none", "peak"], ["halve", "peak"]]
    assert any(each.startswith("No scene has a known target") for each in page["p"])


def test_where_all_places_score_alike_the_rank_is_a_tie(tmp_path):
    # The correlation coefficient of a kernel of one gray is 0 everywhere; the other method finds the spot.
    chosen = {"kernels": "flat:width=3", "transforms": "none", "methods": ["tm_ccoeff_normed", "peak"]}
    _, printed = carried_out(tmp_path, ["table", "markdown", "html"], **chosen)
    headings, *rows = cells_of(printed)
    assert [(row[1], row[headings.index("median rank")]) for row in rows] == [
        ("tm_ccoeff_normed", "tie"),
        ("peak", "1"),
    ]
    assert "; tie: all places score alike" in printed
    headings, *rows = read(tmp_path / "results.md")["rows"]
    assert [row[headings.index("median rank")] for row in rows] == ["tie", "1"]
    assert ">tie</td>" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_only_so_many_places_are_listed(tmp_path):
    _, printed = carried_out(tmp_path, "table", scenes=["awkward:n=1"], kernels="dots:n=15")
    assert "no scene has a known target" in printed
    assert cells_of(printed)[-1][0] == "dot-11"
    assert "… and 6 more (the reporter json has all of them)" in printed


def test_kernels_of_one_name_are_told_apart_in_the_list_of_places(tmp_path):
    _, printed = carried_out(tmp_path, "table", scenes=["awkward:n=1"], kernels=["flat:width=3", "flat:width=5"])
    assert [row[0] for row in cells_of(printed)[-4:]] == 2 * ["flat (flat:width=3)"] + 2 * ["flat (flat:width=5)"]


def test_targets_on_which_everything_failed_are_not_said_to_be_missing(tmp_path):
    _, printed = carried_out(tmp_path, "table", transforms="raises")
    assert "no scene has a known target" not in printed
    assert "score" not in printed


def results_of(folder):
    return list(open_run(folder).rows())


def test_what_arms_cannot_be_split_by_is_refused():
    with pytest.raises((ConfigurationError, ValueError), match="kernel_source"):
        Table(by=("identity",))
    with pytest.raises(ConfigurationError, match="by"):
        run(Experiment(**VALUES, reporters="table:by=[colour]"), registry=figure_registry())


@pytest.mark.parametrize("spec", ["csv:name=../x.csv", "csv:x.txt", "markdown:.md", "json:name='a/b.json'"])
def test_a_name_that_is_no_plain_file_name_is_refused(tmp_path, spec):
    with pytest.raises(ConfigurationError, match="plain file name"):
        run(Experiment(**VALUES, reporters=spec), out=tmp_path, registry=figure_registry())
