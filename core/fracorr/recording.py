"""What a run keeps in its folder while it goes on, and what an earlier one left there."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

import attrs

from fracorr.components import Component
from fracorr.errors import ConfigurationError, OutputError
from fracorr.experiment import Experiment
from fracorr.files import UNFINISHED, as_path, writable_folder, write_text
from fracorr.locking import LOCK_FILE, sole_writer
from fracorr.manifest import MANIFEST_FILE, Manifest, Session, differing_versions, timestamp, versions_used
from fracorr.store import Store

if TYPE_CHECKING:
    from fracorr.plan import Plan
    from fracorr.trial import Trial, TrialResult

#: What a run's folder says about itself; it repeats the run.
EXPERIMENT_FILE = "experiment.toml"
#: Names the trial that runs in this process: should that die with it, the next run knows whose fault it may be.
_AT_HAND_FILE = ".trial-at-hand"
#: Keys of an experiment that change no result.
_WITHOUT_EFFECT = ("reporters", "engine")


class Recording(Protocol):
    """Where the results of a run go, and which were there before."""

    directory: pathlib.Path | None
    seconds_before: float

    def stored(self) -> Iterable[TrialResult]: ...
    def count_missing(self) -> int: ...
    def missing(self) -> Iterator[Trial]: ...
    def suspect(self) -> Trial | None: ...
    def begin_trial(self, trial: Trial) -> None: ...
    def keep(self, result: TrialResult) -> None: ...
    def commit(self) -> None: ...
    def end(self, outcome: str, done: int, seconds: float) -> None: ...


@attrs.define
class Unrecorded:
    """A run without a folder: everything is missing, nothing is kept."""

    plan: Plan
    directory: pathlib.Path | None = None
    seconds_before: float = 0.0

    def stored(self) -> Iterable[TrialResult]:
        return ()

    def count_missing(self) -> int:
        return len(self.plan)

    def missing(self) -> Iterator[Trial]:
        return self.plan.trials()

    def suspect(self) -> Trial | None:
        return None

    def begin_trial(self, trial: Trial) -> None: ...

    def keep(self, result: TrialResult) -> None: ...

    def commit(self) -> None: ...

    def end(self, outcome: str, done: int, seconds: float) -> None: ...


class Recorded:
    """A run in a folder that this process alone writes to."""

    def __init__(
        self, plan: Plan, directory: pathlib.Path, manifest: Manifest, store: Store, retry_failed: bool
    ) -> None:
        self.plan = plan
        self.directory: pathlib.Path | None = directory
        self.seconds_before = manifest.seconds
        self._manifest = manifest
        self._store = store
        self._keeps_failed = not retry_failed
        self._done = store.done(plan, failed=self._keeps_failed)
        self._at_hand = directory / _AT_HAND_FILE
        self._note: int | None = None

    def stored(self) -> Iterable[TrialResult]:
        """Yield what was there before and stays, one at a time."""
        return self._store.results(self.plan, failed=self._keeps_failed) if any(self._done) else ()

    def count_missing(self) -> int:
        """Return how many are to be done."""
        return self._done.count(0)

    def missing(self) -> Iterator[Trial]:
        """Yield what is to be done."""
        if not self.count_missing():
            return iter(())
        return (trial for trial in self.plan.trials() if not self._done[trial.number])

    def suspect(self) -> Trial | None:
        """Return the trial that was at hand when a process died, unless it is done."""
        try:
            identity = self._at_hand.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return next((trial for trial in self.missing() if trial.identity == identity), None)

    def begin_trial(self, trial: Trial) -> None:
        """Note that this trial now runs in this process."""
        # Two system calls, and no fsync: the note is to survive this process, not the machine.
        try:
            if self._note is None:
                self._note = os.open(self._at_hand, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
            os.lseek(self._note, 0, os.SEEK_SET)
            os.write(self._note, trial.identity.encode("ascii"))
        except OSError as error:
            raise OutputError(f"'{self._at_hand}' cannot be written: {error.strerror or error}") from error

    def keep(self, result: TrialResult) -> None:
        """Keep a result."""
        self._store.add(result)
        self._done[result.trial.number] = 1

    def commit(self) -> None:
        """Write what waits at once."""
        self._store.commit()

    def end(self, outcome: str, done: int, seconds: float) -> None:
        """Write down what waits, and how the session ended.

        Raises
        ------
        OutputError
            If the results cannot be written.
        """
        # A suspect that was not even tried, because of Ctrl-C for example, stays one.
        untried = self._note is None and self.suspect() is not None
        if self._note is not None:
            os.close(self._note)
            self._note = None
        self._store.commit()
        if not untried:
            self._at_hand.unlink(missing_ok=True)
        session = self._manifest.sessions[-1]
        session.finished, session.outcome, session.done, session.seconds = timestamp(), outcome, done, seconds
        with suppress(OutputError):  # on a full disk; the trials say themselves what is done
            self._manifest.write(self._store.file.parent)


@contextmanager
def recording(plan: Plan, out: str | os.PathLike[str] | None, *, retry_failed: bool = False) -> Iterator[Recording]:
    """Open a folder for a run of this plan, or go on with the one that it holds.

    Parameters
    ----------
    plan : Plan
    out : path or None
        Where to; None keeps nothing.
    retry_failed : bool, optional
        Whether trials that failed before are to be done again.

    Raises
    ------
    ConfigurationError
        If `out` is no path, the folder holds a run of something else, or another process is writing in it.
    OutputError
        If it cannot be written to.
    """
    if out is None:
        yield Unrecorded(plan)
        return
    refuse_another_experiment(as_path(out, "out"), plan.experiment)
    directory = writable_folder(out)
    with sole_writer(directory):
        refuse_another_experiment(directory, plan.experiment)
        manifest = _manifest(plan, directory)
        if manifest.sessions:
            _remove_half_written(directory)
        with Store.open(directory, writing=True) as store:
            recorded = Recorded(plan, directory, manifest, store, retry_failed)
            _write_experiment(directory / EXPERIMENT_FILE, plan.experiment.to_toml(beside=directory))
            manifest.sessions.append(Session.now())
            manifest.write(directory)
            yield recorded


def is_run(folder: str | os.PathLike[str]) -> bool:
    """Whether a folder holds a run."""
    return (pathlib.Path(folder) / EXPERIMENT_FILE).is_file()


def experiment_of(folder: pathlib.Path) -> Experiment:
    """Read the experiment of a run's folder.

    Raises
    ------
    ConfigurationError
        If there is none.
    """
    if not is_run(folder):
        raise ConfigurationError(f"'{folder}' is no run: there is no {EXPERIMENT_FILE} in it")
    return Experiment.from_toml(folder / EXPERIMENT_FILE)


def refuse_another_experiment(folder: pathlib.Path, experiment: Experiment) -> None:
    """Keep the results of two experiments from mixing in one folder.

    Raises
    ------
    ConfigurationError
        With what differs.
    """
    if not is_run(folder):
        return
    before = experiment_of(folder)
    names = [field.name for field in attrs.fields(Experiment) if field.eq and field.name not in _WITHOUT_EFFECT]
    values = {name: (getattr(before, name), getattr(experiment, name)) for name in names}
    differing = [f"{name}: {_said(was)} there, {_said(now)} here" for name, (was, now) in values.items() if was != now]
    if differing:
        raise ConfigurationError(
            f"folder '{folder}' holds another experiment's run; choose another folder ({'; '.join(differing)})"
        )


def _said(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _remove_half_written(folder: pathlib.Path) -> None:
    """Remove the files that an earlier process was killed over; folders of other runs in this one are theirs."""
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not pathlib.Path(place, name, LOCK_FILE).exists()]
        for name in filter(UNFINISHED.fullmatch, files):
            with suppress(OSError):
                pathlib.Path(place, name).unlink()


def _write_experiment(file: pathlib.Path, text: str) -> None:
    # What it says is the same, but for what has no effect on results.
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        write_text(file, text)


def _manifest(plan: Plan, directory: pathlib.Path) -> Manifest:
    """Return the folder's manifest, or a new one; refuse one that was made with other versions."""
    if not (directory / MANIFEST_FILE).is_file():
        return Manifest.of_this_machine(len(plan), versions_used(_components(plan)))
    manifest = Manifest.read(directory)
    refuse_other_versions(directory, manifest, plan)
    manifest.trials = len(plan)
    return manifest


def refuse_other_versions(directory: pathlib.Path, manifest: Manifest, plan: Plan) -> None:
    """Keep what other versions compute apart from a run.

    Raises
    ------
    ConfigurationError
        With what differs.
    """
    differing = differing_versions(manifest.versions, versions_used(_components(plan)))
    if differing:
        raise ConfigurationError(
            f"the run in '{directory}' was made with other versions ({differing}); install those to go on with it, or "
            "choose another folder"
        )


def _components(plan: Plan) -> Iterator[Component]:
    """Yield the components that the results depend on."""
    for selected in (*plan.methods, *(link for chain in plan.chains for link in chain.links)):
        yield from selected.components
    for scene in plan.scenes:
        yield scene.source.component
        yield from (kernel.source.component for kernel in plan.kernels[scene])
