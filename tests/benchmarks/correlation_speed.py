"""Time the template-matching methods beside OpenCV's and write the page docs/performance.md.

Run on a quiet machine, from the project's folder, with fracorr installed::

    python tests/benchmarks/correlation_speed.py

Everything runs on one thread. The two sides take turns, the fastest of several turns counts, and what is quoted is the
ratio: machines differ. Processor time is taken, so that other programs disturb little; where they are many, they take
the processor's cache away, and the command wants a processor of its own (``chrt -f 10 taskset -c 1`` before it, as
root). Where pyFFTW and DUCC are
installed, they are timed beside the other libraries for Fourier transforms; fracorr does not need them.
"""

from __future__ import annotations

import argparse
import functools
import importlib.util
import math
import pathlib
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
import scipy
import scipy.fft
import skimage.data

from fracorr import Kernel, Scene, blocks, buffers
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
ONE_METHOD = "--one-method"
AGAIN = "again"
#: A call that takes a millisecond is repeated more often than one that takes a second.
SECONDS_PER_TURN = 0.15


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


def pictures() -> Iterator[tuple[str, Pixels]]:
    """Yield the four scenes with what to call them."""
    for color in (False, True):
        for label, (height, width) in SCENES.items():
            yield f"{label} {'color' if color else 'gray'}", picture(height, width, color=color)


def fastest(turns: int, *calls: Callable[[], object], before: Callable[[], object] = lambda: None) -> list[float]:
    """Return the shortest processor time of each call, in seconds; they take turns, and `before` is not timed."""
    best = [math.inf] * len(calls)
    done = 0
    while done < turns:
        for number, call in enumerate(calls):
            before()
            started = time.process_time()
            call()
            best[number] = min(best[number], time.process_time() - started)
        done += 1
        if done == 1:
            turns *= max(1, round(SECONDS_PER_TURN / sum(best)))
    return best


def times_of(pixels: Pixels, side: int, turns: int) -> tuple[list[float], list[float], float]:
    """Return the seconds of OpenCV's six methods, of fracorr's one by one, and of fracorr's six together.

    Scene and kernel are there before the clock starts, as the arrays are for OpenCV; nothing that fracorr computed of
    them is.
    """
    cut = template(pixels, side)
    scene, kernel = Scene(pixels), Kernel(cut)
    ours = methods()

    def forget() -> None:
        scene.memo.clear()
        kernel.memo.clear()

    def all_six() -> None:
        for method in ours.values():
            method.correlate(scene, kernel)

    calls = [functools.partial(cv2.matchTemplate, scene.pixels, cut, code) for code in METHODS.values()]
    calls += [functools.partial(method.correlate, scene, kernel) for method in ours.values()]
    times = fastest(turns, *calls, all_six, before=forget)
    return times[:6], times[6:12], times[12]


def template(pixels: Pixels, side: int) -> Pixels:
    """Cut a square out of the middle of a scene."""
    top, left = pixels.shape[0] // 3, pixels.shape[1] // 3
    return np.ascontiguousarray(pixels[top : top + side, left : left + side])


def one_kernel(turns: int) -> list[str]:
    """Measure single methods, and all six of one kernel, on scenes and kernels of which nothing is known yet."""
    short = [name.removeprefix("tm_") for name in METHODS]
    rows = [
        f"| scene | kernel | one `TM_CCOEFF_NORMED` | all six | OpenCV's six | {' | '.join(short)} |",
        "|---|---:|---:|---:|---:|" + "---:|" * len(METHODS),
    ]
    for label, pixels in pictures():
        for side in SIDES:
            theirs, own, six = times_of(pixels, side, turns)
            one = theirs[list(METHODS).index("tm_ccoeff_normed")]
            single = " | ".join(f"{mine / other:.2f}" for mine, other in zip(own, theirs, strict=True))
            rows.append(
                f"| {label} | {side} px | {1000 * one:.1f} ms | **{six / one:.2f}×** | {sum(theirs) / one:.1f}× | "
                f"{single} |"
            )
            sys.stderr.write(rows[-1] + "\n")
    return rows


