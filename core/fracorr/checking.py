"""What a plan's reporters and its engine know beforehand that they cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fracorr.components import Kind
from fracorr.errors import FracorrError, PluginError
from fracorr.raised import described
from fracorr.resolving import written_at

if TYPE_CHECKING:
    from fracorr.plan import Plan
    from fracorr.selection import Selected


def check_plan(plan: Plan) -> None:
    """Let the reporters and the engine refuse a plan that they cannot do, before anything is computed or written.

    Raises
    ------
    FracorrError
        What ``check_plan`` of one of them raises, with the place where it was written down.
    """
    check_reporters(plan)
    _check(plan, "engine", plan.engine)


def check_reporters(plan: Plan) -> None:
    """Let the reporters alone refuse a plan; see :func:`check_plan`."""
    for reporter in plan.reporters:
        _check(plan, "reporters", reporter)


def _check(plan: Plan, key: str, selected: Selected) -> None:
    refuse = getattr(selected.instance, "check_plan", None)
    if refuse is None:
        return
    with written_at(plan.experiment, key, selected.spec):
        try:
            refuse(plan)
        except FracorrError:
            raise
        except Exception as error:
            kind = (Kind.ENGINE if key == "engine" else Kind.REPORTER).label
            raise PluginError(
                f"{kind} '{selected.spec}' ({selected.component.origin}) failed: {described(error)}"
            ) from error
