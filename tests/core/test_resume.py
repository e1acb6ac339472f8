"""Going on with a run, in this process."""

import json
import subprocess
import sys

import pytest
from counted_method import Counted, counted
from fakes import BreakingEngine, Peak, fake_registry, offering, spec

from fracorr import ConfigurationError, Experiment, PluginError, open_run, run
from fracorr.errors import OutputError
from fracorr.files import replacing, writable_folder
from fracorr.locking import sole_writer
from fracorr.manifest import Manifest
from fracorr.plan import make_plan
from fracorr.running import execute


@pytest.fixture(autouse=True)
def _from_zero():
    Counted.calls, Counted.fails = 0, False


def registry(version="1.2", *more):
    return fake_registry(counted(version), *more, installed=True)


def experiment(**changes):
    values = {"kernels": "dots", "transforms": ["none", "halve"], "scenes": "spots", "methods": "counted"}
    return Experiment(**{**values, "engine": "serial", **changes})


def interrupted(folder, after=3, **changes):
    def interrupt(current, _):
        if current.done == after:
            raise KeyboardInterrupt

    done = run(experiment(**changes), out=folder, on_result=interrupt, registry=registry())
    assert (done.interrupted, done.done) == (True, after)


def test_what_is_missing_is_done_and_nothing_twice(tmp_path):
    interrupted(tmp_path)
    assert Counted.calls == 3
    new = []
    done = run(experiment(), out=tmp_path, on_result=lambda _, each: new.append(each.trial.number), registry=registry())
    assert (done.done, done.resumed, Counted.calls, new) == (8, 3, 8, [3, 4, 5, 6, 7])
    assert not done.interrupted
    again = run(experiment(), out=tmp_path, registry=registry())
    assert (again.done, again.resumed, Counted.calls) == (8, 8, 8)
    assert [tally.to_dict() for tally in again.arms.values()] == [tally.to_dict() for tally in done.arms.values()]


def test_the_reporters_are_told_of_all_trials(tmp_path):
    interrupted(tmp_path, reporters=["json", "recorder"])
    assert len(json.loads((tmp_path / "results.json").read_text())["trials"]) == 3
    done = run(experiment(reporters=["json", "recorder"]), out=tmp_path, registry=registry())
    whole = run(experiment(), registry=registry())
    recorder = done.plan.reporters[1].instance
    assert recorder.seen[0] == "begin"
    assert [each.trial.number for each in recorder.seen[1:-1]] == list(range(8))
    report = json.loads((tmp_path / "results.json").read_text())
    assert len(report["trials"]) == 8
    times = ("mean_seconds",)
    for mine, theirs in zip(report["run"]["arms"], whole.to_dict()["arms"], strict=True):
        assert {k: v for k, v in mine.items() if k not in times} == {k: v for k, v in theirs.items() if k not in times}


def test_other_reporters_and_another_engine_make_no_other_run(tmp_path):
    interrupted(tmp_path)
    done = run(experiment(reporters="json", engine="serial:time_limit=60"), out=tmp_path, registry=registry())
    assert (done.done, done.resumed) == (8, 3)


def test_failed_trials_stay_unless_they_are_to_be_tried_again(tmp_path):
    Counted.fails = True
    assert run(experiment(), out=tmp_path, registry=registry()).failed == 8
    Counted.fails = False
    kept = run(experiment(), out=tmp_path, registry=registry())
    assert (kept.failed, kept.resumed, Counted.calls) == (8, 8, 8)
    (failure,) = kept.failures
    assert failure.message.startswith("not today (")
    tried = run(experiment(), out=tmp_path, retry_failed=True, registry=registry())
    assert (tried.failed, tried.done, tried.resumed, Counted.calls) == (0, 8, 0, 16)
    assert open_run(tmp_path).failed == 0


