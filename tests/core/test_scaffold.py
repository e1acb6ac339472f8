"""New plugins as they come: they pass their own tests, linters and type checks, and build into a wheel."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tomllib
import zipfile

import jsonschema
import pytest
from command_line import command_line

import fracorr
from fracorr import ConfigurationError
from fracorr.components import Kind
from fracorr.errors import OutputError
from fracorr.plugins import default_registry
from fracorr.scaffold.names import Names
from fracorr.scaffold.writing import SUMMARIES, write_plugin
from fracorr.schema import experiment_schema


@pytest.fixture(scope="module")
def plugins(tmp_path_factory):
    """One plugin of each kind, by kind."""
    folder = tmp_path_factory.mktemp("plugins")
    return {kind: write_plugin(f"new-{kind.key}", kind, folder)[0].parent for kind in SUMMARIES}


def python(*arguments, folders=(), cwd=None):
    done = subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders))},
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


SOURCE = pathlib.Path(fracorr.__file__).parents[1]


def test_their_own_tests_pass(plugins):
    folders = list(plugins.values())
    said = python(
        "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", *folders, folders=folders, cwd=folders[0]
    )
    assert f"{3 * len(SUMMARIES)} passed" in said


def test_linters_and_strict_types_are_content(plugins):
    for folder in plugins.values():
        python("ruff", "check", "--no-cache", folder)
        python("ruff", "format", "--no-cache", "--check", folder)
        assert "no issues" in python("mypy", "--no-incremental", ".", folders=[folder], cwd=folder)


def test_a_wheel_is_built_that_fracorr_finds(plugins, tmp_path):
    folder = plugins[Kind.TRANSFORM]
    python("build", "--wheel", "--no-isolation", "--outdir", tmp_path, folder)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        entry_points = next(name for name in file.namelist() if name.endswith("entry_points.txt"))
        assert "new-transform = fracorr_new_transform.plugin" in file.read(entry_points).decode()
        metadata = file.read(entry_points.replace("entry_points.txt", "METADATA")).decode()
    major, minor, *_ = fracorr.__version__.split(".")
    assert f"fracorr<{major}.{int(minor) + 1},>={major}.{minor}" in metadata.replace(" ", "")


def test_nothing_is_overwritten(tmp_path):
    write_plugin("shell", Kind.TRANSFORM, tmp_path)
    with pytest.raises(ConfigurationError, match="is there already"):
        write_plugin("shell", Kind.METHOD, tmp_path)


def test_what_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_plugin("shell", Kind.TRANSFORM, tmp_path / "file")
    assert sorted(tmp_path.iterdir()) == [tmp_path / "file"]


def test_all_names_come_from_one():
    assert Names.of("sea-shell") == Names.of("fracorr-sea-shell")
    names = Names.of("sea-shell")
    assert (names.distribution, names.package, names.cls) == ("fracorr-sea-shell", "fracorr_sea_shell", "SeaShell")


@pytest.mark.parametrize(
    "name", ["x", "Sea Shell", "9lives", "a--b", "-a", "class", "plugin", "kernel", "any", "ö" * 5, "a" * 41, ""]
)
def test_names_that_cannot_be_are_refused(name):
    with pytest.raises(ConfigurationError, match="cannot be a plugin's name"):
        Names.of(name)


def test_the_command_writes_and_says_what_is_next(tmp_path, capsys, monkeypatch):
    arguments = ("plugins", "new", "--kind", "reporter", "--into", tmp_path)
    done = command_line(capsys, monkeypatch, *arguments, "sea-shell")
    assert done.code == 0
    assert str(tmp_path / "fracorr-sea-shell" / "pyproject.toml") in done.out
    assert "pip install -e '.[test]' && pytest" in done.err
    again = command_line(capsys, monkeypatch, *arguments, "Sea Shell")
    assert again.code == 2
    assert "for example 'sea-shell'" in again.err


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("kernel", "no kind 'kernel'; the kind is called 'source'. There are: transform, method, source"),
        ("transfrom", "no kind 'transfrom'; did you mean 'transform'? There are: transform"),
        ("brick", "no kind 'brick'. There are: transform"),
    ],
)
def test_a_kind_that_is_none_is_refused_with_the_right_one(tmp_path, capsys, monkeypatch, kind, message):
    done = command_line(capsys, monkeypatch, "plugins", "new", "sea-shell", "--kind", kind, "--into", tmp_path)
    assert (done.code, list(tmp_path.iterdir())) == (2, [])
    # In a box, whose lines may end anywhere.
    assert message in " ".join(re.sub("[│╭╮╰╯─]", " ", done.err).split())


def test_a_name_that_is_taken_is_refused(tmp_path, capsys, monkeypatch):
    arguments = ("plugins", "new", "star", "--into", tmp_path, "--kind")
    done = command_line(capsys, monkeypatch, *arguments, "source")
    assert (done.code, list(tmp_path.iterdir())) == (2, [])
    assert "there is a kernel source 'star' already (plugin 'patterns' of fracorr" in done.err
    assert command_line(capsys, monkeypatch, *arguments, "reporter").code == 0
    package = command_line(capsys, monkeypatch, "plugins", "new", "opencv", "--into", tmp_path, "--kind", "method")
    assert package.code == 2
    assert "the package fracorr_opencv is there already (plugin 'opencv' of fracorr)" in package.err


def test_an_installed_plugin_is_checked(capsys, monkeypatch):
    done = command_line(capsys, monkeypatch, "plugins", "check", "silhouette")
    assert done.code == 0
    assert "transform silhouette: 9 of 9 points hold" in done.out
    data = json.loads(command_line(capsys, monkeypatch, "plugins", "check", "silhouette", "--json").out)
    assert [each["problem"] for each in data["components"][0]["findings"]] == [""] * 9
    missing = command_line(capsys, monkeypatch, "plugins", "check", "silhuette")
    assert missing.code == 2
    assert "did you mean 'silhouette'?" in missing.err


def test_the_schema_describes_every_parameter_of_every_component():
    schema = experiment_schema(default_registry())
    assert json.loads(json.dumps(schema, allow_nan=False)) == schema
    for kind in SUMMARIES:
        for component in default_registry().components(kind):
            described = schema["$defs"][kind.key][component.name]
            assert set(described["properties"]) == {each.name for each in component.parameters()}
    degree = schema["$defs"]["transform"]["orbit-trap"]["properties"]["degree"]
    assert degree["anyOf"] == [{"type": "number"}, {"const": "none"}]
    cells = schema["$defs"]["source"]["checkerboard"]["properties"]["cells"]
    assert (cells["type"], cells["default"]) == ("array", [8])
    assert "orbit-trap.degree" in schema["properties"]["sweep"]["properties"]
    assert "orbit-trap" in schema["properties"]["transforms"]["anyOf"][1]["anyOf"][0]["enum"]


def test_the_schema_agrees_with_the_experiments_that_come_along():
    validator = jsonschema.Draft202012Validator(experiment_schema(default_registry()))
    for file in sorted((SOURCE / "fracorr" / "experiments").glob("*.toml")):
        validator.validate(tomllib.loads(file.read_text(encoding="utf-8")))
    errors = [error.message for error in validator.iter_errors({"kernels": "disc", "scenes": 3, "sed": 1})]
    assert len(errors) == 3
