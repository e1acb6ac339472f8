"""What there is to draw of a trial: its response, computed again, or the reason why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from fracorr import Kernel, Match, Response, Scene
from fracorr.metrics import Metrics
from fracorr_matplotlib.style import EMPTY, HIT, MISS, QUIET

if TYPE_CHECKING:
    from fracorr.running import Run
    from fracorr.selection import Chain
    from fracorr.trial import Failure, KernelRef, SceneRef, Trial, TrialResult


@attrs.frozen(eq=False)
class Found:
    """What a trial's method made."""

    response: Response
    best: Match


@attrs.frozen(eq=False)
class Shown:
    """A trial as it is drawn.

    Attributes
    ----------
    trial : Trial
    kernel : Kernel or None
        After its chain; None where that failed.
    found : Found or None
        The response and its best match; None where the trial failed.
    metrics : Metrics
    failure : str
        What went wrong; empty where there is a response.
    """

    trial: Trial
    kernel: Kernel | None
    found: Found | None
    metrics: Metrics
    failure: str = ""

    @property
    def verdict(self) -> str:
        """A few words: whether the best match is right, where the truth is known, and else its score."""
        if self.found is None:
            return "✗ failed"
        if self.metrics.hit is None:
            return f"score {self.found.best.score:.4g}"
        return f"{'✓ hit' if self.metrics.hit else '✗ miss'}, {self.metrics.rank_in_words}"

    @property
    def color(self) -> str:
        """The color of the verdict."""
        if self.found is not None and self.metrics.hit is None:
            return QUIET
        return HIT if self.metrics.hit else MISS


def look_again(run: Run, result: TrialResult) -> Shown:
    """Compute a trial's response again; a trial that failed, or that fails now, shows why."""
    trial, metrics = result.trial, result.metrics
    kernel = kernel_of(run, trial.kernel, trial.chain)
    if result.failure is not None:
        return Shown(trial, kernel, None, metrics, _told(result.failure))
    try:
        response = run.evaluate(trial).response
        if response.poses == ():
            return Shown(trial, kernel, None, metrics, "nothing found")
        return Shown(trial, kernel, Found(response, response.best()), metrics)
    except Exception as error:
        return Shown(trial, kernel, None, metrics, f"drawing it again: {type(error).__name__}: {error}")


def _told(failure: Failure) -> str:
    # The transform and the method stand at the margin of the figure: what happened comes first.
    return f"{failure.error}: {failure.message} ({failure.step}, {failure.origin})"


def scene_of(run: Run, ref: SceneRef) -> Scene:
    """Return a scene of the plan; where it cannot be had any more, because its file is gone, an empty one."""
    try:
        return run.plan.materials.scene(ref)
    except Exception:  # its trials have failed for the same reason, and say so
        return Scene(np.full(ref.shape, EMPTY), name=ref.name)


def kernel_of(run: Run, ref: KernelRef, chain: Chain) -> Kernel | None:
    """Return a kernel of the plan after a chain, or None where a transform fails."""
    try:
        return run.plan.materials.kernel(ref, chain)
    except Exception:  # its trials have failed for the same reason, and say so
        return None
