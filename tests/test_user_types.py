"""A user's script passes ``mypy --strict``, what it gets has types, and it runs."""

import os
import re
import subprocess
import sys

import pytest

SCRIPT = """\
from typing import TYPE_CHECKING

import attrs
import numpy as np
import numpy.typing as npt

import fracorr
from fracorr import ComponentSpec, Experiment, Finder, Kernel, Scene, Target, hookimpl, parameter
from fracorr.testing import check_transform


def negative(x: float) -> float:
    return 1 - x


@attrs.frozen
class Mirror:
    upright: bool = attrs.field(default=True, metadata=parameter("Mirror left and right"))

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        return kernel.derive(kernel.pixels[:, ::-1], kernel.support[:, ::-1])


@hookimpl
def fracorr_fractal_transforms() -> list[ComponentSpec]:
    return [ComponentSpec("mirror", "Left and right exchanged", "user_script:Mirror")]


photo: npt.NDArray[np.uint8] = np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8)
scene = Scene(photo, [Target.from_box(30, 40, 32, 32)], name="photo")
kernel = Kernel(photo[40:72, 30:62], name="cut")
best = fracorr.find(scene, kernel, angles=(-10, 10), scales=(0.9, 1.1))[0]
again = Finder(kernel, angles=(-10, 10), scales=(0.9, 1.1)).find(scene)
fractal = fracorr.fractalize(kernel, "orbit-trap:degree=3")
response = fracorr.correlate(scene, kernel, "tm_ccoeff_normed")
place = response.best()
experiment = Experiment(
    kernels="disc:size=16", transforms=["none", "silhouette"], scenes="samples:astronaut,size=96", methods="tm_ccorr",
    engine="serial",
)
results = list(fracorr.results(experiment))
run = fracorr.run(experiment, out="run")
rows = list(fracorr.open_run("run").rows())
comparison = fracorr.compare(rows, baseline="none", resamples=50)
said = fracorr.verdict(rows, resamples=50)
difference = comparison.pooled[0].difference.value
tally = next(iter(run.arms.values()))
hits: dict[str, int] = {str(arm): each.hits for arm, each in run.arms.items()}
failures: list[str] = [result.failure.message for result in results if result.failure is not None]
check_transform(Mirror)
try:
    fracorr.find(scene, photo)
except fracorr.FracorrError as error:
    print(error)

if TYPE_CHECKING:
    reveal_type(scene.pixels)
    reveal_type(scene.targets)
    reveal_type(scene.own)
    reveal_type(kernel.support)
    reveal_type(kernel.lineage)
    reveal_type(best.x)
    reveal_type(best.polygon())
    reveal_type(again)
    reveal_type(fractal)
    reveal_type(response.scores)
    reveal_type(response.origin)
    reveal_type(place)
    reveal_type(response.matches(3))
    reveal_type(experiment.methods)
    reveal_type(results)
    reveal_type(results[0].metrics.iou)
    reveal_type(results[0].trial.arm)
    reveal_type(run)
    reveal_type(run.failures)
    reveal_type(tally)
    reveal_type(fracorr.open_run("run").state)
    reveal_type(difference)
    reveal_type(comparison.pooled)
    reveal_type(said.sentence)
    reveal_type(fracorr.__version__)
"""


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "user_script.py"
    path.write_text(SCRIPT)
    return path


def python(folder, *arguments):
    environment = {**os.environ, "MPLBACKEND": "agg"}
    return subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_a_users_script_passes_strict_type_checks(script):
    options = ("--strict", "--config-file", "", "--cache-dir", script.parent / "cache")
    done = python(script.parent, "-m", "mypy", *options, script)
    assert done.returncode == 0, done.stdout + done.stderr
    revealed = re.findall(r'Revealed type is "(.*)"', done.stdout)
    assert len(revealed) == SCRIPT.count("reveal_type(")
    # The number of an array's dimensions has no type yet in NumPy; everything else has.
    assert not [each for each in revealed if "Any" in each.replace("tuple[Any, ...]", "shape")], revealed


def test_what_does_not_fit_is_found_out(script):
    wrong = script.with_name("wrong.py")
    wrong.write_text(
        "import fracorr\n\n"
        "fracorr.find('scene.png', 'kernel.png', angles=10)\n"
        "fracorr.Kernel('kernel.png').pixel\n"
        "fracorr.correlate('scene.png')\n"
        "fracorr.Response(1)\n"
        "fracorr.fnd('scene.png', 'kernel.png')\n"
    )
    options = ("--strict", "--config-file", "", "--cache-dir", script.parent / "cache")
    done = python(script.parent, "-m", "mypy", *options, wrong)
    assert {int(line) for line in re.findall(r"wrong\.py:(\d+): error", done.stdout)} == {3, 4, 5, 6, 7}


def test_the_script_runs(script):
    done = python(script.parent, script.name)
    assert done.returncode == 0, done.stderr
