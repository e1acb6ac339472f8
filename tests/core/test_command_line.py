import functools
import json
import zlib

import numpy as np
import pytest
import skimage.data
from command_line import command_line
from fakes import FakeEntryPoint, Raises, entry_point, offering, spec

from fracorr import images, plugins
from fracorr.cli.commands import OWN
from fracorr.plugins import Registry, installed_entry_points


@pytest.fixture
def fracorr(capsys, monkeypatch, tmp_path):
    """The command line, called in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return functools.partial(command_line, capsys, monkeypatch)


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    images.write(path, skimage.data.astronaut()[:120, 160:300])
    return path


def fail_to_import():
    raise ImportError("no module named 'nowhere'")


@pytest.fixture
def bad_plugins(monkeypatch):
    """Four plugins that are broken in four ways, beside the installed ones."""
    bad = [
        FakeEntryPoint("import-error", fail_to_import),
        entry_point("unknown-hook", fracorr_fractal_transformers=lambda: []),
        entry_point("unknown-argument", fracorr_engines=lambda cluster: []),
        offering("raises-while-running", spec("raises", Raises), hook="fracorr_fractal_transforms"),
    ]
    entry_points = [*installed_entry_points(), *bad]
    monkeypatch.setattr(plugins, "installed_entry_points", lambda: entry_points)
    plugins.default_registry.cache_clear()
    yield [each.name for each in bad]
    plugins.default_registry.cache_clear()


def test_version(fracorr):
    done = fracorr("--version")
    assert (done.code, done.out.split()[0]) == (0, "fracorr")


def test_plugins_list_names_every_component(fracorr):
    done = fracorr("plugins", "list", "--json")
    records = {record["name"]: record for record in json.loads(done.out)}
    assert records["opencv"]["status"] == "loaded"
    names = {each["name"] for record in records.values() for each in record["components"]}
    assert {"orbit-trap", "ifs", "tm_sqdiff_normed", "own", "samples", "figures", "table", "json", "serial"} <= names
    table = fracorr("plugins", "list").out
    assert all(name in table for name in records)


def test_plugins_show_gives_type_default_unit_and_help(fracorr):
    done = fracorr("plugins", "show", "orbit-trap", "--json")
    (shown,) = json.loads(done.out)
    iterations = next(each for each in shown["parameters"] if each["name"] == "iterations")
    assert iterations["takes"] == "a whole number"
    assert iterations["default"] == "100"
    assert iterations["help"]
    assert "orbit-trap, transform" in fracorr("plugins", "show", "orbit-trap").out
    assert "plugin 'orbit' of fracorr" in fracorr("plugins", "show", "orbit").out


def test_plugins_show_suggests_the_nearest_name(fracorr):
    done = fracorr("plugins", "show", "orbit-trp")
    assert done.code == 2
    assert "did you mean 'orbit-trap'" in done.err


def test_broken_plugins_are_named_and_everything_else_works(fracorr, bad_plugins, photo, tmp_path):
    listed = fracorr("plugins", "list").out
    assert all(name in listed for name in bad_plugins)
    assert listed.count("broken:") == 3
    assert "no module named 'nowhere'" in listed
    done = fracorr("fractalize", photo, "-t", "orbit-trap:degree=3", "-o", "fractal.png")
    assert (done.code, (tmp_path / "fractal.png").exists()) == (0, True)
    # The broken ones are not installed, so no other process knows them.
    options = ("-k", "disc", "-s", photo, "-m", "tm_ccorr", "--out", "results", "--engine", "serial")
    done = fracorr("run", "-t", "none", "-t", "raises", *options)
    assert done.code == 1
    assert "1 of 2 trials failed" in done.err
    assert "'raises-while-running' of fake-distribution 1.2" in done.err
    assert fracorr("--help").code == 0
    assert fracorr("plugins", "show", "raises").code == 0


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_checking_a_broken_or_disabled_plugin_says_why(fracorr, bad_plugins, monkeypatch, options):
    monkeypatch.setenv("FRACORR_DISABLE_PLUGINS", "")
    done = fracorr("plugins", "check", "import-error", *options)
    assert (done.code, done.err) == (3, "")
    assert "no module named 'nowhere'" in done.out
    done = fracorr("--disable-plugin", "import-error", "plugins", "check", "import-error", *options)
    assert done.code == 3
    assert "it is disabled" in done.out


def test_fractalize_writes_what_the_library_gives(fracorr, photo, tmp_path):
    from fracorr import Kernel, fractalize

    done = fracorr("fractalize", photo, "-t", "orbit-trap:degree=3", "-o", "deep/fractal.png")
    assert (done.code, done.out) == (0, "deep/fractal.png\n")
    written, expected = Kernel(tmp_path / "deep" / "fractal.png"), fractalize(photo, "orbit-trap:degree=3")
    inside = expected.support > 0
    np.testing.assert_allclose(written.support, expected.support, atol=1 / 255)
    np.testing.assert_allclose(written.pixels[inside], expected.pixels[inside], atol=1 / 255)


def test_run_leaves_an_experiment_that_can_be_run_again(fracorr, photo, tmp_path):
    options = ("-k", "disc", "-t", "orbit-trap", "-s", photo, "-m", "tm_c*", "--seed", "3")
    first = fracorr("run", *options, "--out", "one", "--json")
    assert first.code == 0
    summary = json.loads(first.out)
    assert (summary["trials"], summary["done"], summary["failed"]) == (4, 4, 0)
    again = fracorr("run", tmp_path / "one" / "experiment.toml", "--out", "two", "--json", "-r", "json")
    assert again.code == 0
    results = json.loads((tmp_path / "two" / "results.json").read_text())
    assert sorted(each["method"] for each in results["trials"]) == [arm["method"] for arm in summary["arms"]]


def test_without_a_folder_the_run_gets_one_of_its_own(fracorr, photo, tmp_path):
    for _ in range(2):
        assert fracorr("run", "-k", "disc", "-s", photo, "-m", "tm_ccorr").code == 0
    assert sum((each / "experiment.toml").is_file() for each in (tmp_path / "runs").iterdir()) == 2


def test_a_run_that_cannot_begin_makes_no_folder(fracorr, photo, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    assert fracorr("run", "-k", "disc:size=900", "-s", photo, "-m", "tm_ccorr").code == 2
    assert sorted(tmp_path.rglob("*")) == before


def broken_images(tmp_path, photo):
    """Files that are no whole pictures: not one, empty, cut short, 0 × 0, and one that claims to be huge."""
    data = photo.read_bytes()
    size = data.index(b"IHDR") + 4

    def claiming(side):
        header = b"IHDR" + side.to_bytes(4, "big") * 2 + data[size + 8 : size + 13]
        return data[: size - 4] + header + zlib.crc32(header).to_bytes(4, "big") + data[size + 17 :]

    (tmp_path / "broken.png").write_bytes(b"this is no picture")
    (tmp_path / "empty.png").touch()
    (tmp_path / "cut.png").write_bytes(data[: len(data) // 2])
    (tmp_path / "nothing.png").write_bytes(claiming(0))
    (tmp_path / "huge.png").write_bytes(claiming(60_000))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-k", "nowhere.png"], "there is no file 'nowhere.png'"),
        (["-k", "./nowhere.png"], "there is no file 'nowhere.png'"),
        (["-k", "broken.png"], "'broken.png' is not an image"),
        (["-k", "empty.png"], "'empty.png' is empty"),
        (["-k", "cut.png"], "'cut.png' is damaged or cut short"),
        (["-k", "nothing.png"], "'nothing.png'"),
        (["-k", "huge.png"], "has 60000×60000 pixels, more than the limit"),
        (["-k", "file:photo.png,size=99999999"], "limit"),
        (["-s", "photos/*.jpg"], "matches no file"),
        (["-m", "tm_c?ff"], "no method matches 'tm_c?ff'"),
        (["-m", "tm_ccof"], "no method 'tm_ccof'; did you mean 'tm_ccoeff'"),
        (["-t", "orbit-trap:degre=3"], "no parameter 'degre'; did you mean 'degree'"),
        (["-t", "orbit-trap:degree=many"], "degree='many' is not right: it takes a number"),
        (["-k", "disc:size=900"], "larger than scene 'photo'"),
        (["-r", "figrues"], "no reporter 'figrues'; did you mean 'figures'"),
        (["--engine", "cloud"], "no engine 'cloud'"),
        (["--seed", "-1"], "seed: it must be 0 or more"),
        (["missing.toml"], "'missing.toml' cannot be read"),
        (["photo.png"], "'photo.png' is not an experiment file (.toml); each picture needs its own -k or -s"),
        (["--out", "photo.png/results"], "folder 'photo.png/results' cannot be written to"),
    ],
)
def test_bad_input_gets_a_clear_error_and_leaves_nothing(fracorr, photo, tmp_path, arguments, message):
    broken_images(tmp_path, photo)
    before = sorted(tmp_path.rglob("*"))
    options = {"-k": "disc", "-s": photo, "-m": "tm_ccorr", "--out": "results"}
    given = {arguments[0]: arguments[1]} if len(arguments) == 2 else {}
    positional = arguments if len(arguments) == 1 else []
    flat = [item for pair in {**options, **given}.items() for item in pair]
    done = fracorr("run", *positional, *flat)
    assert done.code == 2
    assert message in done.err
    assert "Traceback" not in done.err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.png", "-t", "orbit-trap", "-o", "a.png"], "there is no file 'nowhere.png'"),
        (["photo.png", "-t", "orbit-trap", "-o", "a.xyz"], "cannot write '.xyz'; use one of .png"),
        (["photo.png", "-t", "orbit-trap", "-o", "photo.png/a.png"], "cannot be written"),
        (["photo.png", "-t", "orbit-trap+", "-o", "a.png"], "has no name"),
    ],
)
def test_fractalize_refuses_what_it_cannot_do(fracorr, photo, tmp_path, arguments, message):
    done = fracorr("fractalize", *arguments)
    assert done.code == 2
    assert message in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["photo.png"]


def test_a_picture_above_the_limit_is_refused(fracorr, photo, monkeypatch):
    monkeypatch.setenv("FRACORR_MAX_PIXELS", "1000")
    done = fracorr("fractalize", photo, "-t", "orbit-trap", "-o", "a.png")
    assert done.code == 2
    assert "has 140×120 pixels, more than the limit of 1,000" in done.err


def test_run_without_its_lists_shows_an_example(fracorr):
    done = fracorr("run", "-k", "disc")
    assert done.code == 2
    assert "needs -s (scenes), -m (methods); for example: fracorr run" in done.err


def test_disabled_plugins_are_left_out(fracorr, monkeypatch):
    monkeypatch.delenv("FRACORR_DISABLE_PLUGINS", raising=False)
    try:
        monkeypatch.setenv("FRACORR_DISABLE_PLUGINS", "")
        done = fracorr("--disable-plugin", "orbit", "plugins", "show", "orbit-trap")
        assert done.code == 2
        assert "no component and no plugin 'orbit-trap'" in done.err
    finally:
        monkeypatch.undo()
        plugins.default_registry.cache_clear()


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [("METHOD", "tm_sq", {"tm_sqdiff", "tm_sqdiff_normed"}), ("TRANSFORM", "ifs+orb", {"ifs+orbit-trap"})],
)
def test_component_names_are_completed(kind, typed, expected):
    from fracorr.cli.completion import completer
    from fracorr.components import Kind

    assert {name for name, _ in completer(Kind[kind])(typed)} == expected


@pytest.mark.parametrize("command", OWN, ids=lambda command: command.name)
def test_the_listing_says_of_a_command_what_its_own_help_says(fracorr, command):
    page = fracorr(command.name, "--help").out
    assert command.summary.rstrip(".") in " ".join(page.replace("│", " ").split())


def test_a_command_of_a_wrong_name_is_met_with_the_nearest(fracorr):
    done = fracorr("rnu")
    assert done.code == 2
    assert "Did you mean 'run'" in done.err


def test_a_plugins_command_is_mounted_and_named_in_the_help(fracorr, monkeypatch):
    from fakes import fake_registry

    from fracorr import ComponentSpec

    offered = offering("hello", ComponentSpec("hello", "Say hello", "hello_command:app"), hook="fracorr_commands")
    registry: Registry = fake_registry(offered)
    monkeypatch.setattr("fracorr.cli.commands.default_registry", lambda: registry)
    assert "Say hello" in fracorr("--help").out
    assert fracorr("hello", "kernel").out == "hello, kernel\n"
    assert "Usage: fracorr hello [OPTIONS]" in fracorr("hello", "--help").out


def test_fractalize_draws_a_sheet_over_a_grid(fracorr, photo, tmp_path):
    done = fracorr("fractalize", photo, "-t", "orbit-trap", "--grid", "degree=2,3", "c=0,0.3,0.6", "-o", "sheet.png")
    assert done.code == 0, done.err
    sheet = images.read(tmp_path / "sheet.png").pixels
    assert sheet.shape[1] > sheet.shape[0]  # three columns, two rows


def test_fractalize_animates_a_parameter(fracorr, photo, tmp_path):
    import PIL.Image

    done = fracorr("fractalize", photo, "-t", "orbit-trap", "--animate", "degree=2..4", "--frames", "4", "-o", "a.gif")
    assert done.code == 0, done.err
    with PIL.Image.open(tmp_path / "a.gif") as animation:
        assert animation.n_frames == 6
        assert animation.size == (120, 120)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say where to put the picture"),
        (["-t", "ifs", "-t", "droste", "-o", "a.png"], "to apply several transforms in a row write -t ifs+droste"),
        (["other.png", "-o", "a.png"], "'other.png' is one too many"),
        (["--animate", "degree=2..3", "--grid", "degree=2", "-o", "a.png"], "exclude each other"),
        (["--grid", "degree=", "-o", "a.png"], "is not of the form"),
        (["--grid", "degree=2..3:5000", "c=0,1", "-o", "a.png"], "10,000 pictures are too many for one sheet"),
        (["--grid", "c='0.6", "-o", "a.png"], "--grid c='0.6: No closing quotation"),
        (["-o", "a.gif"], "cannot write '.gif'"),
    ],
)
def test_fractalize_refuses_options_that_make_no_sense(fracorr, photo, tmp_path, arguments, message):
    done = fracorr("fractalize", photo, *arguments)
    assert done.code == 2
    assert message in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["photo.png"]


@pytest.mark.parametrize(
    "more", [[], ["--grid", "degree=2,3"], ["--animate", "degree=2..3"]], ids=["picture", "sheet", "frames"]
)
@pytest.mark.parametrize("source", ["{}", "file:{}"])
def test_fractalize_never_writes_over_its_picture(fracorr, photo, source, more):
    before = photo.read_bytes()
    done = fracorr("fractalize", source.format(photo.name), "-o", f"../{photo.parent.name}/photo.png", *more)
    assert done.code == 2
    assert f"-o would write over '../{photo.parent.name}/photo.png', which is to be read" in done.err
    assert photo.read_bytes() == before


def test_fractalize_takes_a_kernel_source(fracorr, tmp_path):
    assert fracorr("fractalize", "disc:size=32", "-t", "orbit-trap", "-o", "a.png").code == 0
    assert images.read(tmp_path / "a.png").pixels.shape[:2] == (32, 32)
    done = fracorr("fractalize", "gallery", "-t", "orbit-trap", "-o", "a.png")
    assert done.code == 2
    assert "kernels; name one, such as gallery:" in done.err


def test_a_folder_with_another_run_is_left_alone(fracorr, photo, tmp_path):
    options = ("-s", photo, "-m", "tm_ccorr", "--out", "results")
    assert fracorr("run", "-k", "disc", *options).code == 0
    assert fracorr("run", "-k", "disc", *options).code == 0  # the same experiment again
    assert fracorr("run", "-k", "disc", *options, "-r", "json").code == 0  # other reporters
    before = (tmp_path / "results" / "results.json").read_bytes()
    done = fracorr("run", "-k", "ring", *options)
    assert done.code == 2
    assert "holds another experiment's run" in done.err
    assert (tmp_path / "results" / "results.json").read_bytes() == before


def test_fractalize_shows_a_preview(fracorr, photo):
    done = fracorr("fractalize", photo, "-t", "orbit-trap:degree=2", "--preview")
    assert done.code == 0
    lines = done.out.rstrip("\n").split("\n")
    assert len({len(line) for line in lines}) == 1
    # The default window is [-2, 2]²: a Julia set of degree 2 leaves its corners empty and its middle full.
    assert lines[0].strip() == ""
    assert any(line.strip() for line in lines)


def test_fractalize_animates_one_chain_only(fracorr, photo):
    done = fracorr("fractalize", photo, "-t", "*", "--animate", "degree=2..3", "-o", "a.gif")
    assert done.code == 2
    assert "choose one to animate" in done.err


def test_a_pattern_that_disables_nothing_is_named(fracorr, monkeypatch):
    monkeypatch.setenv("FRACORR_DISABLE_PLUGINS", "")
    done = fracorr("--disable-plugin", "orbti", "plugins", "list")
    plugins.default_registry.cache_clear()
    assert (done.code, done.err) == (0, "fracorr: no plugin is called 'orbti'; did you mean 'orbit'?\n")
    monkeypatch.setenv("FRACORR_DISABLE_PLUGINS", "dask, orbti")
    done = fracorr("plugins", "list")
    plugins.default_registry.cache_clear()
    expected = "fracorr: FRACORR_DISABLE_PLUGINS: no plugin is called 'orbti'; did you mean 'orbit'?\n"
    assert (done.code, done.err) == (0, expected)


def test_a_command_that_is_no_application_is_the_plugins_fault(fracorr, monkeypatch):
    from fakes import fake_registry

    from fracorr import ComponentSpec

    bad = offering("bad", ComponentSpec("bad", "No application", "fakes:plugin"), hook="fracorr_commands")
    registry: Registry = fake_registry(bad)
    monkeypatch.setattr("fracorr.cli.commands.default_registry", lambda: registry)
    done = fracorr("bad")
    assert done.code == 3
    assert "command 'bad' (plugin 'bad' of fake-distribution 1.2): fakes:plugin is a function, not a typer" in done.err
