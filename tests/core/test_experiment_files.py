"""What an experiment file can hold, and what it becomes."""

import enum
import pathlib
from typing import Literal

import attrs
import fakes
import numpy as np
import pytest
from fakes import fake_registry, offering, spec

from fracorr import ConfigurationError, Experiment, images, parameter
from fracorr.components import Kind
from fracorr.experiment_fields import ComponentTable
from fracorr.plan import make_plan
from fracorr.resolving import resolve

LISTS = 'kernels = ["dots"]\nscenes = ["spots"]\nmethods = ["peak"]\n'


def read(folder, text):
    file = folder / "exp.toml"
    file.write_text(text)
    return Experiment.from_toml(file)


def transforms(experiment, registry=None):
    return [chain.spec for chain in resolve(experiment, registry or fake_registry()).transforms]


def test_a_sweep_multiplies_every_spec_that_has_the_component(tmp_path):
    experiment = read(
        tmp_path,
        'transforms = ["none", "halve", "halve+halve:factor=0.75", "fake-distribution/raises"]\n'
        f"{LISTS}[sweep]\nhalve.factor = [0.25, 0.5, 1]\n",
    )
    assert transforms(experiment) == [
        "none",
        "halve:factor=0.25",
        "halve",  # 0.5 is the default
        "halve:factor=1",
        "halve:factor=0.25+halve:factor=0.25",
        "halve+halve",
        "halve:factor=1+halve:factor=1",
        "raises",
    ]
    assert len(make_plan(experiment, fake_registry())) == 8 * 2 * 2


def test_several_sweeps_give_every_combination_the_last_running_fastest(tmp_path):
    experiment = read(tmp_path, f'{LISTS}[sweep]\ndots.n = "1..2"\nspots.n = [3]\ndots.size = [7, 9]\n')
    resolved = resolve(experiment, fake_registry())
    assert [each.spec for each in resolved.kernels] == [
        "dots:n=1,size=7",
        "dots:n=1,size=9",
        "dots:size=7",
        "dots:size=9",
    ]
    assert [each.spec for each in resolved.scenes] == ["spots:n=3"]


def test_a_sweep_may_be_limited_to_one_list(tmp_path):
    images.write(tmp_path / "a.png", np.eye(20))
    text = 'kernels = ["a.png"]\nscenes = ["a.png"]\nmethods = ["peak"]\n[sweep]\n'
    registry = fake_registry(installed=True)
    both = resolve(read(tmp_path, text + "file.size = [8, 9]\n"), registry)
    assert (len(both.kernels), len(both.scenes)) == (2, 2)
    one = resolve(read(tmp_path, text + "kernels.file.size = [8, 9]\n"), registry)
    assert [each.spec for each in one.kernels] == ["file:a.png,size=8", "file:a.png,size=9"]
    assert [each.spec for each in one.scenes] == ["file:a.png"]


@pytest.mark.parametrize(
    "table",
    [
        '[sweep]\n"halve.factor" = [1, 2]\n',
        "[sweep.halve]\nfactor = [1, 2]\n",
        "[sweep]\nhalve = { factor = [1, 2] }\n",
    ],
)
def test_the_key_of_a_sweep_may_be_written_in_any_way_of_toml(tmp_path, table):
    experiment = read(tmp_path, f'transforms = "halve"\n{LISTS}{table}')
    assert transforms(experiment) == ["halve:factor=1", "halve:factor=2"]


def test_a_sweep_reaches_what_a_pattern_stands_for(tmp_path):
    experiment = read(tmp_path, f'transforms = ["h*"]\n{LISTS}[sweep]\nhalve.factor = "0.5..2:4"\n')
    assert transforms(experiment) == ["halve", "halve:factor=1", "halve:factor=1.5", "halve:factor=2"]


class Color(enum.Enum):
    RED = "red"
    DEEP_BLUE = "deep blue"


@attrs.frozen
class Everything:
    """A transform with parameters of every type."""

    c: complex = 0j
    flag: bool = False
    color: Color = Color.RED
    mode: Literal["plain", "odd", 3] = "plain"
    file: pathlib.Path | None = None
    row: tuple[float, ...] = attrs.field(default=(1.0,), metadata=parameter("A list"))
    names: tuple[str, ...] = ()
    number: int | None = None
    text: str = "x"

    def apply(self, kernel, rng):
        return kernel


def everything():
    fakes.Everything = Everything
    return fake_registry(offering("everything", spec("everything", Everything), hook="fracorr_fractal_transforms"))


