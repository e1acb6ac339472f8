import subprocess
import sys
import xml.etree.ElementTree as ET

import matplotlib
import pytest
from figure_fakes import AWKWARD_NAMES, figure_registry, texts_in

from fracorr import ConfigurationError, Experiment, images, run
from fracorr.plan import make_plan
from fracorr.running import Run, results
from fracorr_matplotlib.figures import Figures


@pytest.fixture(scope="module")
def registry():
    return figure_registry()


def draw(registry, folder, **changes):
    """Run an experiment of 2 scenes × 2 kernels × 2 chains × 1 method, unless told otherwise."""
    values = {
        "kernels": "dots",
        "transforms": ["none", "halve"],
        "scenes": "spots",
        "methods": "peak",
        "reporters": "figures",
    }
    done = run(Experiment(**{**values, **changes}), out=folder, registry=registry)
    assert done.reporter_failures == []
    return done


def files_in(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def summary(kind="png"):
    """What there is of every run on scenes with targets."""
    return {f"summary/arms.{kind}", f"summary/kernels.{kind}"}


def test_a_sheet_for_each_group_and_a_figure_for_each_trial(registry, tmp_path):
    draw(registry, tmp_path)
    groups = [f"spot-{scene}--dot-{kernel}" for scene in (0, 1) for kernel in (0, 1)]
    trials = {f"trials/{group}--{chain}--peak.png" for group in groups for chain in ("none", "halve")}
    assert files_in(tmp_path / "figures") == {f"{group}.png" for group in groups} | trials | summary()
    for path in (tmp_path / "figures").rglob("*.png"):
        # Something is on it, and the corners are as white as the paper.
        pixels = images.read(path).pixels
        assert pixels.std() > 0.05
        assert (pixels[[0, 0, -1, -1], [0, -1, 0, -1]] == 1).all()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("figures:trials=none", 0),
        ("figures:trials=targets", 6),  # one scene × three kernels × two chains
        ("figures:trials=all", 12),
        ("figures", 6),
    ],
)
def test_which_trials_have_a_figure_of_their_own(registry, tmp_path, options, expected):
    # Of the two scenes the second one has a target.
    draw(registry, tmp_path, scenes="awkward:n=2", kernels="dots:n=3", reporters=options)
    names = files_in(tmp_path / "figures")
    assert sum(name.startswith("trials/") for name in names) == expected
    assert sum("/" not in name for name in names) == 6


def test_the_limit_leaves_out_the_last_of_the_plan_and_says_so(registry, tmp_path):
    draw(registry, tmp_path, reporters="figures:limit=3")
    assert files_in(tmp_path / "figures") == {
        "spot-0--dot-0.png",
        "spot-0--dot-1.png",
        "spot-1--dot-0.png",
        "trials/spot-0--dot-0--none--peak.png",
        "trials/spot-0--dot-0--halve--peak.png",
        "trials/spot-0--dot-1--none--peak.png",
        "left-out.txt",
        *summary(),
    }
    note = (tmp_path / "figures" / "left-out.txt").read_text()
    assert "Sheets left out: 1" in note
    assert "Figures of single trials left out: 5" in note
    assert "figures:limit=8 draws all" in note
    # What it says is true, and then it is gone.
    draw(registry, tmp_path, reporters="figures:limit=8")
    names = files_in(tmp_path / "figures")
    assert len(names) == 4 + 8 + 2
    assert "left-out.txt" not in names


def test_the_order_of_the_results_changes_nothing(registry, tmp_path):
    draw(registry, tmp_path / "one", reporters="figures:limit=5")
    draw(registry, tmp_path / "two", reporters="figures:limit=5", engine="shuffled")
    names = files_in(tmp_path / "one" / "figures")
    assert names == files_in(tmp_path / "two" / "figures")
    for name in names:
        assert (tmp_path / "one" / "figures" / name).read_bytes() == (tmp_path / "two" / "figures" / name).read_bytes()


def test_a_response_is_computed_again_once_and_let_go(registry, tmp_path, monkeypatch):
    experiment = Experiment(
        kernels="dots", transforms=["none", "halve"], scenes="spots:n=3", methods=["peak", "beyond"]
    )
    plan = make_plan(experiment, registry)
    current = Run(plan, tmp_path)
    evaluated = []
    monkeypatch.setattr(
        Run, "evaluate", lambda self, trial, true=Run.evaluate: evaluated.append(trial) or true(self, trial)
    )
    reporter = Figures()
    reporter.begin(current)
    for number, result in enumerate(results(experiment, registry), start=1):
        reporter.record(result)
        # Four arms make a group; only what belongs to the one that is not complete is kept, without its matches.
        kept = [each for group in reporter._waiting.values() for each in group.values()]
        assert len(kept) == number % 4
        assert all(each.matches == () for each in kept)
    reporter.end()
    assert sorted(trial.number for trial in evaluated) == list(range(len(plan)))


