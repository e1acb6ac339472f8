"""How much an arm cares for the rotation and the scale of what it looks for.

The trials of an arm are sorted by the target's angle and scale. Over each, two curves are taken: the hit rate, and the
response at the truth, told in standard deviations of the whole surface so that methods can be compared
(:attr:`fracorr.metrics.Metrics.truth_prominence`). Each has an *index*, the area under the normalised curve:

    I = ∫ r(x) dx / ∫ dx,

with x the angle, or the logarithm of the scale; r the hit rate, or the response (0 where it is below the mean) over its
largest value. I = 1 is a response that is the same for all poses, or hits at all of them.

Only scenes with exactly one target count. On others a trial's pose is that of the target nearest to the place found, so
that a miss would be put down to some pose or other, and to another one for each method.

Judging a detector by such
curves follows K. Mikolajczyk and C. Schmid, "A performance evaluation of local descriptors", IEEE Transactions on
Pattern Analysis and Machine Intelligence 27(10), 2005, pp. 1615-1630, doi:10.1109/TPAMI.2005.188.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.statistics.outcomes import row_of
from fracorr.trial import Arm, TrialResult
from fracorr.verdict_words import counted

FloatArray = npt.NDArray[np.float64]
#: Over what a curve is taken.
Over: TypeAlias = Literal["rotation", "scale"]

#: More poses than this were drawn at random, and are put together in bins of this width.
MOST_ANGLES: Final = 72
ANGLE_BIN: Final = 15.0
MOST_SCALES: Final = 33
OCTAVES_BIN: Final = 0.25
#: Over a larger part of the circle without any angle nothing is known.
WIDEST_GAP: Final = 90.0
#: A point of fewer trials than this says little, and is drawn open.
FEW_TRIALS: Final = 10


@attrs.frozen(eq=False)
class Curve:
    """Hit rate and response over angles or scales.

    Attributes
    ----------
    at : (n,) array
        Angles in [0, 360) degrees, or scales; increasing.
    trials : (n,) int array
    hit_rate : (n,) array
        In [0, 1].
    prominence : (n,) array
        Mean response at the truth, in standard deviations of its surface.
    chance : (n,) array
        The hit rate of places drawn uniformly, in [0, 1]: large targets are easily hit.
    periodic : bool
        Whether the last goes on with the first: angles do.
    otherwise : int
        How many trials the curve leaves out because the other of angle and scale differs from that of the rest.
    """

    at: FloatArray
    trials: npt.NDArray[np.int64]
    hit_rate: FloatArray
    prominence: FloatArray
    chance: FloatArray
    periodic: bool
    otherwise: int = 0

    @property
    def few(self) -> npt.NDArray[np.bool_]:
        """Which points have fewer than :data:`FEW_TRIALS` trials."""
        return self.trials < FEW_TRIALS

    @property
    def extent(self) -> float:
        """How far the angles reach, in degrees of the smallest arc that holds them, or the scales, in octaves."""
        if self.periodic:
            return 360.0 - float(np.diff(np.append(self.at, self.at[0] + 360.0)).max())
        return math.log2(self.at[-1] / self.at[0])

    @property
    def response(self) -> FloatArray:
        """The prominence over its largest value, in [0, 1]; 0 everywhere where it never is above 0."""
        largest = float(self.prominence.max())
        return np.clip(self.prominence / largest, 0.0, 1.0) if largest > 0 else np.zeros(self.at.size)

    @property
    def hit_index(self) -> float:
        """The area under the hit rate, in [0, 1]."""
        return self._area(self.hit_rate)

    @property
    def response_index(self) -> float:
        """The area under the normalised response, in [0, 1]."""
        return self._area(self.response)

    def _area(self, values: FloatArray) -> float:
        """Integrate by trapezoids over what was measured, and divide by its extent."""
        if self.periodic:
            x, y = np.append(self.at, self.at[0] + 360.0), np.append(values, values[0])
            steps = np.diff(x)
            steps[steps > WIDEST_GAP] = 0.0
        else:
            steps, y = np.diff(np.log2(self.at)), values
        if steps.sum() <= 0:
            return float(values.mean())
        return float(steps @ (y[1:] + y[:-1]) / 2 / steps.sum())

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        names = ("at", "trials", "hit_rate", "chance", "prominence", "response")
        numbers = ("hit_index", "response_index", "otherwise")
        return {
            **{name: getattr(self, name).tolist() for name in names},
            **{name: getattr(self, name) for name in numbers},
        }


@attrs.frozen(eq=False)
class Invariance:
    """The curves of one arm; None where angle, or scale, does not vary.

    The curve over angles is taken at the scale at which most angles were tried, and that over scales at the angle with
    most scales; with poses drawn at random, over all of them.

    Attributes
    ----------
    arm : Arm
    rotation, scale : Curve or None
    several_targets : int
        How many trials are left out because their scene has more than one target.
    """

    arm: Arm
    rotation: Curve | None
    scale: Curve | None
    several_targets: int = 0

    def curve(self, over: Over) -> Curve | None:
        """Return the curve over rotation, or over scale."""
        return self.rotation if over == "rotation" else self.scale

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        curves = {name: getattr(self, name) for name in ("rotation", "scale")}
        return {
            "chain": self.arm.chain,
            "method": self.arm.method,
            **{name: None if curve is None else curve.to_dict() for name, curve in curves.items()},
            "several_targets": self.several_targets,
        }


@attrs.define(eq=False)
class Poses:
    """The poses of a run's targets and how each arm did on them, collected one trial at a time in any order."""

    _collected: dict[Arm, array[float]] = attrs.field(factory=dict, init=False, repr=False)
    _several_targets: Counter[Arm] = attrs.field(factory=Counter, init=False, repr=False)

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> Poses:
        """Collect rows, as a run's store gives them."""
        collected = cls()
        for row in rows:
            collected.add(row)
        return collected

    def add_result(self, result: TrialResult) -> None:
        """Take in a trial's result."""
        self.add({**row_of(result), "targets": result.trial.scene.truth})

    def add(self, row: Mapping[str, Any]) -> None:
        """Take in a trial as plain data, with its scene's targets. A truth out of reach responds with 0.

        One without a target says nothing, and one on a scene with several is only counted.
        """
        arm = Arm(row["chain"], row["method"])
        if row["hit"] is None:
            return
        if len(row["targets"]) > 1:
            self._several_targets[arm] += 1
            return
        pose = row["true_angle"] % 360.0, row["true_scale"]
        values = float(row["hit"]), row["truth_prominence"] or 0.0, row["chance"] or 0.0
        self._collected.setdefault(arm, array("d")).extend((*pose, *values))

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The arms that have trials on scenes with one target, in alphabetical order: results come in any."""
        return tuple(sorted(self._collected))

    @property
    def several_targets(self) -> int:
        """How many trials are left out because their scene has more than one target."""
        return self._several_targets.total()

    def invariance(self, arm: Arm) -> Invariance:
        """Return the curves of one arm."""
        table = np.array(self._collected[arm]).reshape(-1, 5)
        # Sorted, the sums do not depend on the order in which the results came.
        table = table[np.lexsort(table.T)]
        return Invariance(arm, _rotation_curve(table), _scale_curve(table), self._several_targets[arm])


def trials_used(over: Over, arms: Iterable[Invariance]) -> str:
    """Say how many trials the curves of some arms over rotation, or over scale, are made of, and which are left out.

    Parameters
    ----------
    over : {"rotation", "scale"}
    arms : iterable of Invariance
        Those without such a curve are passed over.
    """
    drawn = [(arm, curve) for arm in arms if (curve := arm.curve(over)) is not None]
    used = sum(int(curve.trials.sum()) for _, curve in drawn)
    reasons = {
        "on scenes with several targets": sum(arm.several_targets for arm, _ in drawn),
        "with the target at another scale" if over == "rotation" else "with the target turned otherwise": sum(
            curve.otherwise for _, curve in drawn
        ),
    }
    left_out = " and ".join(f"{count} {why}" for why, count in reasons.items() if count)
    return f"Over {over}: {counted(used, 'trial')}{'; left out: ' if left_out else ''}{left_out}."


def scale_marks(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Return the marks of an axis from one scale to another, in octaves, with their names.

    They are powers of 2, or both ends where there are not two of these.

    >>> scale_marks(0.5, 2.9)
    ((-1, '1/2'), (0, '1'), (1, '2'))
    """
    # A hair beside a power of 2 is one too.
    first, last = math.ceil(math.log2(low) - 1e-9), math.floor(math.log2(high) + 1e-9)
    if first >= last:
        return tuple((math.log2(end), f"{end:.3g}") for end in (low, high))
    return tuple((each, str(2**each) if each >= 0 else f"1/{2**-each}") for each in range(first, last + 1))


