import importlib.metadata
import os
import pathlib
import subprocess
import sys
import tomllib

import pytest
from fakes import FakeDistribution, FakeEntryPoint, Halve, Raises, entry_point, fake_registry, offering, plugin, spec

from fracorr import ConfigurationError, PluginError
from fracorr.components import ComponentSpec, Kind
from fracorr.plugins import BUILTIN, Registry, default_registry, installed_entry_points
from fracorr.selection import select_chains

ROOT = pathlib.Path(__file__).parents[2]
GOOD = offering("good", spec("halve", Halve), hook="fracorr_fractal_transforms")


def failing_import():
    raise ImportError("no module named 'nowhere'")


def leaving():
    sys.exit(7)


def wrong_type():
    yield "not a spec"


def breaks_half_way():
    yield spec("fine", Halve)
    raise RuntimeError("then it broke")


BAD = {
    "import error": (FakeEntryPoint("bad", failing_import), "ImportError: no module named 'nowhere'"),
    "leaves": (FakeEntryPoint("bad", leaving), "SystemExit: 7"),
    "unknown hook": (
        entry_point("bad", fracorr_fractal_transformers=lambda: []),
        "unknown hook fracorr_fractal_transformers; did you mean 'fracorr_fractal_transforms'?",
    ),
    "unknown argument": (entry_point("bad", fracorr_engines=lambda cluster: []), "cluster"),
    "hook raises": (entry_point("bad", fracorr_engines=breaks_half_way), "RuntimeError: then it broke"),
    "wrong type": (entry_point("bad", fracorr_engines=wrong_type), "it yields str, not fracorr.ComponentSpec"),
    "same name twice": (
        offering("bad", spec("twin", Halve), spec("twin", Halve), hook="fracorr_fractal_transforms"),
        "it offers 'twin' twice",
    ),
    "bad name": (
        entry_point("bad", fracorr_engines=lambda: [ComponentSpec("Bad Name", "", "a.b:C")]),
        "component name 'Bad Name' is not allowed",
    ),
    "bad target": (
        entry_point("bad", fracorr_engines=lambda: [ComponentSpec("bad", "", "a.b.C")]),
        "not of the form 'package.module:ClassName'",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_broken_plugin_costs_only_itself(case):
    bad, reason = BAD[case]
    for order in ([bad, GOOD], [GOOD, bad]):
        registry = Registry(order)
        record = next(each for each in registry.records if each.name == "bad")
        assert record.status == "broken"
        assert reason in record.error
        assert (record.distribution, record.version) == ("fake-distribution", "1.2")
        assert registry.usable_names(Kind.TRANSFORM) == ("halve",)
        assert registry.broken == (record,)


def test_one_failing_hook_leaves_the_others_of_its_plugin():
    mixed = entry_point(
        "mixed", fracorr_engines=breaks_half_way, fracorr_fractal_transforms=lambda: [spec("halve", Halve)]
    )
    record = Registry([mixed]).records[0]
    assert (record.status, [each.name for each in record.components]) == ("loaded", ["halve"])
    assert "fracorr_engines: RuntimeError" in record.error


def test_the_same_module_twice_is_named_and_costs_nothing():
    module = plugin(fracorr_fractal_transforms=lambda: [spec("halve", Halve)])
    registry = Registry([FakeEntryPoint("first", lambda: module), FakeEntryPoint("second", lambda: module)])
    assert [record.status for record in registry.records] == ["loaded", "broken"]
    assert "already registered" in registry.records[1].error


def test_two_plugins_with_one_name_both_stay():
    other = offering("other", spec("halve", Raises), hook="fracorr_fractal_transforms", distribution="other-dist")
    registry = Registry([GOOD, other])
    assert registry.broken == ()
    assert registry.usable_names(Kind.TRANSFORM) == ("fake-distribution/halve", "other-dist/halve")
    with pytest.raises(ConfigurationError, match="offered by several.*fake-distribution/halve, other-dist/halve"):
        registry.get(Kind.TRANSFORM, "halve")
    assert registry.get(Kind.TRANSFORM, "other-dist/halve").load() is Raises
    assert len(registry.match(Kind.TRANSFORM, "*halve")) == 2
    assert len(registry.match(Kind.TRANSFORM, "h*")) == 2
    chains = [chain.spec for chain in select_chains(registry, "h*")]
    assert chains == ["fake-distribution/halve", "other-dist/halve"]
    assert [chain.spec for text in chains for chain in select_chains(registry, text)] == chains


@pytest.mark.parametrize("pattern", ["good", "fake-distribution", "fake-*", "*"])
def test_a_disabled_plugin_is_not_imported(pattern):
    loaded = []
    watched = FakeEntryPoint("good", lambda: loaded.append(1), FakeDistribution())
    registry = Registry([watched], disabled=[pattern])
    assert loaded == []
    assert registry.records[0].status == "disabled"
    with pytest.raises(ConfigurationError, match="not loaded may offer it: good is disabled"):
        registry.get(Kind.TRANSFORM, "halve")


def test_only_builtin_leaves_third_parties_out():
    own = offering("own", spec("quarter", Halve), hook="fracorr_fractal_transforms", distribution=BUILTIN)
    registry = Registry([GOOD, own], only_builtin=True)
    assert registry.usable_names(Kind.TRANSFORM) == ("quarter",)


def test_an_unknown_name_gets_the_nearest():
    registry = Registry([GOOD])
    with pytest.raises(ConfigurationError, match="no transform 'halv'; did you mean 'halve'"):
        registry.get(Kind.TRANSFORM, "halv")
    with pytest.raises(ConfigurationError, match="no method 'halve'; 'halve' is a transform"):
        registry.get(Kind.METHOD, "halve")
    with pytest.raises(ConfigurationError, match="no transform matches 'x.'; there are: halve"):
        registry.match(Kind.TRANSFORM, "x*")


def test_a_newer_interface_warns():
    with pytest.warns(UserWarning, match="'halve' of fake-distribution 1.2 is written for interface 99"):
        registry = Registry([offering("new", spec("halve", Halve, api=99), hook="fracorr_fractal_transforms")])
    assert registry.usable_names(Kind.TRANSFORM) == ("halve",)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("nowhere.at_all:Thing", "cannot be loaded from nowhere.at_all:Thing: ModuleNotFoundError"),
        ("fakes:Missing", "has no attribute 'Missing'"),
        ("fakes:FakeDistribution", "has no method apply"),
        ("fakes:entry_point", "is not an attrs class; decorate it with @attrs.frozen"),
    ],
)
def test_a_component_that_is_not_what_it_says_is_named(target, message):
    made = offering("bad", ComponentSpec("bad", "", target), hook="fracorr_fractal_transforms")
    with pytest.raises(PluginError, match="transform 'bad' .plugin 'bad' of fake-distribution 1.2") as caught:
        Registry([made]).get(Kind.TRANSFORM, "bad").load()
    assert message in str(caught.value)


