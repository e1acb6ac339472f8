"""The orbit trap against the bare iteration that it cannot do without.

The bare iteration is z⁵ + c as NumPy does it, on nothing but the orbits that are still alive at each step (neither in
the trap nor at infinity), found beforehand: no test for the trap, no colors, no sorting out. It is timed with products
(z²)²·z, the fastest way that NumPy has, and with ``z**5``. The repetitions take turns, and the fastest of each counts.

    pytest tests/benchmarks/test_bench_orbit.py -n 0 --benchmark-enable
"""

import sys
import time

import numpy as np
import pytest
import skimage.data

from fracorr import Kernel
from fracorr_orbit.transform import OrbitTrap

C = 0.616 - 0.04j
ROUNDS = 60


@pytest.fixture
def enabled(request):
    return not request.config.getoption("benchmark_disable") or request.config.getoption("benchmark_enable")


@pytest.fixture
def say(capsys):
    def write(line):
        with capsys.disabled():
            sys.stdout.write(f"\n{line}\n")

    return write


def living_orbits(size, radius=np.inf):
    """Return the orbits that are alive before each of 100 steps; those beyond `radius` may be left out as well."""
    axis = -2 + 4 * np.arange(size) / size
    z = (axis + 1j * axis[:, None]).ravel()
    z = z[np.abs(z) <= radius]
    steps = []
    with np.errstate(all="ignore"):
        for _ in range(100):
            steps.append(z.copy())
            z = z**5 + C
            trapped = (np.abs(z.real) < 0.5) & (np.abs(z.imag) < 0.5)
            z = z[~trapped & np.isfinite(z) & (np.abs(z) <= radius)]
    return steps


def by_products(steps):
    for z in steps:
        power = z * z
        power *= power
        power *= z
        power += C


def by_power(steps):
    for z in steps:
        z**5 + C


def fastest(rounds, **calls):
    """Time the calls in turns; return the shortest time of each, in milliseconds.

    Time of the processor, not of the wall: all of it is one thread, and others may be using the machine.
    """
    best = dict.fromkeys(calls, np.inf)
    with np.errstate(all="ignore"):
        for _ in range(rounds):
            for name, call in calls.items():
                start = time.process_time()
                call()
                best[name] = min(best[name], (time.process_time() - start) * 1e3)
    return best


@pytest.mark.parametrize("color", [True, False], ids=["RGB", "gray"])
def test_orbit_trap_at_512(benchmark, color):
    pixels = skimage.data.astronaut()
    kernel = Kernel(pixels if color else pixels[..., 0])
    result = benchmark(OrbitTrap().apply, kernel, np.random.default_rng(0))
    assert result.shape == (512, 512)


def test_orbit_trap_within_three_times_the_bare_iteration(enabled, say):
    rng = np.random.default_rng(0)
    rgb = Kernel(skimage.data.astronaut())
    gray = Kernel(rgb.gray)
    # Beyond 1.2 no orbit of this polynomial comes back: the fewest steps that anybody can do with.
    alive, returning = living_orbits(512), living_orbits(512, radius=1.2)
    assert sum(map(len, alive)) > sum(map(len, returning)) > 512**2
    best = fastest(
        ROUNDS if enabled else 1,
        rgb=lambda: OrbitTrap().apply(rgb, rng),
        gray=lambda: OrbitTrap().apply(gray, rng),
        products=lambda: by_products(alive),
        power=lambda: by_power(alive),
        fewest=lambda: by_products(returning),
    )
    ratios = {
        bare: f"{best[bare]:.2f} ms (RGB ×{best['rgb'] / best[bare]:.2f}, gray ×{best['gray'] / best[bare]:.2f})"
        for bare in ("products", "power", "fewest")
    }
    say(
        f"orbit trap at 512²: RGB {best['rgb']:.2f} ms, gray {best['gray']:.2f} ms; bare z⁵ + c over living orbits: by "
        f"products {ratios['products']}, as z**5 {ratios['power']}; by products over those only that can come back "
        f"{ratios['fewest']}"
    )
    assert OrbitTrap().apply(gray, rng).support.any()


def test_cost_per_pixel_over_sizes(enabled, say):
    kernel = Kernel(skimage.data.astronaut())
    rng = np.random.default_rng(0)
    costs = []
    for size in (256, 512, 1024, 2048, 4096) if enabled else (64, 128):
        best = fastest(5 if enabled else 1, draw=lambda size=size: OrbitTrap(size=size).apply(kernel, rng))
        costs.append(f"{size}²: {best['draw'] / size**2 * 1e6:.1f}")
    say(f"orbit trap, ns per pixel: {', '.join(costs)}")
    assert costs
