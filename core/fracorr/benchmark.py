"""Methods measured side by side: how often they find the truth, how exactly, and how long they take.

Every trial begins with nothing prepared: what a method derives from a scene or a kernel for one trial is forgotten
before the next, so that no method pays for another. The clock of each scene and kernel is one call of OpenCV's
``matchTemplate`` (``TM_CCOEFF_NORMED``, one thread) on the same pixels in the same run, which makes speeds comparable
between machines.
"""

from __future__ import annotations

import itertools
import math
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import attrs

from fracorr.arms import ArmTally
from fracorr.errors import FracorrError
from fracorr.execution import Task
from fracorr.kernel import Kernel
from fracorr.materials import ChainError
from fracorr.opencv import cv2
from fracorr.plan import Plan
from fracorr.scene import Scene
from fracorr.trial import Arm, Trial, TrialResult

#: OpenCV is called so often for each scene and kernel, and the quickest call counts.
_REPEATS: Final = 3


@attrs.define
class Score:
    """What one arm achieved on the scenes of one source.

    Attributes
    ----------
    scenes : str
        Spec of the scene source.
    tally : ArmTally
        Counts, hit rate, success AUC.
    """

    scenes: str
    tally: ArmTally
    _errors: list[tuple[float | None, float | None, float | None]] = attrs.field(factory=list, repr=False)
    _seconds: list[float] = attrs.field(factory=list, repr=False)
    _ratios: list[float] = attrs.field(factory=list, repr=False)

    def add(self, result: TrialResult, opencv: float | None) -> None:
        """Count one result, and the seconds that OpenCV took for the same scene and kernel."""
        self.tally.add(result)
        if result.failure is not None:
            return
        self._seconds.append(result.seconds)
        if opencv is not None:
            self._ratios.append(result.seconds / opencv)
        found = result.metrics
        if found.hit:
            self._errors.append((found.centre_error, found.angle_error, found.scale_error))

    @property
    def centre_error(self) -> float | None:
        """The median distance of the hits from the target's centre, in pixels; None without hits."""
        return self._median_error(0)

    @property
    def angle_error(self) -> float | None:
        """The median turn between hits and targets, in degrees; None without hits or for kernels of another origin."""
        return self._median_error(1)

    @property
    def scale_error(self) -> float | None:
        """The median error of the hits' scale, in octaves; None likewise."""
        return self._median_error(2)

    @property
    def seconds(self) -> float | None:
        """The median time of a trial."""
        return statistics.median(self._seconds) if self._seconds else None

    @property
    def opencv_calls(self) -> float | None:
        """The median time of a trial over that of one call of OpenCV; None where its kernel does not fit."""
        return statistics.median(self._ratios) if self._ratios else None

    def _median_error(self, which: int) -> float | None:
        known = [error for errors in self._errors if (error := errors[which]) is not None]
        return statistics.median(known) if known else None

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        measured = ("centre_error", "angle_error", "scale_error", "seconds", "opencv_calls")
        return {"scenes": self.scenes, **self.tally.to_dict(), **{name: getattr(self, name) for name in measured}}


def bench(plan: Plan, on_result: Callable[[TrialResult], None] | None = None) -> tuple[Score, ...]:
    """Carry out a plan one trial after the other, in this process and on one thread of OpenCV's.

    Parameters
    ----------
    plan : Plan
        Its engine and reporters are not used.
    on_result : callable, optional
        Called with each result as it comes.

    Returns
    -------
    tuple of Score
        For each scene source, in the plan's order, one for each arm.
    """
    scores: dict[tuple[str, Arm], Score] = {}
    with _one_thread():
        for trials in _by_kernel(plan):
            clock = _opencv_seconds(trials[0], plan)
            for trial in trials:
                result = _cold(trial, plan)
                key = trial.scene.source.spec, trial.arm
                scores.setdefault(key, Score(key[0], ArmTally(trial.arm))).add(result, clock)
                if on_result is not None:
                    on_result(result)
    return tuple(scores.values())


def _by_kernel(plan: Plan) -> Iterator[Sequence[Trial]]:
    """Yield the trials of one scene, kernel and chain together."""
    for _, group in itertools.groupby(plan.trials(), lambda trial: (trial.scene, trial.kernel, trial.chain.spec)):
        yield tuple(group)


def _cold(trial: Trial, plan: Plan) -> TrialResult:
    """Carry out one trial with nothing prepared."""
    for each in _pair(trial, plan):
        each.memo.clear()
    return Task(trial, plan.materials)()


def _pair(trial: Trial, plan: Plan) -> tuple[Scene, Kernel] | tuple[()]:
    """Return scene and kernel of a trial, or nothing where they cannot be made: the trial itself says why."""
    try:
        return plan.materials.scene(trial.scene), plan.materials.kernel(trial.kernel, trial.chain)
    except (ChainError, FracorrError):
        return ()


def _opencv_seconds(trial: Trial, plan: Plan) -> float | None:
    """Return how long OpenCV takes for a trial's scene and kernel; None where it cannot."""
    pair = _pair(trial, plan)
    if not pair or pair[1].height > pair[0].height or pair[1].width > pair[0].width:
        return None
    scene, kernel = pair
    both = scene.is_color and kernel.is_color
    image, template = (scene.pixels, kernel.pixels) if both else (scene.gray, kernel.gray)
    quickest = math.inf
    for _ in range(_REPEATS):
        started = time.perf_counter()
        cv2.matchTemplate(image, template, cv2.TM_CCOEFF_NORMED)
        quickest = min(quickest, time.perf_counter() - started)
    return quickest


@contextmanager
def _one_thread() -> Iterator[None]:
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