def test_strict_mode_makes_a_broken_plugin_an_error(monkeypatch):
    monkeypatch.setattr("fracorr.plugins.installed_entry_points", lambda: [BAD["import error"][0]])
    monkeypatch.setenv("FRACORR_STRICT_PLUGINS", "1")
    default_registry.cache_clear()
    try:
        with pytest.raises(PluginError, match="'bad' of fake-distribution 1.2: ImportError"):
            default_registry()
    finally:
        default_registry.cache_clear()


def test_every_builtin_plugin_loads():
    registry = Registry()
    builtin = [record for record in registry.records if record.builtin]
    assert [record.error for record in builtin] == [""] * len(builtin)
    for kind in Kind:
        for component in registry.components(kind):
            if component.distribution == BUILTIN:
                assert component.load() is not None
                assert component.spec.summary


def test_every_plugin_folder_is_packaged_and_has_an_entry_point():
    folders = {path.name for path in (ROOT / "plugins").iterdir() if path.is_dir() and path.name != "__pycache__"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {f"plugins/{name}" for name in folders} | {"core/fracorr"} == set(packages)
    installed = {each.value for each in installed_entry_points() if each.dist.name == BUILTIN}
    assert installed == {f"{name}.plugin" for name in folders}
    for folder in folders:
        assert (ROOT / "plugins" / folder / "py.typed").exists()
    assert not (ROOT / "plugins" / "__init__.py").exists()
    assert not (ROOT / "core" / "__init__.py").exists()


def test_core_imports_no_plugin_and_plugins_import_no_plugin():
    folders = [path for path in (ROOT / "plugins").iterdir() if path.is_dir()]
    names = [path.name for path in folders]
    for file in (ROOT / "core").rglob("*.py"):
        assert not any(name in file.read_text() for name in names if name != "__pycache__"), file
    for folder in folders:
        for file in folder.rglob("*.py"):
            imports = [line for line in file.read_text().splitlines() if line.lstrip().startswith(("from ", "import "))]
            others = [name for name in names if name not in (folder.name, "__pycache__")]
            assert not [line for line in imports if any(other in line.split() for other in others)], file


HEAVY = ("numpy", "cv2", "matplotlib", "scipy", "skimage", "torch", "PIL")


@pytest.mark.parametrize("arguments", [["--help"], ["plugins", "list"], ["plugins", "list", "--json"], ["--version"]])
def test_listings_import_nothing_heavy(arguments):
    code = (
        "import sys\n"
        f"sys.argv = ['fracorr', *{arguments!r}]\n"
        "from fracorr.cli import main\n"
        "try:\n    main()\nexcept SystemExit as leaving:\n    assert not leaving.code, leaving.code\n"
        f"sys.stderr.write(','.join(name for name in {HEAVY!r} if name in sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "fracorr" in done.stdout


def test_the_fakes_make_a_working_registry():
    registry = fake_registry()
    assert registry.broken == ()
    assert "serial" in registry.usable_names(Kind.ENGINE)


def test_disabling_by_environment_reaches_the_command_line():
    environment = {**os.environ, "FRACORR_DISABLE_PLUGINS": "text"}
    done = subprocess.run(
        [sys.executable, "-m", "fracorr", "plugins", "show", "table"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 2
    assert "there is no component and no plugin 'table'" in done.stderr
    assert (
        importlib.metadata.version("fracorr")
        in subprocess.run(
            [sys.executable, "-m", "fracorr", "--version"], capture_output=True, text=True, check=True
        ).stdout
    )
