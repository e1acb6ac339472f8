import pickle

import numpy as np
import pytest
from fakes import fake_registry
from hypothesis import given
from hypothesis import strategies as st

from fracorr import ConfigurationError, Experiment, images
from fracorr.materials import Materials
from fracorr.plan import make_plan
from fracorr.trial import Arm


def experiment(**changes):
    values = {"kernels": ["dots"], "transforms": ["none", "halve"], "scenes": ["spots"], "methods": ["peak"]}
    return Experiment(**{**values, **changes})


def test_an_experiment_file_is_read(tmp_path):
    file = tmp_path / "exp.toml"
    file.write_text('kernels = ["dots:n=3"]\ntransforms = ["none"]\nscenes = ["spots"]\nmethods = ["peak"]\nseed = 7\n')
    assert Experiment.from_toml(file) == Experiment(kernels="dots:n=3", scenes="spots", methods="peak", seed=7)
    assert Experiment.from_toml(file, {"seed": 8}).seed == 8


texts = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=30).filter(str.strip)


@given(st.lists(texts, min_size=1, max_size=3, unique=True), st.integers(0, 2**63 - 1))
def test_a_written_experiment_is_read_back(specs, seed):
    import tomllib

    before = Experiment(kernels=specs, transforms=specs, scenes=specs, methods=specs, reporters=specs, seed=seed)
    assert Experiment.from_mapping(tomllib.loads(before.to_toml())) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kernels = [", "is not valid TOML: Invalid value"),
        ('kernel = ["dots"]', "there is no key 'kernel'; did you mean 'kernels'.*Known are: kernels"),
        ('kernels = ["dots"]', "'scenes' is missing"),
        ('kernels = []\nscenes = ["spots"]\nmethods = ["peak"]', "kernels: at least one spec"),
        ('kernels = 3\nscenes = ["spots"]\nmethods = ["peak"]', "kernels: 3 is not a spec string"),
        ('kernels = [3]\nscenes = ["spots"]\nmethods = ["peak"]', "kernels: 3 is not a spec string"),
        ('kernels = ["a", "a"]\nscenes = ["spots"]\nmethods = ["peak"]', "kernels: 'a' stands there twice"),
        ('kernels = "a"\nscenes = ["spots"]\nmethods = ["peak"]\nseed = "7"', "seed: a whole number is needed"),
        ('kernels = "a"\nscenes = ["spots"]\nmethods = ["peak"]\nseed = true', "seed: a whole number is needed"),
        ('kernels = "a"\nscenes = ["spots"]\nmethods = ["peak"]\nseed = -1', "seed: it must be 0 or more"),
        ('kernels = "a"\nscenes = ["spots"]\nmethods = ["peak"]\nengine = 3', "engine: a spec string is needed"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path, text, message):
    file = tmp_path / "exp.toml"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=message) as caught:
        Experiment.from_toml(file)
    assert str(file) in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match="nowhere.toml' cannot be read: No such file"):
        Experiment.from_toml(tmp_path / "nowhere.toml")


def test_the_plan_is_the_cross_product_grouped_by_scene():
    plan = make_plan(experiment(methods=["peak", "raises"]), fake_registry())
    trials = list(plan.trials())
    assert len(plan) == len(trials) == 2 * 2 * 2 * 2
    assert [trial.scene.name for trial in trials] == ["spot-0"] * 8 + ["spot-1"] * 8
    assert len({(t.scene.name, t.kernel.name, t.chain.spec, t.method.spec) for t in trials}) == 16
    assert plan.arms == (Arm("none", "peak"), Arm("none", "raises"), Arm("halve", "peak"), Arm("halve", "raises"))


