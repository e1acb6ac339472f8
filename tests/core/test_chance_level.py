"""Whatever a method prefers: where targets lie anywhere, kernels that know nothing hit as often as chance says."""

import numpy as np
import pytest

from fracorr import Kernel, Scene, Target
from fracorr.components import Kind
from fracorr.metrics import evaluate
from fracorr.plugins import default_registry
from fracorr.selection import select_one
from fracorr.statistics.clusters import Clusters, mean_interval

SCENES, KERNELS, SIDE, BOX = 60, 3, 16, 22
WIDTH, HEIGHT = 80, 64

#: These answer only where they find something, and in noise they do not.
SILENT = ("orb", "sift")
#: A few tenths of a second each time.
SLOW = ("fourier-mellin", "harmonic", "phase")


@pytest.fixture(scope="module")
def scenes():
    """Noise with a target whose centre is anywhere, also where it reaches out of the frame or lies outside."""
    rng = np.random.default_rng(7)
    made = []
    for number in range(SCENES):
        x, y = rng.uniform(-BOX / 2, WIDTH - 1 + BOX / 2), rng.uniform(-BOX / 2, HEIGHT - 1 + BOX / 2)
        target = Target(x, y, BOX, BOX)
        made.append(Scene(rng.random((HEIGHT, WIDTH)), [target], name=f"noise-{number}"))
    return made


METHODS = [
    pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else [])
    for name in sorted(default_registry().usable_names(Kind.METHOD))
]


@pytest.mark.parametrize("name", METHODS)
def test_noise_reaches_chance(scenes, name):
    method = select_one(default_registry(), Kind.METHOD, name).instance
    rng = np.random.default_rng(3)
    kernels = [Kernel(rng.random((SIDE, SIDE)), name=f"{number}") for number in range(KERNELS)]
    found = [evaluate(method.correlate(scene, kernel), scene.targets) for scene in scenes for kernel in kernels]
    hits, chance = (np.array([float(getattr(each, key)) for each in found]) for key in ("hit", "chance"))
    units = np.arange(len(found))
    low, high = mean_interval(
        hits - chance, Clusters(units % KERNELS, units // KERNELS), level=0.999, rng=np.random.default_rng(0), bound=2.0
    )
    if name in SILENT:
        assert low <= 0
    else:
        assert low <= 0 <= high