def bank(turns: int, count: int = 32) -> list[str]:
    """Measure many kernels by six methods on one scene."""
    calls = count * len(METHODS)
    rows = [f"| scene | kernels | fracorr | OpenCV, {calls} calls | OpenCV / fracorr |", "|---|---|---:|---:|---:|"]
    rng = np.random.default_rng(0)
    for label, pixels in pictures():
        height, width = pixels.shape[:2]
        for side in (32, 64, 128, 256):
            corners = zip(rng.integers(0, height - side, count), rng.integers(0, width - side, count), strict=True)
            cuts = [np.ascontiguousarray(pixels[y : y + side, x : x + side]) for y, x in corners]
            own, theirs = fastest(
                turns, functools.partial(bank_together, pixels, cuts), functools.partial(bank_apart, pixels, cuts)
            )
            rows.append(f"| {label} | {count} of {side} px | {own:.2f} s | {theirs:.2f} s | **{theirs / own:.1f}×** |")
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


def transforms(turns: int) -> list[str]:
    """Measure what there is for two-dimensional Fourier transforms of complex images."""
    names = ["cv2.dft", "scipy.fft", "numpy.fft"]
    names += [name for name in ("pyfftw", "ducc0") if importlib.util.find_spec(name)]
    rows = [f"| block | type | {' | '.join(names)} |", "|---|---|" + "---:|" * len(names)]
    for shape in ((144, 640), (256, 336), (320, 1008), (480, 640), (1080, 1920)):
        for dtype in (np.complex64, np.complex128):
            image = np.random.default_rng(0).random((*shape, 2)).astype(dtype(0).real.dtype).view(dtype)[..., 0]
            times = fastest(turns, *(transform_by(name, image) for name in names))
            cells = " | ".join(f"{1e6 * each:.0f}" for each in times)
            rows.append(f"| {shape[1]}×{shape[0]} | {np.dtype(dtype).name} | {cells} |")
            sys.stderr.write(rows[-1] + "\n")
    return rows


def transform_by(name: str, image: npt.NDArray[np.complexfloating]) -> Callable[[], object]:
    """Return a call that transforms an image with a library."""
    if name == "pyfftw":
        import pyfftw

        aligned, spectrum = pyfftw.byte_align(image), pyfftw.empty_aligned(image.shape, dtype=image.dtype)
        plan = pyfftw.FFTW(aligned, spectrum, axes=(0, 1), threads=1, flags=("FFTW_MEASURE",))
        return lambda: plan()
    if name == "ducc0":
        import ducc0

        out = np.empty_like(image)
        return lambda: ducc0.fft.c2c(image, out=out, nthreads=1)
    if name == "cv2.dft":
        pairs = image.view(image.real.dtype).reshape(*image.shape, 2)
        buffer = np.empty_like(pairs)
        return lambda: cv2.dft(pairs, buffer)
    if name == "scipy.fft":
        return lambda: scipy.fft.fft2(image, workers=1)
    return lambda: np.fft.fft2(image)


def memory(turns: int) -> list[str]:
    """Measure a method in memory that is used again and in fresh memory, each in a process of its own."""
    rows = ["| scene | kernel | used again | fresh |", "|---|---:|---:|---:|"]
    for label, _ in pictures():
        for side in (32, 256):
            # Twice, for what the system does with a process's memory is a matter of luck.
            again, fresh = (
                min(in_own_process(ONE_METHOD, label, str(side), how, "--turns", str(turns)) for _ in range(2))
                for how in (AGAIN, "fresh")
            )
            rows.append(f"| {label} | {side} px | {again:.1f} | {fresh:.1f} |")
            sys.stderr.write(rows[-1] + "\n")
    return rows


def one_method(label: str, side: int, how: str, turns: int) -> None:
    """Print the milliseconds of one method on a scene of which nothing is known; runs in a process of its own."""
    if how != AGAIN:
        buffers.ARENA = buffers.Arena(0)
    # No larger pictures before: once a large array was freed, the C library keeps more at hand.
    size, _, kind = label.partition(" ")
    pixels = picture(*SCENES[size], color=kind == "color")
    cut = template(pixels, side)
    scene, kernel = Scene(pixels), Kernel(cut)
    method = methods()["tm_ccoeff_normed"]

    def something_else() -> None:
        scene.memo.clear()
        kernel.memo.clear()
        cv2.matchTemplate(scene.pixels, cut, cv2.TM_CCOEFF_NORMED)

    (seconds,) = fastest(turns, lambda: method.correlate(scene, kernel), before=something_else)
    print(1000 * seconds)


