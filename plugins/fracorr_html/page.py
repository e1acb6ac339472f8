"""The page put together: what the template is given, and how it writes numbers and names."""

from __future__ import annotations

import platform
import re
from typing import TYPE_CHECKING

import jinja2

from fracorr.arm_words import ABOUT_TIMES, TIE, number
from fracorr.invariance import FEW_TRIALS, Poses
from fracorr.manifest import versions
from fracorr.reporting import verdict_sentence
from fracorr_html.curves import figures
from fracorr_html.gallery import PairView
from fracorr_html.table import LEVEL, arm_rows, best_of
from fracorr_html.trials_file import TrialsFile

if TYPE_CHECKING:
    from fracorr.running import Run

#: More bars than these make no figure; the table has all of them.
MOST_BARS = 40
_AFTER_PUNCTUATION = re.compile(r"(?<=[+:,=_])")


def render(
    run: Run, *, title: str, gallery: list[PairView], pictures: dict[str, str], trials: TrialsFile, poses: Poses
) -> str:
    """Return the page as text."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("fracorr_html"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {"number": number, "parts": _parts}
    rows = arm_rows(run.arms.values())
    counted = [row for row in rows if row.rate is not None]
    bars = sorted(counted, key=lambda row: row.rate or 0.0, reverse=True)[:MOST_BARS]
    page = environment.get_template("page.html.j2").render(
        title=title or "What the experiment found",
        run=run,
        rows=rows,
        bars=bars,
        bars_left_out=len(counted) - len(bars),
        best=best_of(rows),
        counted=len(counted),
        verdict=verdict_sentence(run),
        curves=figures(poses.invariance(arm) for arm in run.plan.arms if arm in poses.arms),
        few=FEW_TRIALS,
        level=LEVEL,
        about_times=ABOUT_TIMES,
        tie=TIE,
        gallery=gallery,
        pairs=sum(len(run.plan.kernels[scene]) for scene in run.plan.scenes),
        pictures=pictures,
        csv=trials.base64() if trials.count else "",
        trial_count=trials.count,
        experiment=run.experiment.to_toml(),
        versions={"Python": platform.python_version(), **versions()},
    )
    # A file's name may hold bytes that are no letters, which no page can show.
    return page.encode("utf-8", "replace").decode()


def _parts(text: object) -> list[str]:
    """Cut a spec string, which has no spaces, where a reader would break it."""
    return _AFTER_PUNCTUATION.split(str(text))