def test_globs_and_chains_are_spread_out():
    plan = make_plan(experiment(transforms=["h*+halve:factor=0.1"], methods=["[p]*"]), fake_registry())
    assert [chain.spec for chain in plan.chains] == ["halve+halve:factor=0.1"]
    assert [method.spec for method in plan.methods] == ["peak"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"sweep": ("dots.n",)}, "sweep: a table is needed"),
        ({"sweep": {3: [1]}}, "sweep: 3 does not name a parameter"),
        ({"sweep": {"dots.n": {1, 2}}}, "sweep.dots.n: a list of values is needed; a set has no order"),
        ({"folder": 3}, "folder: a path is needed, not 3"),
        ({"reporters": {3: {}}}, "reporters: the name of a component is needed, not 3"),
    ],
)
def test_values_of_types_that_no_file_can_hold(values, message):
    with pytest.raises(ConfigurationError, match=message):
        Experiment(kernels="dots", scenes="spots", methods="peak", **values)


def test_a_seed_may_be_a_number_of_numpy():
    seeded = Experiment(kernels="dots", scenes="spots", methods="peak", seed=np.int64(3))
    assert "seed = 3" in seeded.to_toml().splitlines()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kernels": "dot"}, "no kernel source 'dot'; did you mean 'dots'"),
        ({"transforms": "halve:facto=3"}, "'halve' has no parameter 'facto'; did you mean 'factor'"),
        ({"transforms": "halve:factor=x"}, "factor='x' is not right: it takes a number"),
        ({"methods": "tm_*"}, "no method matches 'tm_.'; there are: peak, raises, wrong"),
        ({"methods": ["p*", "peak"]}, "methods: 'peak' is selected twice"),
        ({"engine": "cluster"}, "no engine 'cluster'"),
        ({"kernels": "raises"}, "kernel source 'raises' .*failed: RuntimeError: the source broke"),
        ({"kernels": "wrong"}, "kernel source 'wrong' .*yields ndarray, not Kernel"),
        ({"scenes": "raises"}, "scene source 'raises' .*failed: RuntimeError: the scenes broke"),
        ({"scenes": "spots:n=0"}, "scene source 'spots' .*yields nothing"),
    ],
)
def test_a_plan_that_cannot_be_made_says_why(changes, message):
    with pytest.raises(Exception, match=message) as caught:
        make_plan(experiment(**changes), fake_registry())
    assert caught.value.exit_code in (2, 3)


def test_a_kernel_larger_than_its_scene_is_refused_unless_the_method_can_cope():
    big = experiment(kernels="dots:size=35", transforms=["none"])
    assert len(make_plan(big, fake_registry())) == 4  # "peak" says any_size
    with pytest.raises(ConfigurationError, match="kernel 'dot-0' is 35×35 px, larger than scene 'spot-0' with 40×30"):
        make_plan(experiment(kernels="dots:size=35", transforms=["none"], methods=["raises"]), fake_registry())


def test_a_kernel_that_is_too_large_is_refused_with_a_spec_that_fits():
    changes = {"transforms": ["none"], "methods": ["raises"]}
    with pytest.raises(ConfigurationError) as caught:
        make_plan(experiment(kernels="dots:n=1,size=35", **changes), fake_registry())
    mended, _, rest = str(caught.value).partition("make the kernel smaller, such as 'dots:")[2].partition("'")
    assert rest == ", or leave the scene out by naming the others one by one in place of 'spots'"
    assert mended == "n=1,size=30"
    assert len(make_plan(experiment(kernels=f"dots:{mended}", **changes), fake_registry())) == 2


def test_identities_depend_on_what_is_computed_and_on_nothing_else():
    def identities(**changes):
        return [trial.identity for trial in make_plan(experiment(**changes), fake_registry()).trials()]

    first = identities()
    assert len(set(first)) == len(first) == 8
    assert identities() == first
    assert identities(transforms=["halve", "none"])[:1] == first[1:2]
    assert not set(identities(seed=1)) & set(first)
    assert not set(identities(scenes=["spots:n=3"])) & set(first)
    assert set(identities(methods=["peak", "raises"])) > set(first)


