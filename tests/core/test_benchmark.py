"""``fracorr bench`` and the measuring behind it."""

import json

import numpy as np
import pytest
import skimage.data
from command_line import command_line

from fracorr import Experiment, images
from fracorr.arms import ArmTally
from fracorr.benchmark import Score, bench
from fracorr.metrics import Metrics
from fracorr.opencv import cv2
from fracorr.plan import make_plan
from fracorr.plugins import default_registry
from fracorr.running import results
from fracorr.trial import Arm, Failure, TrialResult

METHODS = ["tm_sqdiff", "tm_ccoeff_normed"]
WARPS = "warps:count=2,size=[240,180],template=[32],scales=[1,1],angles=[0,0]"


def plan_of(scenes, methods=METHODS, **more):
    return make_plan(Experiment(kernels="own", scenes=scenes, methods=methods, **more), default_registry())


# The scores


def result(seconds=1.0, failure=None, **metrics):
    return TrialResult(trial=None, metrics=Metrics(**metrics), seconds=seconds, failure=failure)


def test_medians_are_those_of_the_hits():
    score = Score("warps", ArmTally(Arm("none", "m")))
    score.add(result(2.0, hit=True, iou=0.8, centre_error=1.0, angle_error=4.0, scale_error=0.1), 0.5)
    score.add(result(8.0, hit=True, iou=0.6, centre_error=3.0, angle_error=2.0, scale_error=0.3), 0.5)
    score.add(result(4.0, hit=False, iou=0.0, centre_error=99.0, angle_error=90.0, scale_error=3.0), 0.25)
    score.add(result(failure=Failure("method 'm'", "here", "Error", "broke")), 0.5)

    assert (score.centre_error, score.angle_error, score.scale_error) == (2.0, 3.0, pytest.approx(0.2))
    assert score.seconds == 4.0
    assert score.opencv_calls == 16.0  # of 4, 16 and 16
    assert score.tally.hit_rate == pytest.approx(2 / 3)
    assert score.tally.success_auc == pytest.approx(1.4 / 3)
    data = score.to_dict()
    assert (data["scenes"], data["method"], data["failed"], data["centre_error"]) == ("warps", "m", 1, 2.0)


def test_nothing_to_measure():
    score = Score("x", ArmTally(Arm("none", "m")))
    score.add(result(failure=Failure("method 'm'", "here", "Error", "broke")), None)
    assert [score.centre_error, score.angle_error, score.scale_error, score.seconds, score.opencv_calls] == [None] * 5


def test_the_counts_are_those_of_a_run():
    plan = plan_of([WARPS, f"{WARPS},noise=10"])
    expected = {}
    for each in results(plan.experiment):
        expected.setdefault((each.trial.scene.source.spec, each.trial.arm.method), []).append(each.metrics)

    heard = []
    scores = bench(plan, heard.append)

    assert len(heard) == len(plan) == 8
    assert [(score.scenes, score.tally.arm.method) for score in scores] == list(expected)
    for score in scores:
        metrics = expected[score.scenes, score.tally.arm.method]
        assert score.tally.hits == sum(each.hit for each in metrics)
        assert score.tally.success_auc == pytest.approx(np.mean([each.iou for each in metrics]))
        assert score.centre_error == np.median([each.centre_error for each in metrics if each.hit])
        assert score.seconds > 0
        assert score.opencv_calls > 0


def test_every_trial_begins_with_nothing_prepared(monkeypatch):
    """What a trial finds in the memos of scene and kernel when its method begins."""
    found = []
    plan = plan_of(WARPS)
    for method in plan.methods:
        original = type(method.instance).correlate

        def spied(self, scene, kernel, original=original):
            found.append((len(scene.memo), len(kernel.memo)))
            return original(self, scene, kernel)

        monkeypatch.setattr(type(method.instance), "correlate", spied)

    bench(plan)

    assert found == [(0, 0)] * 4


def test_opencvs_threads_are_as_they_were():
    before = cv2.getNumThreads()
    try:
        cv2.setNumThreads(2)
        bench(plan_of(WARPS, ["tm_sqdiff"]))
        assert cv2.getNumThreads() == 2
    finally:
        cv2.setNumThreads(before)


def test_a_chain_that_fails_fails_its_trials_only():
    scores = bench(plan_of(WARPS, ["tm_sqdiff"], transforms=["none", "orbit-trap:centre=100"]))

    assert [(score.tally.arm.chain, score.tally.failed) for score in scores] == [
        ("none", 0),
        ("orbit-trap:centre=100+0i", 2),
    ]
    assert scores[1].opencv_calls is None


# The command


def test_the_table(capsys, monkeypatch):
    done = command_line(capsys, monkeypatch, "bench", "rotation", "-s", WARPS, "-m", "tm_ccoeff_normed")

    assert done.code == 0
    assert "success AUC" in done.out
    assert "× OpenCV" in done.out
    (line,) = (line for line in done.out.splitlines() if "tm_ccoeff_normed" in line)
    assert "2/2" in line


def test_the_scores_as_json(capsys, monkeypatch):
    done = command_line(capsys, monkeypatch, "bench", "robustness", "-s", WARPS, "-m", "tm_*", "--json")

    scores = json.loads(done.out)
    assert [score["method"] for score in scores][:2] == ["tm_ccoeff", "tm_ccoeff_normed"]
    assert len(scores) == 6
    assert scores[1]["hit_rate"] == 1.0
    assert scores[1]["success_auc"] > 0.9
    assert scores[1]["opencv_calls"] > 0


def test_a_file_of_ones_own(capsys, monkeypatch, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        f'kernels = ["own"]\nscenes = ["{WARPS}"]\nmethods = ["tm_sqdiff"]\ntransforms = ["none", "crop"]\n'
    )

    done = command_line(capsys, monkeypatch, "bench", file)

    assert done.code == 0
    assert "transform" in done.out
    assert "crop" in done.out


def test_pairs_of_ones_own(capsys, monkeypatch, tmp_path):
    photo = skimage.data.coffee()
    images.write(tmp_path / "pair0001_frm1_cup_1.png", photo)
    images.write(tmp_path / "pair0001_frm2_cup_2.png", np.roll(photo, (20, -30), axis=(0, 1)))
    (tmp_path / "pair0001_frm1_cup_1.txt").write_text("250,60,90,80")
    (tmp_path / "pair0001_frm1_cup_2.txt").write_text("220,80,90,80")
    monkeypatch.chdir(tmp_path.parent)

    done = command_line(capsys, monkeypatch, "bench", f"pairs:{tmp_path.name}", "-m", "tm_sqdiff", "--json")

    (score,) = json.loads(done.out)
    assert (score["hit_rate"], score["success_auc"], score["centre_error"]) == (1.0, 1.0, 0.0)


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("pairs", "the pairs are not part of fracorr; say where they are: fracorr bench pairs:FOLDER"),
        ("rotatoin", "there is no benchmark 'rotatoin'; did you mean 'rotation'?"),
        ("rotation:3", "'rotation'"),
        ("nowhere.toml", "experiment 'nowhere.toml' cannot be read"),
    ],
)
def test_what_cannot_be_measured(capsys, monkeypatch, what, message):
    done = command_line(capsys, monkeypatch, "bench", what)

    assert done.code == 2
    assert message in done.err


def test_a_method_that_breaks_is_counted(capsys, monkeypatch):
    done = command_line(capsys, monkeypatch, "bench", "rotation", "-s", "samples:moon", "-m", "tm_sqdiff")
    assert done.code == 2
    assert "scene 'moon' brings no kernel of its own" in done.err
