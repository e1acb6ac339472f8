"""The tables of the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from claim_figures.evidence import Evidence, Rate, rates

from fracorr.statistics import Estimate
from fracorr.verdict_words import percent, points


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(each.replace("|", "\\|") for each in line) + " |" for line in lines)


def treatments(run: Evidence) -> str:
    """Return hits, chance and difference of every treatment."""
    found = rates(run.comparison.pooled)
    differences = {each.compared: difference(each.difference) for each in run.comparison.pooled}
    rows = [
        (f"`{chain}`", _what(run, chain), hits(found[chain]), percent(found[chain][1]), differences.get(chain, ""))
        for chain in run.treatments
        if chain in found
    ]
    return table(("treatment", "", "hits", "chance", "difference to the baseline"), rows)


def decisions(run: Evidence) -> str:
    """Return what becomes of each claim with each method alone."""
    methods = list(run.claims[0]["by_method"])
    single = {(each.compared, each.within): each.difference.value for each in run.comparison.single}
    rows = [
        (f"`{chain}`", *(f"{points(single[chain, method])}, {claim['by_method'][method]}" for method in methods))
        for chain, claim in zip(run.compared, run.claims, strict=True)
    ]
    return table(("treatment", *(f"`{method}`" for method in methods)), rows)


def hits(rate: Rate) -> str:
    """Return a hit rate with its interval."""
    return f"{percent(rate[0].value)} ({100 * rate[0].low:.1f} to {100 * rate[0].high:.1f})"


def difference(estimate: Estimate) -> str:
    """Return a difference with its interval."""
    return f"{points(estimate.value)} ({points(estimate.low)} to {points(estimate.high)})"


def _what(run: Evidence, chain: str) -> str:
    if chain == run.baseline:
        return "baseline"
    return "claimed to be better" if chain in run.compared else f"control: {run.roles.get(chain, 'none')}"
