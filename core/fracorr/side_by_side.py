"""The arms of several runs side by side, as plain data, Markdown and a page."""

from __future__ import annotations

import html
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from fracorr.arm_words import ABOUT_TIMES, NOTHING, arm_words
from fracorr.arms import ArmTally
from fracorr.files import writable
from fracorr.markdown import code, plain, table
from fracorr.notebook import table_html
from fracorr.stored import StoredRun
from fracorr.trial import Arm
from fracorr.verdict_words import points

#: What :attr:`Line.cells` holds; the first three are names.
HEADINGS = (
    "transform", "method", "run", "hits", "hit rate", "95 % interval", "difference", "by chance", "mean overlap",
    "ms per trial", "failed",
)  # fmt: skip
NAMES = 3
NOTE = (
    "Difference: of the hit rate, in percentage points, from the first run on the same kernels and scenes that has the "
    f"arm. The intervals (Wilson) take trials for independent. {ABOUT_TIMES}"
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
    run : str
        The run's folder.
    difference : float or None
        Of the hit rate, from that of the first run on the same kernels and scenes which has the arm and targets; None
        for that run itself.
    """

    run: str
    tally: ArmTally
    difference: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return the line as plain data."""
        low, high = self.tally.hit_interval() or (None, None)
        return {"run": self.run, **self.tally.to_dict(), "low": low, "high": high, "difference": self.difference}

    def cells(self, folder: str = "") -> tuple[str, ...]:
        """Return the line for people, see :data:`HEADINGS`, with the run as it is called in a folder."""
        difference = NOTHING if self.difference is None else points(self.difference)
        words = arm_words(self.tally) | {"run": _within(folder, self.run), "difference": difference}
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
        runs = tuple(map(_described, stored))
        arms = [(run, each.arms()) for run, each in zip(runs, stored, strict=True)]
        names = dict.fromkeys(arm for _, tallies in arms for arm in tallies)
        return cls(runs, tuple(line for arm in names for line in _lines(arm, arms)))

    @property
    def folder(self) -> str:
        """The folder that holds all of the runs; empty where there is none but the one at hand, or the root."""
        try:
            common = os.path.commonpath([os.path.dirname(run["directory"]) for run in self.runs])  # noqa: PTH120
        except ValueError:  # some are absolute and some are not, or they lie on several drives
            return ""
        return "" if common == os.path.dirname(common) else common  # noqa: PTH120

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said below the tables."""
        return (*([f"The runs lie in {self.folder}."] if self.folder else []), NOTE)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {"runs": list(self.runs), "arms": [line.to_dict() for line in self.lines]}

    def to_markdown(self) -> str:
        """Return everything as a Markdown page."""
        runs = [[code(cell) for cell in _run_cells(run, self.folder)] for run in self.runs]
        cells = (line.cells(self.folder) for line in self.lines)
        lines = [[*map(code, each[:NAMES]), *map(plain, each[NAMES:])] for each in cells]
        arms = table(HEADINGS, lines, numbers_from=NAMES) if lines else "No trial was finished."
        parts = (
            "# Runs compared",
            table(_RUN_HEADINGS, runs, len(_RUN_HEADINGS)),
            "## Arms",
            arms,
            *map(plain, self.notes),
        )
        return "\n\n".join(parts) + "\n"

    def to_html(self) -> str:
        """Return everything as a page that needs nothing else."""
        runs = table_html(_RUN_HEADINGS, [_run_cells(run, self.folder) for run in self.runs], "Runs")
        arms = table_html(HEADINGS, [line.cells(self.folder) for line in self.lines], "Arms")
        notes = "\n".join(f"<p>{html.escape(note)}</p>" for note in self.notes)
        page = (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Runs compared</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
            f"<style>{_STYLE}</style></head>\n<body><h1>Runs compared</h1>\n<div>{runs}</div>\n<div>{arms}</div>\n"
            f"{notes}\n</body></html>\n"
        )
        return writable(page)


def _lines(arm: Arm, runs: Sequence[tuple[Mapping[str, Any], dict[Arm, ArmTally]]]) -> Iterator[Line]:
    first: dict[tuple[frozenset[str], ...], float] = {}
    for run, tallies in runs:
        if arm in tallies:
            rate = tallies[arm].hit_rate
            pictures = tuple(frozenset(run[name]) for name in ("kernels", "scenes"))
            before = first.get(pictures)
            yield Line(run["directory"], tallies[arm], None if rate is None or before is None else rate - before)
            if rate is not None:
                first.setdefault(pictures, rate)


def _within(folder: str, run: str) -> str:
    return os.path.relpath(run, folder) if folder else run


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


def _run_cells(run: dict[str, Any], folder: str) -> tuple[str, ...]:
    begun = run["started"][:19].replace("T", " ")
    lists = (", ".join(run[name]) for name in ("kernels", "scenes"))
    return (
        _within(folder, run["directory"]),
        begun,
        *lists,
        *(str(run[name]) for name in ("seed", "done", "failed", "trials", "state")),
    )