@pytest.mark.parametrize(
    ("parameter", "written", "expected"),
    [
        ("c", '["0.6-0.04i", 1]', [0.6 - 0.04j, 1 + 0j]),
        ("c", '"0..1+i:3"', [0j, 0.5 + 0.5j, 1 + 1j]),
        ("flag", "[true, false]", [True, False]),
        ("color", '["red", "deep blue"]', [Color.RED, Color.DEEP_BLUE]),
        ("mode", '["odd", 3]', ["odd", 3]),
        ("file", '["none", "/a/b,c.ifs"]', [None, pathlib.Path("/a/b,c.ifs")]),
        ("row", "[[1, 2.5], [3]]", [(1.0, 2.5), (3.0,)]),
        ("names", '[["a,b", "c:d"], []]', [("a,b", "c:d"), ()]),
        ("number", '["none", 4]', [None, 4]),
        ("text", '["2..7", "a+b", "it\'s"]', ["2..7", "a+b", "it's"]),
    ],
)
def test_values_of_every_type_are_swept(tmp_path, parameter, written, expected):
    experiment = read(tmp_path, f'transforms = "everything"\n{LISTS}[sweep]\neverything.{parameter} = {written}\n')
    resolved = resolve(experiment, everything())
    assert [getattr(chain.links[0].instance, parameter) for chain in resolved.transforms] == expected
    # What is written down spelled out gives the same again.
    again = resolve(Experiment.from_mapping({**PLAIN, "transforms": resolved.experiment.transforms}), everything())
    assert [getattr(chain.links[0].instance, parameter) for chain in again.transforms] == expected


PLAIN = {"kernels": "dots", "scenes": "spots", "methods": "peak"}


def test_python_values_can_be_swept_too():
    values = {
        "everything.c": [0.5j],
        "everything.color": [Color.DEEP_BLUE],
        "everything.file": [pathlib.Path("/x"), None],
        "everything.number": range(2),
    }
    experiment = Experiment(**PLAIN, transforms="everything", sweep=values)
    assert dict(experiment.sweep)["everything.c"] == ("0+0.5i",)
    assert len(transforms(experiment, everything())) == 4


def test_engine_and_reporters_may_have_tables_of_options(tmp_path):
    experiment = read(
        tmp_path,
        f"{LISTS}[engine]\nname = 'serial'\ntime_limit = 3.5\n[reporters]\nrecorder = {{}}\n[reporters.raises]\n",
    )
    assert experiment.engine == ComponentTable("serial", (("time_limit", 3.5),))
    resolved = resolve(experiment, fake_registry())
    assert resolved.engine.instance.time_limit == 3.5
    assert resolved.experiment.engine == "serial:time_limit=3.5"
    assert resolved.experiment.reporters == ("recorder", "raises")
    assert Experiment.from_mapping({**PLAIN, "engine": {"workers": 3}}).engine == ComponentTable(
        "process", (("workers", 3),)
    )


def test_the_default_engine_is_one_that_knows_the_plugins():
    from fracorr.plugins import default_registry

    assert resolve(Experiment(**PLAIN), fake_registry()).engine.spec == "serial"
    installed = Experiment(kernels="disc", scenes="samples:camera", methods="tm_ccorr")
    assert resolve(installed, default_registry()).engine.spec == "process"


def test_relative_paths_are_relative_to_the_file(tmp_path, monkeypatch):
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    (project / "photos").mkdir(parents=True)
    elsewhere.mkdir()
    images.write(project / "photos" / "a.png", np.eye(20))
    images.write(project / "eye.png", np.eye(5))
    monkeypatch.chdir(elsewhere)
    experiment = read(project, 'kernels = ["eye.png"]\nscenes = ["photos/*.png"]\nmethods = ["peak"]\n')
    registry = fake_registry(installed=True)
    plan = make_plan(experiment, registry)
    assert [scene.name for scene in plan.scenes] == ["a"]
    assert plan.experiment.kernels == ("file:eye.png",)
    assert plan.experiment.folder == project
    identities = [trial.identity for trial in plan.trials()]

    # A run inside the project is repeated by what it wrote, also when both are moved.
    run = project / "runs" / "one"
    run.mkdir(parents=True)
    (run / "experiment.toml").write_text(plan.experiment.to_toml(beside=run))
    assert 'folder = "../.."' in (run / "experiment.toml").read_text()
    project.rename(tmp_path / "moved")
    again = make_plan(Experiment.from_toml(tmp_path / "moved" / "runs" / "one" / "experiment.toml"), registry)
    assert [trial.identity for trial in again.trials()] == identities
    # One outside of it says where the project is.
    assert f'folder = "{project}"' in plan.experiment.to_toml(beside=elsewhere)
    # And from the project itself nothing is different.
    monkeypatch.chdir(tmp_path / "moved")
    here = make_plan(Experiment.from_toml("exp.toml"), registry)
    assert [trial.identity for trial in here.trials()] == identities


