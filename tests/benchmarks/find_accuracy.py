"""Measure how often and how exactly templates are found, beside SIFT, ORB and OpenCV, and write docs/find.md.

Run from the project's folder, with fracorr installed::

    python tests/benchmarks/find_accuracy.py --data FOLDER

This takes about an hour on two cores: 1500 cases, the same for every method, and 100 more for each point of the
robustness curves. Each result is written as it comes, into ``build/find-accuracy``, and a second run does what is
missing; ``--fresh harmonic`` measures one method anew. Parts run on their own::

    python tests/benchmarks/find_accuracy.py --suite rotation --method harmonic --cases 100 --no-page

``--data`` is a folder with OpenCV's sample images, for the real pictures of the page (the Debian package opencv-doc
has them); the page keeps what it says of those where it is left out.
"""

from __future__ import annotations

import argparse
import collections
import itertools
import json
import multiprocessing
import os
import pathlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import attrs  # noqa: E402 - the variables above must be set before anything numerical is imported
import cv2  # noqa: E402
from find_accuracy_ambiguity import likeness, strongest_rival  # noqa: E402
from find_accuracy_loop import rotation_loop  # noqa: E402

from fracorr import Match, Scene, correlate  # noqa: E402
from fracorr.finding import Finder  # noqa: E402
from fracorr_scenes.warps import Warps  # noqa: E402

OUT = pathlib.Path("build/find-accuracy")
SIDES = (48, 64, 96, 128)
#: The suites of 500 cases each.
SUITES = {
    "rotation": Warps(template=SIDES, scales=(1.0, 1.0), color=False),
    "mild": Warps(template=SIDES, scales=(0.7, 1.4), color=False),
    "wide": Warps(template=SIDES, scales=(0.5, 2.0), color=False),
}
CURVES: dict[str, tuple[float, ...]] = {
    "noise": (10, 25, 50, 75, 100),
    "brightness": (-100, -50, 50, 100),
    "contrast": (0.5, 0.25, 0.125, 0.0625),
    "jpeg": (50, 20, 10, 5, 2),
    "occlusion": (0.1, 0.2, 0.3, 0.4, 0.5),
}
CURVE_CASES = 100
for kind, level in [(kind, level) for kind, levels in CURVES.items() for level in levels]:
    SUITES[f"{kind}={level:g}"] = attrs.evolve(SUITES["mild"], **{kind: int(level) if kind == "jpeg" else level})
MAIN = ("rotation", "mild", "wide")
#: Processor time that the rotation loop gets for each of the main suites, in seconds.
LOOP_SECONDS = 300.0


def harmonic(scene: Scene, scales: tuple[float, float]) -> Match | None:
    """Find the template as :func:`fracorr.find` does, preparation included."""
    assert scene.own is not None
    return next(iter(Finder(scene.own, scales=scales, min_score=0).find(scene)), None)


def keypoints(method: str) -> Callable[[Scene, tuple[float, float]], Match | None]:
    """Return a search by keypoints."""

    def search(scene: Scene, _: tuple[float, float]) -> Match | None:
        assert scene.own is not None
        poses = correlate(scene, scene.own, method).poses
        return poses[0] if poses else None

    return search


METHODS: dict[str, Callable[[Scene, tuple[float, float]], Match | None]] = {
    "harmonic": harmonic,
    "sift": keypoints("sift"),
    "orb": keypoints("orb"),
    "loop": rotation_loop,
}


def result(suite: str, method: str, number: int) -> dict[str, object]:
    """Do one case with one method, or look for its ambiguity, and return what belongs into a line of the results."""
    source = SUITES[suite]
    scene = source.scene(number)
    (target,) = scene.targets
    assert scene.own is not None
    line: dict[str, object] = {
        "number": number,
        "name": scene.name,
        "side": scene.own.width,
        "truth": [target.x, target.y, target.angle, target.scale],
    }
    if method == "ambiguity":
        pose = (target.x, target.y, target.angle, target.scale)
        rival, place = strongest_rival(scene, target, source.scales)
        own = likeness(scene.gray, scene.own.gray, pose)
        return {**line, "truth_score": own, "rival_score": rival, "rival": [float(each) for each in place]}
    cv2.setNumThreads(1)
    # The picture in gray is there before the clock starts, for everybody.
    _ = scene.gray, scene.own.gray
    began, wall = time.process_time(), time.perf_counter()
    match = METHODS[method](scene, source.scales)
    line["seconds"], line["wall"] = time.process_time() - began, time.perf_counter() - wall
    line["found"] = None if match is None else [match.x, match.y, match.angle, match.scale]
    line["score"] = None if match is None else match.score
    return line


