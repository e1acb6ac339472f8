"""Time fracorr.find beside one call of OpenCV's matchTemplate on the same images, in the same run.

Run on a quiet machine, from the project's folder, with fracorr installed::

    python tests/benchmarks/find_speed.py

Everything but the comparison of threads runs on one thread, and processor time is taken, so that other programs disturb
little. The two sides take turns and the fastest of several turns counts. What is quoted is the ratio to one
``matchTemplate(TM_CCOEFF_NORMED)`` of a 640×480 scene and an upright template, which finds no turned or resized one.
Preparing the template is included, but for the columns that say otherwise. The tables are written in Markdown to the
standard output.
"""

from __future__ import annotations

import os

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import argparse  # noqa: E402
import resource  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Sequence  # noqa: E402

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import skimage.data  # noqa: E402

import fracorr  # noqa: E402

Bytes = np.typing.NDArray[np.uint8]
ROTATION, MODERATE, WIDE = (1.0, 1.0), (0.7, 1.4), (0.5, 2.0)
#: Where templates are cut out of the scenes, so that a number speaks for more than one picture.
SCENES = {"coffee": (160, 240), "astronaut": (60, 180), "motorcycle": (170, 120)}


def scene(name: str, height: int = 480, width: int = 640) -> Bytes:
    """Return a bundled photograph in gray, at any size."""
    picture = skimage.data.stereo_motorcycle()[0] if name == "motorcycle" else getattr(skimage.data, name)()
    gray = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(gray, (width, height), interpolation=cv2.INTER_AREA))


def template(picture: Bytes, name: str, side: int) -> Bytes:
    top, left = SCENES[name]
    return picture[top : top + side, left : left + side].copy()


def fastest(calls: Sequence[Callable[[], object]], turns: int, clock: Callable[[], float]) -> list[float]:
    """Return the least seconds of each call, which take turns."""
    best = [float("inf")] * len(calls)
    for _ in range(turns):
        for index, call in enumerate(calls):
            start = clock()
            call()
            best[index] = min(best[index], clock() - start)
    return best


def ratios(turns: int) -> None:
    """Print what finding costs in calls of matchTemplate, by the range of scales and the size of the template."""
    print("| template | scales | matchTemplate | find, template prepared each time | find, template kept |")
    print("|---|---|---:|---:|---:|")
    for side in (48, 64, 96, 128):
        for scales in (ROTATION, MODERATE, WIDE):
            measured = np.array([_one(name, side, scales, turns) for name in SCENES])
            plain, whole, kept = np.median(measured, axis=0)
            relative = np.median(measured[:, 1:] / measured[:, :1], axis=0)
            print(
                f"| {side} px | {scales[0]:g}–{scales[1]:g} | {plain * 1e3:.1f} ms | {relative[0]:.1f}× = "
                f"{whole * 1e3:.0f} ms | {relative[1]:.1f}× = {kept * 1e3:.0f} ms |",
                flush=True,
            )


def _one(name: str, side: int, scales: tuple[float, float], turns: int) -> list[float]:
    picture = scene(name)
    part = template(picture, name, side)
    finder = fracorr.Finder(part, scales=scales)
    calls = (
        lambda: cv2.matchTemplate(picture, part, cv2.TM_CCOEFF_NORMED),
        lambda: fracorr.find(picture, part, scales=scales),
        lambda: finder.find(picture),
    )
    return fastest(calls, turns, time.thread_time)


def ranges(turns: int) -> None:
    """Print what smaller ranges of angles and scales save."""
    picture = scene("coffee")
    part = template(picture, "coffee", 96)
    cases = [((0.0, 360.0), WIDE), ((0.0, 360.0), MODERATE), ((0.0, 360.0), ROTATION)]
    cases += [((-90.0, 90.0), MODERATE), ((-30.0, 30.0), MODERATE), ((-5.0, 5.0), MODERATE), ((0.0, 0.0), ROTATION)]
    calls = [
        lambda angles=angles, scales=scales: fracorr.find(picture, part, angles=angles, scales=scales)
        for angles, scales in cases
    ]
    print("| angles | scales | time |\n|---|---|---:|")
    for (angles, scales), seconds in zip(cases, fastest(calls, turns, time.thread_time), strict=True):
        print(f"| {angles[0]:g}…{angles[1]:g}° | {scales[0]:g}–{scales[1]:g} | {seconds * 1e3:.1f} ms |")


def sizes(turns: int) -> None:
    """Print the time per pixel of ever larger scenes."""
    print("| scene | scales | time | per million pixels |\n|---|---|---:|---:|")
    for width, height in ((640, 480), (1280, 960), (2560, 1920), (4000, 3000)):
        picture = scene("coffee", height, width)
        part = template(scene("coffee"), "coffee", 96)
        finder = fracorr.Finder(part, scales=MODERATE)
        (seconds,) = fastest(
            [lambda finder=finder, picture=picture: finder.find(picture)], max(2, turns // 5), time.thread_time
        )
        million = width * height / 1e6
        print(f"| {width}×{height} | 0.7–1.4 | {seconds * 1e3:.0f} ms | {seconds / million * 1e3:.0f} ms |", flush=True)


def threads(turns: int) -> None:
    """Print what a second core brings, in time that passes."""
    picture, part = scene("coffee", 1200, 1600), template(scene("coffee"), "coffee", 96)
    finder = fracorr.Finder(part, scales=WIDE)

    def call(count: int) -> Callable[[], object]:
        def work() -> object:
            cv2.setNumThreads(count)
            return finder.find(picture)

        return work

    one, two = fastest([call(1), call(2)], turns, time.perf_counter)
    cv2.setNumThreads(1)
    print(f"1600×1200, scales 0.5–2: {one * 1e3:.0f} ms on one thread, {two * 1e3:.0f} ms on two ({one / two:.2f}×).")


def memory() -> None:
    """Print the most memory that finding needs in a scene of 4000×3000 pixels, each case in a process of its own."""
    print("| template | scales | colour | peak memory |\n|---|---|---|---:|")
    for side, scales, color in ((96, WIDE, False), (48, WIDE, False), (96, WIDE, True)):
        done = subprocess.run(
            [sys.executable, __file__, "--peak", str(side), *map(str, scales), str(int(color))],
            check=True,
            capture_output=True,
            text=True,
        )
        kind = "RGB" if color else "gray"
        print(f"| {side} px | {scales[0]:g}–{scales[1]:g} | {kind} | {float(done.stdout):.2f} GB |", flush=True)


def peak(side: int, low: float, high: float, color: bool) -> None:
    """Print the most memory that this process needs for one large scene, in GB."""
    picture = scene("coffee", 3000, 4000)
    part = template(scene("coffee"), "coffee", side)
    if color:
        picture, part = np.dstack([picture] * 3), np.dstack([part] * 3)
    fracorr.find(picture, part, scales=(low, high))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--turns", type=int, default=25, help="how often each call is repeated")
    parser.add_argument("--only", choices=("ratios", "ranges", "sizes", "threads", "memory"), help="one table only")
    parser.add_argument("--peak", nargs=4, type=float, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.peak:
        side, low, high, color = given.peak
        return peak(int(side), low, high, bool(color))
    cv2.setNumThreads(1)
    tables = {"ratios": ratios, "ranges": ranges, "sizes": sizes, "threads": threads}
    for name, table in tables.items():
        if given.only in (None, name):
            print(f"\n### {name.capitalize()}\n")
            table(given.turns)
    if given.only in (None, "memory"):
        print("\n### Memory\n")
        memory()
    return None


if __name__ == "__main__":
    main()