def test_without_relative_paths_there_is_no_folder_to_remember(tmp_path):
    resolved = resolve(read(tmp_path, LISTS), fake_registry())
    assert resolved.experiment.folder is None
    assert "folder" not in resolved.experiment.to_toml()


def test_the_spelled_out_experiment_has_every_parameter(tmp_path):
    resolved = resolve(read(tmp_path, 'transforms = ["none", "halve"]\n' + LISTS), fake_registry())
    whole = resolved.spelled_out()
    assert whole.kernels == ("dots:n=2,size=5",)
    assert whole.transforms == ("none", "halve:factor=0.5")
    before, after = (make_plan(each, fake_registry()) for each in (resolved.experiment, whole))
    assert [trial.identity for trial in before.trials()] == [trial.identity for trial in after.trials()]


TRANSFORMS = 'transforms = [\n  "none",\n  "halve",\n]\n'


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (TRANSFORMS.replace('"halve"', '"halve:facto=3"') + LISTS, 3, "transforms: 'halve' has no parameter 'facto'"),
        (TRANSFORMS.replace('"halve"', '"hlave"') + LISTS, 3, "no transform 'hlave'; did you mean 'halve'"),
        (TRANSFORMS + LISTS.replace('"peak"', '"peak", "peka"'), 7, "no method 'peka'; did you mean 'peak'"),
        (TRANSFORMS + LISTS + "sed = 3\n", 8, "there is no key 'sed'; did you mean 'seed'"),
        (TRANSFORMS + LISTS + "seed = '3'\n", 8, "seed: a whole number is needed, not '3'"),
        (TRANSFORMS + LISTS + "folder = 3\n", 8, "folder: a path is needed, not 3"),
        (
            TRANSFORMS + LISTS + "folder = '~nobody-of-this-name/x'\n",
            8,
            "folder: '~nobody-of-this-name/x' is no folder",
        ),
        (TRANSFORMS + LISTS + 'folder = "a\\u0000b"\n', 8, r"folder: 'a\x00b' is no folder"),
        (TRANSFORMS.replace('"halve"', '"none"') + LISTS, 2, "'none' stands there twice"),
        (TRANSFORMS.replace('"none"', '"h*"') + LISTS, 3, "'halve' is selected twice"),
        ("kernels = []\n" + LISTS.partition("\n")[2], 1, "kernels: at least one spec is needed"),
        (
            LISTS + "[engine]\nname = 'serial'\ntime_limit = 'x'\n",
            6,
            'time_limit = "x" is not right: it takes a number',
        ),
        (LISTS + "[engine]\nname = 'serial'\ntime_limit = '3'\n", 6, "; write 3 without quotes"),
        (LISTS + "[engine]\nname = 'serial'\ntime_limt = 3\n", 6, "'time_limt'; did you mean 'time_limit'"),
        (LISTS + "[engine]\nname = 'seral'\n", 4, "no engine 'seral'; did you mean 'serial'"),
        (LISTS + "[engine]\nname = 3\n", 5, "the name of an engine is needed, not 3"),
        (LISTS + "[engine]\nname = 1979-05-27\n", 5, "the name of an engine is needed, not datetime.date(1979, 5, 27)"),
        (
            LISTS + f"[engine]\nname = 'serial'\ntime_limit = 1{400 * '0'}\n",
            6,
            "is not right: it takes a number or none",
        ),
        (LISTS + "engine = true\n", 4, "engine: a spec string is needed, not True"),
        (LISTS + "[reporters]\nrecorder = true\n", 5, "a table of options is needed, such as {}, not true"),
        (LISTS + "[reporters]\nrecorder = { lst = 1 }\n", 5, "'recorder' has no parameter 'lst'; did you mean 'last'"),
        (LISTS + "[reporters]\nrecroder = { }\n", 5, "no reporter 'recroder'; did you mean 'recorder'"),
        (LISTS + "sweep = 3\n", 4, "sweep: a table is needed, such as [sweep], not 3"),
        (LISTS + "[sweep]\nspots.n = [1, 3.7]\n", 5, "n = 3.7 is not right: it takes a whole number"),
        (
            LISTS + "[sweep]\nspots.n = ['3']\n",
            5,
            'n = "3" is not right: it takes a whole number; write 3 without quotes',
        ),
        (LISTS + "[sweep]\nspots.n = [true]\n", 5, "n = true is not right: it takes a whole number"),
        (LISTS + "[sweep]\nspots.n = '7..2'\n", 5, "the range runs backwards; write 2..7"),
        (
            LISTS + "[sweep]\nspots.n = '2'\n",
            5,
            "\"2\" is no range of numbers such as '2..7'; for single values write a",
        ),
        (LISTS + "[sweep]\nspots.n = '1..9:0'\n", 5, "a range has at least one value"),
        (LISTS + "[sweep]\nspots.n = 2\n", 5, "a list of values is needed, such as [2], or a range such as '2..7'"),
        (LISTS + "[sweep]\nspots.n = []\n", 5, "at least one value is needed"),
        (LISTS + "[sweep]\nspots.n = [\n1,\n1]\n", 5, "1 stands there twice"),
        (LISTS + "[sweep]\nspots.n = [1979-05-27]\n", 5, "is no value of a parameter"),
        (LISTS + "[sweep]\nspots.number = [1]\n", 5, "'spots' has no parameter 'number'"),
        (LISTS + "[sweep]\nspost.n = [1]\n", 5, "'spost' is not in any list of this experiment; did you mean 'spots'"),
        (LISTS + "[sweep]\nkernels.spots.n = [1]\n", 5, "'spots' is not in 'kernels' of this experiment"),
        (LISTS + "[sweep]\nn = [1]\n", 5, "'n' does not name a parameter; write component.parameter"),
        (LISTS + "[sweep]\nengine.workers = [1]\n", 5, "only what makes trials can be swept, not engine"),
        (LISTS + "[sweep]\nspots.n = [1]\n'spots.n' = [2]\n", 5, "this parameter stands there twice"),
    ],
)
def test_an_error_names_file_line_and_key(tmp_path, text, line, message):
    with pytest.raises(ConfigurationError) as caught:
        resolve(read(tmp_path, text), fake_registry())
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"experiment '{tmp_path / 'exp.toml'}', line {line}: ")
    assert caught.value.exit_code == 2


