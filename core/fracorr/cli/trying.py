"""``fracorr run --dry-run``: what an experiment would do, and how long it would take."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import typer

from fracorr.components import Kind
from fracorr.errors import EXIT_TRIALS_FAILED
from fracorr.plugins import default_registry

if TYPE_CHECKING:
    from fracorr.estimate import Estimate
    from fracorr.experiment import Experiment
    from fracorr.plan import Plan

#: How many trials are shown.
_SHOWN = 5


def try_out(experiment: Experiment, *, as_json: bool) -> None:
    """Plan an experiment, time a handful of its trials, and print what came out; nothing is written.

    Where one of them fails, the exit code is that of a run in which trials fail.
    """
    from fracorr.checking import check_plan
    from fracorr.cli.progress import planning
    from fracorr.estimate import estimate
    from fracorr.plan import make_plan
    from fracorr.selection import select_one

    serial = select_one(default_registry(), Kind.ENGINE, "serial").instance
    with planning():
        plan = make_plan(experiment, default_registry())
        check_plan(plan)
        cost = estimate(plan, serial)
    typer.echo(json.dumps(_data(plan, cost), indent=1) if as_json else "\n".join(_lines(plan, cost)))
    for failure in cost.failures:
        typer.echo(f"a trial that was tried failed: {failure}", err=True)
    if cost.failures:
        if not cost.sampled:
            typer.echo("every trial that was tried failed, and so may all others", err=True)
        raise typer.Exit(EXIT_TRIALS_FAILED)


def _data(plan: Plan, cost: Estimate) -> dict[str, Any]:
    return {
        "trials": len(plan),
        **_counts(plan),
        "first": [trial.to_dict() for trial in itertools.islice(plan.trials(), _SHOWN)],
        "estimate": cost.to_dict(),
    }


def _counts(plan: Plan) -> dict[str, int]:
    return {
        "kernels": len({kernel for each in plan.kernels.values() for kernel in each}),
        "transforms": len(plan.chains),
        "scenes": len(plan.scenes),
        "methods": len(plan.methods),
    }


def _lines(plan: Plan, cost: Estimate) -> list[str]:
    lines = [f"{_counted(len(plan), 'trial')}: {_product(plan)}"]
    for trial in itertools.islice(plan.trials(), _SHOWN):
        lines.append(f"  {trial.kernel.name} · {trial.chain.spec} · {trial.scene.name} · {trial.method.spec}")
    if len(plan) > _SHOWN:
        lines.append(f"  … and {len(plan) - _SHOWN:,} more")
    if not cost.sampled:
        return [*lines, "no trial that was tried came to an end, so there is no telling how long they take"]
    return [
        *lines,
        f"about {duration(cost.seconds)} {_on(cost.workers)} (measured on {_counted(cost.sampled, 'trial')}: "
        f"{duration(cost.quickest)} to {duration(cost.slowest)} each)",
    ]


def _on(workers: int | None) -> str:
    return "for one worker; the cluster's share it" if workers is None else f"on {_counted(workers, 'worker')}"


def _product(plan: Plan) -> str:
    counts = _counts(plan)
    singular = {"kernels": "kernel", "transforms": "transform", "scenes": "scene", "methods": "method"}
    if len(plan) != counts["kernels"] * counts["transforms"] * counts["scenes"] * counts["methods"]:
        # Kernels that the scenes bring along do not meet other scenes.
        singular["kernels"] = "kernel, each with its scene"
    return " × ".join(_counted(counts[key], singular[key]) for key in counts)


def _counted(count: int, thing: str) -> str:
    head, comma, tail = thing.partition(",")
    return f"{count:,} {head}{'' if count == 1 else 's'}{comma}{tail}"


def duration(seconds: float) -> str:
    """Write a time as people say it, to two digits."""
    for limit, size, unit in (
        (1e-3, 1e-6, "µs"),
        (1, 1e-3, "ms"),
        (120, 1, "s"),
        (7200, 60, "min"),
        (172800, 3600, "h"),
    ):
        if seconds < limit:
            return f"{float(f'{seconds / size:.2g}'):g} {unit}"
    return f"{float(f'{seconds / 86400:.2g}'):g} days"
