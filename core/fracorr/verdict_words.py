"""The sentences of a verdict."""

from __future__ import annotations

from collections.abc import Sequence

from fracorr.statistics.contrasts import ALL, Comparison, Contrast


def claim_sentence(contrast: Contrast, decision: str, explained: Sequence[tuple[str, str]], level: float) -> str:
    """Return what became of a claim.

    Parameters
    ----------
    contrast : Contrast
    decision : str
    explained : sequence of (str, str)
        What could explain it, and whether that does; empty where there is nothing to explain.
    level : float
        Of the interval.
    """
    units = f"{counted(contrast.kernels, 'kernel')} × {counted(contrast.scenes, 'scene')}"
    where = "" if contrast.within == ALL else f" by {contrast.within}"
    rates = (
        f"'{contrast.compared}' hits {percent(contrast.rate.value)} against {percent(contrast.baseline_rate.value)} of "
        f"'{contrast.baseline}'{where}"
    )
    spread = f"{percent(level, 0)} interval {points(contrast.difference.low)} to {points(contrast.difference.high)}"
    difference = f"difference {points(contrast.difference.value)} points, {spread}; chance {percent(contrast.chance)}"
    answers = "; ".join(f"explained by {role}: {answer}" for role, answer in _in_words(explained))
    return f"On {units}, {rates} ({difference}): {decision}{'; ' if answers else ''}{answers}."


def left_out_sentence(comparison: Comparison) -> list[str]:
    """Return what is to be said of chains that could not be compared, if there are any."""
    if not comparison.left_out:
        return []
    names = ", ".join(f"'{name}'" for name in comparison.left_out)
    return [f"Not compared, because no kernel and scene has a result of both: {names}."]


def counted(number: int, what: str) -> str:
    """Return a number of things, such as ``"1 kernel"`` and ``"2 kernels"``."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def percent(rate: float, digits: int = 1) -> str:
    """Return a rate as people write it."""
    return f"{100 * rate:.{digits}f} %"


def points(difference: float) -> str:
    """Return a difference of rates in percentage points, with its sign."""
    text = f"{100 * difference:+.1f}"
    return "0.0" if float(text) == 0 else text.replace("-", "−")


def _in_words(explained: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return each role once: of several controls with one role the answer that speaks most against the claim."""
    order = ("yes", "undecided", "no", "not tested")
    roles: dict[str, str] = {}
    for role, answer in explained:
        roles[role] = min(roles.get(role, answer), answer, key=order.index)
    return list(roles.items())
