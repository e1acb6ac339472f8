"""What the page of the claim is made from: the folders of finished runs."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from fracorr import ConfigurationError, compare, open_run
from fracorr.components import Kind
from fracorr.plan import Plan, make_plan
from fracorr.plugins import default_registry
from fracorr.selection import select_one
from fracorr.statistics import Comparison, Contrast, Estimate, Outcomes
from fracorr.stored import StoredRun

Row: TypeAlias = Mapping[str, Any]
#: A hit rate with its interval, and chance.
Rate: TypeAlias = tuple[Estimate, float]

#: What is kept of each trial; the matches would fill the memory.
_KEPT = (
    "kernel", "kernel_source", "chain", "scene", "scene_source", "method", "hit", "rank", "iou", "chance",
    "truth_prominence", "true_angle", "true_scale", "failure_error",
)  # fmt: skip
#: Parameters that make scenes of the same kind.
_OF_NO_KIND = ("seed", "count")


@attrs.frozen(eq=False)
class Evidence:
    """A finished run: its trials and what its verdict says.

    Attributes
    ----------
    stored : StoredRun
    rows : tuple of mappings
        One for each trial, in the plan's order.
    verdict : mapping
        What ``verdict.json`` holds; empty where the run has none.
    """

    stored: StoredRun
    rows: tuple[Row, ...]
    verdict: Mapping[str, Any]

    @classmethod
    def read(cls, folder: str | os.PathLike[str], *, judged: bool = True) -> Evidence:
        """Read a run's folder.

        Raises
        ------
        ConfigurationError
            If it is not finished, or is to have a verdict of all its trials and has none.
        """
        stored = open_run(folder)
        if stored.state != "finished":
            raise ConfigurationError(f"'{folder}' is {stored.state}; the page is made from finished runs")
        file = stored.directory / "verdict.json"
        verdict = json.loads(file.read_text(encoding="utf-8")) if judged and file.exists() else {}
        if judged and verdict.get("trials") != stored.total:
            raise ConfigurationError(f"'{file}' is not a verdict on all {stored.total} trials; resume the run")
        return cls(stored, tuple({name: row[name] for name in _KEPT} for row in stored.rows()), verdict)

    def distinct(self, column: str) -> list[str]:
        """Return the values of a column in the plan's order."""
        return list(dict.fromkeys(row[column] for row in self.rows))

    @property
    def claims(self) -> list[dict[str, Any]]:
        """What the verdict says of each treatment that is claimed to be better."""
        return list(self.verdict["claims"])

    @property
    def baseline(self) -> str:
        return str(self.claims[0]["contrast"]["baseline"])

    @property
    def compared(self) -> list[str]:
        return [claim["contrast"]["compared"] for claim in self.claims]

    @property
    def roles(self) -> dict[str, str]:
        """What each control is, by its chain."""
        return {held["contrast"]["baseline"]: held["role"] for claim in self.claims for held in claim["controls"]}

    @property
    def treatments(self) -> list[str]:
        """All chains: the baseline, those compared with it, the controls."""
        first = [self.baseline, *self.compared]
        return [*first, *(chain for chain in self.distinct("chain") if chain not in first)]

    @functools.cached_property
    def comparison(self) -> Comparison:
        """Every chain against the baseline."""
        return compare(self.rows, baseline=self.baseline, seed=self.stored.experiment.seed)

    @functools.cached_property
    def plan(self) -> Plan:
        """The plan, with scenes and kernels looked up again."""
        return make_plan(self.stored.experiment, default_registry())

    def rates_where(self, condition: Callable[[Row], bool], chains: Sequence[str]) -> dict[str, Rate]:
        """Return hit rate and chance of some chains on some of the trials."""
        rows = Outcomes.of(row for row in self.rows if condition(row))
        found = compare(rows, baseline=self.baseline, compared=chains, single=False, seed=self.stored.experiment.seed)
        return rates(found.pooled)


def rates(contrasts: Iterable[Contrast]) -> dict[str, Rate]:
    """Return hit rate and chance of each treatment, by its chain, the baseline first."""
    found: dict[str, Rate] = {}
    for each in contrasts:
        found.setdefault(each.baseline, (each.baseline_rate, each.baseline_chance))
        found[each.compared] = (each.rate, each.chance)
    return found


def scene_kinds(specs: Iterable[str]) -> dict[str, list[str]]:
    """Return scene sources by what sets them apart, but for seed and count, in words."""
    return _by_difference(specs, Kind.SCENES, lambda _: True)


def kernel_kinds(specs: Iterable[str]) -> dict[str, list[str]]:
    """Return kernel sources by the numbers that set them apart, such as size."""
    return _by_difference(specs, Kind.SOURCE, _is_number)


def _by_difference(specs: Iterable[str], kind: Kind, counts: Callable[[object], bool]) -> dict[str, list[str]]:
    selected = {spec: select_one(default_registry(), kind, spec) for spec in specs}
    found: dict[str, list[str]] = {}
    for spec, one in selected.items():
        alike = [each.instance for each in selected.values() if each.component.name == one.component.name]
        names = [field.name for field in attrs.fields(type(one.instance)) if field.init]
        differing = [
            name for name in names if name not in _OF_NO_KIND and len({str(getattr(each, name)) for each in alike}) > 1
        ]
        values = {name: getattr(one.instance, name) for name in differing}
        # What is called by its name comes first, then the numbers.
        texts = [str(value) for value in values.values() if counts(value) and not _is_number(value)]
        numbers = [_said(name, value) for name, value in values.items() if counts(value) and _is_number(value)]
        found.setdefault(", ".join([one.component.name, *texts, *numbers]), []).append(spec)
    return found


def _is_number(value: object) -> bool:
    return all(isinstance(each, int | float) for each in (value if isinstance(value, tuple) else (value,)))


def _said(name: str, value: Any) -> str:
    if isinstance(value, tuple):
        return f"{name} {' to '.join(f'{each:g}' for each in value)}".replace("-", "−")
    return f"{name} {value:g}"
