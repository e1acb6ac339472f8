"""Running an experiment: the plan carried out on an engine, its results kept and reported as they come."""

from __future__ import annotations

import os
import pathlib
import shlex
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any, TextIO

import attrs

from fracorr.arms import ArmTally
from fracorr.checking import check_plan
from fracorr.errors import ConfigurationError, FracorrError, OutputError, PluginError
from fracorr.execution import Evaluation, Task, correlate_trial
from fracorr.experiment import Experiment
from fracorr.plan import Plan, make_plan
from fracorr.plugins import Registry
from fracorr.raised import described
from fracorr.recording import Recording, is_run, recording
from fracorr.reporting import Reporters
from fracorr.trial import Arm, Failure, Trial, TrialResult
from fracorr.validators import is_whole


@attrs.define(eq=False, repr=False)
class Run:
    """An experiment's run, as reporters see it and as :func:`run` returns it.

    Attributes
    ----------
    plan : Plan
    directory : pathlib.Path or None
        Where reporters put files; None for a run that writes none.
    output : text stream
        Where reporters that speak to the terminal write.
    arms : dict of Arm to ArmTally
        The totals so far, in the plan's order.
    failures : list of Failure
        The distinct ways in which trials failed, the first hundred.
    reporter_failures : list of Failure
        Reporters that failed.
    done, failed : int
        Finished trials, and how many of them failed.
    missing : int
        How many trials were to be done when it began.
    resumed : int
        How many of the finished ones had been there before, from an earlier execution into the same folder.
    interrupted : bool
        Whether Ctrl-C ended it early.
    stopped : bool
        Whether too many failures ended it early.
    seconds : float
        How long it took, earlier executions included.
    """

    plan: Plan
    directory: pathlib.Path | None = None
    output: TextIO = attrs.field(factory=lambda: sys.stdout)
    arms: dict[Arm, ArmTally] = attrs.field(init=False)
    failures: list[Failure] = attrs.field(factory=list, init=False)
    reporter_failures: list[Failure] = attrs.field(factory=list, init=False)
    done: int = attrs.field(default=0, init=False)
    failed: int = attrs.field(default=0, init=False)
    missing: int = attrs.field(default=0, init=False)
    resumed: int = attrs.field(default=0, init=False)
    interrupted: bool = attrs.field(default=False, init=False)
    stopped: bool = attrs.field(default=False, init=False)
    seconds: float = attrs.field(default=0.0, init=False)

    def __attrs_post_init__(self) -> None:
        self.arms = {arm: ArmTally(arm) for arm in self.plan.arms}

    def __repr__(self) -> str:
        hits, tried = (sum(getattr(each, name) for each in self.arms.values()) for name in ("hits", "on_targets"))
        failed = f", {self.failed} failed" if self.failed else ""
        return f"Run({self.done} of {len(self.plan)} trials{failed}, {hits} hits of {tried})"

    def _repr_html_(self) -> str:
        from fracorr.notebook import arms_html

        return arms_html(self.arms.values(), repr(self))

    @property
    def experiment(self) -> Experiment:
        return self.plan.experiment

    def count(self, result: TrialResult) -> None:
        """Add a result to the totals."""
        self.done += 1
        self.arms[result.trial.arm].add(result)
        if result.failure is not None:
            self.failed += 1
            if len(self.failures) < 100 and result.failure not in self.failures:
                self.failures.append(result.failure)

    def need_directory(self) -> pathlib.Path:
        """Return the folder for files.

        Raises
        ------
        ConfigurationError
            If the run has none.
        """
        if self.directory is None:
            raise ConfigurationError("this reporter writes files; give the run a folder (--out DIR, run(out=…))")
        return self.directory

    def evaluate(self, trial: Trial) -> Evaluation:
        """Correlate a trial's kernel and scene again, for reporters that draw the response."""
        return correlate_trial(trial, self.plan.materials)

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as plain data."""
        return {
            "directory": None if self.directory is None else str(self.directory),
            "trials": len(self.plan),
            "done": self.done,
            "failed": self.failed,
            "resumed": self.resumed,
            "interrupted": self.interrupted,
            "stopped": self.stopped,
            "seconds": self.seconds,
            "arms": [tally.to_dict() for tally in self.arms.values()],
            "exclusions": [exclusion.to_dict() for exclusion in self.plan.exclusions],
            "failures": [attrs.asdict(failure) for failure in self.failures],
            "reporter_failures": [attrs.asdict(failure) for failure in self.reporter_failures],
        }


def run(
    experiment: Experiment | str | os.PathLike[str],
    *,
    out: str | os.PathLike[str] | None = None,
    on_result: Callable[[Run, TrialResult], None] | None = None,
    output: TextIO | None = None,
    registry: Registry | None = None,
    retry_failed: bool = False,
    max_failures: int | None = None,
) -> Run:
    """Carry out an experiment, or what is missing of it.

    Everything is looked up and checked first: where that fails, nothing is written. A trial that fails is counted,
    and the others go on; so with a reporter that fails.

    Parameters
    ----------
    experiment : Experiment or path
        What to try, or the TOML file that says it.
    out : path, optional
        A folder that keeps the experiment, each trial's result within about a second, and whatever the reporters write;
        made if it is not there. Where it holds a run of the same experiment, only what is missing is done, and the
        reporters are told of all.
    on_result : callable, optional
        Called with the run and each new result as it comes.
    output : text stream, optional
        Where reporters that speak to the terminal write; by default the standard output.
    registry : Registry, optional
        The plugins to use; by default those installed.
    retry_failed : bool, optional
        Whether to do again what failed before; else a failed trial is done.
    max_failures : int, optional
        Stop when so many trials have failed.

    Returns
    -------
    Run
        The totals.

    Raises
    ------
    ConfigurationError
        If a spec or an argument is wrong, the kernels do not fit the scenes, a reporter cannot report such an
        experiment, or the folder holds another experiment's run or one that is going on.
    MissingDependencyError
        If the engine needs a library that is not installed.
    OutputError
        If the folder cannot be written to, or the disk is full; what was kept before stays.
    """
    return execute(
        _planned(experiment, registry, "run"),
        out=out,
        on_result=on_result,
        output=output,
        retry_failed=retry_failed,
        max_failures=max_failures,
    )


def execute(
    plan: Plan,
    *,
    out: str | os.PathLike[str] | None = None,
    on_start: Callable[[Run], None] | None = None,
    on_result: Callable[[Run, TrialResult], None] | None = None,
    output: TextIO | None = None,
    retry_failed: bool = False,
    max_failures: int | None = None,
) -> Run:
    """Carry out a plan, or what is missing of it; see :func:`run`.

    `on_start` is called when it is known how many trials are missing, before those that are there are counted.
    """
    if max_failures is not None and not (is_whole(max_failures) and max_failures >= 1):
        raise ConfigurationError(f"max_failures must be 1 or more, not {max_failures!r}")
    check_plan(plan)
    with _saying_how_to_resume(out), recording(plan, out, retry_failed=retry_failed) as record:
        current = Run(plan, record.directory, sys.stdout if output is None else output)
        current.missing = record.count_missing()
        started = time.perf_counter()
        reporters = Reporters(current)
        reporters.tell("begin", current)
        try:
            if on_start is not None:
                on_start(current)
            _replay(current, record.stored(), reporters)
            _carry_out(current, record, reporters, on_result, max_failures)
        except KeyboardInterrupt:
            current.interrupted = True
        finally:
            # Whatever happened, the results are kept and the reporters may finish what they have begun.
            seconds = time.perf_counter() - started
            current.seconds = record.seconds_before + seconds
            try:
                record.end(_outcome(current), current.done, seconds)
            finally:
                reporters.tell("end")
    return current


def _replay(current: Run, stored: Iterable[TrialResult], reporters: Reporters) -> None:
    """Count and report what was there before."""
    for result in stored:
        current.count(result)
        current.resumed += 1
        reporters.tell("record", result)


def _carry_out(
    current: Run,
    record: Recording,
    reporters: Reporters,
    on_result: Callable[[Run, TrialResult], None] | None,
    max_failures: int | None,
) -> None:
    failed_before = current.failed
    with closing(_results_of_missing(current.plan, record)) as found:
        for result in found:
            record.keep(result)
            current.count(result)
            reporters.tell("record", result)
            if on_result is not None:
                on_result(current, result)
            if max_failures is not None and current.failed - failed_before >= max_failures:
                current.stopped = True
                return
    _expect_all(current.plan, current.done)


def _expect_all(plan: Plan, done: int) -> None:
    if done < len(plan):
        raise PluginError(
            f"engine '{plan.engine.spec}' ({plan.engine.component.origin}) gave no result for "
            f"{len(plan) - done} of {len(plan)} trials"
        )


def _results_of_missing(plan: Plan, record: Recording) -> Generator[TrialResult, None, None]:
    in_process = getattr(plan.engine.instance, "in_process", False)
    if in_process and (suspect := record.suspect()) is not None:
        from fracorr.isolation import run_isolated

        # The last process died while it had this trial at hand: this one is not put at risk, unless no other process
        # can carry the trial out, for want of a plugin that was registered by hand or of processes at all.
        with suppress(ConfigurationError):
            yield run_isolated(Task(suspect, plan.materials), getattr(plan.engine.instance, "time_limit", None))
        # By now it has been kept; the next trial may be as deadly, and would take that with it.
        record.commit()
    trials = _noted(record) if in_process else record.missing()
    yield from _outcomes(plan, trials)


def _noted(record: Recording) -> Iterator[Trial]:
    """Note each trial before the engine, which runs one after the other in this process, gets it."""
    for trial in record.missing():
        record.begin_trial(trial)
        yield trial


def _outcomes(plan: Plan, trials: Iterable[Trial]) -> Iterator[TrialResult]:
    """Yield what the engine yields; what goes wrong is the engine's, and says so."""
    tasks = (Task(trial, plan.materials) for trial in trials)
    try:
        yield from plan.engine.instance.execute(tasks)
    except FracorrError:
        raise
    except (Exception, SystemExit) as error:
        raise PluginError(
            f"engine '{plan.engine.spec}' ({plan.engine.component.origin}) failed: {described(error)}"
        ) from error


