"""The reporter ``figures``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import attrs
from attrs import validators

from fracorr import ConfigurationError, parameter
from fracorr.files import write_text
from fracorr_matplotlib.arms_figure import draw_arms
from fracorr_matplotlib.choice import Choice, Group, Wanted, choose
from fracorr_matplotlib.group import draw_group
from fracorr_matplotlib.kernels_figure import draw_kernels
from fracorr_matplotlib.output import Format, Output
from fracorr_matplotlib.style import fracorr_style

if TYPE_CHECKING:
    from fracorr.running import Run
    from fracorr.trial import Arm, TrialResult

_FORMATS = get_args(Format)


def _check_formats(_: object, __: attrs.Attribute[Any], value: str | tuple[str, ...]) -> None:
    several = (value,) if isinstance(value, str) else value
    if not several or not set(several) <= set(_FORMATS) or len(set(several)) < len(several):
        raise ConfigurationError(f"figures: format={value!r} must be one of {', '.join(_FORMATS)}, or a list of these")


@attrs.define(eq=False)
class Figures:
    """Draws a sheet for each kernel on each scene, and figures of single trials, into the folder ``figures``, and into
    its ``summary`` the hit rates of all arms and all kernels, plain and transformed.

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
    format: Format | tuple[Format, ...] = attrs.field(
        default="png",
        validator=_check_formats,
        metadata=parameter("Kind of file, or several", main=True),
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
        with fracorr_style():
            draw_arms(self._run, self._output(self._run))
            draw_kernels(self._run, self._output(self._run), self.limit)
        self._note_what_is_left_out(self._run)

    def _draw(self, run: Run, group: Group) -> None:
        with fracorr_style():
            draw_group(run, group, self._waiting.pop(group), self._choice.shares[group], self._output(run))

    def _output(self, run: Run) -> Output:
        formats = (self.format,) if isinstance(self.format, str) else self.format
        return Output(run.need_directory() / "figures", formats, self.dpi)

    def _note_what_is_left_out(self, run: Run) -> None:
        counts = {"Sheets": self._choice.sheets_left_out, "Figures of single trials": self._choice.trials_left_out}
        lines = [f"{what} left out: {count}" for what, count in counts.items() if count]
        note = run.need_directory() / "figures" / "left-out.txt"
        note.unlink(missing_ok=True)  # of an earlier run into the same folder
        if lines:
            enough = self.limit + max(counts.values())
            write_text(note, "\n".join([*lines, f"The reporter figures:limit={enough} draws all.", ""]))
