"""The store: the finished trials of a run in an SQLite file, written while the run goes on."""

from __future__ import annotations

import os
import pathlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Any

from fracorr.errors import ConfigurationError, OutputError
from fracorr.manifest import MANIFEST_FILE
from fracorr.rows import COLUMNS, differing_columns, plain_row, result_of, row_of

if TYPE_CHECKING:
    from fracorr.plan import Plan
    from fracorr.trial import Trial, TrialResult

STORE_FILE = "trials.sqlite"
#: A kill loses what was not committed: about so many seconds of work.
COMMIT_SECONDS = 1.0
#: So many rows wait at most, whatever the clock says.
_MOST_WAITING = 2000
#: How long to wait for another program that is just writing to the file.
_PATIENCE_SECONDS = 30.0

_NAMES = ", ".join(COLUMNS)
_INSERT = f"INSERT OR REPLACE INTO trials ({_NAMES}) VALUES ({', '.join('?' * len(COLUMNS))})"
_SCHEMA = f"CREATE TABLE IF NOT EXISTS trials ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})"
_FAILED_INDEX = "CREATE INDEX IF NOT EXISTS failed ON trials (number) WHERE failure_error IS NOT NULL"


class Store:
    """The finished trials of one run: table ``trials`` of ``trials.sqlite``, one row each.

    Others may read the file at any time, while the run goes on too. Use it in a ``with`` block, or close it.
    """

    def __init__(self, connection: sqlite3.Connection, file: pathlib.Path) -> None:
        self.file = file
        self._connection = connection
        self._waiting: list[tuple[Any, ...]] = []
        self._committed = time.monotonic()

    @classmethod
    def open(cls, folder: pathlib.Path, *, writing: bool = False) -> Store:
        """Open the store of a run's folder, to be read or, with `writing`, made if need be and added to.

        Raises
        ------
        ConfigurationError
            If there is none to read, or it is not fracorr's or of another version.
        OutputError
            If it cannot be written to.
        """
        file = folder / STORE_FILE
        with _explained(file, writing), ExitStack() as unless_well:
            connection = sqlite3.connect(file, timeout=_PATIENCE_SECONDS) if writing else _reading(file)
            unless_well.callback(connection.close)
            (_prepare if writing else _check_columns)(connection, file)
            unless_well.pop_all()
        return cls(connection, file)

    def add(self, result: TrialResult) -> None:
        """Keep a result; it is on the disk within about :data:`COMMIT_SECONDS` of work.

        Raises
        ------
        OutputError
            If the disk is full or the file cannot be written to; what was committed before stays.
        """
        self._waiting.append(row_of(result))
        if time.monotonic() - self._committed >= COMMIT_SECONDS or len(self._waiting) >= _MOST_WAITING:
            self.commit()

    def commit(self) -> None:
        """Write what waits, all of it or nothing.

        Raises
        ------
        OutputError
            Likewise.
        """
        if self._waiting:
            with _explained(self.file, writing=True), self._connection:
                self._connection.executemany(_INSERT, self._waiting)
            self._waiting.clear()
        self._committed = time.monotonic()

    def counts(self) -> tuple[int, int]:
        """Return how many trials are done, and how many of them failed."""
        with _explained(self.file):
            (done,) = self._connection.execute("SELECT COUNT(*) FROM trials").fetchone()
            (failed,) = self._connection.execute(
                "SELECT COUNT(*) FROM trials WHERE failure_error IS NOT NULL"
            ).fetchone()
        return done, failed

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield each trial as plain data by column, in the plan's order; see :data:`fracorr.rows.COLUMNS`."""
        with _explained(self.file), closing(self._connection.execute("SELECT * FROM trials ORDER BY number")) as cursor:
            names = [each[0] for each in cursor.description]
            for row in cursor:
                yield plain_row(names, row)

    def results(self, plan: Plan, *, failed: bool = True) -> Iterator[TrialResult]:
        """Yield each trial's result, in the plan's order, one at a time.

        Parameters
        ----------
        plan : Plan
            Of the experiment that the trials belong to.
        failed : bool, optional
            Whether those that failed are among them.

        Raises
        ------
        ConfigurationError
            If the trials are not the plan's.
        """
        for trial, row in self._matched(plan, _NAMES):
            result = result_of(trial, row)
            if failed or result.failure is None:
                yield result

    def done(self, plan: Plan, *, failed: bool = True) -> bytearray:
        """Return for each trial of the plan, by number, whether it is done (1) or not (0).

        Raises
        ------
        ConfigurationError
            If the trials are not the plan's.
        """
        flags = bytearray(len(plan))
        columns = "number, identity, kernel, chain, scene, method, failure_error"
        for trial, row in self._matched(plan, columns):
            flags[trial.number] = failed or row[-1] is None
        return flags

    def _matched(self, plan: Plan, columns: str) -> Iterator[tuple[Trial, tuple[Any, ...]]]:
        """Walk through plan and table side by side: neither is held in memory."""
        query = f"SELECT {columns} FROM trials ORDER BY number"
        with _explained(self.file), closing(self._connection.execute(query)) as rows:
            row = next(rows, None)
            for trial in plan.trials():
                if row is None:
                    return
                if row[0] == trial.number:
                    if row[1] != trial.identity:
                        raise ConfigurationError(_changed(self.file, trial))
                    yield trial, row
                    row = next(rows, None)
        if row is not None:
            raise ConfigurationError(
                f"'{self.file.parent}' holds more trials than the experiment's {len(plan)}: pictures that it uses were "
                "taken away since; put them back, or choose another folder"
            )

    def close(self) -> None:
        """Commit and let go of the file."""
        try:
            self.commit()
        finally:
            self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _prepare(connection: sqlite3.Connection, file: pathlib.Path) -> None:
    # Readers never block the writer, and a kill leaves the last commit; NORMAL is enough for that.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    with connection:
        connection.execute(_SCHEMA)
        _check_columns(connection, file)
        connection.execute(_FAILED_INDEX)