def test_too_many_failures_stop_the_run_and_it_goes_on_later(tmp_path):
    Counted.fails = True
    stopped = run(experiment(), out=tmp_path, max_failures=3, registry=registry())
    assert (stopped.stopped, stopped.done, stopped.failed, Counted.calls) == (True, 3, 3, 3)
    assert Manifest.read(tmp_path).sessions[-1].outcome == "stopped"
    # Only the failures of this execution count: else it would stop at once.
    again = run(experiment(), out=tmp_path, max_failures=3, registry=registry())
    assert (again.stopped, again.done) == (True, 6)
    Counted.fails = False
    done = run(experiment(), out=tmp_path, registry=registry())
    assert (done.stopped, done.done, done.failed) == (False, 8, 6)
    with pytest.raises(ConfigurationError, match="max_failures must be 1 or more, not 0"):
        run(experiment(), max_failures=0, registry=registry())
    with pytest.raises(ConfigurationError, match="max_failures must be 1 or more, not 'few'"):
        run(experiment(), max_failures="few", registry=registry())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seed": 5}, r"holds another experiment's run; choose another folder \(seed: 0 there, 5 here\)"),
        ({"transforms": "none"}, r"\(transforms: none halve there, none here\)"),
    ],
)
def test_another_experiment_is_refused_with_what_differs(changes, message, tmp_path):
    interrupted(tmp_path)
    before = (tmp_path / "trials.sqlite").read_bytes()
    with pytest.raises(ConfigurationError, match=message):
        run(experiment(**changes), out=tmp_path, registry=registry())
    assert (tmp_path / "trials.sqlite").read_bytes() == before
    assert Counted.calls == 3


def test_other_versions_are_refused_with_what_differs(tmp_path):
    interrupted(tmp_path)
    with pytest.raises(
        ConfigurationError,
        match=r"made with other versions \(counted-distribution 1.2 there, 1.3 here\); install those",
    ):
        run(experiment(), out=tmp_path, registry=registry("1.3"))
    # A plugin that the experiment does not use may change.
    other = offering("other", spec("other", Peak), hook="fracorr_correlation_methods", distribution="other")
    assert run(experiment(), out=tmp_path, registry=registry("1.2", other)).done == 8


def test_a_run_is_read_back_without_computing_anything(tmp_path):
    interrupted(tmp_path, after=5)
    stored = open_run(tmp_path)
    assert (stored.done, stored.failed, stored.total, stored.state) == (5, 0, 8, "interrupted")
    assert [row["number"] for row in stored.rows()] == [0, 1, 2, 3, 4]
    assert all(row["hit"] is True and row["centre_error"] == 0 for row in stored.rows())
    results = list(stored.results(registry()))
    assert [each.trial.number for each in results] == [0, 1, 2, 3, 4]
    told = stored.report("json", registry=registry())
    assert (told.done, told.reporter_failures) == (5, [])
    assert len(json.loads((tmp_path / "results.json").read_text())["trials"]) == 5
    assert Counted.calls == 5
    run(experiment(), out=tmp_path, registry=registry())
    assert (stored.done, stored.state) == (8, "finished")


def test_what_other_versions_made_is_read_but_not_taken_for_theirs(tmp_path):
    interrupted(tmp_path)
    stored = open_run(tmp_path)
    for read in (
        lambda: list(stored.results(registry("1.3"))),
        lambda: stored.report("json", registry=registry("1.3")),
    ):
        with pytest.raises(ConfigurationError, match=r"other versions \(counted-distribution 1.2 there, 1.3 here\)"):
            read()
    assert len(list(stored.rows())) == 3


def test_a_reporter_that_fails_while_reporting_again_is_named(tmp_path):
    interrupted(tmp_path)
    told = open_run(tmp_path).report(["raises", "recorder"], registry=registry())
    assert [failure.step for failure in told.reporter_failures] == ["reporter 'raises'"]
    assert len(told.plan.reporters[1].instance.seen) == 2 + 3


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match=r"is no run: there is no manifest.json in it"):
        open_run(tmp_path)
    (tmp_path / "manifest.json").write_text('{"trials": 3}')
    with pytest.raises(
        ConfigurationError, match=r"manifest.json' cannot be read; it is damaged or from another version"
    ):
        open_run(tmp_path)


