"""What reporting costs: time, memory, size of files, and how soon the page is there, for 10 000 trials.

One command, some minutes:

    python tests/benchmarks/report_cost.py

A run of 10 000 small real trials is carried out once, or taken from ``--run DIR`` where that is one already. Then each
reporter draws it through ``fracorr report`` in a process of its own. Asked for are 60 s, 1 GB, a page below 15 MB and
its opening within 3 s. Processor time counts where others are busy on the machine; the load is printed too.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from fracorr import Experiment, open_run, run

REPORTERS = ("table", "table:by=[kernel]", "csv", "json", "markdown", "html", "figures", "figures:svg", "figures:pdf")
SECONDS, MEGABYTES, PAGE_MEGABYTES, OPENING_SECONDS = 60, 1000, 15, 3
OPENINGS = 5
#: 50 kernels × 4 chains × 25 scenes with a target each × 2 methods.
EXPERIMENT = Experiment(
    kernels=["noise:count=49,size=12", "ring:size=16"],
    transforms=["none", "silhouette", "opaque", "orbit-trap"],
    scenes=f"planted:kernel='ring:size=16',angles={[0, *range(10, 250, 10)]},size=[96,96],backgrounds=[gray]".replace(
        " ", ""
    ),
    methods=["tm_sqdiff", "tm_ccoeff_normed"],
    engine="serial",
)


def report(folder: pathlib.Path, reporter: str) -> str:
    """Report a run, and say what that cost."""
    begun, started = time.time_ns(), time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "fracorr", "report", folder, "-r", reporter], stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    wall, processor = time.perf_counter() - started, used.ru_utime + used.ru_stime
    if status:
        raise SystemExit(f"{reporter} failed")
    memory = used.ru_maxrss / 1024  # Linux counts kilobytes
    new = [each.stat().st_size for each in folder.rglob("*") if each.is_file() and each.stat().st_mtime_ns >= begun]
    good = processor < SECONDS and memory < MEGABYTES
    files = f"{len(new)} files, {sum(new) / 1e6:.1f} MB" if new else "no file"
    return f"{processor:6.1f} s processor, {wall:6.1f} s wall, {memory:5.0f} MB, {files}{'' if good else '  TOO MUCH'}"


def opening(page: pathlib.Path) -> str:
    """Open a page in Chromium, and say how long it takes until it is painted."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        browser = None
    if browser is None:
        return "not measured: it needs Chromium and playwright"
    painted = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        times = []
        for _ in range(OPENINGS):
            opened = started.new_context().new_page()
            begin = time.perf_counter()
            opened.goto(page.as_uri(), wait_until="load")
            opened.evaluate(painted)
            times.append(time.perf_counter() - begin)
            opened.context.close()
        started.close()
    return f"{min(times):.2f} s at best, {statistics.median(times):.2f} s in the middle of {OPENINGS}"


def main() -> None:
    """Measure, and print a line for each reporter."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=pathlib.Path, help="a folder for the run, or one that holds it")
    parser.add_argument("--reporter", action="append", help="measure only this one (repeatable)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.run or pathlib.Path(temporary) / "run"
        if not (folder / "manifest.json").is_file():
            started = time.perf_counter()
            run(EXPERIMENT, out=folder)
            print(f"the run took {time.perf_counter() - started:.0f} s", flush=True)
        print(f"{open_run(folder).done} trials; load {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores")
        print(
            f"asked for: below {SECONDS} s, {MEGABYTES} MB; page below {PAGE_MEGABYTES} MB, {OPENING_SECONDS} s to open"
        )
        for reporter in chosen.reporter or REPORTERS:
            print(f"{reporter:32}{report(folder, reporter)}", flush=True)
        page = folder / "report.html"
        if page.is_file():
            print(f"{'page':32}{page.stat().st_size / 1e6:.1f} MB, opens in {opening(page)}")


if __name__ == "__main__":
    main()
