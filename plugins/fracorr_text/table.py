"""The arms as a table in the terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import attrs
from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from fracorr import parameter
from fracorr.arms import ArmTally
from fracorr_text.split import SPLITTING, Line, Split

if TYPE_CHECKING:
    from fracorr.running import Run
    from fracorr.trial import TrialResult

#: Without a terminal to ask, wide enough that nothing is cut.
_WIDTH_OF_A_FILE = 140
#: So many single results are shown where there are no targets to count.
_SHOWN_PLACES = 24


@attrs.define
class Table:
    """Prints one line per arm when the run is over: hits on targets, median rank of the truth, time.

    With `by` each arm has a line for every kernel, scene or source of these that there is: ``table:by=[kernel]``.
    """

    limit: int = attrs.field(
        default=100, validator=attrs.validators.ge(1), metadata=parameter("Print at most so many lines", main=True)
    )
    by: tuple[str, ...] = attrs.field(
        default=(),
        validator=attrs.validators.deep_iterable(attrs.validators.in_(SPLITTING)),
        metadata=parameter(f"Split the arms by these: {', '.join(SPLITTING)}"),
    )
    _run: Run | None = attrs.field(default=None, init=False, repr=False, eq=False)
    _first: list[TrialResult] = attrs.field(factory=list, init=False, repr=False, eq=False)
    _split: Split = attrs.field(factory=lambda: Split(()), init=False, repr=False, eq=False)

    def begin(self, run: Run) -> None:
        self._run = run
        self._first = []
        self._split = Split(self.by)

    def record(self, result: TrialResult) -> None:
        # The run keeps the totals; a few single results are all that a terminal has room for.
        if len(self._first) < _SHOWN_PLACES:
            self._first.append(result)
        if self.by:
            self._split.add(result)

    def end(self) -> None:
        if self._run is None:
            return
        arms = [tally for tally in self._run.arms.values() if tally.trials]
        lines: list[Line] = self._split.in_order(self._run.plan.arms) if self.by else [((), tally) for tally in arms]
        output = self._run.output
        console = Console(file=output, width=None if output.isatty() else _WIDTH_OF_A_FILE, highlight=False)
        if not arms:
            console.print("No trial was finished.")
            return
        self._print_arms(console, lines)
        console.print(_caption(self._run, arms))
        if not any(tally.on_targets for tally in arms):
            console.print(_places(self._first))
            if self._run.done > len(self._first):
                console.print(f"… and {self._run.done - len(self._first)} more (the reporter json has all of them)")

    def _print_arms(self, console: Console, lines: list[Line]) -> None:
        table = RichTable()
        for heading in (*(name.replace("_", " ") for name in self.by), "transform", "method"):
            table.add_column(heading, overflow="fold")
        for heading in ("hits on targets", "by chance", "mean overlap", "median rank", "ms per trial", "failed"):
            table.add_column(heading, justify="right")
        before = None
        for names, tally in lines[: self.limit]:
            section = names or tally.arm.chain
            if before not in (None, section):
                table.add_section()
            before = section
            table.add_row(*map(_printable, names), *_row(tally))
        console.print(table)
        if len(lines) > self.limit:
            what = "lines" if self.by else "arms"
            console.print(f"… and {len(lines) - self.limit} more {what} (table:limit={len(lines)} shows them)")


def _places(results: list[TrialResult]) -> RichTable:
    """Show where each trial found its kernel, for scenes whose truth nobody knows."""
    table = RichTable()
    for heading in ("kernel", "transform", "scene", "method"):
        table.add_column(heading, overflow="fold")
    for heading in ("x", "y", "score"):
        table.add_column(heading, justify="right")
    for result in results:
        trial = result.trial
        names = map(_printable, (trial.kernel.name, trial.chain.spec, trial.scene.name, trial.method.spec))
        best = result.matches[0] if result.matches else None
        found = ("–", "–", "–") if best is None else (f"{best.x:.6g}", f"{best.y:.6g}", f"{best.score:.4g}")
        table.add_row(*names, *found)
    return table


def _printable(name: str) -> str:
    """Return a name in one line, whatever a terminal would make of what is in it."""
    whole = name.encode("utf-8", "backslashreplace").decode()
    return escape("".join(each if each.isprintable() else " " for each in whole))


def _row(tally: ArmTally) -> tuple[str, ...]:
    rank = tally.median_rank
    return (
        _printable(tally.arm.chain),
        _printable(tally.arm.method),
        "–" if tally.hit_rate is None else f"{tally.hits} of {tally.on_targets}",
        "–" if tally.chance is None else f"{tally.chance * tally.on_targets:.1f}",
        "–" if tally.success_auc is None else f"{tally.success_auc:.2f}",
        "–" if rank is None else ("not found" if math.isinf(rank) else f"{rank:g}"),
        "–" if tally.mean_seconds is None else f"{1000 * tally.mean_seconds:.1f}",
        str(tally.failed or ""),
    )


def _caption(run: Run, arms: list[ArmTally]) -> str:
    on_targets = sum(tally.on_targets for tally in arms)
    without = sum(tally.trials - tally.failed for tally in arms) - on_targets
    trials = "1 trial" if run.done == 1 else f"{run.done} trials"
    note = f"{trials} in {run.seconds:.1f} s; work that methods share counts for the first of them"
    if on_targets and without:
        note += f"; {on_targets} on scenes with a known target, {without} on scenes without"
    elif not on_targets:
        note += "; no scene has a known target, so there are no hits to count, only the places found"
    if on_targets:
        note += (
            "\na hit: the best place lies in a target; by chance: the hits of places drawn at random; overlap: of the "
            "found box and the target (IoU);\nrank: 1 + the peaks outside the targets that score as well"
        )
    return note