def _result(task: tuple[str, str, int]) -> tuple[tuple[str, str, int], dict[str, object]]:
    return task, result(*task)


def read(out: pathlib.Path, suite: str, method: str) -> list[dict[str, object]]:
    """Return the lines that a suite has for a method, in the order of their numbers."""
    path = out / f"{suite}.{method}.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return sorted(lines, key=lambda line: line["number"])


def missing(
    out: pathlib.Path, suites: Sequence[str], methods: Sequence[str], cases: int
) -> Iterator[tuple[str, str, int]]:
    """Yield suite, method and number of every case that is to be done, all methods of a case close together."""
    for suite in suites:
        count = cases if suite in MAIN else min(cases, CURVE_CASES)
        wanted = []
        for method in methods:
            if (method == "loop" or method == "ambiguity") and suite not in MAIN:
                continue
            done = {line["number"] for line in read(out, suite, method)}
            wanted.append([(suite, method, number) for number in range(count) if number not in done])
        for tasks in itertools.zip_longest(*wanted):
            yield from (task for task in tasks if task is not None)


def measure(out: pathlib.Path, suites: Sequence[str], methods: Sequence[str], cases: int, processes: int) -> None:
    """Do what is missing and append each result to its file."""
    out.mkdir(parents=True, exist_ok=True)
    spent: collections.Counter[str] = collections.Counter()
    for suite in suites:
        spent[suite] = sum(line["seconds"] for line in read(out, suite, "loop"))  # type: ignore[misc]
    quick = [method for method in methods if method != "loop"]
    done = 0
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for task, line in pool.imap_unordered(_result, missing(out, suites, quick, cases)):
            _append(out, task, line)
            done += 1
            if done % 100 == 0:
                print(f"{done} done, now at {' '.join(map(str, task))}", file=sys.stderr)
        if "loop" in methods:
            for suite in (each for each in suites if each in MAIN):
                tasks = missing(out, [suite], ["loop"], cases)
                while spent[suite] < LOOP_SECONDS and (batch := list(itertools.islice(tasks, processes))):
                    for task, line in pool.imap_unordered(_result, batch):
                        _append(out, task, line)
                        spent[suite] += line["seconds"]  # type: ignore[operator]


def _append(out: pathlib.Path, task: tuple[str, str, int], line: dict[str, object]) -> None:
    with (out / f"{task[0]}.{task[1]}.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", nargs="+", choices=list(SUITES), default=list(SUITES), metavar="SUITE")
    parser.add_argument("--method", nargs="+", choices=[*METHODS, "ambiguity"], default=["ambiguity", *METHODS])
    parser.add_argument("--cases", type=int, default=500, help="how many of each suite")
    parser.add_argument("--fresh", nargs="+", default=[], metavar="METHOD", help="forget what these methods did")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", type=pathlib.Path, default=OUT, help="where the results of single cases are kept")
    parser.add_argument("--data", type=pathlib.Path, help="folder with OpenCV's sample images")
    parser.add_argument("--no-page", action="store_true", help="only measure")
    options = parser.parse_args()
    for method, suite in itertools.product(options.fresh, options.suite):
        (options.out / f"{suite}.{method}.jsonl").unlink(missing_ok=True)
    measure(options.out, options.suite, options.method, options.cases, options.processes)
    if not options.no_page:
        from find_accuracy_page import write_page

        write_page(options.out, options.data, SUITES, CURVES)


if __name__ == "__main__":
    main()