def test_materials_are_the_same_in_any_order_and_in_any_process():
    plan = make_plan(experiment(scenes=["spots:n=4"]), fake_registry())
    trials = list(plan.trials())
    forwards = Materials(0)
    backwards = Materials(0)
    ahead = [(forwards.scene(t.scene).digest, forwards.kernel(t.kernel, t.chain).digest) for t in trials]
    back = [(backwards.scene(t.scene).digest, backwards.kernel(t.kernel, t.chain).digest) for t in reversed(trials)]
    assert ahead == back[::-1]
    assert ahead == [(t.scene.digest, forwards.kernel(t.kernel, t.chain).digest) for t in trials]


def test_materials_travel_as_a_name_and_are_shared_in_each_process():
    materials = Materials(11)
    data = pickle.dumps(materials)
    assert len(data) < 200
    assert pickle.loads(data) is materials
    del materials
    in_a_worker = pickle.loads(data)
    assert in_a_worker is pickle.loads(data)
    assert in_a_worker.seed == 11


def test_a_kernel_file_that_changed_is_read_again(tmp_path):
    registry = fake_registry(installed=True)
    file = tmp_path / "kernel.png"
    digests = []
    for level in (0.2, 0.8):
        images.write(file, np.full((5, 5), level))
        plan = make_plan(experiment(kernels=str(file)), registry)
        digests.append(next(plan.trials()).kernel.digest)
    assert digests[0] != digests[1]


def test_scenes_that_do_not_fit_are_made_again(monkeypatch):
    monkeypatch.setattr("fracorr.materials.CACHE_BYTES", 5000)  # one scene of 30 × 40 float32 pixels
    plan = make_plan(experiment(scenes=["spots:n=5"]), fake_registry())
    materials = Materials(0)
    for number in (3, 0, 4, 4, 1):
        ref = plan.scenes[number]
        assert materials.scene(ref).digest == ref.digest


def test_lineage_tells_how_a_kernel_was_made():
    plan = make_plan(experiment(transforms=["halve+halve:factor=0.1"]), fake_registry())
    trial = next(plan.trials())
    kernel = plan.materials.kernel(trial.kernel, trial.chain)
    assert kernel.lineage == ("dots:dot-0", "halve", "halve:factor=0.1")
    assert kernel.pixels.max() <= 0.05


def test_the_content_of_a_file_that_a_parameter_names_is_part_of_the_identity(tmp_path):
    registry = fake_registry(installed=True)
    file = tmp_path / "maps.ifs"
    identities = []
    for e in ("0.5", "0.25"):
        file.write_text(f"pair {{\n0.5 0 0 0.5 0 0 0.5\n0.5 0 0 0.5 {e} 0 0.5\n}}\n")
        plan = make_plan(experiment(transforms=[f"ifs:file={file}"], kernels="dots:size=16"), registry)
        identities.append(next(plan.trials()).identity)
    assert identities[0] != identities[1]


def test_a_folder_called_like_a_component_does_not_hide_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("dots", "spots"):
        (tmp_path / name).mkdir()
    assert len(make_plan(experiment(), fake_registry(installed=True))) == 8
    with pytest.raises(ConfigurationError, match="dots"):
        make_plan(experiment(kernels="./dots"), fake_registry(installed=True))


def test_one_kernel_that_comes_in_by_two_ways_is_refused(tmp_path):
    images.write(tmp_path / "eye.png", np.eye(5))
    both = [str(tmp_path / "*.png"), str(tmp_path / "eye.png")]
    with pytest.raises(ConfigurationError, match="kernel 'eye' is selected twice: by .* and by "):
        make_plan(experiment(kernels=both), fake_registry(installed=True))


def test_a_path_with_parameters_gets_told_how_to_write_it():
    with pytest.raises(ConfigurationError, match=r"if it is a file, write file:a/\*.png,size=16"):
        make_plan(experiment(kernels="a/*.png,size=16"), fake_registry(installed=True))
