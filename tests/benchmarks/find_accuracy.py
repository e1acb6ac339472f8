"""Measure how often and how exactly templates are found, beside SIFT, ORB and OpenCV, and write docs/find.md.

Run from the project's folder, with fracorr installed::

    python tests/benchmarks/find_accuracy.py --data FOLDER

This takes about an hour on two cores: 1500 cases, the same for every method, and 40 more for each point of the
robustness curves and each size of small copies. Each result is written as it comes, into ``build/find-accuracy``, and a
second run does what is missing; ``--fresh harmonic`` measures one method anew. Parts run on their own::

    python tests/benchmarks/find_accuracy.py --suite rotation --method harmonic --cases 100 --no-page

The page's table of speed is what ``python tests/benchmarks/find_speed.py > build/find-speed.md`` has left there.
``--data`` is a folder with OpenCV's sample images, for the real pictures of the page (the Debian package opencv-doc
has them). The page keeps what it says of either where that is missing.
"""

from __future__ import annotations

import argparse
import functools
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
from find_accuracy_tally import Line, read  # noqa: E402

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
    "noise": (10, 25, 50, 100),
    "brightness": (-100, -50, 50, 100),
    "contrast": (0.5, 0.25, 0.125),
    "jpeg": (50, 20, 10, 5),
    "occlusion": (0.1, 0.2, 0.3, 0.4, 0.5),
}
CURVE_CASES = 40
for kind, level in [(kind, level) for kind, levels in CURVES.items() for level in levels]:
    SUITES[f"{kind}={level:g}"] = attrs.evolve(SUITES["mild"], **{kind: int(level) if kind == "jpeg" else level})
#: The template of 48 pixels where its copy has so few, the scale being known.
SMALL = (4, 6, 8, 12, 16, 24)
for side in SMALL:
    SUITES[f"copy={side}"] = Warps(template=(48,), scales=(side / 48, side / 48), color=False)
MAIN = ("rotation", "mild", "wide")
#: Processor time that the rotation loop gets for each of the main suites, in seconds.
LOOP_SECONDS = 50.0


def harmonic(scene: Scene, scales: tuple[float, float], covered: bool = False) -> Match | None:
    """Find the template as :func:`fracorr.find` does, preparation included."""
    assert scene.own is not None
    return next(iter(Finder(scene.own, scales=scales, min_score=0, covered=covered).find(scene)), None)


def keypoints(method: str) -> Callable[[Scene, tuple[float, float]], Match | None]:
    """Return a search by keypoints."""

    def search(scene: Scene, _: tuple[float, float]) -> Match | None:
        assert scene.own is not None
        poses = correlate(scene, scene.own, method).poses
        return poses[0] if poses else None

    return search


METHODS: dict[str, Callable[[Scene, tuple[float, float]], Match | None]] = {
    "harmonic": harmonic,
    "harmonic-covered": functools.partial(harmonic, covered=True),
    "sift": keypoints("sift"),
    "orb": keypoints("orb"),
    "loop": rotation_loop,
}


@attrs.frozen
class Task:
    """One case with the methods that are still to do it."""

    suite: str
    number: int
    methods: tuple[str, ...]

    def results(self) -> list[tuple[str, Line]]:
        """Make the scene and return what each method does with it."""
        cv2.setNumThreads(1)
        source = SUITES[self.suite]
        scene = source.scene(self.number)
        assert scene.own is not None
        (target,) = scene.targets
        known = {
            "number": self.number,
            "name": scene.name,
            "side": scene.own.width,
            "truth": [target.x, target.y, target.angle, target.scale],
        }
        done = []
        for method in self.methods:
            measured = doubts if method == "ambiguity" else searched(method)
            scene.memo.clear()  # nobody gets what another has computed
            done.append((method, {**known, **measured(scene, source.scales)}))
        return done


def searched(method: str) -> Callable[[Scene, tuple[float, float]], Line]:
    """Return a function that searches a scene with a method and says what it found, and how long that took."""

    def search(scene: Scene, scales: tuple[float, float]) -> Line:
        began, wall = time.process_time(), time.perf_counter()
        match = METHODS[method](scene, scales)
        return {
            "seconds": time.process_time() - began,
            "wall": time.perf_counter() - wall,
            "found": None if match is None else [float(each) for each in (match.x, match.y, match.angle, match.scale)],
            "score": None if match is None else match.score,
        }

    return search


def doubts(scene: Scene, scales: tuple[float, float]) -> Line:
    """Return how much the true pose looks like the template, and the pose of all misses that does so most."""
    (target,) = scene.targets
    assert scene.own is not None
    rival, place = strongest_rival(scene, target, scales)
    own = likeness(scene.gray, scene.own.gray, (target.x, target.y, target.angle, target.scale))
    return {"truth_score": own, "rival_score": rival, "rival": [float(each) for each in place]}


def is_measured(method: str, suite: str) -> bool:
    """Whether the page says how a method does on a suite."""
    if method == "harmonic-covered":
        return suite.startswith("occlusion")
    return suite in MAIN or method not in ("loop", "ambiguity")


def missing(out: pathlib.Path, suites: Sequence[str], methods: Sequence[str], cases: int) -> Iterator[Task]:
    """Yield what is to be done."""
    for suite in suites:
        wanted = [method for method in methods if is_measured(method, suite)]
        done = {method: {line["number"] for line in read(out, suite, method)} for method in wanted}
        for number in range(cases if suite in MAIN else min(cases, CURVE_CASES)):
            left = tuple(method for method in wanted if number not in done[method])
            if left:
                yield Task(suite, number, left)


def measure(out: pathlib.Path, suites: Sequence[str], methods: Sequence[str], cases: int, processes: int) -> None:
    """Do what is missing and append each result to its file."""
    out.mkdir(parents=True, exist_ok=True)
    quick = [method for method in methods if method != "loop"]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        tasks = pool.imap_unordered(_done, missing(out, suites, quick, cases))
        for count, (task, results) in enumerate(tasks, start=1):
            _append(out, task, results)
            if count % 100 == 0:
                print(f"{count} cases done, now at {task.suite} {task.number}", file=sys.stderr)
        for suite in (each for each in suites if "loop" in methods and each in MAIN):
            left = missing(out, [suite], ["loop"], cases)
            spent = sum(line["seconds"] for line in read(out, suite, "loop"))
            while spent < LOOP_SECONDS and (batch := list(itertools.islice(left, processes))):
                for task, results in pool.imap_unordered(_done, batch):
                    _append(out, task, results)
                    spent += sum(line["seconds"] for _, line in results)


def _done(task: Task) -> tuple[Task, list[tuple[str, Line]]]:
    return task, task.results()


def _append(out: pathlib.Path, task: Task, results: Sequence[tuple[str, Line]]) -> None:
    for method, line in results:
        with (out / f"{task.suite}.{method}.jsonl").open("a") as file:
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

        write_page(options.out, options.data, SUITES, CURVES, SMALL, LOOP_SECONDS)


if __name__ == "__main__":
    main()