def _at_one(table: FloatArray, fixed: int, varied: int) -> FloatArray:
    """Return the rows with that value of one column at which another takes most values, or all if it takes only one.

    Of several, the first: angle 0, or the smallest scale.
    """
    pairs = np.unique(table[:, [fixed, varied]], axis=0)
    values, counts = np.unique(pairs[:, 0], return_counts=True)
    return table[table[:, fixed] == values[counts.argmax()]] if counts.max() > 1 else table


def _varies(values: FloatArray) -> bool:
    return np.unique(values).size > 1


def _rotation_curve(table: FloatArray) -> Curve | None:
    kept = _at_one(table, 1, 0)
    angles = kept[:, 0]
    if not _varies(angles):
        return None
    if np.unique(angles).size > MOST_ANGLES:
        angles = np.round(angles / ANGLE_BIN) * ANGLE_BIN % 360.0
    return _curve(angles, kept, periodic=True, otherwise=len(table) - len(kept))


def _scale_curve(table: FloatArray) -> Curve | None:
    kept = _at_one(table, 0, 1)
    scales = kept[:, 1]
    if not _varies(scales):
        return None
    if np.unique(scales).size > MOST_SCALES:
        scales = 2.0 ** (np.round(np.log2(scales) / OCTAVES_BIN) * OCTAVES_BIN)
    return _curve(scales, kept, periodic=False, otherwise=len(table) - len(kept))


def _curve(positions: FloatArray, table: FloatArray, periodic: bool, otherwise: int) -> Curve:
    at, places, trials = np.unique(positions, return_inverse=True, return_counts=True)
    hits, prominence, chance = (np.bincount(places, table[:, column], at.size) / trials for column in (2, 3, 4))
    return Curve(at, trials, hits, prominence, chance, periodic, otherwise)
