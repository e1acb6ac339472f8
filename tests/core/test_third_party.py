"""A tiny package of somebody else's, built into a wheel and installed into an environment of its own."""

import json
import pathlib
import subprocess
import sys
import sysconfig
import textwrap
import venv

import pytest
import skimage.data

from fracorr import images

FILES = {
    "pyproject.toml": """
        [build-system]
        requires = ["hatchling"]
        build-backend = "hatchling.build"

        [project]
        name = "fracorr-mirror"
        version = "0.3"
        dependencies = ["fracorr"]

        [project.entry-points."fracorr.plugins"]
        mirror = "fracorr_mirror.plugin"
    """,
    "fracorr_mirror/__init__.py": "",
    "fracorr_mirror/plugin.py": """
        from fracorr import ComponentSpec, hookimpl

        @hookimpl
        def fracorr_fractal_transforms():
            yield ComponentSpec("mirror", "The kernel seen in a mirror", "fracorr_mirror.mirror:Mirror")

        @hookimpl
        def fracorr_correlation_methods():
            yield ComponentSpec("sad", "Sum of absolute differences", "fracorr_mirror.sad:SumOfAbsoluteDifferences")
    """,
    "fracorr_mirror/mirror.py": """
        import attrs
        from fracorr import parameter

        @attrs.frozen
        class Mirror:
            upright: bool = attrs.field(default=True, metadata=parameter("Mirror left and right, not up and down"))

            def apply(self, kernel, rng):
                turn = (slice(None), slice(None, None, -1)) if self.upright else (slice(None, None, -1),)
                return kernel.derive(kernel.pixels[turn], kernel.support[turn])
    """,
    "fracorr_mirror/sad.py": """
        import attrs
        import numpy as np
        from numpy.lib.stride_tricks import sliding_window_view
        from fracorr import Response

        @attrs.frozen
        class SumOfAbsoluteDifferences:
            def correlate(self, scene, kernel):
                windows = sliding_window_view(scene.gray, kernel.shape)
                scores = (np.abs(windows - kernel.gray) * kernel.support).sum(axis=(2, 3))
                return Response.sliding(scores, kernel, better="lower")
    """,
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A fresh environment with the package's wheel in it; fracorr and its libraries are seen from this one."""
    folder = tmp_path_factory.mktemp("third-party")
    for name, text in FILES.items():
        path = folder / "package" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-q"]
    subprocess.run([*build, str(folder / "package"), "-w", str(folder / "dist")], check=True)
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    where = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    # addsitedir, not a bare path: an editable install of fracorr is itself a .pth file.
    hook = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    (pathlib.Path(where) / "libraries.pth").write_text(hook)
    (wheel,) = (folder / "dist").glob("*.whl")
    subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", str(wheel)], check=True)
    return python


def fracorr(python, folder, *arguments):
    return subprocess.run(
        [python, "-m", "fracorr", *map(str, arguments)], capture_output=True, text=True, cwd=folder, check=False
    )


def test_its_transform_and_its_method_are_used_by_a_run(environment, tmp_path):
    photo = skimage.data.astronaut()[:200, 150:350]
    images.write(tmp_path / "photo.png", photo)
    images.write(tmp_path / "mirrored.png", photo[60:90, 40:80][:, ::-1])
    done = fracorr(
        *(environment, tmp_path, "run", "-k", "mirrored.png", "-s", "photo.png", "-r", "json", "--out", "results"),
        *("-t", "none", "-t", "mirror", "-m", "sad", "-m", "tm_ccoeff_normed"),
    )
    assert done.returncode == 0, done.stderr
    trials = json.loads((tmp_path / "results" / "results.json").read_text())["trials"]
    best = {(trial["chain"], trial["method"]): trial["matches"][0] for trial in trials}
    assert len(best) == 4
    for method in ("sad", "tm_ccoeff_normed"):
        # Mirrored back, the cut-out is found where it was cut: its centre is at 40 + 39/2, 60 + 29/2.
        found = best["mirror", method]
        assert (found["x"], found["y"]) == (59.5, 74.5)
    assert best["mirror", "sad"]["score"] == pytest.approx(0, abs=1e-3)
    assert best["none", "sad"]["score"] > 1


def test_it_is_listed_with_its_distribution_and_can_be_disabled(environment, tmp_path):
    listed = fracorr(environment, tmp_path, "plugins", "list", "--json")
    record = next(each for each in json.loads(listed.stdout) if each["name"] == "mirror")
    assert (record["distribution"], record["version"], record["status"]) == ("fracorr-mirror", "0.3", "loaded")
    shown = fracorr(environment, tmp_path, "plugins", "show", "mirror")
    assert "upright" in shown.stdout
    for option in ("--disable-plugin=mirror", "--no-plugins"):
        listed = fracorr(environment, tmp_path, option, "plugins", "list", "--json")
        status = {each["name"]: each["status"] for each in json.loads(listed.stdout)}
        assert (status["mirror"], status["opencv"]) == ("disabled", "loaded")
