"""The arms of several runs side by side, as plain data, Markdown and a page."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from fracorr.arm_words import arm_words, number
from fracorr.arms import ArmTally
from fracorr.files import writable
from fracorr.markdown import code, plain, table
from fracorr.notebook import table_html
from fracorr.stored import StoredRun
from fracorr.trial import Arm

#: What :attr:`Line.cells` holds; the first three are names.
HEADINGS = (
    "transform", "method", "run", "hits", "hit rate", "95 % interval", "difference", "by chance", "mean overlap",
    "ms per trial", "failed",
)  # fmt: skip
NAMES = 3
NOTE = (
    "Difference: of the hit rate, in percentage points, from the first run that has the arm. The intervals (Wilson) "
    "take trials for independent. Runs on other kernels or scenes differ for that reason too."
)
_RUN_HEADINGS = ("run", "begun", "kernels", "scenes", "seed", "done", "failed", "of", "state")
_STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:80rem;padding:1rem}"
    "div{overflow-x:auto;margin:1rem 0}table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
    "caption{text-align:left;font-weight:600}th,td{padding:.3rem .6rem;text-align:left;border-bottom:1px solid #8886;"
    "vertical-align:top;min-width:5rem;max-width:28rem;overflow-wrap:anywhere}th{white-space:nowrap}"
)


@attrs.frozen
class Line:
    """An arm in one run.

    Attributes
    ----------
    difference : float or None
        Of the hit rate, from that of the first run which has the arm and targets; None for that run itself.
    """

    run: str
    tally: ArmTally
    difference: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return the line as plain data."""
        low, high = self.tally.hit_interval() or (None, None)
        return {"run": self.run, **self.tally.to_dict(), "low": low, "high": high, "difference": self.difference}

    def cells(self) -> tuple[str, ...]:
        """Return the line for people; see :data:`HEADINGS`."""
        words = arm_words(self.tally) | {"run": self.run, "difference": number(self.difference, "+.1f", 100)}
        return tuple(words[heading] for heading in HEADINGS)


@attrs.frozen
class SideBySide:
    """Runs, and what came out for each of their arms.

    Attributes
    ----------
    runs : tuple of dict
        What each run is: directory, begin, kernels, scenes, seed, counts and state.
    lines : tuple of Line
        The arms in the order in which the runs have them; those of one arm together, in the runs' order.
    """

    runs: tuple[dict[str, Any], ...]
    lines: tuple[Line, ...]

    @classmethod
    def of(cls, stored: Sequence[StoredRun]) -> SideBySide:
        """Read the runs."""
        arms = [(str(each.directory), each.arms()) for each in stored]
        names = dict.fromkeys(arm for _, tallies in arms for arm in tallies)
        return cls(tuple(map(_described, stored)), tuple(line for arm in names for line in _lines(arm, arms)))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {"runs": list(self.runs), "arms": [line.to_dict() for line in self.lines]}

    def to_markdown(self) -> str:
        """Return everything as a Markdown page."""
        runs = [[code(cell) for cell in _run_cells(run)] for run in self.runs]
        cells = (line.cells() for line in self.lines)
        lines = [[*map(code, each[:NAMES]), *map(plain, each[NAMES:])] for each in cells]
        arms = table(HEADINGS, lines, numbers_from=NAMES) if lines else "No trial was finished."
        parts = ("# Runs compared", table(_RUN_HEADINGS, runs, len(_RUN_HEADINGS)), "## Arms", arms, NOTE)
        return "\n\n".join(parts) + "\n"

    def to_html(self) -> str:
        """Return everything as a page that needs nothing else."""
        runs = table_html(_RUN_HEADINGS, [_run_cells(run) for run in self.runs], "Runs")
        arms = table_html(HEADINGS, [line.cells() for line in self.lines], "Arms")
        page = (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Runs compared</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
            f"<style>{_STYLE}</style></head>\n<body><h1>Runs compared</h1>\n<div>{runs}</div>\n<div>{arms}</div>\n"
            f"<p>{html.escape(NOTE)}</p>\n</body></html>\n"
        )
        return writable(page)


def _lines(arm: Arm, runs: Sequence[tuple[str, dict[Arm, ArmTally]]]) -> Iterator[Line]:
    first: float | None = None
    for name, tallies in runs:
        if arm in tallies:
            rate = tallies[arm].hit_rate
            yield Line(name, tallies[arm], None if rate is None or first is None else rate - first)
            first = rate if first is None else first


def _described(stored: StoredRun) -> dict[str, Any]:
    return {
        "directory": str(stored.directory),
        "started": stored.manifest.started,
        "kernels": list(stored.experiment.kernels),
        "scenes": list(stored.experiment.scenes),
        "seed": stored.experiment.seed,
        "done": stored.done,
        "failed": stored.failed,
        "trials": stored.total,
        "state": stored.state,
    }


def _run_cells(run: dict[str, Any]) -> tuple[str, ...]:
    begun = run["started"][:19].replace("T", " ")
    lists = (", ".join(run[name]) for name in ("kernels", "scenes"))
    return (
        run["directory"],
        begun,
        *lists,
        *(str(run[name]) for name in ("seed", "done", "failed", "trials", "state")),
    )
