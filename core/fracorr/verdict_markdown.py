"""A verdict as a Markdown page: the sentences, the numbers behind them, and what they do not say."""

from __future__ import annotations

from fracorr.markdown import code, plain, table
from fracorr.statistics.contrasts import ALL, Contrast, Estimate
from fracorr.verdict_words import counted, percent, points
from fracorr.verdicts import Claim, Rule, Verdict

_HEADINGS = (
    "method", "hits", "other hits", "difference", "interval", "chance", "p (Holm)", "odds ratio", "rank effect",
    "overlap difference", "units",
)  # fmt: skip


def to_markdown(verdict: Verdict) -> str:
    """Return a verdict as Markdown text: one section for each claim."""
    parts = ["# Verdict", *(f"**{plain(line)}**" for line in verdict.sentence.splitlines()), _how_to_read(verdict.rule)]
    for claim in verdict.claims:
        parts += _section(claim, verdict)
    return "\n\n".join([*parts, *left_out(verdict)]) + "\n"


def _section(claim: Claim, verdict: Verdict) -> list[str]:
    contrast = claim.contrast
    single = [each for each in verdict.comparison.single if each.compared == contrast.compared]
    rows = [(_row(each), claim.by_method[each.within]) for each in single]
    rows.append((_row(contrast), claim.decision))
    parts = [
        f"## {code(contrast.compared)} against {code(contrast.baseline)}",
        table((*_HEADINGS, "decision"), [(*row, decision) for row, decision in rows], numbers_from=1),
    ]
    if claim.controls:
        held = [
            (plain(each.role), code(each.contrast.baseline), *_row(each.contrast)[1:], each.explains)
            for each in claim.controls
        ]
        parts += [
            f"{code(contrast.compared)} against its controls:",
            table(("control", "chain", *_HEADINGS[1:], "explains the claim"), held, numbers_from=2),
        ]
    beyond = contrast.beyond_chance
    parts.append(f"With each arm's own chance subtracted the difference is {_estimate(beyond)}.")
    if claim.not_tested:
        parts.append(f"Not tested, for want of such a chain: {', '.join(map(plain, claim.not_tested))}.")
    return parts


def _row(contrast: Contrast) -> tuple[str, ...]:
    return (
        "all" if contrast.within == ALL else code(contrast.within),
        percent(contrast.rate.value),
        percent(contrast.baseline_rate.value),
        points(contrast.difference.value),
        f"{points(contrast.difference.low)} to {points(contrast.difference.high)}",
        f"{percent(contrast.chance)}, {percent(contrast.baseline_chance)}",
        f"{contrast.p_holm:.3g}",
        f"{contrast.odds_ratio:.2f}",
        f"{contrast.rank_biserial:+.2f}".replace("-", "−"),
        _estimate(contrast.overlap),
        f"{contrast.units} ({counted(contrast.kernels, 'kernel')}, {counted(contrast.scenes, 'scene')})",
    )


def _estimate(estimate: Estimate) -> str:
    return f"{points(estimate.value)} ({points(estimate.low)} to {points(estimate.high)})"


def _how_to_read(rule: Rule) -> str:
    return (
        f"Differences are in percentage points, on the same kernels and scenes, with {percent(rule.level, 0)} "
        "intervals that take kernels and scenes for independent and nothing else. A claim is supported where the "
        f"interval lies above 0, the corrected p-value is below {1 - rule.level:.2g} and the difference is at least "
        f"{100 * rule.smallest:g} points; it is not supported where the interval ends below that; else it is undecided."
    )


def left_out(verdict: Verdict) -> list[str]:
    """Return what is to be said of trials that count as misses or do not count, if there are any."""
    counts = {
        "failed and are left out": verdict.failed,
        "on scenes without a target are left out": verdict.without_target,
        "could not reach a target with the kernel's centre and count as misses": verdict.out_of_reach,
        "have no counterpart and are left out": sum(
            each.unpaired for each in (verdict.comparison.single or verdict.comparison.pooled)
        ),
    }
    return [f"{counted(count, 'trial')} {what}." for what, count in counts.items() if count]