def test_groups_that_are_not_drawn_are_not_kept(registry, tmp_path):
    experiment = Experiment(kernels="dots", scenes="spots:n=4", methods="peak", transforms=["none", "halve"])
    reporter = Figures(limit=1)
    reporter.begin(Run(make_plan(experiment, registry), tmp_path))
    for result in list(results(experiment, registry))[4:]:
        reporter.record(result)
    assert not reporter._waiting


def test_failed_trials_are_drawn_with_their_errors(registry, tmp_path):
    draw(registry, tmp_path, transforms=["none", "raises"], methods=["peak", "raises"], reporters="figures:svg")
    texts = " ".join(texts_in(tmp_path / "figures" / "spot-0--dot-0.svg"))
    assert texts.count("✗ failed") == 3
    assert "RuntimeError: the method broke" in texts
    assert "RuntimeError: the <b>transform</b> broke" in texts
    assert "✓ hit, truth ranks 1" in texts
    alone = " ".join(texts_in(tmp_path / "figures" / "trials" / "spot-0--dot-0--raises--peak.svg"))
    assert "RuntimeError: the <b>transform</b> broke" in alone
    assert "detected" not in alone.split()


def test_a_trial_that_cannot_be_repeated_says_so(registry, tmp_path):
    draw(registry, tmp_path, methods="flaky", transforms="none", kernels="dots:n=1", reporters="figures:svg")
    texts = " ".join(texts_in(tmp_path / "figures" / "spot-0--dot-0.svg"))
    assert "drawing it again: RuntimeError: once is enough" in texts


def test_an_interrupted_run_shows_what_there_is(registry, tmp_path):
    draw(registry, tmp_path, engine="broken:after=3", reporters="figures:svg")
    assert files_in(tmp_path / "figures") == {
        "spot-0--dot-0.svg",
        "spot-0--dot-1.svg",
        *(f"trials/spot-0--dot-{name}--peak.svg" for name in ("0--none", "0--halve", "1--none")),
        *summary("svg"),
    }
    texts = texts_in(tmp_path / "figures" / "spot-0--dot-1.svg")
    assert texts.count("not carried out") == 1


def test_nothing_is_drawn_of_nothing(registry, tmp_path):
    draw(registry, tmp_path, engine="broken:after=0")
    assert not (tmp_path / "figures").exists()
    Figures().end()


def test_a_run_without_a_folder_is_told_what_to_do(registry):
    plan = make_plan(Experiment(kernels="dots", scenes="spots", methods="peak"), registry)
    with pytest.raises(ConfigurationError, match="--out DIR"):
        Figures().begin(Run(plan))


def test_awkward_names_are_safe_and_stay_apart(registry, tmp_path):
    draw(
        registry,
        tmp_path,
        kernels="awkward",
        scenes="awkward:n=2",
        transforms="none",
        reporters="figures:svg,trials=all",
    )
    paths = [path for path in tmp_path.rglob("*.svg") if path.parent.name != "summary"]
    assert len(paths) == 2 * 2 * len(AWKWARD_NAMES)
    assert {path.parent.relative_to(tmp_path).as_posix() for path in paths} == {"figures", "figures/trials"}
    assert len({path.name.lower() for path in paths}) == len(paths)
    assert max(len(path.name) for path in paths) < 250
    texts = " ".join(text for path in paths for text in texts_in(path))
    assert "<script>alert('x')</script> in plain" in texts
    assert "$\\frac{1}{2}$ in plain" in texts


def test_kernels_of_one_name_from_two_sources_stay_apart(registry, tmp_path):
    draw(
        registry,
        tmp_path,
        kernels=["flat:width=9", "flat:width=11"],
        transforms="none",
        scenes="spots:n=1",
        reporters="figures:svg",
    )
    paths = sorted((tmp_path / "figures").glob("*.svg"))
    assert len(paths) == 2
    titles = {text for path in paths for text in texts_in(path) if " in spot-0" in text}
    assert titles == {"flat (flat:width=9) in spot-0", "flat (flat:width=11) in spot-0"}


def test_many_chains_go_on_in_further_bands_and_pages(registry, tmp_path):
    chains = ["none", *(f"halve:factor={number / 100}" for number in range(1, 40))]
    draw(
        registry,
        tmp_path,
        transforms=chains,
        methods=["peak", "beyond", *(f"beyond:{angle}" for angle in range(31, 35))],
        kernels="dots:n=1",
        scenes="spots:n=1",
        reporters="figures:svg,trials=none,dpi=30",
    )
    assert files_in(tmp_path / "figures") == summary("svg") | {f"spot-0--dot-0--page-{number}.svg" for number in (1, 2)}
    texts = [texts_in(path) for path in sorted((tmp_path / "figures").glob("*.svg"))]
    drawn = [text for page in texts for text in page if text in chains]
    assert sorted(drawn) == sorted(chains)
    assert any("Page 2 of 2." in text for text in texts[1])


