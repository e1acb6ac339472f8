"""Executing one trial, wherever that happens."""

from __future__ import annotations

import time

import attrs

from fracorr.errors import PluginError
from fracorr.kernel import Kernel
from fracorr.materials import ChainError, Materials, is_out_of_memory
from fracorr.metrics import evaluate
from fracorr.raised import message
from fracorr.response import Response
from fracorr.scene import Scene
from fracorr.selection import Chain, Selected
from fracorr.trial import Failure, FailureKind, Trial, TrialResult

#: How many matches a result keeps.
KEPT_MATCHES = 5


@attrs.frozen(eq=False)
class Evaluation:
    """Everything that a trial works with and makes, for those who draw it."""

    scene: Scene
    plain: Kernel
    kernel: Kernel
    response: Response
    seconds: float


@attrs.frozen(eq=False)
class Task:
    """A trial that can be sent to an engine: call it, and it returns the result.

    Pickled, it names its scene, kernel, transforms and method; another process makes them again from that.
    """

    trial: Trial
    materials: Materials

    def __call__(self) -> TrialResult:
        """Carry out the trial; what goes wrong with it is in the result."""
        result = self._attempt()
        if result.failure is not None and result.failure.kind == "out-of-memory":
            # What is kept for other trials may be what fills the memory: once more without it.
            self.materials.forget()
            result = self._attempt()
        return result

    def lost(self, kind: FailureKind, message: str) -> TrialResult:
        """Return the result of a trial whose process died, or had to be stopped, before there was one.

        Parameters
        ----------
        kind : {"crashed", "timed-out", "out-of-memory"}
        message : str
            What is known about it, for example ``"killed by SIGKILL"``.
        """
        trial = self.trial
        return TrialResult(
            trial, failure=Failure(f"trial '{trial.arm}'", trial.method.component.origin, kind, message, kind)
        )

    def _attempt(self) -> TrialResult:
        trial, materials = self.trial, self.materials
        step: tuple[str, Selected] = ("scene", trial.scene.source)
        try:
            scene = materials.scene(trial.scene)
            step = ("kernel", trial.kernel.source)
            kernel = materials.kernel(trial.kernel, trial.chain)
            step = ("method", trial.method)
            response, seconds = _correlate(trial.method, scene, kernel)
            matches = response.matches(KEPT_MATCHES)
            metrics = evaluate(response, scene.targets, own=trial.kernel.scene is not None)
        except ChainError as error:
            return TrialResult(trial, failure=_failure("transform", error.link, error.__cause__ or error, error.said))
        except (Exception, SystemExit) as error:
            return TrialResult(trial, failure=_failure(*step, error, message(error)))
        return TrialResult(trial, matches, metrics, seconds)


def correlate_trial(trial: Trial, materials: Materials) -> Evaluation:
    """Make the scene and the kernel of a trial and correlate them."""
    scene = materials.scene(trial.scene)
    kernel = materials.kernel(trial.kernel, trial.chain)
    response, seconds = _correlate(trial.method, scene, kernel)
    return Evaluation(scene, materials.kernel(trial.kernel, Chain()), kernel, response, seconds)


def _correlate(method: Selected, scene: Scene, kernel: Kernel) -> tuple[Response, float]:
    started = time.perf_counter()
    response = method.instance.correlate(scene, kernel)
    seconds = time.perf_counter() - started
    if not isinstance(response, Response):
        raise PluginError(f"correlate() returned {type(response).__name__}, not a Response")
    return response, seconds


def _failure(step: str, selected: Selected, error: BaseException, said: str) -> Failure:
    kind: FailureKind = "out-of-memory" if is_out_of_memory(error) else "error"
    return Failure(f"{step} '{selected.spec}'", selected.component.origin, type(error).__name__, said, kind)