def _reading(file: pathlib.Path) -> sqlite3.Connection:
    if not file.is_file():
        raise ConfigurationError(f"'{file.parent}' holds no trials: there is no {STORE_FILE} in it")
    # Whoever may write tidies up behind a run that was killed. Elsewhere what such a run, or one that goes on, has left
    # in the log is read from there; without a log nobody writes, and nothing needs to be agreed with a writer.
    log = file.with_name(f"{file.name}-wal")
    writable = os.access(file.parent, os.W_OK) and os.access(file, os.W_OK)
    access = "mode=rw" if writable else "mode=ro" if log.exists() else "immutable=1"
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?{access}", uri=True, timeout=_PATIENCE_SECONDS)
    connection.execute("PRAGMA query_only = 1")
    return connection


def _check_columns(connection: sqlite3.Connection, file: pathlib.Path) -> None:
    found = [row[1] for row in connection.execute("PRAGMA table_info(trials)")]
    if not found:
        raise ConfigurationError(f"'{file.parent}' holds no trials: there is no table of them in '{file.name}'")
    if differing := ", ".join(differing_columns(found)):
        raise ConfigurationError(
            f"'{file}' is from another version of fracorr ({MANIFEST_FILE} beside it says which); use that one, or "
            f"choose another folder; these columns differ: {differing}"
        )


def _changed(file: pathlib.Path, trial: Trial) -> str:
    return (
        f"the run in '{file.parent}' was made of other things: what trial {trial.number} depends on (kernel "
        f"'{trial.kernel.name}', transform '{trial.chain.spec}', scene '{trial.scene.name}', method "
        f"'{trial.method.spec}') has changed since, for example a picture; put it back, or choose another folder"
    )


@contextmanager
def _explained(file: pathlib.Path, writing: bool = False) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        reason = {
            sqlite3.SQLITE_FULL: "the disk is full",
            sqlite3.SQLITE_BUSY: "another program holds it locked",
            sqlite3.SQLITE_NOTADB: "it is no SQLite file",
        }.get(code, str(error))
        if writing and code != sqlite3.SQLITE_NOTADB:
            raise OutputError(f"'{file}' cannot be written: {reason}") from error
        raise ConfigurationError(f"'{file}' cannot be read: {reason}") from error