def _outcome(current: Run) -> str:
    if current.interrupted or current.stopped:
        return "interrupted" if current.interrupted else "stopped"
    return "finished" if current.done == len(current.plan) else "failed"


@contextmanager
def _saying_how_to_resume(out: str | os.PathLike[str] | None) -> Iterator[None]:
    """Add to what goes wrong while trials are done how to go on afterwards."""
    try:
        yield
    except (OutputError, PluginError) as error:
        if out is not None and is_run(out):
            hint = f"when that is mended, go on with: fracorr resume {shlex.quote(os.fspath(out))}"
            error.args = (f"{error}; what was finished is kept; {hint}",)
        raise


def results(experiment: Experiment | str | os.PathLike[str], registry: Registry | None = None) -> Iterator[TrialResult]:
    """Carry out an experiment, or that of a TOML file, without reporters and yield each result as it comes."""
    plan = _planned(experiment, registry, "results")
    done = 0
    for result in _outcomes(plan, plan.trials()):
        done += 1
        yield result
    _expect_all(plan, done)


def _planned(experiment: object, registry: Registry | None, caller: str) -> Plan:
    if isinstance(experiment, str | os.PathLike):
        experiment = Experiment.from_toml(experiment)
    if not isinstance(experiment, Experiment):
        raise ConfigurationError(
            f"{caller}() takes an Experiment or the path of its file, not {type(experiment).__name__}"
        )
    return make_plan(experiment, registry)


__all__ = ["Run", "execute", "results", "run"]
