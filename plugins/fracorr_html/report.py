"""The reporter ``html``."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs

from fracorr import parameter
from fracorr.files import write_text
from fracorr.invariance import Poses
from fracorr.validators import file_name
from fracorr_html.choice import Pair, choose
from fracorr_html.gallery import Pictures, views
from fracorr_html.page import render
from fracorr_html.trials_file import TrialsFile

if TYPE_CHECKING:
    from fracorr.running import Run
    from fracorr.trial import Arm, TrialResult


@attrs.define(eq=False)
class Html:
    """Writes ``report.html`` into the run's folder: one file that needs nothing else, with every trial in it as CSV.

    Its first sentence is that of ``verdict.json``, which the reporter ``verdict`` leaves there.

    Results are counted and packed as they come; responses are computed again, one at a time, only for the trials that
    are shown with pictures.
    """

    ends_last: ClassVar[bool] = True

    name: str = attrs.field(
        default="report.html",
        validator=file_name("report.html"),
        metadata=parameter("File name in the run's folder", main=True),
    )
    title: str = attrs.field(default="", metadata=parameter("The question, as the page's heading"))
    limit: int = attrs.field(
        default=144,
        validator=attrs.validators.and_(attrs.validators.ge(0), attrs.validators.le(1000)),
        metadata=parameter("Show at most so many trials with pictures"),
    )
    _run: Run | None = attrs.field(default=None, init=False, repr=False)
    _chosen: dict[Pair, tuple[Arm, ...]] = attrs.field(factory=dict, init=False, repr=False)
    _shown: dict[tuple[Pair, Arm], TrialResult] = attrs.field(factory=dict, init=False, repr=False)
    _trials: TrialsFile | None = attrs.field(default=None, init=False, repr=False)
    _poses: Poses = attrs.field(factory=Poses, init=False, repr=False)

    def begin(self, run: Run) -> None:
        run.need_directory()
        self._run, self._trials, self._shown, self._poses = run, TrialsFile(), {}, Poses()
        self._chosen = choose(run.plan, self.limit)

    def record(self, result: TrialResult) -> None:
        if self._trials is None:
            return
        self._trials.add(result)
        self._poses.add_result(result)
        pair = (result.trial.scene, result.trial.kernel)
        if result.trial.arm in self._chosen.get(pair, ()):
            self._shown[pair, result.trial.arm] = result

    def end(self) -> None:
        run, trials = self._run, self._trials
        if run is None or trials is None:
            return
        store = Pictures()
        try:
            gallery = list(views(run, self._chosen, self._shown, store))
            page = render(
                run,
                title=self.title,
                gallery=gallery,
                pictures=store.addresses,
                trials=trials,
                poses=self._poses,
            )
            write_text(run.need_directory() / self.name, page)
        finally:
            trials.close()
            self._trials = None
