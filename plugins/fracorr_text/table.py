"""The arms as a table in the terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import attrs
from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from fracorr import parameter

if TYPE_CHECKING:
    from fracorr.arms import ArmTally
    from fracorr.running import Run
    from fracorr.trial import TrialResult

#: Without a terminal to ask, wide enough that nothing is cut.
_WIDTH_OF_A_FILE = 140


@attrs.define
class Table:
    """Prints one line per arm when the run is over: hits on targets, median rank of the truth, time."""

    limit: int = attrs.field(
        default=100, validator=attrs.validators.ge(1), metadata=parameter("Print at most so many arms", main=True)
    )
    _run: Run | None = attrs.field(default=None, init=False, repr=False, eq=False)

    def begin(self, run: Run) -> None:
        self._run = run

    def record(self, result: TrialResult) -> None:
        pass  # the run keeps the totals

    def end(self) -> None:
        if self._run is None:
            return
        arms = [tally for tally in self._run.arms.values() if tally.trials]
        output = self._run.output
        console = Console(file=output, width=None if output.isatty() else _WIDTH_OF_A_FILE, highlight=False)
        if not arms:
            console.print("No trial was finished.")
            return
        table = RichTable()
        for heading in ("transform", "method"):
            table.add_column(heading, overflow="fold")
        for heading in ("hits on targets", "median rank", "ms per trial", "failed"):
            table.add_column(heading, justify="right")
        before = None
        for tally in arms[: self.limit]:
            if before not in (None, tally.arm.chain):
                table.add_section()
            before = tally.arm.chain
            table.add_row(*_row(tally))
        console.print(table)
        console.print(_caption(self._run, arms))
        if len(arms) > self.limit:
            console.print(f"… and {len(arms) - self.limit} more arms (table:limit={len(arms)} shows them)")


def _row(tally: ArmTally) -> tuple[str, ...]:
    rank = tally.median_rank
    return (
        escape(tally.arm.chain),
        escape(tally.arm.method),
        "–" if tally.hit_rate is None else f"{tally.hits} of {tally.on_targets}",
        "–" if rank is None else ("not found" if math.isinf(rank) else f"{rank:g}"),
        "–" if tally.mean_seconds is None else f"{1000 * tally.mean_seconds:.1f}",
        str(tally.failed or ""),
    )


def _caption(run: Run, arms: list[ArmTally]) -> str:
    on_targets = sum(tally.on_targets for tally in arms)
    without = sum(tally.trials - tally.failed for tally in arms) - on_targets
    note = f"{run.done} trials in {run.seconds:.1f} s; work that methods share counts for the first of them"
    if on_targets and without:
        note += f"; {on_targets} on scenes with a known target, {without} on scenes without"
    elif not on_targets:
        note += "; no scene has a known target, so there are no hits to count"
    return note