def test_resolution_is_pixels_per_inch(registry, tmp_path):
    sizes = {}
    for dpi in (36, 72, 144):
        draw(registry, tmp_path, reporters=f"figures:dpi={dpi}", kernels="dots:n=1", scenes="spots:n=1")
        sizes[dpi] = images.read(tmp_path / "figures" / "spot-0--dot-0.png").pixels.shape
    draw(registry, tmp_path, reporters="figures:svg,dpi=36", kernels="dots:n=1", scenes="spots:n=1")
    svg = ET.parse(tmp_path / "figures" / "spot-0--dot-0.svg").getroot()
    for axis, length in enumerate(("height", "width")):
        points = float(svg.get(length).removesuffix("pt"))  # at 72 dpi a point is a pixel
        assert sizes[72][axis] == pytest.approx(points, abs=2)
        assert sizes[36][axis] == pytest.approx(points / 2, abs=1)
        assert sizes[144][axis] == pytest.approx(points * 2, abs=4)


@pytest.mark.parametrize(("kind", "beginning"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_kinds_of_files_are_the_same_every_time(registry, tmp_path, kind, beginning):
    name = f"figures/spot-0--dot-0.{kind}"
    for folder in ("one", "two"):
        draw(registry, tmp_path / folder, reporters=f"figures:{kind}", kernels="dots:n=1", scenes="spots:n=1")
    assert (tmp_path / "one" / name).read_bytes().startswith(beginning)
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_several_kinds_of_files_at_once(registry, tmp_path):
    draw(registry, tmp_path / "all", reporters="figures:format=[svg,png,pdf]", kernels="dots:n=1", scenes="spots:n=1")
    for kind in ("svg", "png", "pdf"):
        draw(registry, tmp_path / kind, reporters=f"figures:{kind}", kernels="dots:n=1", scenes="spots:n=1")
    files = [path for kind in ("svg", "png", "pdf") for path in (tmp_path / kind / "figures").rglob(f"*.{kind}")]
    assert len(files) == len(files_in(tmp_path / "all" / "figures")) == 3 * 5
    for path in files:
        same = (
            tmp_path / "all" / path.relative_to(path.parents[2] if path.parent.name != "figures" else path.parents[1])
        )
        assert same.read_bytes() == path.read_bytes()


def test_the_users_own_style_is_neither_used_nor_changed(registry, tmp_path):
    draw(registry, tmp_path / "one", kernels="dots:n=1", scenes="spots:n=1")
    with matplotlib.rc_context({"lines.linewidth": 20, "font.size": 30, "savefig.facecolor": "red", "axes.grid": True}):
        before = dict(matplotlib.rcParams)
        draw(registry, tmp_path / "two", kernels="dots:n=1", scenes="spots:n=1")
        assert dict(matplotlib.rcParams) == before
    for name in files_in(tmp_path / "one" / "figures"):
        assert (tmp_path / "one" / "figures" / name).read_bytes() == (tmp_path / "two" / "figures" / name).read_bytes()


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("figures:trials=some", "one of none, targets, all"),
        ("figures:jpg", "one of png, svg, pdf"),
        ("figures:format=[png,jpg]", "each one of png, svg, pdf"),
        ("figures:format=[png,png]", "format"),
        ("figures:format=[]", "format"),
        ("figures:dpi=10", "dpi"),
        ("figures:limit=-1", "limit"),
        ("figures:dpi=fine", "a whole number"),
    ],
)
def test_wrong_parameters_are_named(registry, spec, message):
    with pytest.raises(ConfigurationError, match=message):
        make_plan(Experiment(kernels="dots", scenes="spots", methods="peak", reporters=spec), registry)


def test_pyplot_is_not_imported_and_no_display_is_needed(tmp_path):
    program = (
        "import sys\n"
        "from fakes import fake_registry\n"
        "from fracorr import Experiment, run\n"
        "done = run(Experiment(kernels='dots', scenes='spots', methods='peak', reporters='figures'), out=sys.argv[1],\n"
        "           registry=fake_registry(installed=True))\n"
        "assert not done.reporter_failures, done.reporter_failures\n"
        "print('matplotlib.pyplot' in sys.modules, 'matplotlib.figure' in sys.modules)\n"
    )
    path = next(entry for entry in sys.path if entry.endswith("tests"))
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        env={"PYTHONPATH": path, "PATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False", "True"]
    assert len(list((tmp_path / "figures").glob("*.png"))) == 4


def test_naming_the_reporter_does_not_import_matplotlib():
    program = "import sys, fracorr_matplotlib.plugin\nprint(sorted({'matplotlib', 'numpy', 'cv2'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
