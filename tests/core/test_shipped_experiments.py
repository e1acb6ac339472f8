"""The experiments that come with fracorr can be carried out as they are written."""

import fnmatch
import functools
import importlib.resources
import pathlib

import pytest

from fracorr import Experiment
from fracorr.plan import make_plan
from fracorr.plugins import default_registry
from fracorr.resolving import resolve

FOLDER = pathlib.Path(str(importlib.resources.files("fracorr"))) / "experiments"


@functools.cache
def plan(name):
    return make_plan(Experiment.from_toml(FOLDER / f"{name}.toml"), default_registry())


@pytest.mark.parametrize("name", sorted(file.stem for file in FOLDER.glob("*.toml")))
def test_each_can_be_planned(name):
    found = plan(name)
    assert len(found) > 0
    assert found.exclusions == ()


@pytest.mark.parametrize("name", ["rotation", "similarity", "robustness"])
def test_the_benchmarks_are_understood(name):
    found = resolve(Experiment.from_toml(FOLDER / "bench" / f"{name}.toml"), default_registry())
    assert [scenes.component.name for scenes in found.scenes] == ["warps"] * len(found.scenes)
    assert [kernels.component.name for kernels in found.kernels] == ["own"]


@pytest.mark.parametrize("name", ["claim", "claim-instrument", "claim-specificity"])
def test_every_scene_of_the_claim_has_one_face(name):
    for scene in plan(name).scenes:
        assert [target.label for target in scene.truth] == ["face"]


def test_the_claims_size():
    """7 kernels in 2 sizes, 16 treatments, 50 scenes, 6 methods, as its comment says."""
    found = plan("claim")
    assert len(found) == 14 * 18 * 50 * 6 == 75_600
    assert "75 600 trials" in (FOLDER / "claim.toml").read_text()


@pytest.mark.parametrize("name", ["claim", "demo"])
def test_the_verdict_names_chains_that_are_there(name):
    found = plan(name)
    chains = {chain.spec for chain in found.chains}
    (verdict,) = (each.instance for each in found.reporters if each.component.name == "verdict")
    patterns = [each.partition("=")[2] for each in verdict.controls]
    controls = {chain for pattern in patterns for chain in chains if fnmatch.fnmatchcase(chain, pattern)}
    assert all(any(fnmatch.fnmatchcase(chain, pattern) for chain in chains) for pattern in patterns)
    assert {verdict.baseline, *verdict.compared, *controls} == chains


def test_the_mean_face_is_of_others_than_the_scenes_show():
    found = plan("claim-instrument")
    for scene in found.scenes:
        if scene.source.component.name == "faces":
            assert scene.source.instance.people == (0, 49)
    for kernels in found.kernels.values():
        assert {kernel.source.instance.people for kernel in kernels} == {(50, 99)}
