"""The example packages of the documentation: built, installed beside fracorr's own wheel, used, broken and removed."""

import json
import os
import pathlib
import subprocess
import sys
import sysconfig
import venv

import pytest

ROOT = pathlib.Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "docs" / "examples").iterdir())


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A fresh environment with three wheels in it; the libraries they need are seen from this one."""
    folder = tmp_path_factory.mktemp("examples")
    for project in (ROOT, *EXAMPLES):
        arguments = ["--wheel", "--no-isolation", "--outdir", str(folder / "dist"), str(project)]
        subprocess.run([sys.executable, "-m", "build", *arguments], check=True, capture_output=True)
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    (site,) = (folder / "env" / "lib").glob("python*/site-packages")
    # addsitedir, not a bare path: an editable install of fracorr is itself a .pth file.
    (site / "libraries.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
    wheels = sorted(map(str, (folder / "dist").glob("*.whl")))
    assert len(wheels) == 3
    subprocess.run(
        [python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--ignore-installed", *wheels], check=True
    )
    return python


def fracorr(python, folder, *arguments):
    return subprocess.run(
        [python, "-m", "fracorr", *map(str, arguments)], capture_output=True, text=True, cwd=folder, check=False
    )


def run_both(python, folder, out, *options):
    return fracorr(
        *(
            python,
            folder,
            "run",
            "-k",
            "ring:size=24",
            "-t",
            "none",
            "-t",
            "newton:5",
            "-s",
            "samples:astronaut,size=128",
        ),
        *("-m", "census", "-m", "tm_ccoeff_normed", "-r", "json", "--out", out, *options),
    )


def numbers(folder):
    trials = json.loads((folder / "results.json").read_text())["trials"]
    return {
        (trial["chain"], trial["method"]): (trial["matches"], trial["metrics"], trial["failure"]) for trial in trials
    }


def statuses(python, folder):
    listed = json.loads(fracorr(python, folder, "plugins", "list", "--json").stdout)
    return {each["name"]: (each["distribution"], each["status"], each["error"]) for each in listed}


def test_an_experiment_gives_the_same_here_and_in_processes(environment, tmp_path):
    for engine in ("serial", "process:workers=2"):
        done = run_both(environment, tmp_path, engine[:6], "--engine", engine)
        assert done.returncode == 0, done.stderr
    serial, process = numbers(tmp_path / "serial"), numbers(tmp_path / "proces")
    assert serial == process
    assert len(serial) == 4
    assert all(failure is None for _, _, failure in serial.values())
    assert serial["newton:5", "census"] != serial["none", "census"]


def test_what_is_used_is_the_wheel(environment, tmp_path):
    said = subprocess.run(
        [environment, "-c", "import fracorr, fracorr_newton; print(fracorr.__file__, fracorr_newton.__file__)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    ).stdout
    assert said.count(str(environment.parents[1])) == 2


def test_both_keep_the_contract(environment, tmp_path):
    for name in ("fracorr-newton", "fracorr-census"):
        done = fracorr(environment, tmp_path, "plugins", "check", name)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "✓" in done.stdout


def test_one_breaks_and_one_goes_and_everything_else_works(environment, tmp_path):
    (site,) = environment.parents[1].glob("lib/python*/site-packages")
    plugin = site / "fracorr_newton" / "plugin.py"
    whole = plugin.read_text()
    plugin.write_text("import nowhere\n")
    try:
        assert statuses(environment, tmp_path)["newton"] == (
            "fracorr-newton",
            "broken",
            "ModuleNotFoundError: No module named 'nowhere' (fracorr_newton/plugin.py, line 1, in <module>)",
        )
        done = run_both(environment, tmp_path, "broken", "--engine", "serial")
        assert done.returncode == 2
        assert "there is no transform 'newton'" in done.stderr
        assert "newton is broken" in done.stderr
        done = fracorr(
            *(environment, tmp_path, "run", "-k", "ring:size=24", "-s", "samples:astronaut,size=128", "-m", "census"),
            *("--out", "rest", "-r", "json"),
        )
        assert done.returncode == 0, done.stderr
    finally:
        plugin.write_text(whole)
    pip = [environment, "-m", "pip", "-q"]
    subprocess.run([*pip, "uninstall", "-y", "fracorr-newton"], check=True, env={**os.environ, "PYTHONPATH": ""})
    left = statuses(environment, tmp_path)
    assert "newton" not in left
    assert left["census"][1] == left["opencv"][1] == "loaded"
    assert fracorr(environment, tmp_path, "run", "--help").returncode == 0


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_its_own_tests_linters_and_types_pass(example):
    environment = {**os.environ, "PYTHONPATH": str(example)}
    package = str(next(example.glob("fracorr_*")))
    for command in (
        ["pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib"],
        ["ruff", "check", "--no-cache", "."],
        ["ruff", "format", "--no-cache", "--check", "."],
        ["mypy", "--strict", "--no-incremental", package],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=example, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
