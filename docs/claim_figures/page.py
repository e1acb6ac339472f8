"""The page of the claim, put together."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Mapping
from typing import Any

import attrs
from claim_figures import arms, differences, factors, others, reported, tables, words
from claim_figures.evidence import Evidence
from claim_figures.wrapping import wrapped
from matplotlib.figure import Figure

from fracorr.files import write_text
from fracorr_matplotlib.style import fracorr_style

NAME = "the-claim.md"
_STEM = "claim"


@attrs.frozen(kw_only=True)
class Runs:
    """What the page is made from.

    Attributes
    ----------
    claim : Evidence
    specificity, instrument, planted : Evidence or None
        The runs of the two other questions, and one of scenes for curves over rotation and scale.
    equal : int or None
        How many trials gave equal numbers in a second run; None where there was none.
    """

    claim: Evidence
    specificity: Evidence | None = None
    instrument: Evidence | None = None
    planted: Evidence | None = None
    equal: int | None = None


def make_page(runs: Runs, folder: pathlib.Path) -> pathlib.Path:
    """Write page and figures into a folder, and return the page's path."""
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    for name, draw in _figures(runs).items():
        with fracorr_style():
            # Without the version of the program that drew it, the same run gives the same file.
            draw().savefig(images / f"{_STEM}-{name}.png", metadata={"Software": None})
    run = runs.claim
    sheets = reported.draw_sheets(run, (run.baseline, run.compared[0]), images, f"{_STEM}-sheet")
    curves = [] if runs.planted is None else reported.draw_curves(runs.planted, images, f"{_STEM}-invariance")
    sections = [
        "# Do fractal kernels find what plain ones miss?",
        words.QUESTION,
        words.answer(run),
        words.method(run),
        _hits(run),
        _controls(run),
        _where(run),
        "" if runs.specificity is None else words.specificity(run, runs.specificity),
        "" if runs.instrument is None else words.instrument(runs.instrument),
        "" if runs.planted is None else _curves(runs.planted, curves),
        _sheets(run, sheets),
        words.limits(run),
        words.HISTORY,
        words.repeating(run, _commands(runs), runs.equal),
    ]
    write_text(folder / NAME, wrapped("\n\n".join(filter(None, sections))) + "\n")
    return folder / NAME


def _figures(runs: Runs) -> dict[str, Callable[[], Figure]]:
    run, specificity, instrument = runs.claim, runs.specificity, runs.instrument
    figures = {
        "arms": lambda: arms.draw(run),
        "differences": lambda: differences.draw(run),
        "factors": lambda: factors.draw(run),
    }
    if specificity is not None:
        figures["specificity"] = lambda: others.draw_specificity(run, specificity)
    if instrument is not None:
        figures["instrument"] = lambda: others.draw_instrument(instrument)
    return figures


def _hits(run: Evidence) -> str:
    alone = f"The claims with each method alone, as differences in points:\n\n{tables.decisions(run)}"
    by_method = alone if run.comparison.single else "There is one method only."
    return f"""## What hits how often

![Hit rate of every treatment, over all methods and with each]({_picture("arms")})

*Dots are hit rates with 95 % intervals, the gray line is the baseline. Black: baseline; orange: claimed to be better;
blue: controls.*

{tables.treatments(run)}

*In brackets: 95 % intervals; differences in percentage points, on the same kernels and scenes.*

{by_method}"""


def _controls(run: Evidence) -> str:
    smallest = 100 * run.verdict["rule"]["smallest"]
    asked = "\n".join(
        f"- `{chain}`: {_explained(claim)}." for chain, claim in zip(run.compared, run.claims, strict=True)
    )
    return f"""## Against the baseline and the controls

![Differences of hit rates with their intervals]({_picture("differences")})

*Gray: differences below {smallest:g} points, which are of no interest.*

Does the control explain the claim? Only a supported claim leaves something to explain.

{asked}"""


def _explained(claim: Mapping[str, Any]) -> str:
    answers = [("chance", claim["by_chance"]), *((held["role"], held["explains"]) for held in claim["controls"])]
    if len({answer for _, answer in answers}) == 1:
        return f"{answers[0][1]}, for chance and {len(answers) - 1} controls alike"
    return "; ".join(f"{role}: {answer}" for role, answer in answers)


def _where(run: Evidence) -> str:
    names = ", ".join(f"`{chain}`" for chain in factors.chosen(run))
    return f"""## Where the hits are

![Hit rates by the kind of scene and by the size of the kernel]({_picture("factors")})

*{names}. These are many comparisons of few scenes each: they show where to look next and decide nothing.*"""


def _curves(planted: Evidence, names: list[str]) -> str:
    kernels = ", ".join(f"`{name}`" for name in planted.distinct("kernel"))
    pictures = "\n\n".join(f"![Response and hit rate over rotation and scale](images/{name})" for name in names)
    return f"""## Invariance

The kernel itself, {kernels}, planted in scenes at many angles and sizes, {planted.stored.total:,} trials:

{pictures}"""


def _sheets(run: Evidence, names: list[str]) -> str:
    pictures = "\n\n".join(f"![A kernel plain and as a fractal, with its responses](images/{name})" for name in names)
    return f"""## Examples

The first kernel of the experiment on the first scene of each of its first {len(names)} scene sources, plain and as
`{run.compared[0]}`: chosen by that rule, not by looking.

{pictures}"""


def _commands(runs: Runs) -> list[str]:
    folders = {"": runs.claim, " specificity": runs.specificity, " instrument": runs.instrument}
    lines = [f"fracorr claim{question}" for question, run in folders.items() if run is not None]
    second = "" if runs.equal is None else " --again fracorr-claim-again"
    if second:
        lines.append("fracorr claim --out fracorr-claim-again")
    given = " ".join(line.replace(" ", "-") for line in lines if "--" not in line)
    return [*lines, f"python docs/draw_claim.py {given}{second}"]


def _picture(name: str) -> str:
    return f"images/{_STEM}-{name}.png"
