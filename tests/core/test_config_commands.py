"""Composing experiments on the command line: run, show-config, init."""

import functools
import json
import tomllib

import numpy as np
import pytest
from command_line import command_line

from fracorr import Experiment, images
from fracorr.cli.trying import duration
from fracorr.plan import make_plan
from fracorr.plugins import default_registry

FILE = """\
kernels = ["disc:size=16"]
transforms = [
    "none",
    "orbit-trap",
]
scenes = ["samples:camera,size=96"]
methods = ["tm_ccorr_normed", "tm_sqdiff"]
seed = 3
engine = "serial"
"""


@pytest.fixture
def fracorr(capsys, monkeypatch, tmp_path):
    """The command line, called in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return functools.partial(command_line, capsys, monkeypatch)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "exp.toml"
    path.write_text(FILE)
    return path


def shown(fracorr, *arguments):
    done = fracorr("show-config", *arguments)
    assert done.code == 0, done.err
    return tomllib.loads(done.out)


def identities(file):
    return [trial.identity for trial in make_plan(Experiment.from_toml(file), default_registry()).trials()]


def test_options_come_before_the_file_and_the_file_before_the_defaults(fracorr, file):
    plain = shown(fracorr, file)
    assert (plain["seed"], plain["engine"], plain["reporters"]) == (3, "serial", ["table", "json"])
    given = shown(fracorr, file, "--seed", "0", "--engine", "process:workers=2", "-r", "table", "-m", "tm_c*f")
    assert (given["seed"], given["engine"], given["reporters"]) == (0, "process:2", ["table"])
    assert given["methods"] == ["tm_ccoeff"]
    assert given["kernels"] == plain["kernels"]
    file.write_text(FILE.replace("seed = 3\n", "").replace('engine = "serial"\n', "reporters = []\n"))
    defaults = shown(fracorr, file)
    assert (defaults["seed"], defaults["engine"], defaults["reporters"]) == (0, "process", [])


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (["seed=9"], {"seed": 9}),
        (["engine=process"], {"engine": "process"}),
        (["engine=process:workers=3", "engine.workers=2"], {"engine": "process:2"}),
        (["engine=process", "process.workers=2"], {"engine": "process:2"}),
        (["orbit-trap.degree=3"], {"transforms": ["none", "orbit-trap:degree=3"]}),
        (["transforms.orbit-trap.degree=3"], {"transforms": ["none", "orbit-trap:degree=3"]}),
        (
            ["orbit-trap.c=0.6-0.04i", "orbit-trap.mirror=true"],
            {"transforms": ["none", "orbit-trap:c=0.6-0.04i,mirror=true"]},
        ),
        (["disc.size=20", "samples.size=100"], {"kernels": ["disc:size=20"], "scenes": ["samples:camera,size=100"]}),
        (["table.limit=7"], {"reporters": ["table:7", "json"]}),
        (["methods=tm_ccorr"], {"methods": ["tm_ccorr"]}),
        (['kernels=["disc", "ring"]'], {"kernels": ["disc", "ring"]}),
        (["transforms=orbit-trap+droste", "orbit-trap.degree=2"], {"transforms": ["orbit-trap:degree=2+droste"]}),
    ],
)
def test_set_reaches_every_key(fracorr, file, settings, expected):
    options = [word for setting in settings for word in ("--set", setting)]
    found = shown(fracorr, file, *options)
    assert found == {**shown(fracorr, file), **expected}


def test_set_reaches_tables_too(fracorr, file):
    file.write_text(
        FILE.replace('engine = "serial"', '[reporters]\ntable = {}\n[engine]\nname = "process"\nworkers = 4')
    )
    found = shown(fracorr, file, "--set", "engine.workers=2", "--set", "table.limit=5")
    assert (found["engine"], found["reporters"]) == ("process:2", ["table:5"])


def test_sweeps_of_options_join_those_of_the_file_and_replace_them(fracorr, file):
    file.write_text(FILE + "[sweep]\norbit-trap.degree = [2, 3]\ndisc.size = [8, 9]\n")
    assert len(shown(fracorr, file)["transforms"]) == 3
    found = shown(fracorr, file, "--sweep", "orbit-trap.degree=4..6", "--sweep", "orbit-trap.mirror=true,false")
    assert found["transforms"] == [
        "none",
        *(f"orbit-trap:degree={degree}{mirror}" for degree in (4, 5, 6) for mirror in (",mirror=true", "")),
    ]
    assert found["kernels"] == ["disc:size=8", "disc:size=9"]
    # Setting a parameter ends the sweep over it.
    found = shown(fracorr, file, "--set", "orbit-trap.degree=5")
    assert found["transforms"] == ["none", "orbit-trap:degree=5"]
    assert len(found["kernels"]) == 2


def test_an_experiment_is_composed_without_a_file(fracorr):
    options = ("-k", "disc", "-t", "none", "-t", "orbit-trap", "-s", "samples:camera", "-m", "tm_ccorr")
    found = shown(fracorr, *options, "--sweep", "orbit-trap.degree=2,3", "--set", "disc.size=20")
    assert found == {
        "kernels": ["disc:size=20"],
        "transforms": ["none", "orbit-trap:degree=2", "orbit-trap:degree=3"],
        "scenes": ["samples:camera"],
        "methods": ["tm_ccorr"],
        "reporters": ["table", "json"],
        "seed": 0,
        "engine": "process",
    }
    assert shown(fracorr, *options[:-2], "--set", "methods=tm_ccorr")["methods"] == ["tm_ccorr"]


@pytest.mark.parametrize("full", [(), ("--full",)])
def test_what_show_config_prints_repeats_the_run(fracorr, file, tmp_path, full):
    file.write_text(FILE.replace("tm_ccorr_normed", "tm_*_normed") + "[sweep]\norbit-trap.degree = '2..4'\n")
    done = fracorr("show-config", file, *full)
    (tmp_path / "again.toml").write_text(done.out)
    assert identities(tmp_path / "again.toml") == identities(file)
    assert len(identities(file)) == 4 * 4
    assert fracorr("show-config", "again.toml", *full).out == done.out


def test_paths_of_the_file_and_of_options_are_relative_to_where_they_are_written(fracorr, tmp_path, monkeypatch):
    (tmp_path / "project").mkdir()
    images.write(tmp_path / "project" / "eye.png", np.eye(8))
    images.write(tmp_path / "photo.png", np.eye(30))
    file = tmp_path / "project" / "exp.toml"
    file.write_text('kernels = ["eye.png"]\nscenes = ["nowhere.png"]\nmethods = ["tm_ccorr"]\nengine = "serial"\n')
    done = fracorr("run", "project/exp.toml", "-s", "photo.png", "--out", "results", "--json")
    assert done.code == 0, done.err
    first = identities(tmp_path / "results" / "experiment.toml")
    monkeypatch.chdir(tmp_path / "project")
    assert identities(tmp_path / "results" / "experiment.toml") == first
    again = fracorr("run", "exp.toml", "-s", "../photo.png", "--out", "../results", "--json")
    assert again.code == 0, again.err
    assert json.loads(again.out)["resumed"] == 1


def test_a_file_without_paths_leaves_those_of_options_as_they_are(fracorr, tmp_path):
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "exp.toml").write_text(FILE)
    images.write(tmp_path / "photo.png", np.eye(30))
    found = shown(fracorr, "project/exp.toml", "-s", "photo.png")
    assert (found["scenes"], found["folder"]) == (["file:photo.png"], str(tmp_path))
    assert "folder" not in shown(fracorr, "project/exp.toml")


def test_the_folder_can_be_set(fracorr, tmp_path):
    (tmp_path / "data").mkdir()
    images.write(tmp_path / "data" / "photo.png", np.eye(30))
    (tmp_path / "exp.toml").write_text(FILE.replace("samples:camera,size=96", "photo.png"))
    assert fracorr("show-config", "exp.toml").code == 2
    found = shown(fracorr, "exp.toml", "--set", "folder=data")
    assert (found["scenes"], found["folder"]) == (["file:photo.png"], str(tmp_path / "data"))
    # An option's path is relative to the current folder all the same.
    found = shown(fracorr, "exp.toml", "--set", "folder=data", "-k", "data/photo.png")
    assert found["kernels"] == ["file:photo.png"]


def test_a_dry_run_tells_what_would_be_done_and_leaves_nothing(fracorr, file, tmp_path):
    done = fracorr("run", file, "--sweep", "orbit-trap.degree=2..4", "--dry-run")
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0] == "8 trials: 1 kernel × 4 transforms × 1 scene × 2 methods"
    assert lines[1] == "  disc · none · camera · tm_ccorr_normed"
    assert lines[3] == "  disc · orbit-trap:degree=2 · camera · tm_ccorr_normed"
    assert lines[6] == "  … and 3 more"
    assert "on 1 worker (measured on 8 trials: " in lines[7]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["exp.toml"]


@pytest.mark.parametrize(
    ("kernels", "first"),
    [
        (["disc:size=16", "disc:size=20"], "4 trials: 2 kernels × 1 transform × 2 scenes × 1 method"),
        (["own"], "2 trials: 2 kernels, each with its scene × 1 transform × 2 scenes × 1 method"),
        (["own", "disc:size=8"], "4 trials: 3 kernels, each with its scene × 1 transform × 2 scenes × 1 method"),
    ],
)
def test_a_dry_run_counts_kernels_and_not_their_names(fracorr, kernels, first):
    chosen = [each for kernel in kernels for each in ("-k", kernel)]
    scenes = ("-s", "samples:astronaut,size=64", "-s", "samples:astronaut,size=48")
    done = fracorr("run", *chosen, *scenes, "-m", "tm_ccoeff", "--engine", "serial", "--dry-run")
    assert done.out.splitlines()[0] == first


def test_a_dry_run_speaks_to_machines_and_names_what_fails(fracorr, file):
    done = fracorr("run", file, "-t", "orbit-trap:size=200", "--dry-run", "--json", "--engine", "process:workers=3")
    assert done.code == 1  # as the run, whose trials would all fail
    data = json.loads(done.out)
    assert (data["trials"], data["kernels"], data["methods"], len(data["first"])) == (2, 1, 2, 2)
    assert (data["estimate"]["sampled"], data["estimate"]["workers"]) == (0, 3)
    assert "a trial that was tried failed: method 'tm_ccorr_normed'" in done.err
    assert "every trial that was tried failed" in done.err
    assert "no telling how long" in fracorr("run", file, "-t", "orbit-trap:size=200", "--dry-run").out


def test_a_dry_run_in_which_some_trials_fail_ends_as_that_run_does(fracorr, file):
    # The disc of 200 px is larger than the scene of 96 px; the plain one is not.
    done = fracorr("run", file, "-t", "none", "-t", "orbit-trap:size=200", "--dry-run")
    assert done.code == fracorr("run", file, "-t", "none", "-t", "orbit-trap:size=200").code == 1
    assert "measured on 2 trials" in done.out
    assert "a trial that was tried failed" in done.err
    assert "every trial" not in done.err


def test_init_writes_a_file_that_runs_and_leaves_what_is_there(fracorr, tmp_path):
    done = fracorr("init")
    assert (done.code, done.out) == (0, "experiment.toml\n")
    text = (tmp_path / "experiment.toml").read_text()
    assert "fracorr run experiment.toml" in text
    run = fracorr("run", "experiment.toml", "--engine", "serial", "--out", "results", "--json")
    assert run.code == 0, run.err
    assert json.loads(run.out)["done"] == 20
    again = fracorr("init")
    assert again.code == 2
    assert "'experiment.toml' is there already" in again.err
    assert (tmp_path / "experiment.toml").read_text() == text
    assert fracorr("init", "deep/my own.toml").code == 0
    assert "fracorr run 'deep/my own.toml'" in (tmp_path / "deep" / "my own.toml").read_text()
    assert fracorr("init", "mine.txt").code == 2
    assert fracorr("init", "\udcff.toml").code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "seed"], "--set seed: it is not of the form key=value"),
        (["--set", "=3"], "--set =3: it is not of the form key=value"),
        (["--set", "seed=3.7"], "--set seed=3.7: seed: a whole number is needed, not '3.7'"),
        (["--set", "folder=~nobody-of-this-name/x"], "command line: folder: '~nobody-of-this-name/x' is no folder"),
        (["--set", "sed=3"], "there is no key 'sed'; did you mean 'seed'? Known are: kernels"),
        (["--set", "sweep=3"], "write --sweep component.parameter=values"),
        (["--set", "kernels=[1"], '--set kernels=[1: kernels: [1 is no list such as ["a", "b"]'),
        (["--set", "kernels=[1]"], "command line: kernels: 1 is not a spec string"),
        (["--set", "kernels=[]"], "command line: kernels: at least one spec is needed"),
        (["--set", "orbit-trap.degree=many"], "--set orbit-trap.degree=many: 'orbit-trap': degree='many' is not right"),
        (["--set", "orbit-trap.mirror=perhaps"], "mirror='perhaps' is not right: it takes true or false"),
        (["--set", "orbit-trap.iterations=3.7"], "iterations='3.7' is not right: it takes a whole number"),
        (["--set", "orbit-trap.degre=3"], "'orbit-trap' has no parameter 'degre'; did you mean 'degree'"),
        (["--set", "orbit-tarp.degree=3"], "there is no component 'orbit-tarp'; did you mean 'orbit-trap'"),
        (["--set", "ifs.depth=3"], "'ifs' is not in any list of this experiment"),
        (["--set", "scenes.disc.size=3"], "there is no component 'disc'"),
        (["--set", "engine.wrkers=3", "--engine", "process"], "no parameter 'wrkers'; did you mean 'workers'"),
        (["--set", "disc.size=-3"], "--set disc.size=-3: 'disc': size=-3 is not right"),
        (["--set", "orbit-trap.degree=3", "-t", "orbit-trap", "-t", "orbit-trap:degree=3"], "stands there twice"),
        (["--sweep", "orbit-trap.degree"], "--sweep orbit-trap.degree: it is not of the form"),
        (["--sweep", "degree=2,3"], "'degree' does not name a parameter; write component.parameter"),
        (["--sweep", "orbit-trap.degree=7..2"], "--sweep orbit-trap.degree=7..2: '7..2': the range runs backwards"),
        (["--sweep", "orbit-trap.degree=2,2"], "2.0 stands there twice"),
        (["--sweep", "orbit-trap.degree=2,x"], "degree='x' is not right: it takes a number"),
        (["--sweep", "orbit-tarp.degree=2,3"], "there is no component 'orbit-tarp'; did you mean 'orbit-trap'"),
        (["--sweep", "ifs.depth=2,3"], "command line: sweep.ifs.depth: 'ifs' is not in any list"),
        (["--sweep", "serial.time_limit=2,3"], "'serial' is not in any list of this experiment"),
        (["--sweep", "engine.serial.time_limit=2,3"], "only what makes trials can be swept, not engine"),
        (["-t", "orbit-trap:degre=3"], "command line: transforms: 'orbit-trap' has no parameter 'degre'"),
        (["-t", "none", "-t", "none"], "command line: transforms: 'none' stands there twice"),
        (["-k", ""], "command line: kernels: '' is not a spec string"),
    ],
)
@pytest.mark.parametrize("command", ["run", "show-config"])
def test_wrong_options_are_named_and_nothing_is_left(fracorr, file, tmp_path, command, arguments, message):
    done = fracorr(command, file, *arguments)
    assert done.code == 2
    assert done.out == ""
    assert message in done.err
    assert done.err.startswith("fracorr: error: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["exp.toml"]


@pytest.mark.parametrize(
    ("before", "after", "line", "message"),
    [
        ('"orbit-trap"', "\"kaleidoscope:size='big'\"", 4, "size='big' is not right"),
        ('"orbit-trap"', '"orbit-trap:mirror=perhaps"', 4, "mirror='perhaps' is not right: it takes true or false"),
        ('"orbit-trap"', '"orbit-trap:iterations=3.7"', 4, "iterations='3.7' is not right: it takes a whole number"),
        ("seed = 3", 'seed = "3"', 8, "seed: a whole number is needed, not '3'"),
        ("seed = 3", "sead = 3", 8, "there is no key 'sead'; did you mean 'seed'"),
        ("seed = 3", "seed = -1", 8, "seed: it must be 0 or more, not -1"),
        ('["disc:size=16"]', "[]", 1, "kernels: at least one spec is needed"),
        ('"none"', '"orbit-trap"', 3, "transforms: 'orbit-trap' stands there twice"),
        ('engine = "serial"', '[engine]\nname = "serial"\ntime_limit = "long"', 11, 'time_limit = "long" is not right'),
        ('engine = "serial"', "[sweep]\norbit-trap.mirror = ['false']", 10, "write false without quotes"),
        (
            'engine = "serial"',
            "[sweep]\norbit-trap.iterations = [3.7]",
            10,
            "3.7 is not right: it takes a whole number",
        ),
        ('engine = "serial"', "[sweep]\norbit-trap.degree = '7..2'", 10, "the range runs backwards; write 2..7"),
        ('engine = "serial"', "[sweep]\nifs.depth = [2]", 10, "'ifs' is not in any list of this experiment"),
        ('engine = "serial"', "[sweep]\norbit-trap.degree = []", 10, "at least one value is needed"),
        ('engine = "serial"', "[reporters]\ntable = { limit = '3' }", 10, 'limit = "3" is not right'),
    ],
)
def test_wrong_files_are_named_with_line_and_key(fracorr, file, tmp_path, before, after, line, message):
    assert before in FILE
    file.write_text(FILE.replace(before, after, 1))
    done = fracorr("run", "exp.toml")
    assert done.code == 2
    assert done.err.startswith(f"fracorr: error: experiment 'exp.toml', line {line}: ")
    assert message in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["exp.toml"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (2.34e-5, "23 µs"),
        (0.00234, "2.3 ms"),
        (1.26, "1.3 s"),
        (100, "100 s"),
        (130, "2.2 min"),
        (7300, "2 h"),
        (1e6, "12 days"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds, text):
    assert duration(seconds) == text