def ways(turns: int) -> list[str]:
    """Measure the ways of sliding a kernel: product by product, and by transforms of blocks or of the whole scene."""
    rows = [
        "| scene | kernel | direct | blocks | blocks, known scene | whole scene | OpenCV, `TM_CCORR` |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for label, shape in SCENES.items():
        scene = picture(*shape, color=False)
        for side in (3, 5, 7, 9, 16, 32, 64, 128, 256):
            times = fastest(turns, *ways_to_slide(scene, side))
            cells = [f"{1000 * each:.2f}" if math.isfinite(each) else "" for each in times]
            if side > 16:
                cells[0] = ""
            rows.append(f"| {label} gray | {side} px | {' | '.join(cells)} |")
            sys.stderr.write(rows[-1] + "\n")
    return rows


def ways_to_slide(scene: Pixels, side: int) -> list[Callable[[], object]]:
    """Return calls that slide a kernel over a gray scene, each in its own way."""
    cut = template(scene, side)
    weights = (cut - cut.mean(dtype=np.float64)).astype(np.float64)[..., None]
    grid = blocks.grid_for((scene.shape[0], scene.shape[1]), (side, side))

    def read(rows: slice, columns: slice, channel: int) -> Pixels:
        return scene[rows, columns]

    def cutting(grid: blocks.Grid) -> Iterator[blocks.BlockPair]:
        return (blocks.transform_pair(read, 1, grid, places, np.float32) for places in grid.pairs)

    def by_transforms(grid: blocks.Grid, parts: tuple[blocks.BlockPair, ...] | None = None) -> Pixels:
        spectra = blocks.transform_weights(weights, grid, np.float32)
        return blocks.correlate_pairs(cutting(grid) if parts is None else parts, grid, spectra)

    def at_once() -> Pixels:
        shape = [2 * int(cv2.getOptimalDFTSize((length + 1) // 2)) for length in scene.shape]
        whole, own = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        whole[: scene.shape[0], : scene.shape[1]], own[:side, :side] = scene - scene.mean(), weights[..., 0]
        product = cv2.mulSpectrums(cv2.dft(whole, whole), cv2.dft(own, own), 0, conjB=True)
        values = cv2.dft(product, product, cv2.DFT_INVERSE | cv2.DFT_SCALE)
        return np.asarray(values)[: scene.shape[0] - side + 1, : scene.shape[1] - side + 1]

    known = tuple(cutting(grid))
    direct = (lambda: blocks.correlate_directly(read, grid, weights)) if side <= 16 else (lambda: None)
    return [
        direct,
        lambda: by_transforms(grid),
        lambda: by_transforms(grid, known),
        at_once,
        lambda: cv2.matchTemplate(scene, cut, cv2.TM_CCORR),
    ]


def large_scene(color: bool) -> None:
    """Search an 8000 × 8000 scene by all six methods and print the peak memory in GB; runs in a process of its own."""
    repeats = (8, 8, 1) if color else (8, 8)
    scene = Scene(np.tile(picture(1000, 1000, color=color), repeats))
    # The second kernel of another size: what belongs to the first one must go.
    for side in (128, 96):
        kernel = Kernel(template(scene.pixels, side))
        for method in methods().values():
            method.correlate(scene, kernel)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)


def in_own_process(*options: str) -> float:
    """Return the number that this file prints with these options."""
    command = [sys.executable, __file__, *options]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Measure, and write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--turns", type=int, default=7)
    options.add_argument("-o", "--out", type=pathlib.Path, default=PAGE)
    options.add_argument("--color", action="store_true", help=argparse.SUPPRESS)
    options.add_argument(LARGE, action="store_true", help=argparse.SUPPRESS)
    options.add_argument(ONE_METHOD, nargs=3, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    cv2.setNumThreads(1)
    if chosen.large_scene:
        large_scene(chosen.color)
        return
    if chosen.one_method:
        label, side, how = chosen.one_method
        one_method(label, int(side), how, chosen.turns)
        return
    import correlation_accuracy
    from correlation_page import PAGE_TEXT

    turns = chosen.turns
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}"
    page = PAGE_TEXT.format(
        turns=turns,
        machine=f"{processor()}, {versions}, OpenCV {cv2.__version__}",
        photographs=len(correlation_accuracy.PHOTOGRAPHS),
        accuracy="\n".join(correlation_accuracy.largest_errors(METHODS)),
        one_kernel="\n".join(one_kernel(turns)),
        bank="\n".join(bank(max(1, turns // 3))),
        gray=in_own_process(LARGE),
        color=in_own_process(LARGE, "--color"),
        transforms="\n".join(transforms(turns)),
        memory="\n".join(memory(turns)),
        ways="\n".join(ways(turns)),
    )
    chosen.out.write_text(page, encoding="utf-8")


def processor() -> str:
    """Return what the machine says of its processor."""
    info = pathlib.Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
