"""A run read back from its folder."""

from __future__ import annotations

import os
import pathlib
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Literal, TextIO

import attrs

from fracorr.arms import ArmTally, arms_of
from fracorr.checking import check_reporters
from fracorr.errors import ConfigurationError
from fracorr.experiment import Experiment
from fracorr.files import as_path
from fracorr.locking import is_held
from fracorr.manifest import Manifest
from fracorr.plan import Plan, make_plan
from fracorr.plugins import Registry
from fracorr.recording import experiment_of, refuse_other_versions
from fracorr.reporting import Reporters
from fracorr.running import Run
from fracorr.store import Store
from fracorr.trial import Arm, TrialResult


@attrs.frozen
class StoredRun:
    """A run in its folder, finished or not; reading it computes nothing and disturbs nobody.

    Attributes
    ----------
    directory : pathlib.Path
    experiment : Experiment
        What was tried.
    manifest : Manifest
        With what: versions, plugins, machine, and when.
    """

    directory: pathlib.Path
    experiment: Experiment
    manifest: Manifest

    @property
    def total(self) -> int:
        """How many trials the experiment has."""
        return self.manifest.trials

    @property
    def done(self) -> int:
        """How many are done, failed ones included."""
        return self._counts()[0]

    @property
    def failed(self) -> int:
        """How many failed."""
        return self._counts()[1]

    @property
    def state(self) -> Literal["running", "finished", "interrupted"]:
        """Whether a process works on it now, and if none does, whether all trials are done."""
        if is_held(self.directory):
            return "running"
        return "finished" if self.done == self.total else "interrupted"

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield each finished trial as plain data, in the plan's order; no plugin is needed for that.

        The keys are the columns of ``trials.sqlite``: number, identity, kernel, kernel_source, chain, scene,
        scene_source, method, the fields of :class:`~fracorr.metrics.Metrics`, seconds, ``failure_*`` (None where it did
        not fail), matches and targets (lists of poses).
        """
        with Store.open(self.directory) as store:
            yield from store.rows()

    def _repr_html_(self) -> str:
        from fracorr.notebook import arms_html

        try:
            arms, said = self.arms().values(), f"{self.done} of {self.total} trials, {self.state}"
        except ConfigurationError as error:  # without its trials, or with damaged ones, it is a run all the same
            return arms_html((), str(error))
        return arms_html(arms, f"{self.directory}: {said}")

    def arms(self) -> dict[Arm, ArmTally]:
        """Return the totals of each arm that has a finished trial, in the plan's order."""
        return arms_of(self.rows())

    def results(self, registry: Registry | None = None) -> Iterator[TrialResult]:
        """Yield the result of each finished trial, in the plan's order.

        The scenes and kernels are looked up again, as for a run.

        Raises
        ------
        ConfigurationError
            If they, or the plugins, are not what they were.
        """
        yield from self._results_of(make_plan(self.experiment, registry))

    def report(
        self,
        reporters: str | Sequence[str] | None = None,
        *,
        output: TextIO | None = None,
        registry: Registry | None = None,
    ) -> Run:
        """Let reporters see the results, as if the run went on now; no trial is computed.

        Parameters
        ----------
        reporters : str or sequence of str, optional
            Their specs; by default the experiment's own.
        output, registry : optional
            As for :func:`fracorr.run`.

        Returns
        -------
        Run
            The totals.

        Raises
        ------
        ConfigurationError
            Likewise, or if a reporter cannot report such an experiment.
        """
        experiment = self.experiment if reporters is None else attrs.evolve(self.experiment, reporters=reporters)
        plan = make_plan(experiment, registry)
        check_reporters(plan)
        current = Run(plan, self.directory, sys.stdout if output is None else output)
        current.seconds = self.manifest.seconds
        told = Reporters(current)
        told.tell("begin", current)
        try:
            for result in self._results_of(plan):
                current.count(result)
                told.tell("record", result)
        finally:
            told.tell("end")
        return current

    def _results_of(self, plan: Plan) -> Iterator[TrialResult]:
        with Store.open(self.directory) as store:
            try:
                yield from store.results(plan)
            except ConfigurationError:
                # Where trials are not what they were, other versions are the likeliest reason.
                refuse_other_versions(self.directory, self.manifest, plan)
                raise

    def _counts(self) -> tuple[int, int]:
        with Store.open(self.directory) as store:
            return store.counts()


def open_run(directory: str | os.PathLike[str]) -> StoredRun:
    """Open a run's folder, to read what came out of it.

    Parameters
    ----------
    directory : path
        What ``fracorr run --out`` or ``run(out=…)`` was given.

    Raises
    ------
    ConfigurationError
        If it is no run, or no path.

    Examples
    --------
    >>> stored = open_run("runs/eyes")  # doctest: +SKIP
    >>> [row["scene"] for row in stored.rows() if row["hit"]]  # doctest: +SKIP
    ['astronaut', 'coffee']
    """
    folder = as_path(directory, "open_run()")
    manifest = Manifest.read(folder)
    return StoredRun(folder, experiment_of(folder), manifest)