def test_the_manifest_says_with_what_and_when(tmp_path):
    interrupted(tmp_path)
    run(experiment(), out=tmp_path, registry=registry())
    manifest = Manifest.read(tmp_path)
    assert manifest.trials == 8
    assert manifest.versions["counted-distribution"] == manifest.versions["fake-distribution"] == "1.2"
    assert {"fracorr", "counted-distribution", "fake-distribution"} == set(manifest.versions)
    assert [(each.outcome, each.done) for each in manifest.sessions] == [("interrupted", 3), ("finished", 8)]
    assert all(each.finished >= each.started for each in manifest.sessions)
    assert {"numpy", "opencv-python", "python"} <= set(manifest.libraries)
    assert manifest.machine["cores"] >= 1


def test_a_run_that_breaks_keeps_what_was_finished_and_says_how_to_go_on(tmp_path):
    breaking = offering("engines", spec("breaking", BreakingEngine), hook="fracorr_engines")
    plan = make_plan(experiment(engine="breaking", methods="peak"), fake_registry(breaking))
    told = rf"no more \(fakes.py, line \d+, in execute\); what was finished is kept; .*: fracorr resume {tmp_path}"
    with pytest.raises(PluginError, match=told):
        execute(plan, out=tmp_path)
    assert open_run(tmp_path).done == 1
    assert run(experiment(methods="peak"), out=tmp_path, registry=fake_registry()).done == 8


def test_half_written_files_of_a_killed_run_are_removed(tmp_path):
    interrupted(tmp_path)
    (tmp_path / "figures").mkdir()
    # Written, and then killed: the child leaves at once, as after kill -9.
    leave = (
        "import os, sys; from fracorr.files import replacing; replacing(sys.argv[1]).__enter__().touch(); os._exit(0)"
    )
    for file in (tmp_path / "results.json", tmp_path / "figures" / "sheet"):
        subprocess.run([sys.executable, "-c", leave, file], check=True)
    assert len(list(tmp_path.rglob(".*-part*"))) == 2
    mine = [tmp_path / ".notes-20240131.txt", tmp_path / "figures" / "sheet-00000000.png"]
    for file in mine:
        file.write_text("…")
    run(experiment(), out=tmp_path, registry=registry())
    assert list(tmp_path.rglob(".*-part*")) == []
    assert [file.exists() for file in mine] == [True, True]


def test_what_a_run_in_a_folder_below_is_writing_stays(tmp_path):
    interrupted(tmp_path)
    below = tmp_path / "runs" / "other"
    with sole_writer(writable_folder(below)), replacing(below / "results.json") as half:
        half.touch()
        run(experiment(), out=tmp_path, registry=registry())
        assert half.exists()
    assert (below / "results.json").exists()


def test_a_folder_that_nothing_was_kept_in_is_not_to_be_resumed(tmp_path):
    (tmp_path / "file").write_text("…")
    with pytest.raises(OutputError, match="is a file, not a folder$"):
        run(experiment(), out=tmp_path / "file", registry=registry())


def suspected(folder):
    """Leave what a process leaves that died of its fourth trial."""
    interrupted(folder)
    trial = list(make_plan(experiment(), registry()).trials())[3]
    (folder / ".trial-at-hand").write_text(trial.identity)


def test_a_suspect_that_was_not_tried_stays_one(tmp_path, monkeypatch):
    suspected(tmp_path)

    def interrupted_at_once(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("fracorr.isolation.run_isolated", interrupted_at_once)
    done = run(experiment(), out=tmp_path, registry=registry())
    assert (done.interrupted, done.done) == (True, 3)
    assert (tmp_path / ".trial-at-hand").exists()


def test_a_suspect_that_no_other_process_can_carry_out_is_carried_out_here(tmp_path):
    # This registry is made by hand: another process does not know what is in it.
    suspected(tmp_path)
    done = run(experiment(), out=tmp_path, registry=registry())
    assert (done.done, done.resumed, done.failed) == (8, 3, 0)
    assert not (tmp_path / ".trial-at-hand").exists()
