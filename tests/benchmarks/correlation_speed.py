"""Time the template-matching methods beside OpenCV's and write the page docs/performance.md.

Run on a quiet machine, from the project's folder, with fracorr installed::

    python tests/benchmarks/correlation_speed.py

Everything runs on one thread. The two sides take turns, the fastest of several turns counts, and what is quoted is the
ratio: machines differ. Processor time is taken, so that other programs disturb little.
"""

from __future__ import annotations

import argparse
import functools
import pathlib
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
import scipy
import skimage.data

from fracorr import Kernel, Scene
from fracorr.components import Kind
from fracorr.plugins import default_registry
from fracorr.protocols import CorrelationMethod

Pixels: TypeAlias = npt.NDArray[np.float32]
PAGE = pathlib.Path(__file__).parents[2] / "docs" / "performance.md"
SCENES = {"640×480": (480, 640), "1920×1080": (1080, 1920)}
SIDES = (32, 64, 96, 128, 256)
METHODS = {
    "tm_ccoeff": cv2.TM_CCOEFF,
    "tm_ccoeff_normed": cv2.TM_CCOEFF_NORMED,
    "tm_ccorr": cv2.TM_CCORR,
    "tm_ccorr_normed": cv2.TM_CCORR_NORMED,
    "tm_sqdiff": cv2.TM_SQDIFF,
    "tm_sqdiff_normed": cv2.TM_SQDIFF_NORMED,
}
LARGE = "--large-scene"


@functools.cache
def methods() -> dict[str, CorrelationMethod]:
    """Return fracorr's six methods by name."""
    return {name: default_registry().get(Kind.METHOD, name).load()() for name in METHODS}


def picture(height: int, width: int, *, color: bool) -> Pixels:
    """Return a scene laid out of photographs at their own size, so that its detail is that of photographs."""
    photographs = [skimage.data.coffee(), skimage.data.astronaut(), skimage.data.rocket(), skimage.data.chelsea()]
    canvas = np.zeros((height, width, 3), np.uint8)
    for number, top in enumerate(range(0, height, 300)):
        left = 0
        while left < width:
            photograph = photographs[number % len(photographs)][: min(300, height - top), : width - left]
            canvas[top : top + photograph.shape[0], left : left + photograph.shape[1]] = photograph
            left, number = left + photograph.shape[1], number + 1
    pixels = Scene(canvas)
    return np.array(pixels.pixels if color else pixels.gray)


def fastest(turns: int, *calls: Callable[[], object]) -> list[float]:
    """Return the shortest processor time of each call, in seconds; they take turns."""
    best = [np.inf] * len(calls)
    for _ in range(turns):
        for number, call in enumerate(calls):
            started = time.process_time()
            call()
            best[number] = min(best[number], time.process_time() - started)
    return best


