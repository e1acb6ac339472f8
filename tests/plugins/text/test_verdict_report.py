import io
import json

import pytest
from command_line import command_line
from fakes import fake_registry
from figure_fakes import figure_registry

from fracorr import ConfigurationError, Experiment, open_run, run, verdict
from fracorr_text.verdict_report import VerdictReport

CHAINS = ["none", "halve", "halve:factor=0.25"]


@pytest.fixture(scope="module")
def registry():
    return fake_registry(installed=True)


def carried_out(registry, folder=None, reporter="verdict", **changes):
    values = {"kernels": "dots", "transforms": CHAINS, "scenes": "spots:n=4", "methods": "peak", "engine": "serial"}
    output = io.StringIO()
    done = run(Experiment(**{**values, "reporters": reporter, **changes}), out=folder, output=output, registry=registry)
    return done, output.getvalue()


def test_the_verdict_is_printed_and_written(registry, tmp_path):
    done, printed = carried_out(registry, tmp_path)
    assert done.reporter_failures == []
    # The method always finds the spot, whatever the kernel: 2 kernels on 4 scenes, and no difference.
    for chain in CHAINS[1:]:
        assert f"On 2 kernels × 4 scenes, '{chain}' hits 100.0 % against 100.0 % of 'none'" in printed
    data = json.loads((tmp_path / "verdict.json").read_text(encoding="utf-8"))
    assert (data["trials"], data["planned"]) == (24, 24)
    assert data["sentence"] + "\n" == printed
    text = (tmp_path / "verdict.md").read_text(encoding="utf-8")
    assert text.startswith("# Verdict\n")
    assert all(f"**{line}**" in text for line in printed.splitlines())


def test_without_a_folder_it_is_printed_only(registry):
    done, printed = carried_out(registry)
    assert done.reporter_failures == []
    assert printed.count("difference 0.0 points") == 2


def test_the_verdict_does_not_depend_on_the_order_of_the_trials(registry, tmp_path):
    more = figure_registry()
    _, in_order = carried_out(more, tmp_path / "a")
    _, shuffled = carried_out(more, tmp_path / "b", engine="shuffled:seed=5")
    assert shuffled == in_order
    assert (tmp_path / "a" / "verdict.json").read_bytes() == (tmp_path / "b" / "verdict.json").read_bytes()


def test_controls_and_claims_are_chosen(registry):
    _, printed = carried_out(registry, reporter="verdict:compared=[halve],controls=['half=halve:factor*']")
    assert printed.count("\n") == 1
    assert "'halve' hits" in printed


def test_chains_may_be_written_as_people_do(tmp_path):
    # The value of a main parameter stands alone in the plan: 'ifs:terdragon'.
    done, _ = carried_out(
        figure_registry(),
        tmp_path,
        kernels="gabor:size=24",
        transforms=["none", "halve:factor=0.25", "ifs:preset=terdragon"],
        reporter="verdict:controls=['the ifs=ifs:preset=terdragon']",
    )
    assert done.reporter_failures == []
    (claim,) = json.loads((tmp_path / "verdict.json").read_text(encoding="utf-8"))["claims"]
    assert claim["contrast"]["compared"] == "halve:factor=0.25"
    assert [each["contrast"]["baseline"] for each in claim["controls"]] == ["ifs:terdragon"]


def test_an_interrupted_run_has_a_preliminary_verdict(tmp_path):
    done, printed = carried_out(figure_registry(), tmp_path, engine="broken:after=9")
    assert done.interrupted
    assert printed.startswith("Preliminary: 9 of 24 trials are done.\nOn ")
    assert json.loads((tmp_path / "verdict.json").read_text(encoding="utf-8"))["trials"] == 9


def test_where_everything_fails_there_is_no_verdict(registry, tmp_path):
    _, printed = carried_out(registry, tmp_path, methods="raises")
    assert printed == "No verdict: no trial on a scene with a known target has a result (24 failed).\n"
    assert not (tmp_path / "verdict.md").exists()


def test_a_chain_that_always_fails_is_named(registry):
    _, printed = carried_out(registry, transforms=["none", "halve", "raises"])
    assert "Not compared, because no kernel and scene has a result of both: 'raises'." in printed
    assert "8 trials failed and are left out." in printed.splitlines()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reporter": "verdict:orbit"}, "there is no chain 'orbit' to compare with"),
        ({"transforms": "none"}, "the experiment has only one, 'none'"),
        ({"transforms": "halve"}, "the experiment has only one, 'halve'"),
        ({"reporter": "verdict:controls=['half=halve*']"}, "there is no other chain to compare"),
        ({"reporter": "verdict:compared=[ifs*]"}, r"no chain is 'ifs\*'"),
    ],
)
def test_what_cannot_be_judged_is_refused_before_anything_is_written(registry, tmp_path, changes, message):
    with pytest.raises(ConfigurationError, match=f"^reporters: .*{message}"):
        carried_out(registry, tmp_path / "run", **changes)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
def test_the_command_line_refuses_it_as_a_mistake_of_usage(capsys, monkeypatch, tmp_path, more):
    monkeypatch.chdir(tmp_path)
    chosen = ("-k", "disc:size=16", "-t", "none", "-s", "samples:coins", "-m", "tm_sqdiff", "--engine", "serial")
    done = command_line(capsys, monkeypatch, "run", *chosen, "-r", "table", "-r", "verdict", *more)
    assert (done.code, done.out) == (2, "")
    assert (
        done.err.strip()
        .splitlines()[-1]
        .startswith("fracorr: error: command line: reporters: a verdict compares chains")
    )
    assert not list(tmp_path.iterdir())


def test_what_is_there_is_not_reported_by_a_verdict_that_cannot_be(registry, tmp_path):
    carried_out(registry, tmp_path, reporter="json", transforms="none")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ConfigurationError, match="only one, 'none'"):
        open_run(tmp_path).report("verdict", registry=registry)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("options", [{"controls": ("silhouette",)}, {"smallest": 0.0}, {"level": 1.0}])
def test_options_that_make_no_sense(options):
    with pytest.raises(ConfigurationError):
        VerdictReport(**options)


def test_the_store_gives_the_same_verdict(registry, tmp_path):
    _, printed = carried_out(registry, tmp_path)
    assert verdict(open_run(tmp_path).rows()).sentence + "\n" == printed
