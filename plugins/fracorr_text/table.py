"""The arms as a table in the terminal."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

import attrs
from rich.table import Table as RichTable

from fracorr import parameter
from fracorr.arm_words import ABOUT_TARGETS, ABOUT_TIMES, NOTHING, arm_words, number
from fracorr.arms import ArmTally
from fracorr.reporting import labels
from fracorr.terminal import console, printable
from fracorr_text.split import SPLITTING, Line, Split

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from fracorr.plan import Plan
    from fracorr.running import Run
    from fracorr.trial import TrialResult

#: So many single results are shown of those on scenes without targets, where there are no hits to count.
_SHOWN_PLACES = 24
#: The columns of numbers, by what :func:`arm_words` calls them, and those that are headed otherwise.
_NUMBERS = ("hits", "by chance", "mean overlap", "median rank", "ms per trial", "failed")
_HEADED = {"hits": "hits on targets"}


@attrs.define
class Table:
    """Prints one line per arm when the run is over: hits on targets, median rank of the truth, time.

    Of the trials on scenes without a known target, where there are no hits to count, it lists the places found.

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
    _without_target: int = attrs.field(default=0, init=False, repr=False, eq=False)
    _places: list[TrialResult] = attrs.field(factory=list, init=False, repr=False, eq=False)
    _split: Split = attrs.field(factory=lambda: Split(()), init=False, repr=False, eq=False)

    def begin(self, run: Run) -> None:
        self._run = run
        self._without_target, self._places = 0, []
        self._split = Split(self.by)

    def record(self, result: TrialResult) -> None:
        # The run keeps the totals; a few single results are all that a terminal has room for.
        if not result.trial.scene.targets:
            self._without_target += 1
            # The first of the plan, whatever order they come in.
            bisect.insort(self._places, result, key=lambda each: each.trial.number)
            del self._places[_SHOWN_PLACES:]
        if self.by:
            self._split.add(result)

    def end(self) -> None:
        if self._run is None:
            return
        arms = [tally for tally in self._run.arms.values() if tally.trials]
        lines: list[Line] = self._split.in_order(self._run.plan.arms) if self.by else [((), tally) for tally in arms]
        output = console(self._run.output)
        if not arms:
            output.print("No trial was finished.")
            return
        # Where no scene has a target there is nothing to say of hits.
        left_out = () if any(scene.targets for scene in self._run.plan.scenes) else ABOUT_TARGETS
        self._print_arms(output, lines, [each for each in _NUMBERS if each not in left_out])
        output.print(_caption(self._run, arms))
        if self._places:
            output.print(_found(self._run.plan, self._places))
            more = self._without_target - len(self._places)
            if more:
                output.print(f"… and {more} more (the reporter json has all of them)")

    def _print_arms(self, output: Console, lines: list[Line], numbers: list[str]) -> None:
        table = RichTable()
        for heading in (*(name.replace("_", " ") for name in self.by), "transform", "method"):
            table.add_column(heading, overflow="fold")
        for heading in numbers:
            table.add_column(_HEADED.get(heading, heading), justify="right")
        before = None
        for names, tally in lines[: self.limit]:
            section = names or tally.arm.chain
            if before not in (None, section):
                table.add_section()
            before = section
            table.add_row(*map(printable, names), *_row(tally, numbers))
        output.print(table)
        if len(lines) > self.limit:
            what = "lines" if self.by else "arms"
            output.print(f"… and {len(lines) - self.limit} more {what} (table:limit={len(lines)} shows them)")


def _found(plan: Plan, results: list[TrialResult]) -> RichTable:
    """Show where each trial found its kernel, for scenes whose truth nobody knows."""
    table = RichTable(title="places found on scenes without a known target", title_justify="left")
    for heading in ("kernel", "transform", "scene", "method"):
        table.add_column(heading, overflow="fold")
    for heading in ("x", "y", "score"):
        table.add_column(heading, justify="right")
    scenes = labels(plan.scenes)
    for result in results:
        trial = result.trial
        kernel = labels(plan.kernels[trial.scene])[trial.kernel]
        names = map(printable, (kernel, trial.chain.spec, scenes[trial.scene], trial.method.spec))
        best = result.matches[0] if result.matches else None
        found = (NOTHING,) * 3 if best is None else (f"{best.x:.6g}", f"{best.y:.6g}", f"{best.score:.4g}")
        table.add_row(*names, *found)
    return table


def _row(tally: ArmTally, numbers: list[str]) -> tuple[str | Text, ...]:
    # Beside so many hits stand those that chance would make, not their rate.
    by_chance = None if tally.chance is None else tally.chance * tally.on_targets
    words = arm_words(tally) | {"by chance": number(by_chance, ".1f")}
    return (printable(words["transform"]), printable(words["method"]), *(words[each] for each in numbers))


def _caption(run: Run, arms: list[ArmTally]) -> str:
    on_targets = sum(tally.on_targets for tally in arms)
    without = sum(tally.trials - tally.failed for tally in arms) - on_targets
    trials = "1 trial" if run.done == 1 else f"{run.done} trials"
    note = f"{trials} in {run.seconds:.1f} s"
    if on_targets and without:
        note += f"; {on_targets} on scenes with a known target, {without} on scenes without"
    elif not any(scene.targets for scene in run.plan.scenes):
        note += "; no scene has a known target, so there are no hits to count, only the places found"
    if on_targets:
        note += (
            "\na hit: the best place lies in a target; by chance: the hits of places drawn at random; overlap: of the "
            "found box and the target (IoU);\nrank: 1 + the peaks outside the targets that score as well"
            f"{'; tie: all places score alike' if any(tally.mostly_ties for tally in arms) else ''}"
        )
    return f"{note}\n{ABOUT_TIMES}"
