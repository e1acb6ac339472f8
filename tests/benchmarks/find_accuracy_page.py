"""The page docs/find.md, written from the results of ``find_accuracy.py``."""

from __future__ import annotations

import math
import pathlib
import platform
import re
from collections.abc import Mapping, Sequence

import cv2
import find_accuracy_figures as figures
import find_accuracy_real as real
import numpy as np
import scipy
from find_accuracy_ambiguity import HIT, MARGIN, likeness
from find_accuracy_notes import NOTES, PAGE_TEXT
from find_accuracy_tally import Line, Tally, ambiguous, is_hit, read, tally

from fracorr.searching import SURE_SIDE
from fracorr_scenes.warps import Warps

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "find.md"
IMAGES = PAGE.parent / "images"
SPEED, ABSENT = pathlib.Path("build/find-speed.md"), pathlib.Path("build/find-absent.md")
METHODS = {"harmonic": "**fracorr**", "sift": "SIFT + RANSAC", "orb": "ORB + RANSAC", "loop": "OpenCV rotation loop"}
RANGES = {"rotation": "rotation only", "mild": "scale 0.7–1.4", "wide": "scale 0.5–2"}


def write_page(
    out: pathlib.Path,
    data: pathlib.Path | None,
    suites: Mapping[str, Warps],
    curves: Mapping[str, Sequence[float]],
    small: Sequence[int],
    loop_seconds: float,
) -> None:
    """Write the page and its pictures from what has been measured."""
    IMAGES.mkdir(exist_ok=True)
    main = {suite: suites[suite] for suite in RANGES}
    figures.example(IMAGES / "find-example.jpg")
    figures.curves(out, curves, IMAGES / "find-robustness.png")
    missed = figures.failures(out, main, RANGES, IMAGES / "find-failures.jpg")
    page = PAGE_TEXT.format(
        machine=machine(),
        hit=HIT,
        margin=MARGIN,
        suites=suite_table(out),
        loop=round(loop_seconds),
        curve_cases=max((len(read(out, suite, "harmonic")) for suite in suites if suite not in RANGES), default=0),
        sides=side_table(out),
        doubts=doubt_table(out),
        small=small_table(out, small),
        sure=SURE_SIDE,
        levels=level_table(out, curves),
        failures=failure_text(missed, main),
        covered=covered_text(out, suites["occlusion=0.3"]),
        absent=ABSENT.read_text(encoding="utf-8").strip() if ABSENT.exists() else kept("When it is not there"),
        speed=SPEED.read_text(encoding="utf-8").strip() if SPEED.exists() else kept("Speed"),
        real=real.section(data).strip() if data is not None else kept("Real pictures"),
    )
    PAGE.write_text(page, encoding="utf-8")


def kept(heading: str) -> str:
    """Return what the page says under a heading, for parts that are not measured this time."""
    old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", old, re.MULTILINE | re.DOTALL)
    return found.group(1).strip() if found else "Not measured yet."


def machine() -> str:
    """Return processor and versions."""
    info = pathlib.Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
    return (
        f"{names[0] if names else platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}, "
        f"SciPy {scipy.__version__}, OpenCV {cv2.__version__}"
    )


