"""What the framework itself costs: per trial, in memory, with two processes, and to find that nothing is left.

One command, about ten minutes on a quiet machine:

    python tests/benchmarks/run_cost.py

Each line says what is asked for and what was measured. Processor time counts where others may be busy on the machine;
wall time, which the rate, the speed-up and the last line need, is only worth something on a quiet one, so the load is
printed too. Parts can be chosen by name: ``run_cost.py trial overhead many two resume``; ``--trials 10000`` makes a
shorter run.
"""

from __future__ import annotations

import argparse
import itertools
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import cv2
import numpy as np

from fracorr import Experiment, images, run
from fracorr.execution import KEPT_MATCHES
from fracorr.metrics import evaluate
from fracorr.plan import make_plan
from fracorr.plugins import default_registry
from fracorr.running import Run, execute
from fracorr.trial import TrialResult

PARTS = ("trial", "overhead", "many", "two", "resume")
#: Numbers are the best of so many repetitions, the things compared taking turns.
REPETITIONS = 3


def trivial(folder: pathlib.Path, trials: int, engine: str) -> Experiment:
    """Compose trials on pictures so small that next to nothing is computed."""
    scenes = folder / "scenes"
    if not scenes.is_dir():
        rng = np.random.default_rng(0)
        for number in range(50):
            images.write(scenes / f"{number:02}.png", rng.random((16, 16)))
    return Experiment(
        kernels=f"noise:count={trials // 100},size=8",
        scenes=str(scenes / "*.png"),
        methods=["tm_sqdiff", "tm_ccorr"],
        engine=engine,
    )


def real(kernels: int, scenes: str = "samples:astronaut") -> dict[str, str]:
    """Compose trials on photographs, which take some milliseconds."""
    return {"kernels": f"noise:count={kernels},size=64", "scenes": scenes}


