"""How fast the transform ``ifs`` is, as ratios measured in one run.

Run with ``pytest tests/benchmarks/test_bench_ifs.py -n 0 -s --benchmark-enable``; without the last option everything
runs once, as a test of the benchmark itself.
"""

import time
import tracemalloc

import cv2
import numpy as np
import pytest
import skimage.data

from fracorr import Kernel
from fracorr_ifs import chaos, framing, plan, presets, rendering
from fracorr_ifs.channels import four_channels
from fracorr_ifs.framing import View
from fracorr_ifs.transform import IFS

SIDE, MAPS, DEPTH = 512, 3, 4


@pytest.fixture(autouse=True)
def _one_thread():
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(threads)


@pytest.fixture
def repetitions(request):
    return 40 if request.config.getoption("--benchmark-enable") else 1


@pytest.fixture(params=["gray", "color"])
def kernel(request):
    photograph = Kernel(cv2.resize(skimage.data.astronaut()[:192, 132:324], (SIDE, SIDE)))
    return photograph if request.param == "color" else Kernel(photograph.gray)


def fastest(repetitions, *functions):
    """The shortest time of each function, in seconds, in turns."""
    times = [[] for _ in functions]
    for _ in range(repetitions):
        for function, taken in zip(functions, times, strict=True):
            start = time.perf_counter()
            function()
            taken.append(time.perf_counter() - start)
    return [min(taken) for taken in times]


def test_iteration_against_the_bare_warps(kernel, repetitions):
    """Sierpinski, 3 maps, depth 4, 512²: plain iteration needs 12 warps of the whole picture and its support."""
    system = presets.get("sierpinski")
    initial = framing.initial_box(system, SIDE, SIDE)
    view = View.showing(initial, SIDE, SIDE)
    # Four channels also for gray and support: OpenCV warps these faster than two.
    stacked = four_channels(kernel)
    placements = [(view.to_pixels @ each @ view.to_plane).matrix for each in system.maps]

    def bare():
        for _ in range(DEPTH):
            for placement in placements:
                cv2.warpAffine(stacked, placement, (SIDE, SIDE))

    def iteration():
        drawing = plan.make(system, initial, 1 / SIDE, depth=DEPTH)
        return rendering.render(drawing, kernel, view, "over")

    transform = IFS(preset="sierpinski", depth=DEPTH)
    generator = np.random.default_rng(0)
    times = fastest(repetitions, bare, iteration, lambda: transform.apply(kernel, generator))
    kind = "color" if kernel.is_color else "gray"
    print(
        f"\nIFS, {MAPS} maps, depth {DEPTH}, {SIDE}², {kind}: {MAPS * DEPTH} bare warps {times[0] * 1e3:.2f} ms; "
        f"iteration {times[1] * 1e3:.2f} ms, {times[1] / times[0]:.2f}×; "
        f"whole transform {times[2] * 1e3:.2f} ms, {times[2] / times[0]:.2f}×"
    )
    assert iteration().shape == (SIDE, SIDE, 4)


def plain_chaos_game(system, kernel, tiles, view, points, rng, orbits=1 << 16):
    """The chaos game with colour stealing, as one writes it in NumPy: many orbits at once, one random map for each."""
    matrices = np.array([(view.to_pixels @ each @ view.to_plane).matrix for each in system.maps])
    coloring = np.array([each.matrix for each in tiles])
    picture = np.concatenate([kernel.rgb * kernel.support[..., None], kernel.support[..., None]], axis=2).reshape(-1, 4)
    rows, columns = kernel.shape
    place, color = np.full((orbits, 2), view.width / 2), np.full((orbits, 2), 0.5)
    sums = np.zeros((view.height * view.width, 4))
    counts = np.zeros(view.height * view.width)
    for step in range(20 + points // orbits):
        played = rng.choice(len(matrices), size=orbits, p=system.probabilities)
        place = np.einsum("nij,nj->ni", matrices[played, :, :2], place) + matrices[played, :, 2]
        color = np.einsum("nij,nj->ni", coloring[played, :, :2], color) + coloring[played, :, 2]
        if step < 20:
            continue
        x, y = np.rint(place).astype(int).T
        inside = (x >= 0) & (y >= 0) & (x < view.width) & (y < view.height)
        pixel = (y * view.width + x)[inside]
        u, v = np.minimum((color * (columns, rows)).astype(int), (columns - 1, rows - 1)).T
        values = picture[(v * columns + u)[inside]]
        counts += np.bincount(pixel, minlength=len(counts))
        for channel in range(4):
            sums[:, channel] += np.bincount(pixel, weights=values[:, channel], minlength=len(counts))
    return (sums / np.maximum(counts, 1)[:, None]).reshape(view.height, view.width, 4)


@pytest.mark.parametrize("name", ["sierpinski", "fern", "maple"])
def test_chaos_game_against_plain_numpy(name, kernel, repetitions):
    """Four million points at 512²."""
    points = 1 << 22 if repetitions > 1 else 1 << 18
    system = presets.get(name)
    box = framing.attractor_box(system)
    view = View.showing(box, SIDE, SIDE)
    tiles = chaos.tiles(system.probabilities)

    def plain():
        return plain_chaos_game(system, kernel, tiles, view, points, np.random.default_rng(0))

    def ours():
        return chaos.play(system, kernel, box, view, points, np.random.default_rng(0))

    times = fastest(max(1, repetitions // 10), plain, ours)
    print(
        f"\nchaos game, {name}, {'color' if kernel.is_color else 'gray'}, {points / 1e6:.1f} million points, {SIDE}²: "
        f"plain NumPy {times[0] * 1e3:.0f} ms, fracorr {times[1] * 1e3:.0f} ms, {times[0] / times[1]:.1f}× as fast"
    )
    assert ours().shape == (SIDE, SIDE, 4)


@pytest.mark.parametrize("mode", ["deterministic", "chaos"])
@pytest.mark.parametrize("name", ["sierpinski", "heighway", "fern", "pythagoras"])
def test_memory_and_growth(name, mode, repetitions):
    """Peak memory in outputs (pixels and support), and time for four times as many pixels."""
    sides = (512, 1024) if repetitions > 1 else (64, 128)
    transform = IFS(preset=name, mode=mode, detail=None if mode == "chaos" else 4.0)
    times, peaks = [], []
    for side in sides:
        kernel = Kernel(cv2.resize(skimage.data.astronaut()[:192, 132:324], (side, side)))
        transform.apply(kernel, np.random.default_rng(0))
        times += fastest(min(5, repetitions), lambda: transform.apply(kernel, np.random.default_rng(0)))  # noqa: B023
        kernel.memo.get("premultiplied", lambda: None)
        tracemalloc.start()
        drawn = transform.apply(kernel, np.random.default_rng(0))
        peaks.append(tracemalloc.get_traced_memory()[1] / (drawn.pixels.nbytes + drawn.support.nbytes))
        tracemalloc.stop()
    print(
        f"\n{name}, {mode}: {sides[0]}² {times[0] * 1e3:.0f} ms, {sides[1]}² {times[1] * 1e3:.0f} ms "
        f"({times[1] / times[0]:.1f}× for 4× the pixels); peak memory {peaks[0]:.1f} and {peaks[1]:.1f} outputs"
    )
    assert peaks[-1] > 0
