"""The arms of a run side by side: hit rates with their intervals, and chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

import attrs

from fracorr.arms import ArmTally
from fracorr.trial import Arm
from fracorr_matplotlib.canvas import Canvas
from fracorr_matplotlib.frames import Frame
from fracorr_matplotlib.lettering import printable, text_width
from fracorr_matplotlib.output import Output
from fracorr_matplotlib.style import MISS, QUIET, TARGET

if TYPE_CHECKING:
    from fracorr.running import Run

#: More arms than these make no figure.
MOST_ARMS: Final = 40
LEVEL: Final = 0.95

_MARGIN: Final = 16.0
_HEADER: Final = 66.0
_AXIS: Final = 34.0
_ROW: Final = 16.0
_BETWEEN: Final = 5.0
_GAP: Final = 10.0
_PLOT: Final = 250.0
_NUMBER: Final = 7.5
_LABEL: Final = 8.0
_WIDEST_CHAIN: Final = 210.0
_WIDEST_METHOD: Final = 130.0


@attrs.frozen
class Line:
    """An arm and the height at which it stands; `chain` where it is the first of its chain."""

    tally: ArmTally
    y: float
    first: bool


def draw_arms(run: Run, output: Output) -> None:
    """Draw the arms that have met a target into ``summary/arms``; nothing where there is none."""
    counted = [tally for tally in run.arms.values() if tally.on_targets]
    if not counted:
        return
    shown = best(counted, MOST_ARMS)
    lines = list(_lines(shown))
    chain, method = _column_widths([tally.arm for tally in shown])
    numbers = max(text_width(_counts(tally), _NUMBER) for tally in shown) + 1
    left = _MARGIN + chain + _GAP + method + _GAP
    plot = Frame(left, _HEADER, _PLOT, lines[-1].y + _ROW / 2 - _HEADER)
    canvas = Canvas(plot.right + _GAP + numbers + _MARGIN, plot.bottom + _AXIS, output.dpi)
    _write_title(canvas, run, len(counted) - len(shown), plot.right + _GAP + numbers - _MARGIN)
    _draw_axis(canvas, plot)
    for line in lines:
        if line.first:
            canvas.line(line.tally.arm.chain, _MARGIN, line.y + 3, chain, size=_LABEL, bold=True)
        canvas.line(line.tally.arm.method, _MARGIN + chain + _GAP, line.y + 3, method, size=_LABEL)
        _draw_arm(canvas, line, plot)
    canvas.save(output.paths("summary/arms"))


def best(tallies: Sequence[ArmTally], limit: int) -> list[ArmTally]:
    """Return the arms with the highest hit rates, in the order in which all of them come."""
    by_rate = sorted(range(len(tallies)), key=lambda place: -(tallies[place].hit_rate or 0.0))
    return [tallies[place] for place in sorted(by_rate[:limit])]


def _lines(tallies: Sequence[ArmTally]) -> Iterator[Line]:
    """Put arms below each other, those of a chain close together."""
    y = _HEADER + _ROW / 2
    for _, same in groupby(tallies, key=lambda tally: tally.arm.chain):
        for number, tally in enumerate(same):
            yield Line(tally, y, first=number == 0)
            y += _ROW
        y += _BETWEEN


def _column_widths(arms: Sequence[Arm]) -> tuple[float, float]:
    chain = max(text_width(printable(arm.chain), _LABEL, True) for arm in arms)
    method = max(text_width(printable(arm.method), _LABEL) for arm in arms)
    return min(_WIDEST_CHAIN, chain + 1), min(_WIDEST_METHOD, method + 1)


def _write_title(canvas: Canvas, run: Run, left_out: int, width: float) -> None:
    canvas.line("Hit rate of each arm", _MARGIN, 26, width, size=12, bold=True)
    trials = f"{run.done} of {len(run.plan)} trials" if run.done < len(run.plan) else f"{run.done} trials"
    note = (
        f"{trials}. Dot: hit rate; bar: its {100 * LEVEL:.0f} % interval (Wilson), which takes the trials for "
        "independent; upright line: chance, the hit rate of places drawn at random."
    )
    if left_out:
        note += f" The best {MOST_ARMS} arms; {left_out} more are left out."
    canvas.paragraph(note, _MARGIN, 40, width, 2, color=QUIET, size=7.5)


def _draw_axis(canvas: Canvas, plot: Frame) -> None:
    for percent in range(0, 101, 25):
        x = plot.x + plot.width * percent / 100
        canvas.stroke((x, plot.y), (x, plot.bottom), "0.88", 0.6)
        canvas.line(f"{percent} %", x, plot.bottom + 12, 40, size=7, align="center", color=QUIET)
    canvas.line(
        "hits of trials on scenes with targets", plot.middle, plot.bottom + 25, plot.width, align="center", size=7.5
    )


def _draw_arm(canvas: Canvas, line: Line, plot: Frame) -> None:
    tally, y = line.tally, line.y
    low, high = tally.hit_interval(LEVEL) or (0.0, 1.0)
    rate, chance = tally.hit_rate or 0.0, tally.chance or 0.0

    def at(value: float) -> float:
        return plot.x + plot.width * value

    canvas.stroke((at(low), y), (at(high), y), "0.72", 5.0)
    canvas.stroke((at(chance), y - 6), (at(chance), y + 6), MISS, 1.6)
    canvas.dot(at(rate), y, TARGET, 6.5)
    text = _counts(tally)
    canvas.line(text, plot.right + _GAP, y + 3, text_width(text, _NUMBER) + 1, size=_NUMBER, color=QUIET)


def _counts(tally: ArmTally) -> str:
    failed = f", {tally.failed} failed" if tally.failed else ""
    return f"{tally.hits} of {tally.on_targets} ({100 * (tally.hit_rate or 0.0):.0f} %){failed}"
