"""One trial, and what came out of it."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import attrs

from fracorr.metrics import Metrics
from fracorr.response import Match
from fracorr.scene import Target
from fracorr.selection import Chain, Selected


@attrs.frozen(order=True)
class Arm:
    """What a verdict compares: all trials that share kernel treatment and method."""

    chain: str
    method: str

    def __str__(self) -> str:
        return f"{self.chain} · {self.method}"


@attrs.frozen
class SceneRef:
    """A scene of a plan, without its pixels: where it comes from, what it is, and the truth about it."""

    source: Selected
    index: int
    name: str
    digest: str
    shape: tuple[int, int]
    truth: tuple[Target, ...] = attrs.field(default=(), eq=False, repr=False)

    @property
    def targets(self) -> int:
        """How many targets it has."""
        return len(self.truth)


@attrs.frozen
class KernelRef:
    """A kernel of a plan, without its pixels; `scene` is set where the kernel belongs to one scene."""

    source: Selected
    index: int
    name: str
    digest: str
    scene: SceneRef | None = None


@attrs.frozen
class Trial:
    """One kernel × chain × scene × method.

    Attributes
    ----------
    number : int
        Its place in the plan, from 0.
    identity : str
        sha256 of everything that its result depends on: specs, seed, content, plugin versions and interface.
    """

    number: int
    scene: SceneRef
    kernel: KernelRef
    chain: Chain
    method: Selected
    identity: str

    @property
    def arm(self) -> Arm:
        return Arm(self.chain.spec, self.method.spec)

    def to_dict(self) -> dict[str, Any]:
        """Return what names the trial, as plain data."""
        return {
            "number": self.number,
            "identity": self.identity,
            "kernel": self.kernel.name,
            "kernel_source": self.kernel.source.spec,
            "chain": self.chain.spec,
            "scene": self.scene.name,
            "scene_source": self.scene.source.spec,
            "method": self.method.spec,
        }


#: How a trial can fail: it raised an error, its process died, it took longer than allowed, or memory ran out.
FailureKind: TypeAlias = Literal["error", "crashed", "timed-out", "out-of-memory"]


@attrs.frozen
class Failure:
    """Why a trial has no result: at which step, through whose component, what it said, and of what kind that is."""

    step: str
    origin: str
    error: str
    message: str
    kind: FailureKind = "error"

    def __str__(self) -> str:
        return f"{self.step} ({self.origin}): {self.error}: {self.message}"


@attrs.frozen
class TrialResult:
    """What came out of a trial.

    Attributes
    ----------
    matches : tuple of Match
        The best few, best first; empty where the trial failed.
    seconds : float
        Time of the correlation itself. Work shared between trials counts for the first that needs it.
    failure : Failure or None
        Set where the trial failed.
    """

    trial: Trial
    matches: tuple[Match, ...] = ()
    metrics: Metrics = attrs.field(factory=Metrics)
    seconds: float = 0.0
    failure: Failure | None = None

    def without_trial(self) -> tuple[Any, ...]:
        """Return everything but the trial, for whoever has that already: ``TrialResult(trial, *these)``."""
        return (self.matches, self.metrics, self.seconds, self.failure)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            **self.trial.to_dict(),
            "matches": [match.to_dict() for match in self.matches],
            "metrics": attrs.asdict(self.metrics),
            "seconds": self.seconds,
            "failure": None if self.failure is None else attrs.asdict(self.failure),
        }