def one_kernel(turns: int) -> list[str]:
    """Measure single methods, and all six of one kernel, on fresh scenes and kernels."""
    rows = [
        "| scene | kernel | OpenCV, `TM_CCOEFF_NORMED` | fracorr, all six | OpenCV, all six | worst single method |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for color in (False, True):
        for label, (height, width) in SCENES.items():
            pixels = picture(height, width, color=color)
            for side in SIDES:
                cut = pixels[height // 3 : height // 3 + side, width // 3 : width // 3 + side]
                theirs, own, six = times_of(pixels, np.ascontiguousarray(cut), turns)
                worst = max(zip(np.array(own) / np.array(theirs), METHODS, strict=True))
                rows.append(
                    f"| {label} {'colour' if color else 'gray'} | {side} px | {1000 * theirs[1]:.1f} ms | "
                    f"{six / theirs[1]:.2f}× | {sum(theirs) / theirs[1]:.1f}× | {worst[0]:.2f}× ({worst[1]}) |"
                )
                sys.stderr.write(rows[-1] + "\n")
    return rows


def times_of(pixels: Pixels, cut: Pixels, turns: int) -> tuple[list[float], list[float], float]:
    """Return the seconds of OpenCV's six methods, of fracorr's one by one, and of fracorr's six together."""
    ours = methods()
    # Made before the clock starts: reading a picture is no part of a correlation.
    fresh = [(Scene(pixels), Kernel(cut)) for _ in range(turns * (len(METHODS) + 1))]

    def theirs(code: int) -> None:
        cv2.matchTemplate(pixels, cut, code)

    def single(name: str) -> None:
        ours[name].correlate(*fresh.pop())

    def all_six() -> None:
        scene, kernel = fresh.pop()
        for method in ours.values():
            method.correlate(scene, kernel)

    calls = [functools.partial(theirs, code) for code in METHODS.values()]
    calls += [functools.partial(single, name) for name in METHODS]
    times = fastest(turns, *calls, all_six)
    return times[:6], times[6:12], times[12]


def bank(turns: int) -> list[str]:
    """Measure 32 kernels by six methods on one scene."""
    rows = ["| scene | kernels | fracorr | OpenCV, 192 calls | OpenCV / fracorr |", "|---|---|---:|---:|---:|"]
    rng = np.random.default_rng(0)
    for color in (False, True):
        for label, (height, width) in SCENES.items():
            pixels = picture(height, width, color=color)
            for side in (32, 64, 128):
                corners = zip(rng.integers(0, height - side, 32), rng.integers(0, width - side, 32), strict=True)
                cuts = [np.ascontiguousarray(pixels[y : y + side, x : x + side]) for y, x in corners]
                own, theirs = fastest(
                    turns, functools.partial(bank_together, pixels, cuts), functools.partial(bank_apart, pixels, cuts)
                )
                rows.append(
                    f"| {label} {'colour' if color else 'gray'} | 32 of {side} px | {own:.2f} s | {theirs:.2f} s | "
                    f"{theirs / own:.1f}× |"
                )
                sys.stderr.write(rows[-1] + "\n")
    return rows


def bank_together(pixels: Pixels, cuts: list[Pixels]) -> None:
    """Correlate a bank by fracorr, on a scene that nothing is known of yet."""
    scene = Scene(pixels)
    for cut in cuts:
        kernel = Kernel(cut)
        for method in methods().values():
            method.correlate(scene, kernel)


def bank_apart(pixels: Pixels, cuts: list[Pixels]) -> None:
    """Correlate a bank by OpenCV."""
    for cut in cuts:
        for code in METHODS.values():
            cv2.matchTemplate(pixels, cut, code)


def large_scene() -> None:
    """Search an 8000 × 8000 scene by all six methods and print the peak memory in GB; runs in a process of its own."""
    scene = Scene(np.tile(picture(1000, 1000, color=False), (8, 8)))
    kernel = Kernel(scene.pixels[3000:3128, 4000:4128])
    for method in methods().values():
        method.correlate(scene, kernel)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)


def main() -> None:
    """Measure, and write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--turns", type=int, default=7)
    options.add_argument("-o", "--out", type=pathlib.Path, default=PAGE)
    options.add_argument(LARGE, action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    cv2.setNumThreads(1)
    if chosen.large_scene:
        large_scene()
        return
    memory = subprocess.run([sys.executable, __file__, LARGE], capture_output=True, text=True, check=True).stdout
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}"
    page = f"""# Methods and their speed

Written by `python tests/benchmarks/correlation_speed.py`: one thread, both sides taking turns in one run, the
fastest of {chosen.turns} turns, processor time. {processor()}, {versions}, OpenCV {cv2.__version__}.

## One kernel

What all six methods of one kernel cost, as multiples of one call of OpenCV's `TM_CCOEFF_NORMED` on the same pictures,
and the worst ratio of any single method to OpenCV's own. Nothing is shared with an earlier kernel.

{chr(10).join(one_kernel(chosen.turns))}

## A bank of kernels

32 kernels by six methods on one scene: the scene's transforms and sums are computed once, each kernel's correlation
once.

{chr(10).join(bank(max(1, chosen.turns // 3)))}

## A large scene

All six methods of a 128-px kernel on a gray scene of 8000×8000 pixels: {float(memory):.2f} GB at the peak, the
scene and Python themselves included.
"""
    chosen.out.write_text(page, encoding="utf-8")


def processor() -> str:
    """Return what the machine says of its processor."""
    info = pathlib.Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