def test_what_a_sweep_makes_the_same_is_refused(tmp_path):
    experiment = read(tmp_path, f'transforms = ["halve", "halve:factor=1"]\n{LISTS}[sweep]\nhalve.factor = [1, 2]\n')
    with pytest.raises(ConfigurationError, match="'halve:factor=1' is selected twice once the sweep is spelled out"):
        resolve(experiment, fake_registry())


def test_a_value_that_the_component_refuses_is_told_with_the_line(tmp_path):
    text = 'kernels = ["disc"]\nscenes = ["samples:camera"]\nmethods = ["tm_ccorr"]\n[sweep]\ndisc.size = [8, -3]\n'
    with pytest.raises(ConfigurationError, match="line 4: sweep: 'disc': size=-3 is not right"):
        resolve(read(tmp_path, text), fake_registry(installed=True))


def test_reporters_are_specs_or_tables_and_not_both():
    with pytest.raises(ConfigurationError, match="either spec strings or tables"):
        Experiment(**PLAIN, reporters=("table", ComponentTable("json")))


def test_a_list_written_as_text_is_shown_as_a_list(tmp_path):
    text = LISTS + "[reporters.table]\nby = 'scene'\n"
    with pytest.raises(ConfigurationError, match=r'each text; write \["scene"\]$'):
        resolve(read(tmp_path, text), fake_registry(installed=True))


@pytest.mark.parametrize("key", ["kernels", "scenes"])
@pytest.mark.parametrize("several", [False, True])
def test_pixels_are_no_spec_and_are_not_printed(key, several):
    pixels = np.full((30, 30), 137)
    with pytest.raises(ConfigurationError) as caught:
        Experiment(**{**PLAIN, key: [pixels] if several else pixels})
    assert str(caught.value) == (
        f"{key}: a spec string or a path is needed, not the pixels of ndarray: save it as a picture and name the file, "
        "or use fracorr.find or fracorr.correlate"
    )


def test_names_that_no_file_can_hold_are_refused():
    with pytest.raises(ConfigurationError, match="kernels: .* is not a spec string"):
        Experiment(**{**PLAIN, "kernels": "\udcff.png"})


def test_the_kind_of_every_list_is_known():
    from fracorr.assignments import PLACES

    assert set(PLACES.values()) == set(Kind) - {Kind.COMMAND}


def test_the_folder_of_an_experiment_is_absolute(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    images.write(tmp_path / "data" / "eye.png", np.eye(5))
    monkeypatch.chdir(tmp_path)
    experiment = Experiment(**{**PLAIN, "kernels": "eye.png"}, folder="data")
    monkeypatch.chdir("/")
    plan = make_plan(experiment, fake_registry(installed=True))
    assert next(plan.trials()).kernel.name == "eye"
    assert plan.experiment.folder == tmp_path / "data"
