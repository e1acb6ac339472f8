"""What the experiment found, in words."""

from __future__ import annotations

import fnmatch
import json
from typing import TYPE_CHECKING

import attrs

from fracorr import ConfigurationError, parameter
from fracorr.files import write_text
from fracorr.plugins import default_registry
from fracorr.reporting import VERDICT_FILE
from fracorr.selection import select_chains
from fracorr.statistics import Outcomes
from fracorr.statistics.comparison import chosen_names
from fracorr.validators import number
from fracorr.verdict_controls import roles_of
from fracorr.verdict_markdown import left_out, to_markdown
from fracorr.verdicts import SMALLEST, verdict

if TYPE_CHECKING:
    from fracorr.plan import Plan
    from fracorr.running import Run
    from fracorr.trial import TrialResult

#: Who finds a fractal better than the plain kernel asks these first.
_CONTROLS = ("the silhouette=*silhouette*", "noise=*noise*", "noise=*scramble*")


def _check_controls(_: object, __: attrs.Attribute[tuple[str, ...]], value: tuple[str, ...]) -> None:
    for each in value:
        role, equals, pattern = each.partition("=")
        if not (role.strip() and equals and pattern.strip()):
            raise ConfigurationError(
                f"verdict: controls: {each!r} should be role=chain, such as silhouette=*silhouette*"
            )


@attrs.define
class VerdictReport:
    """Prints the verdict when the run is over, and writes ``verdict.md`` and ``verdict.json`` into the run's folder.

    The rules are those of :mod:`fracorr.verdicts`. Nothing is kept of a result but a few numbers.
    """

    baseline: str = attrs.field(
        default="none", metadata=parameter("Chain that the others are compared with", main=True)
    )
    compared: tuple[str, ...] = attrs.field(
        default=("*",), metadata=parameter("Chains that are claimed to be better, or patterns for them")
    )
    controls: tuple[str, ...] = attrs.field(
        default=_CONTROLS,
        validator=_check_controls,
        metadata=parameter("What could explain a claim: role=chain, or a pattern for chains"),
    )
    smallest: float = attrs.field(
        default=SMALLEST,
        validator=number(above=0, high=0.99),
        metadata=parameter("Smallest difference of hit rates that is of interest"),
    )
    level: float = attrs.field(
        default=0.95, validator=number(low=0.5, high=0.999), metadata=parameter("Confidence of the intervals")
    )
    _run: Run | None = attrs.field(default=None, init=False, repr=False, eq=False)
    _outcomes: Outcomes = attrs.field(factory=Outcomes, init=False, repr=False, eq=False)

    def check_plan(self, plan: Plan) -> None:
        """Refuse an experiment in which there is nothing to compare."""
        chains = [chain.spec for chain in plan.chains]
        if len(chains) < 2:
            raise ConfigurationError(
                f"a verdict compares chains of transforms, and the experiment has only one, '{chains[0]}'; give more, "
                "such as -t none -t orbit-trap, or leave the verdict out"
            )
        baseline = _as_planned(self.baseline, chains)
        if baseline not in chains:
            raise ConfigurationError(
                f"verdict: there is no chain '{self.baseline}' to compare with; give one of: {', '.join(chains)}"
            )
        others = [chain for chain in chains if chain != baseline]
        controls = roles_of(others, _by_role(self.controls, chains))
        claimed = [chain for chain in others if chain not in controls]
        chosen_names(claimed, [_as_planned(each, chains) for each in self.compared])

    def begin(self, run: Run) -> None:
        self._run = run
        self._outcomes = Outcomes()

    def record(self, result: TrialResult) -> None:
        self._outcomes.add_result(result)

    def end(self) -> None:
        if self._run is None:
            return
        run, counts = self._run, self._outcomes.counts.values()
        if not any(self._outcomes.units(arm).keys.size for arm in self._outcomes.arms):
            failed = sum(each.failed for each in counts)
            run.output.write(f"No verdict: no trial on a scene with a known target has a result ({failed} failed).\n")
            return
        chains = [chain.spec for chain in run.plan.chains]
        found = verdict(
            self._outcomes,
            baseline=_as_planned(self.baseline, chains),
            compared=[_as_planned(each, chains) for each in self.compared],
            controls=_by_role(self.controls, chains),
            smallest=self.smallest,
            level=self.level,
            seed=run.experiment.seed,
        )
        done, planned = sum(each.trials for each in run.arms.values()), len(run.plan)
        partial = f"Preliminary: {done} of {planned} trials are done.\n" if done < planned else ""
        run.output.write(partial + "".join(f"{line}\n" for line in (found.sentence, *left_out(found))))
        if run.directory is not None:
            write_text(run.directory / "verdict.md", partial + to_markdown(found))
            data = {"trials": done, "planned": planned, **found.to_dict()}
            write_text(run.directory / VERDICT_FILE, json.dumps(data, allow_nan=False, indent=1) + "\n")


def _by_role(controls: tuple[str, ...], chains: list[str]) -> dict[str, list[str]]:
    roles: dict[str, list[str]] = {}
    for each in controls:
        role, _, pattern = each.partition("=")
        roles.setdefault(role.strip(), []).append(_as_planned(pattern.strip(), chains))
    return roles


def _as_planned(text: str, chains: list[str]) -> str:
    """Return a chain as the plan writes it, where ``pad:orbit-trap`` is ``pad``; a pattern stays as it is."""
    if text in chains or fnmatch.filter(chains, text):
        return text
    try:
        (chain,) = select_chains(default_registry(), text)
    except (ConfigurationError, ValueError):
        return text
    return chain.spec if chain.spec in chains else text
