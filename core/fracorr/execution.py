"""Executing one trial, wherever that happens."""

from __future__ import annotations

import time

import attrs

from fracorr.components import Component
from fracorr.errors import PluginError
from fracorr.kernel import Kernel
from fracorr.materials import ChainError, Materials
from fracorr.metrics import evaluate
from fracorr.response import Response
from fracorr.scene import Scene
from fracorr.selection import Chain
from fracorr.trial import Failure, Trial, TrialResult

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
    """A trial that can be sent to an engine: call it, and it returns the result."""

    trial: Trial
    materials: Materials

    def __call__(self) -> TrialResult:
        trial = self.trial
        try:
            done = correlate_trial(trial, self.materials)
            matches = done.response.matches(KEPT_MATCHES)
            metrics = evaluate(done.response, done.scene.targets)
        except ChainError as error:
            cause = error.__cause__ or error
            return TrialResult(trial, failure=_failure("transform", error.link.spec, error.link.component, cause))
        except Exception as error:
            return TrialResult(trial, failure=_failure("method", trial.method.spec, trial.method.component, error))
        return TrialResult(trial, matches, metrics, done.seconds)


def correlate_trial(trial: Trial, materials: Materials) -> Evaluation:
    """Make the scene and the kernel of a trial and correlate them."""
    scene = materials.scene(trial.scene)
    kernel = materials.kernel(trial.kernel, trial.chain)
    started = time.perf_counter()
    response = trial.method.instance.correlate(scene, kernel)
    seconds = time.perf_counter() - started
    if not isinstance(response, Response):
        raise PluginError(f"correlate() returned {type(response).__name__}, not a Response")
    return Evaluation(scene, materials.kernel(trial.kernel, Chain()), kernel, response, seconds)


def _failure(step: str, spec: str, component: Component, error: BaseException) -> Failure:
    return Failure(f"{step} '{spec}'", component.origin, type(error).__name__, str(error))
