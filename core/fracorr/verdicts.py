"""A verdict in words on whether one treatment of kernels hits more often than another, made from the numbers alone.

The rules, fixed before any result was seen. Let d be the difference of the hit rates on the same kernels and scenes,
pooled over the methods, [low, high] its confidence interval (kernels and scenes as clusters), p its p-value corrected
for the number of claims, and δ the smallest difference that would be of interest, 5 percentage points unless told
otherwise.

- *supported*: low > 0, p < 1 - level, and d ≥ δ;
- *not supported*: high < δ, so that a difference of interest is ruled out;
- *undecided*: anything else.

A supported claim is then held against its controls by the same rules, with a control in the baseline's place: where
the treatment's advantage over the control is supported, the control does *not* explain the claim; where it is not
supported, it does; else that is undecided. Chance is one more such control: the advantage that remains when each arm's
own chance is subtracted, judged by its interval alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import attrs

from fracorr.errors import ConfigurationError
from fracorr.statistics.comparison import chosen_names, compare, corrected
from fracorr.statistics.contrasts import Comparison, Contrast, Estimate
from fracorr.statistics.outcomes import Outcomes
from fracorr.verdict_controls import controls_of, roles_of
from fracorr.verdict_words import claim_sentence, left_out_sentence

Decision: TypeAlias = Literal["supported", "not supported", "undecided"]
Answer: TypeAlias = Literal["yes", "no", "undecided", "not tested", "nothing to explain"]

#: The smallest difference of hit rates that is of interest, unless told otherwise.
SMALLEST = 0.05

_ANSWERS: dict[Decision, Answer] = {"supported": "no", "not supported": "yes", "undecided": "undecided"}


@attrs.frozen
class Rule:
    """How a contrast becomes a decision.

    Parameters
    ----------
    smallest : float
        The smallest difference of hit rates that is of interest, δ, in (0, 1).
    level : float
        Of the intervals, in (0, 1).
    """

    smallest: float = SMALLEST
    level: float = 0.95

    def __attrs_post_init__(self) -> None:
        for name in ("smallest", "level"):
            if not 0 < getattr(self, name) < 1:
                raise ConfigurationError(f"verdict: {name}={getattr(self, name)} must lie between 0 and 1")

    def decide(self, difference: Estimate, p: float = 0.0) -> Decision:
        """Judge a difference; see the rules above."""
        if difference.low > 0 and p < 1 - self.level and difference.value >= self.smallest:
            return "supported"
        return "not supported" if difference.high < self.smallest else "undecided"


@attrs.frozen(kw_only=True)
class Control:
    """A control held against a claim.

    Attributes
    ----------
    role : str
        What the control is, for example ``"silhouette"``.
    contrast : Contrast
        The claim's treatment against the control.
    explains : {"yes", "no", "undecided", "nothing to explain"}
        The last where the claim is not supported.
    """

    role: str
    contrast: Contrast
    explains: Answer


@attrs.frozen(kw_only=True)
class Claim:
    """The claim that one treatment hits more often than the baseline, and what becomes of it.

    Attributes
    ----------
    contrast : Contrast
        Pooled over the methods.
    decision : {"supported", "not supported", "undecided"}
    by_method : dict of str to decision
        The same for each method alone, corrected for all of them.
    by_chance : {"yes", "no", "undecided", "nothing to explain"}
        Whether chance explains it.
    controls : tuple of Control
    not_tested : tuple of str
        Roles of controls that the experiment has no chain for.
    sentence : str
        All of it in words.
    """

    contrast: Contrast
    decision: Decision
    by_method: dict[str, Decision]
    by_chance: Answer
    controls: tuple[Control, ...]
    not_tested: tuple[str, ...]
    sentence: str


@attrs.frozen(kw_only=True)
class Verdict:
    """The verdict on an experiment.

    Attributes
    ----------
    claims : tuple of Claim
        One for each treatment.
    comparison : Comparison
        The numbers behind them.
    rule : Rule
    failed, without_target, out_of_reach : int
        Trials that failed and trials on scenes without a target, which are left out, and trials whose kernel could not
        reach a target, which are misses.
    sentence : str
        All claims in words.
    """

    claims: tuple[Claim, ...]
    comparison: Comparison
    rule: Rule
    failed: int
    without_target: int
    out_of_reach: int

    @property
    def sentence(self) -> str:
        return "\n".join([*(claim.sentence for claim in self.claims), *left_out_sentence(self.comparison)])

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {"sentence": self.sentence, **attrs.asdict(self)}


def verdict(
    rows: Outcomes | Iterable[Mapping[str, Any]],
    *,
    baseline: str = "none",
    compared: Sequence[str] = ("*",),
    controls: Mapping[str, Sequence[str]] | None = None,
    smallest: float = SMALLEST,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Verdict:
    """Say in words what an experiment found, by the rules of this module.

    Parameters
    ----------
    rows : Outcomes or iterable of mappings
        Trials, as a run's store gives them.
    baseline : str, optional
        The chain that the others are compared with; by default the plain kernel.
    compared : sequence of str, optional
        The chains that are claimed to be better, or patterns; by default all that are neither baseline nor control.
    controls : mapping of str to sequence of str, optional
        The chains, or patterns for them, that could explain a claim, by role. One that shares transforms with compared
        chains, as ``orbit-trap+silhouette`` does with ``orbit-trap``, is a control of the one that it shares most
        with; one that shares nothing is held against every claim. A role without any chain is reported as not tested.
    smallest : float, optional
        The smallest difference of hit rates that is of interest.
    level, resamples, seed : optional
        See :func:`fracorr.statistics.compare`.

    Raises
    ------
    ConfigurationError
        If baseline or compared chains are not there.

    References
    ----------
    Deciding by an interval and a smallest difference of interest follows equivalence testing: D. Lakens, "Equivalence
    tests", Social Psychological and Personality Science 8(4), 2017, pp. 355-362, doi:10.1177/1948550617697177.
    """
    outcomes, rule = Outcomes.of(rows), Rule(smallest, level)
    options: dict[str, Any] = {"level": level, "resamples": resamples, "seed": seed}
    names = list(dict.fromkeys(arm.chain for arm in outcomes.arms))
    roles = roles_of([name for name in names if name != baseline], controls or {})
    free = [name for name in names if name != baseline and name not in roles]
    chosen = chosen_names(free, compared)
    comparison = compare(outcomes, baseline=baseline, compared=chosen, **options)
    pairs = [(each, control) for each in comparison.pooled for control in controls_of(each.compared, chosen, roles)]
    held = corrected(
        [
            found
            for each, control in pairs
            for found in compare(outcomes, baseline=control, compared=[each.compared], single=False, **options).pooled
        ]
    )
    counts = outcomes.counts.values()
    return Verdict(
        claims=tuple(
            _claim(each, comparison, _held_against(each, held, roles), tuple(controls or {}), rule)
            for each in comparison.pooled
        ),
        comparison=comparison,
        rule=rule,
        failed=sum(each.failed for each in counts),
        without_target=sum(each.without_target for each in counts),
        out_of_reach=sum(each.out_of_reach for each in counts),
    )


def _held_against(contrast: Contrast, held: Sequence[Contrast], roles: Mapping[str, str]) -> list[tuple[str, Contrast]]:
    return [(roles[each.baseline], each) for each in held if each.compared == contrast.compared]


def _claim(
    contrast: Contrast,
    comparison: Comparison,
    held: Sequence[tuple[str, Contrast]],
    wanted: tuple[str, ...],
    rule: Rule,
) -> Claim:
    decision = rule.decide(contrast.difference, contrast.p_holm)

    def explained(by: Decision) -> Answer:
        return _ANSWERS[by] if decision == "supported" else "nothing to explain"

    by_chance = explained(rule.decide(contrast.beyond_chance))
    controls = tuple(
        Control(role=role, contrast=each, explains=explained(rule.decide(each.difference, each.p_holm)))
        for role, each in held
    )
    not_tested = tuple(role for role in wanted if role not in [each.role for each in controls])
    answers: list[tuple[str, Answer]] = [("chance", by_chance)]
    answers += [(each.role, each.explains) for each in controls]
    answers += [(role, "not tested") for role in not_tested]
    return Claim(
        contrast=contrast,
        decision=decision,
        by_method={
            each.within: rule.decide(each.difference, each.p_holm)
            for each in comparison.single
            if each.compared == contrast.compared
        },
        by_chance=by_chance,
        controls=controls,
        not_tested=not_tested,
        sentence=claim_sentence(contrast, decision, answers if decision == "supported" else [], rule.level),
    )
