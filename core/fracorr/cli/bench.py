"""``fracorr bench``: methods measured side by side."""

from __future__ import annotations

import itertools
import json
import pathlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from fracorr.cli.carrying_out import tell_failures
from fracorr.cli.composition import Methods, Scenes
from fracorr.cli.shipped import FOLDER
from fracorr.errors import EXIT_DONE, EXIT_TRIALS_FAILED, ConfigurationError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from fracorr.benchmark import Score
    from fracorr.trial import TrialResult


def bench(
    what: Annotated[
        str,
        typer.Argument(
            metavar="NAME|FILE",
            help="rotation, similarity, robustness, pairs:FOLDER, or an experiment file (.toml).",
        ),
    ],
    methods: Methods = None,
    scenes: Scenes = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
) -> None:
    """Measure methods: hits, overlap, errors, and time relative to one call of OpenCV's matchTemplate.

    The trials run one after the other in this process, each with nothing prepared, so that times compare.

    fracorr bench similarity -m harmonic -m 'tm_*'
    """
    from fracorr.benchmark import bench as measure
    from fracorr.cli.progress import planning
    from fracorr.composing import compose
    from fracorr.plan import make_plan
    from fracorr.plugins import default_registry

    if what == "pairs" and not scenes:
        raise ConfigurationError("the pairs are not part of fracorr; say where they are: fracorr bench pairs:FOLDER")
    file, own_scenes = _experiment(what)
    given = {"methods": methods, "scenes": scenes or own_scenes}
    experiment = compose(file, {key: value for key, value in given.items() if value}, (), (), default_registry())
    with planning():
        plan = make_plan(experiment, default_registry())
    for exclusion in plan.exclusions:
        typer.echo(str(exclusion), err=True)
    failures: list[str] = []

    def on_result(result: TrialResult) -> None:
        advance()
        if result.failure is not None:
            failures.append(str(result.failure))

    with _progress(len(plan)) as advance:
        scores = measure(plan, on_result)
    if as_json:
        typer.echo(json.dumps([score.to_dict() for score in scores], indent=1))
    else:
        _print(scores)
    if failures:
        typer.echo(f"{len(failures)} of {len(plan)} trials failed:", err=True)
        tell_failures(list(dict.fromkeys(failures)))
    raise typer.Exit(EXIT_TRIALS_FAILED if failures else EXIT_DONE)


def _experiment(what: str) -> tuple[pathlib.Path, list[str]]:
    """Return the file that is meant, and the scenes that take the place of its own, if any."""
    shipped = {file.stem: file for file in sorted((FOLDER / "bench").glob("*.toml"))}
    if what in shipped:
        return shipped[what], []
    name, colon, _ = what.partition(":")
    if colon and name in shipped:
        return shipped[name], [what]
    if what.lower().endswith(".toml"):
        return pathlib.Path(what), []
    raise ConfigurationError(
        f"there is no benchmark '{what}'{nearest(what, shipped) or '.'} There are: {', '.join(shipped)}; or give an "
        "experiment file (.toml)"
    )


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """Give a function to call after each trial; off a terminal it draws nothing."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("trials"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("trials", total=total)
        yield lambda: bar.advance(task)


def _print(scores: Sequence[Score]) -> None:
    """Print a table for each source of scenes."""
    from fracorr.terminal import console

    output = console()
    for _, group in itertools.groupby(scores, lambda score: score.scenes):
        output.print(_table(tuple(group)))
    output.print(
        "errors: medians of the hits; time: the median of a trial with nothing prepared, and over that of one call of\n"
        "OpenCV's matchTemplate (TM_CCOEFF_NORMED, one thread) for the same scene and kernel in this run"
    )


def _table(scores: Sequence[Score]) -> Table:
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(scores[0].scenes), title_justify="left")
    chains = len({score.tally.arm.chain for score in scores}) > 1
    for heading in (*(("transform",) if chains else ()), "method"):
        table.add_column(heading, overflow="fold")
    for heading in ("hits", "success AUC", "centre px", "angle °", "scale oct.", "ms", "× OpenCV"):
        table.add_column(heading, justify="right")
    for score in scores:
        tally = score.tally
        failed = f" ({tally.failed} failed)" if tally.failed else ""
        numbers = (
            f"{tally.hits}/{tally.on_targets}{failed}",
            _number(tally.success_auc, 3),
            _number(score.centre_error, 2),
            _number(score.angle_error, 2),
            _number(score.scale_error, 3),
            _number(None if score.seconds is None else 1000 * score.seconds, 1),
            _number(score.opencv_calls, 2),
        )
        table.add_row(*map(escape, (*((tally.arm.chain,) if chains else ()), tally.arm.method)), *numbers)
    return table


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