def cpu() -> float:
    """Return the processor time of this process and of its workers that have ended."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def bare_loop(experiment: Experiment, *, whole: bool) -> tuple[float, float]:
    """Correlate in a plain loop; with `whole` find the matches and measure them too. Return processor and wall time."""
    plan = make_plan(experiment, default_registry())
    trials = list(plan.trials())
    before, started = cpu(), time.perf_counter()
    for trial in trials:
        scene, kernel = plan.materials.scene(trial.scene), plan.materials.kernel(trial.kernel, trial.chain)
        response = trial.method.instance.correlate(scene, kernel)
        if whole:
            TrialResult(trial, response.matches(KEPT_MATCHES), evaluate(response, scene.targets, own=False))
    return cpu() - before, time.perf_counter() - started


def in_a_run(experiment: Experiment, folder: pathlib.Path) -> float:
    """Carry an experiment out into a new folder and return the processor time."""
    before = cpu()
    with tempfile.TemporaryDirectory(dir=folder) as place:
        run(experiment, out=place)
    return cpu() - before


def cost_of_a_trial(folder: pathlib.Path, _: int) -> None:
    """Take the difference between a long and a short run, so that starting does not count."""
    short, long = (trivial(folder, trials, "process:1") for trials in (2_000, 12_000))
    runs = min(in_a_run(long, folder) - in_a_run(short, folder) for _ in range(REPETITIONS)) / 10_000
    bare = min(bare_loop(long, whole=False)[0] for _ in range(REPETITIONS)) / 12_000
    say("cost of a trial in 'process'", "≤ 0.3 ms", f"{1e3 * (runs - bare):.3f} ms of processor time")
    say("", "", f"({1e3 * runs:.3f} ms in all, of which {1e3 * bare:.3f} ms are the correlation)")


def overhead(folder: pathlib.Path, _: int) -> None:
    """Compare a run with plain loops over the same trials."""
    for method, kernels in (("zncc_masked", 30), ("tm_ccoeff_normed", 150)):
        experiment = Experiment(**real(kernels), methods=method, engine="serial")
        count = len(make_plan(experiment, default_registry()))
        times: dict[str, list[float]] = {"run": [], "trials": [], "correlations": []}
        for _ in range(REPETITIONS):
            times["trials"].append(bare_loop(experiment, whole=True)[0])
            times["run"].append(carried_out(experiment, folder))
            times["correlations"].append(bare_loop(experiment, whole=False)[0])
        best = {name: 1e3 * min(each) / count for name, each in times.items()}
        over = {name: 100 * (best["run"] / best[name] - 1) for name in ("trials", "correlations")}
        say(f"over a loop of the same trials, {method}", "≤ 5 %", f"{over['trials']:.1f} % of {best['trials']:.1f} ms")
        say("", "", f"({over['correlations']:.1f} % over the {best['correlations']:.1f} ms of the correlation alone;")
        say("", "", "finding the matches and measuring them against the truth is the difference)")


def carried_out(experiment: Experiment, folder: pathlib.Path) -> float:
    """Return the processor time of a run without that of its planning, which happens once."""
    plan = make_plan(experiment, default_registry())
    with tempfile.TemporaryDirectory(dir=folder) as place:
        before = cpu()
        execute(plan, out=place)
        return cpu() - before


def many(folder: pathlib.Path, trials: int) -> None:
    """Look at memory and rate of one long run."""
    seen: list[float] = []
    memory: list[float] = []
    tenth = trials // 10

    def look(current: Run, _: TrialResult) -> None:
        if current.done % tenth == 0:
            seen.append(time.perf_counter())
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)

    run(trivial(folder, trials, "process:2"), out=folder / "many", on_result=look)
    rates = [tenth / (later - earlier) for earlier, later in itertools.pairwise(seen)]
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    say(f"{trials:,} trials in one run, memory", "≤ 500 MB", f"{memory[-1]:.0f} MB, largest worker {workers:.0f} MB")
    say("", "", f"({memory[0]:.0f} MB after a tenth)")
    say("rate from first to last", "constant", " ".join(f"{rate:.0f}" for rate in rates) + " /s")


def two_processes(_: pathlib.Path, __: int) -> None:
    """Compare the wall times of one and two worker processes, without the time that they take to start."""
    walls: dict[int, list[float]] = {1: [], 2: []}
    for _repetition in range(REPETITIONS):
        for workers, times in walls.items():
            times.append(wall(workers))
    speedup = min(walls[1]) / min(walls[2])
    say("two processes against one", "≥ 1.8 ×", f"{speedup:.2f} × on {os.cpu_count()} cores")


def wall(workers: int) -> float:
    """Return the wall time from the first result to the last, for as many trials."""
    marks: list[float] = []
    methods = ["tm_ccoeff_normed", "tm_sqdiff_normed", "tm_ccorr_normed"]
    experiment = Experiment(**real(20, "samples"), methods=methods, engine=f"process:{workers}")
    run(experiment, on_result=lambda *_: marks.append(time.perf_counter()))
    # The first results come while the second worker is still starting.
    start = len(marks) // 4
    return marks[-1] - marks[start]


def resume(folder: pathlib.Path, trials: int) -> None:
    """Time a process from its start until it says that nothing is left to do."""
    place = folder / "many"
    if not place.is_dir():
        run(trivial(folder, trials, "process:2"), out=place)
    best, whole = float("inf"), float("inf")
    for _ in range(REPETITIONS):
        started = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-m", "fracorr", "resume", str(place)], stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            line = process.stderr.readline()
            assert line.startswith("nothing is left to do"), line
            best = min(best, time.perf_counter() - started)
            process.communicate()
        whole = min(whole, time.perf_counter() - started)
    say(f"resume of {trials:,} finished trials decides", "< 3 s", f"{best:.2f} s")
    say("", "", f"({whole:.2f} s with counting all results again for the reports)")


def say(what: str, asked: str, measured: str) -> None:
    """Print one line of the result."""
    print(f"{what:<46} {asked:>9}   {measured}", flush=True)


def main() -> None:
    """Measure what was asked for."""
    cv2.setNumThreads(1)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"what to measure: {', '.join(PARTS)}; default: all")
    parser.add_argument("--trials", type=int, default=100_000, help="length of the long run")
    options = parser.parse_args()
    measures: dict[str, Callable[[pathlib.Path, int], None]] = dict(
        zip(PARTS, (cost_of_a_trial, overhead, many, two_processes, resume), strict=True)
    )
    with tempfile.TemporaryDirectory() as place:
        for part in options.parts or PARTS:
            print(f"# {part}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
            measures[part](pathlib.Path(place), options.trials)


if __name__ == "__main__":
    main()
