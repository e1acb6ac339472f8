"""Counting what the results of ``find_accuracy.py`` say: hits, errors, times."""

from __future__ import annotations

import json
import math
import pathlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import attrs
import numpy as np
import scipy.stats
from find_accuracy_ambiguity import HIT, MARGIN

from fracorr import Target
from fracorr.geometry import angle_difference, overlap

Line: TypeAlias = dict[str, Any]
#: A hit whose angle is further off than this did not see how the template is turned, in degrees.
TURNED = 5.0


@attrs.frozen
class Tally:
    """How one method did on some cases.

    Attributes
    ----------
    cases : int
    hits : int
        Boxes that overlap the target's by an IoU of at least 0.7.
    turned : int
        Hits whose angle is right to 5 degrees too: two equal squares overlap by 0.7 whatever their angles.
    centre, angle, scale : float
        Medians of the hits' errors: pixels, degrees, per cent.
    seconds : float
        The median of the processor time.
    """

    cases: int
    hits: int
    turned: int
    centre: float
    angle: float
    scale: float
    seconds: float

    @property
    def rate(self) -> float:
        return self.hits / max(1, self.cases)

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the hit rate (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
        found = scipy.stats.binomtest(self.hits, max(1, self.cases)).proportion_ci(method="wilson")
        return float(found.low), float(found.high)


def read(out: pathlib.Path, suite: str, method: str) -> list[Line]:
    """Return the results that a suite has for a method, in the order of their numbers."""
    path = out / f"{suite}.{method}.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    # Two runs at once may have done a case twice.
    return [line for _, line in sorted({int(line["number"]): line for line in lines}.items())]


def ambiguous(out: pathlib.Path, suite: str) -> set[int]:
    """Return the numbers of the cases that have more than one right answer."""
    return {
        int(line["number"])
        for line in read(out, suite, "ambiguity")
        if line["rival_score"] > line["truth_score"] - MARGIN
    }


def box(pose: Sequence[float], side: float) -> Target:
    """Return the box of a pose (x, y, angle, scale) of a square template."""
    x, y, angle, scale = pose
    return Target(x, y, side * scale, side * scale, angle, scale)


def is_hit(line: Line) -> bool:
    """Whether what was found overlaps the truth enough."""
    found = line["found"]
    return found is not None and overlap(box(found, line["side"]), box(line["truth"], line["side"])) >= HIT


def tally(lines: Iterable[Line], wanted: Callable[[Line], bool] = lambda line: True) -> Tally | None:
    """Count the wanted results; None where there are none."""
    chosen = [line for line in lines if wanted(line)]
    if not chosen:
        return None
    hits = [line for line in chosen if is_hit(line)]
    errors = np.array([_errors(line) for line in hits]).reshape(-1, 3)
    centre, angle, scale = np.median(errors, axis=0) if hits else (math.nan,) * 3
    return Tally(
        cases=len(chosen),
        hits=len(hits),
        turned=int((errors[:, 1] <= TURNED).sum()),
        centre=float(centre),
        angle=float(angle),
        scale=float(scale),
        seconds=float(np.median([line["seconds"] for line in chosen])),
    )


def _errors(line: Line) -> tuple[float, float, float]:
    (x, y, angle, scale), (x_true, y_true, angle_true, scale_true) = line["found"], line["truth"]
    return (
        math.hypot(x - x_true, y - y_true),
        angle_difference(angle, angle_true),
        100 * abs(scale / scale_true - 1),
    )
