"""A trial's result as one row of a table, and back."""

from __future__ import annotations

import json
import operator
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from fracorr.files import writable
from fracorr.metrics import Metrics
from fracorr.response import Match
from fracorr.scene import Target
from fracorr.trial import Failure, Trial, TrialResult

_SQL_TYPES = {bool: "INTEGER", int: "INTEGER", float: "REAL", str: "TEXT"}


def _names(cls: type[attrs.AttrsInstance]) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(cls))


def _types(cls: type[attrs.AttrsInstance]) -> dict[str, type]:
    """Return what each field of a class of numbers and texts is, beside None."""
    hints = typing.get_type_hints(cls)
    return {
        name: next(each for each in typing.get_args(hints[name]) or (hints[name],) if each in _SQL_TYPES)
        for name in _names(cls)
    }


_METRICS: Final = _names(Metrics)
_MATCH: Final = _names(Match)
_FAILURE: Final = _names(Failure)
_TYPES: Final = _types(Metrics)
_NAMING: Final = ("identity", "kernel", "kernel_source", "chain", "scene", "scene_source", "method")

#: The columns in their order, with their SQL types; JSON in `matches` and `targets`.
COLUMNS: Final[dict[str, str]] = {
    "number": "INTEGER PRIMARY KEY",
    **dict.fromkeys(_NAMING, "TEXT NOT NULL"),
    **{name: _SQL_TYPES[kind] for name, kind in _TYPES.items()},
    "seconds": "REAL NOT NULL",
    **{f"failure_{name}": "TEXT" for name in _FAILURE},
    "matches": "TEXT NOT NULL",
    "targets": "TEXT NOT NULL",
}
_OF_METRICS = slice(1 + len(_NAMING), 1 + len(_NAMING) + len(_METRICS))
_SECONDS = _OF_METRICS.stop
_OF_FAILURE = slice(_SECONDS + 1, _SECONDS + 1 + len(_FAILURE))
_MATCHES = _OF_FAILURE.stop
_BOOLEANS = tuple(index for index, name in enumerate(_METRICS) if _TYPES[name] is bool)

_metric_values = operator.attrgetter(*_METRICS)
_match_values = operator.attrgetter(*_MATCH)
_failure_values = operator.attrgetter(*_FAILURE)
_NO_FAILURE = (None,) * len(_FAILURE)
_PLAIN = (bool, int, float, str, type(None))


def row_of(result: TrialResult) -> tuple[Any, ...]:
    """Return the values of :data:`COLUMNS` for a result."""
    trial = result.trial
    names = trial.to_dict()
    return (
        names["number"],
        *(writable(names[name]) for name in _NAMING),
        *map(_plain, _metric_values(result.metrics)),
        result.seconds,
        *(_NO_FAILURE if result.failure is None else map(writable, _failure_values(result.failure))),
        _json([dict(zip(_MATCH, _match_values(match), strict=True)) for match in result.matches]),
        targets_text(trial.scene.truth),
    )


def result_of(trial: Trial, row: Sequence[Any]) -> TrialResult:
    """Return the result that :func:`row_of` made a row of."""
    metrics = list(row[_OF_METRICS])
    for index in _BOOLEANS:
        metrics[index] = None if metrics[index] is None else bool(metrics[index])
    failure = row[_OF_FAILURE]
    return TrialResult(
        trial,
        tuple(Match(**match) for match in json.loads(row[_MATCHES])),
        Metrics(*metrics),
        row[_SECONDS],
        None if failure == _NO_FAILURE else Failure(*failure),
    )


def plain_row(names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    """Return a row as plain data by column: truth values as such, JSON decoded."""
    values = dict(zip(names, row, strict=True))
    for name, value in values.items():
        if value is not None and _TYPES.get(name) is bool:
            values[name] = bool(value)
    values["matches"], values["targets"] = json.loads(values["matches"]), json.loads(values["targets"])
    return values


def flat_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a plain row as a table has it: the best match in columns of its own, all matches and targets as JSON."""
    best = row["matches"][0] if row["matches"] else dict.fromkeys(_MATCH)
    texts = {name: _json(row[name]) for name in ("matches", "targets")}
    return {**row, **{f"best_{name}": value for name, value in best.items()}, **texts}


def flat_columns() -> dict[str, type]:
    """Return the columns of :func:`flat_row` with what they hold beside None."""
    types: dict[str, type] = {"number": int, **_TYPES, "seconds": float}
    best = {f"best_{name}": kind for name, kind in _types(Match).items()}
    return {**{name: types.get(name, str) for name in COLUMNS}, **best}


def targets_text(targets: Sequence[Target]) -> str:
    """Return targets as JSON."""
    return _json([attrs.asdict(target) for target in targets]) if targets else "[]"


def _plain(value: Any) -> Any:
    # Exact types are nearly all there is; NumPy's scalars, which SQLite does not know, turn into them.
    return value if type(value) in _PLAIN or not hasattr(value, "item") else value.item()


def _json(value: Any) -> str:
    return writable(json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=_plain))


def differing_columns(there: Sequence[str]) -> Iterator[str]:
    """Yield the columns that a table lacks or has too many."""
    yield from (name for name in COLUMNS if name not in there)
    yield from (name for name in there if name not in COLUMNS)
