"""The reporter ``figures``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import validators

from fracorr import parameter
from fracorr.files import write_text
from fracorr_matplotlib.choice import Choice, Group, Wanted, choose
from fracorr_matplotlib.group import Format, Output, draw_group
from fracorr_matplotlib.style import fracorr_style

if TYPE_CHECKING:
    from fracorr.running import Run
    from fracorr.trial import Arm, TrialResult


@attrs.define(eq=False)
class Figures:
    """Draws a sheet for each kernel on each scene, and figures of single trials, into the folder ``figures``.

    A group of trials is drawn as soon as its last result is there, and its responses are computed again one at a
    time: memory does not grow with the number of trials.
    """

    trials: Wanted = attrs.field(
        default="targets",
        validator=validators.in_(("none", "targets", "all")),
        metadata=parameter("Trials that get a figure of their own: none, those on scenes with targets, or all"),
    )
    limit: int = attrs.field(
        default=60,
        validator=validators.ge(0),
        metadata=parameter("Draw at most so many sheets, and at most so many figures of single trials"),
    )
    dpi: int = attrs.field(
        default=100,
        validator=validators.and_(validators.ge(30), validators.le(400)),
        metadata=parameter("Resolution of the pictures", unit="pixels per inch"),
    )
    format: Format = attrs.field(
        default="png",
        validator=validators.in_(("png", "svg", "pdf")),
        metadata=parameter("Kind of file", main=True),
    )
    _run: Run | None = attrs.field(default=None, init=False, repr=False)
    _choice: Choice = attrs.field(factory=Choice, init=False, repr=False)
    _waiting: dict[Group, dict[Arm, TrialResult]] = attrs.field(factory=dict, init=False, repr=False)

    def begin(self, run: Run) -> None:
        run.need_directory()
        self._run = run
        self._choice = choose(run.plan, self.trials, self.limit)
        self._waiting = {}

    def record(self, result: TrialResult) -> None:
        group = (result.trial.scene, result.trial.kernel)
        if self._run is None or group not in self._choice.shares:
            return
        waiting = self._waiting.setdefault(group, {})
        # The matches come again with the response.
        waiting[result.trial.arm] = attrs.evolve(result, matches=())
        if len(waiting) == len(self._run.arms):
            self._draw(self._run, group)

    def end(self) -> None:
        if self._run is None:
            return
        for group in tuple(self._waiting):  # a run that was interrupted leaves some
            self._draw(self._run, group)
        self._note_what_is_left_out(self._run)

    def _draw(self, run: Run, group: Group) -> None:
        output = Output(run.need_directory() / "figures", self.format, self.dpi)
        with fracorr_style():
            draw_group(run, group, self._waiting.pop(group), self._choice.shares[group], output)

    def _note_what_is_left_out(self, run: Run) -> None:
        counts = {"Sheets": self._choice.sheets_left_out, "Figures of single trials": self._choice.trials_left_out}
        lines = [f"{what} left out: {count}" for what, count in counts.items() if count]
        note = run.need_directory() / "figures" / "left-out.txt"
        note.unlink(missing_ok=True)  # of an earlier run into the same folder
        if lines:
            enough = self.limit + max(counts.values())
            write_text(note, "\n".join([*lines, f"The reporter figures:limit={enough} draws all.", ""]))
