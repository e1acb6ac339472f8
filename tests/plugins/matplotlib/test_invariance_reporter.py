import io
import json

import pytest
from figure_fakes import figure_registry, texts_in

from fracorr import Experiment, images, run

PLANTED = "planted:kernel='gallery:face,size=24',angles=0..315:8,scales=0.5..2:3,backgrounds=[gray],size=[90,80]"


@pytest.fixture(scope="module")
def registry():
    return figure_registry()


def drawn(registry, folder, **changes):
    values = {
        "kernels": "own",
        "transforms": ["none", "halve"],
        "scenes": PLANTED,
        "methods": ["tm_ccoeff_normed", "tm_sqdiff"],
        "reporters": "invariance",
        "engine": "serial",
    }
    output = io.StringIO()
    done = run(Experiment(**{**values, **changes}), out=folder, output=output, registry=registry)
    assert done.reporter_failures == []
    return output.getvalue()


def test_a_figure_for_each_method_and_the_numbers(registry, tmp_path):
    drawn(registry, tmp_path)
    folder = tmp_path / "invariance"
    names = {f"{method}.{kind}" for method in ("tm_ccoeff_normed", "tm_sqdiff") for kind in ("png", "svg")}
    assert {path.name for path in folder.iterdir()} == names | {"invariance.json"}
    data = json.loads((folder / "invariance.json").read_text(encoding="utf-8"))
    assert [(each["chain"], each["method"]) for each in data] == [
        (chain, method) for chain in ("none", "halve") for method in ("tm_ccoeff_normed", "tm_sqdiff")
    ]
    plain = data[0]
    assert plain["rotation"]["at"] == list(range(0, 360, 45))
    assert plain["scale"]["at"] == [0.5, 1.0, 2.0]
    assert plain["rotation"]["hit_rate"][0] == 1.0
    assert plain["rotation"]["response"][0] == 1.0  # a correlation is highest where the kernel is as it was cut
    # A correlation coefficient does not see that the kernel is half as bright.
    assert data[2]["rotation"]["hit_rate"] == plain["rotation"]["hit_rate"]
    # Two curves each, so that the areas are told four times for every chain.
    words = texts_in(folder / "tm_ccoeff_normed.svg")
    assert {"Invariance of tm_ccoeff_normed", "none", "halve", "rotation of the target"} <= set(words)
    assert words.count(f"{plain['rotation']['response_index']:.2f}") >= 1


def test_with_one_chain_the_methods_share_a_figure(registry, tmp_path):
    drawn(registry, tmp_path, transforms="none")
    names = {path.name for path in (tmp_path / "invariance").iterdir()}
    assert names == {"none.png", "none.svg", "invariance.json"}
    words = set(texts_in(tmp_path / "invariance" / "none.svg"))
    assert {"Invariance of the plain kernel", "tm_ccoeff_normed", "tm_sqdiff"} <= words


def test_the_picture_has_something_on_it_and_margins(registry, tmp_path):
    drawn(registry, tmp_path, methods="tm_sqdiff")
    pixels = images.read(tmp_path / "invariance" / "tm_sqdiff.png").pixels
    assert pixels.std() > 0.05
    assert (pixels[[0, 0, -1, -1], [0, -1, 0, -1]] == 1).all()
    # Nothing is cut off at the edges.
    assert (pixels[:4] == 1).all()
    assert (pixels[:, :4] == 1).all()
    assert (pixels[:, -4:] == 1).all()


def test_the_same_run_draws_the_same_whatever_the_order(registry, tmp_path):
    drawn(registry, tmp_path / "a", methods="tm_sqdiff")
    drawn(registry, tmp_path / "b", methods="tm_sqdiff", engine="shuffled:seed=3")
    first, second = ({p.name: p.read_bytes() for p in (tmp_path / name / "invariance").iterdir()} for name in "ab")
    assert first == second


def test_many_chains_go_on_another_page(registry, tmp_path):
    chains = ["none", *(f"halve:factor={factor}" for factor in (0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9))]
    scenes = PLANTED.replace("0..315:8", "0..270:4").replace(",scales=0.5..2:3", "")
    drawn(registry, tmp_path, transforms=chains, scenes=scenes, methods="tm_sqdiff")
    names = {path.name for path in (tmp_path / "invariance").iterdir()}
    assert {"tm_sqdiff--page-1.svg", "tm_sqdiff--page-2.png"} <= names
    assert "scale of the target" not in texts_in(tmp_path / "invariance" / "tm_sqdiff--page-1.svg")


def test_targets_that_do_not_differ_give_no_figure(registry, tmp_path):
    said = drawn(registry, tmp_path, scenes="spots", kernels="dots", methods="peak")
    assert said.startswith("No curves of invariance: the targets differ neither in angle nor in scale")
    assert not (tmp_path / "invariance").exists()


def test_the_figure_says_which_trials_it_is_made_of(registry, tmp_path):
    drawn(registry, tmp_path, methods="tm_sqdiff")
    words = texts_in(tmp_path / "invariance" / "tm_sqdiff.svg")
    # Eight angles and two further scales, under both chains.
    assert "Over rotation: 16 trials; left out: 4 with the target at another scale." in words
    assert "Over scale: 6 trials; left out: 14 with the target turned otherwise." in words


def test_scenes_with_several_targets_give_no_figure(registry, tmp_path):
    said = drawn(
        registry, tmp_path, scenes="faces:faces=2,cells=[3,2],sizes=[24,24],angles=[0,90]", methods="tm_sqdiff"
    )
    assert said.startswith("No curves of invariance: only scenes with exactly one target count")
