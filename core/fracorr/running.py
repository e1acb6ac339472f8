"""Running an experiment: the plan carried out on an engine, its results handed to the reporters as they come."""

from __future__ import annotations

import os
import pathlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, TextIO, TypeAlias

import attrs

from fracorr.arms import ArmTally
from fracorr.errors import ConfigurationError, FracorrError, PluginError
from fracorr.execution import Evaluation, Task, correlate_trial
from fracorr.experiment import Experiment
from fracorr.files import writable_folder, write_text
from fracorr.plan import Plan, make_plan
from fracorr.plugins import Registry, default_registry
from fracorr.selection import Selected
from fracorr.trial import Arm, Failure, Trial, TrialResult

#: What a run's folder says about itself; it repeats the run.
EXPERIMENT_FILE = "experiment.toml"
#: What a task returns.
Outcome: TypeAlias = TrialResult


@attrs.define(eq=False, repr=False)
class Run:
    """One execution of an experiment, as reporters see it and as :func:`run` returns it.

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
    interrupted : bool
        Whether Ctrl-C ended it early.
    seconds : float
        How long it took.
    """

    plan: Plan
    directory: pathlib.Path | None = None
    output: TextIO = attrs.field(factory=lambda: sys.stdout)
    arms: dict[Arm, ArmTally] = attrs.field(init=False)
    failures: list[Failure] = attrs.field(factory=list, init=False)
    reporter_failures: list[Failure] = attrs.field(factory=list, init=False)
    done: int = attrs.field(default=0, init=False)
    failed: int = attrs.field(default=0, init=False)
    interrupted: bool = attrs.field(default=False, init=False)
    seconds: float = attrs.field(default=0.0, init=False)

    def __attrs_post_init__(self) -> None:
        self.arms = {arm: ArmTally(arm) for arm in self.plan.arms}

    def __repr__(self) -> str:
        hits, tried = (sum(getattr(each, name) for each in self.arms.values()) for name in ("hits", "on_targets"))
        failed = f", {self.failed} failed" if self.failed else ""
        return f"Run({self.done} of {len(self.plan)} trials{failed}, {hits} hits of {tried})"

    @property
    def experiment(self) -> Experiment:
        return self.plan.experiment

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
            "interrupted": self.interrupted,
            "seconds": self.seconds,
            "arms": [tally.to_dict() for tally in self.arms.values()],
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
) -> Run:
    """Carry out an experiment.

    Everything is looked up and checked first: where that fails, nothing is written. A trial that fails is counted,
    and the others go on; so with a reporter that fails.

    Parameters
    ----------
    experiment : Experiment or path
        What to try, or the TOML file that says it.
    out : path, optional
        A folder for the experiment file and whatever the reporters write; made if it is not there.
    on_result : callable, optional
        Called with the run and each result as it comes.
    output : text stream, optional
        Where reporters that speak to the terminal write; by default the standard output.
    registry : Registry, optional
        The plugins to use; by default those installed.

    Returns
    -------
    Run
        The totals.

    Raises
    ------
    ConfigurationError
        If a spec is wrong, the kernels do not fit the scenes, or the folder holds another experiment's run.
    OutputError
        If the folder cannot be written to.
    """
    if isinstance(experiment, str | os.PathLike):
        experiment = Experiment.from_toml(experiment)
    if not isinstance(experiment, Experiment):
        raise ConfigurationError(f"run() takes an Experiment or the path of its file, not {type(experiment).__name__}")
    plan = make_plan(experiment, default_registry() if registry is None else registry)
    return execute(plan, out=out, on_result=on_result, output=output)


def execute(
    plan: Plan,
    *,
    out: str | os.PathLike[str] | None = None,
    on_result: Callable[[Run, TrialResult], None] | None = None,
    output: TextIO | None = None,
) -> Run:
    """Carry out a plan; see :func:`run`."""
    if out is not None:
        _refuse_another_run(pathlib.Path(out), plan.experiment)
    directory = None if out is None else writable_folder(out)
    current = Run(plan, directory, sys.stdout if output is None else output)
    if directory is not None:
        write_text(directory / EXPERIMENT_FILE, plan.experiment.to_toml())
    started = time.perf_counter()
    reporters = _Reporters(current)
    reporters.tell("begin", current)
    try:
        for result in _outcomes(plan):
            _count(current, result)
            reporters.tell("record", result)
            if on_result is not None:
                on_result(current, result)
    except KeyboardInterrupt:
        current.interrupted = True
    finally:
        # Whatever happened, the reporters may finish what they have begun.
        current.seconds = time.perf_counter() - started
        reporters.tell("end")
    return current


def _refuse_another_run(folder: pathlib.Path, experiment: Experiment) -> None:
    """Keep the results of two experiments from mixing in one folder."""
    file = folder / EXPERIMENT_FILE
    if not file.is_file():
        return
    before = Experiment.from_toml(file)
    # Other reporters, or another engine, make no other results.
    if attrs.evolve(before, reporters=experiment.reporters, engine=experiment.engine) != experiment:
        raise ConfigurationError(f"folder '{folder}' holds another experiment's run; choose another folder")


def _outcomes(plan: Plan) -> Iterator[Outcome]:
    """Yield what the engine yields; what goes wrong is the engine's, and says so."""
    tasks = (Task(trial, plan.materials) for trial in plan.trials())
    try:
        yield from plan.engine.instance.execute(tasks)
    except FracorrError:
        raise
    except (Exception, SystemExit) as error:
        raise PluginError(
            f"engine '{plan.engine.spec}' ({plan.engine.component.origin}) failed: {type(error).__name__}: {error}"
        ) from error


def _count(current: Run, result: TrialResult) -> None:
    current.done += 1
    current.arms[result.trial.arm].add(result)
    if result.failure is not None:
        current.failed += 1
        if result.failure not in current.failures and len(current.failures) < 100:
            current.failures.append(result.failure)


class _Reporters:
    """The reporters of a run; one that fails is dropped and named, the others go on."""

    def __init__(self, current: Run) -> None:
        self._run = current
        self._active = list(current.plan.reporters)

    def tell(self, method: str, *arguments: object) -> None:
        for selected in tuple(self._active):
            try:
                getattr(selected.instance, method)(*arguments)
            except (Exception, SystemExit) as error:
                self._active.remove(selected)
                self._run.reporter_failures.append(_reporter_failure(selected, error))


def _reporter_failure(selected: Selected, error: BaseException) -> Failure:
    return Failure(f"reporter '{selected.spec}'", selected.component.origin, type(error).__name__, str(error))


def results(experiment: Experiment, registry: Registry | None = None) -> Iterator[TrialResult]:
    """Carry out an experiment without reporters and yield each result as it comes."""
    plan = make_plan(experiment, default_registry() if registry is None else registry)
    yield from _outcomes(plan)


__all__ = ["Outcome", "Run", "execute", "results", "run"]
