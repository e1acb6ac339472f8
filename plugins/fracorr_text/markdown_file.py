"""What came out of a run, as a Markdown page."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

import attrs

from fracorr import parameter
from fracorr.arm_words import ABOUT_TARGETS, ABOUT_TIMES, arm_words
from fracorr.files import writable, write_text
from fracorr.manifest import versions
from fracorr.markdown import block, code, plain, table
from fracorr.reporting import verdict_sentence
from fracorr.validators import file_name

if TYPE_CHECKING:
    from fracorr.arms import ArmTally
    from fracorr.running import Run
    from fracorr.trial import Failure, TrialResult

_HEADINGS = (
    "transform", "method", "hits", "hit rate", "95 % interval", "by chance", "mean overlap", "median rank",
    "ms per trial", "failed",
)  # fmt: skip
_NAMES = 2
_ABOUT_HITS = (
    "A hit: the best place lies in a target; by chance: the hit rate of places drawn at random; overlap: of the found "
    "box and the target (IoU). The intervals are Wilson's and take trials for independent; those of one kernel or one "
    "scene are not, so that they are rather too narrow."
)
_WITHOUT_TARGETS = "No scene has a known target, so there are no hits to count."


@attrs.define
class MarkdownFile:
    """Writes ``results.md`` into the run's folder: the verdict, the arms, what failed, and how to repeat it.

    The verdict is that of ``verdict.json``, which the reporter ``verdict`` leaves there.
    """

    ends_last: ClassVar[bool] = True

    name: str = attrs.field(
        default="results.md",
        validator=file_name("results.md"),
        metadata=parameter("File name in the run's folder", main=True),
    )
    title: str = attrs.field(default="", metadata=parameter("The question, as the page's heading"))
    _run: Run | None = attrs.field(default=None, init=False, repr=False, eq=False)

    def begin(self, run: Run) -> None:
        run.need_directory()
        self._run = run

    def record(self, result: TrialResult) -> None:
        """Leave the counting to the run."""

    def end(self) -> None:
        if self._run is None:
            return
        parts = [f"# {plain(self.title) or 'What the experiment found'}", *_parts(self._run)]
        write_text(self._run.need_directory() / self.name, "\n\n".join(parts) + "\n")


def _parts(run: Run) -> Iterator[str]:
    yield from (f"**{plain(line)}**" for line in verdict_sentence(run).splitlines())
    yield _facts(run)
    arms = [tally for tally in run.arms.values() if tally.trials]
    if arms:
        yield "## Arms"
        counted = any(scene.targets for scene in run.plan.scenes)
        headings = [each for each in _HEADINGS if counted or each not in ABOUT_TARGETS]
        yield table(headings, (_row(tally, headings) for tally in arms), numbers_from=_NAMES)
        ties = " A tie: all places score alike." if any(tally.mostly_ties for tally in arms) else ""
        yield f"{_ABOUT_HITS if counted else _WITHOUT_TARGETS}{ties} {ABOUT_TIMES}"
    if run.failures or run.reporter_failures:
        yield "## Failures"
        yield _bullets([*run.failures, *run.reporter_failures])
    yield "## Repeat it"
    yield "Save this as `experiment.toml` and run `fracorr run experiment.toml`:"
    yield block(writable(run.experiment.to_toml()), "toml")
    used = {"Python": platform.python_version(), **versions()}
    yield plain(", ".join(f"{package} {version}" for package, version in used.items()))


def _facts(run: Run) -> str:
    failed = f", {run.failed} of them failed" if run.failed else ""
    how = ", interrupted" if run.interrupted else ""
    left_out = "".join(f" {plain(each)}." for each in run.plan.exclusions)
    return f"{run.done} of {len(run.plan)} trials{failed}{how}, {run.seconds:.1f} s.{left_out}"


def _row(tally: ArmTally, headings: Sequence[str]) -> tuple[str, ...]:
    words = arm_words(tally)
    names, numbers = headings[:_NAMES], headings[_NAMES:]
    return (*(code(words[name]) for name in names), *(words[each] for each in numbers))


def _bullets(failures: Sequence[Failure]) -> str:
    return "\n".join(f"- {plain(failure)}" for failure in failures)