def suite_table(out: pathlib.Path) -> str:
    """Return hit rates, errors and times of every method on the main suites, over the cases with one right answer."""
    rows = [
        "| suite | method | hits | 95 % interval | angle right too | centre, px | angle, ° | scale, % | CPU time |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for suite, label in RANGES.items():
        skipped = ambiguous(out, suite)
        for method, name in METHODS.items():
            found = tally(read(out, suite, method), lambda line, skipped=skipped: line["number"] not in skipped)  # type: ignore[misc]
            if found is not None:
                rows.append(f"| {label} | {name} | {_row(found)} |")
    return "\n".join(rows)


def _row(found: Tally) -> str:
    low, high = found.interval
    scale = "–" if found.scale < 1e-9 else f"{found.scale:.3f}"
    cells = [
        f"{found.hits} of {found.cases} = {_percent(found.rate)}",
        f"{100 * low:.1f}–{100 * high:.1f}",
        _percent(found.turned / found.cases),
        *(("–",) * 3 if math.isnan(found.centre) else (f"{found.centre:.3f}", f"{found.angle:.3f}", scale)),
        f"{found.seconds:.2f} s",
    ]
    return " | ".join(cells)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def side_table(out: pathlib.Path) -> str:
    """Return hit rates by the template's size."""
    sides = sorted({line["side"] for suite in RANGES for line in read(out, suite, "harmonic")})
    rows = [
        "| suite | method | " + " | ".join(f"{side} px" for side in sides) + " |",
        "|---|---|" + "---:|" * len(sides),
    ]
    for suite, label in RANGES.items():
        skipped = ambiguous(out, suite)
        for method in ("harmonic", "sift", "orb"):
            lines = [line for line in read(out, suite, method) if line["number"] not in skipped]
            found = [tally(line for line in lines if line["side"] == side) for side in sides]
            cells = ["" if each is None else f"{each.hits} of {each.cases}" for each in found]
            rows.append(f"| {label} | {METHODS[method]} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def doubt_table(out: pathlib.Path) -> str:
    """Return how many cases have more than one right answer, and the hits with these counted in."""
    rows = ["| suite | cases | ambiguous | fracorr on all cases |", "|---|---:|---:|---:|"]
    for suite, label in RANGES.items():
        found = tally(read(out, suite, "harmonic"))
        hits = f"{found.hits} of {found.cases} = {_percent(found.rate)}" if found else ""
        rows.append(f"| {label} | {len(read(out, suite, 'ambiguity'))} | {len(ambiguous(out, suite))} | {hits} |")
    return "\n".join(rows)


def small_table(out: pathlib.Path, sides: Sequence[int]) -> str:
    """Return the hits by the number of pixels that the copy in the scene has."""
    rows = ["| side of the copy | fracorr | SIFT | ORB |", "|---:|---:|---:|---:|"]
    for side in sides:
        found = [tally(read(out, f"copy={side}", method)) for method in ("harmonic", "sift", "orb")]
        cells = ["" if each is None else f"{each.hits} of {each.cases}" for each in found]
        rows.append(f"| {side} px | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def level_table(out: pathlib.Path, curves: Mapping[str, Sequence[float]]) -> str:
    """Return the hit rates behind the robustness curves."""
    rows = ["| spoilt by | level | fracorr | fracorr `--covered` | SIFT | ORB |", "|---|---:|---:|---:|---:|---:|"]
    for kind, values in curves.items():
        found = {method: dict(figures.rates(out, kind, values, method)) for method in figures.STYLES}
        for level in values:
            cells = [_percent(rates[level]) if level in rates else "" for rates in found.values()]
            rows.append(f"| {figures.LABELS[kind].split(',')[0]} | {_level(kind, level)} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _level(kind: str, level: float) -> str:
    return {
        "noise": f"σ = {level:g}",
        "brightness": f"{level:+g}",
        "contrast": f"× {level:g}",
        "jpeg": f"quality {level:g}",
        "occlusion": f"{100 * level:g} %",
    }[kind]


def covered_text(out: pathlib.Path, source: Warps) -> str:
    """Say how many of the misses with 30 % of the target covered no correlation coefficient could help."""
    skipped = ambiguous(out, "mild")
    lines = [line for line in read(out, "occlusion=0.3", "harmonic") if line["number"] not in skipped]
    missed = [line for line in lines if line["found"] is not None and not is_hit(line)]
    beaten = 0
    for line in missed:
        scene = source.scene(line["number"])
        assert scene.own is not None
        truth, found = (likeness(scene.gray, scene.own.gray, tuple(line[each])) for each in ("truth", "found"))
        beaten += found > truth - MARGIN
    return (
        f"With 30 % covered fracorr misses {len(missed)} of {len(lines)}, and in {beaten} of these the place found is "
        "at least as much like the template as what is left to see of the target."
    )


def failure_text(missed: Sequence[tuple[str, Line]], suites: Mapping[str, Warps]) -> str:
    """Return the misses one by one: what the truth and what was found look like, at full resolution."""
    if not missed:
        return "There are none."
    rows = ["| case | template | truth's likeness | found's likeness | score | why |", "|---|---|---:|---:|---:|---|"]
    for suite, line in missed:
        scene = suites[suite].scene(line["number"])
        assert scene.own is not None
        truth = likeness(scene.gray, scene.own.gray, tuple(line["truth"]))
        found = likeness(scene.gray, scene.own.gray, tuple(line["found"])) if line["found"] else math.nan
        score = "–" if line["score"] is None else f"{line['score']:.3f}"
        name = scene.targets[0].label.replace("_", " ")
        why = NOTES.get((suite, line["number"]), _cause(truth, found, line["found"] is None))
        likenesses = f"{truth:.3f} | {'outside' if found == -1 else f'{found:.3f}'}"
        rows.append(
            f"| {RANGES[suite]}, {line['number']} | {name}, {line['side']} px | {likenesses} | {score} | {why} |"
        )
    return "\n".join(["![The misses](images/find-failures.jpg)", "", *rows])


def _cause(truth: float, found: float, nothing: bool) -> str:
    if nothing:
        return "nothing was found"
    if found == -1:
        return "a pose mostly outside the frame scored higher"
    return "the true pose was not among those refined" if found < truth - MARGIN else "looks as much like the template"
