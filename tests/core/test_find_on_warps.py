"""Templates are found in photographs under random similarities, exactly, through the API and in experiments."""

import json
import math

import numpy as np
import pytest
from command_line import command_line

import fracorr
from fracorr.geometry import angle_difference, overlap
from fracorr_scenes.warps import Warps

RNG = np.random.default_rng(0)
#: Scenes whose template has much structure and one right place (see tests/benchmarks/find_accuracy_ambiguity.py).
CLEAR = (0, 1, 9, 12, 14, 18)


@pytest.mark.parametrize("number", CLEAR)
@pytest.mark.parametrize(
    ("scales", "conditions"),
    [((1.0, 1.0), {}), ((0.5, 2.0), {}), ((0.7, 1.4), {"noise": 15.0, "brightness": 30.0, "contrast": 0.7})],
    ids=["turned", "resized", "noisy"],
)
def test_the_truth_is_found(number, scales, conditions):
    scene = Warps(template=(64, 96), scales=scales, color=False, **conditions).scene(number)
    (target,) = scene.targets
    (match,) = fracorr.find(scene, scene.own, scales=scales)

    assert overlap(match, target) > 0.9
    assert math.hypot(match.x - target.x, match.y - target.y) < 0.5
    assert angle_difference(match.angle, target.angle) < 0.5
    assert match.scale == pytest.approx(target.scale, rel=0.01)


def test_color_scenes_and_templates():
    scene = Warps(template=(64,), scales=(0.8, 1.25)).scene(3)
    (match,) = fracorr.find(scene.pixels, scene.own.pixels, scales=(0.8, 1.25))

    assert scene.is_color
    assert overlap(match, scene.targets[0]) > 0.9


def test_another_photograph_does_not_hold_the_template():
    """The score means the same on every picture: a template that is not there scores clearly less than 0.9."""
    scenes = [Warps(template=(96,), color=False).scene(number) for number in (9, 0, 5)]
    finder = fracorr.Finder(scenes[0].own, min_score=0.9)

    assert [len(finder.find(scene)) for scene in scenes] == [1, 0, 0]


def test_warps_in_an_experiment(capsys, monkeypatch, tmp_path):
    """The scenes bring their templates along, and the experiment knows the truth."""
    done = command_line(
        capsys,
        monkeypatch,
        *("run", "-k", "own", "-s", "warps:count=2,template=[64,96],scales=[1,1],color=false", "-m", "harmonic"),
        *("--json", "--out", tmp_path / "out", "--engine", "serial"),
    )

    assert done.code == 0, done.err
    (arm,) = json.loads(done.out)["arms"]
    assert (arm["trials"], arm["hits"]) == (2, 2)
