"""Systems from files: Fractint's ``.ifs`` format, and TOML."""

from __future__ import annotations

import pathlib
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from fracorr import ConfigurationError
from fracorr.errors import nearest
from fracorr_ifs.maps import AffineMap, System

#: No file of coefficients is larger than this many bytes.
_LARGEST = 1 << 20
_KEYS = ("a", "b", "c", "d", "e", "f", "p")


def read(path: pathlib.Path, name: str | None = None) -> System:
    """Read a system from a file.

    Parameters
    ----------
    path : pathlib.Path
        TOML if it ends in ``.toml``, else Fractint's format.
    name : str, optional
        Which of several systems in the file; case does not matter.

    Raises
    ------
    ConfigurationError
        If the file cannot be read or understood (which line), or does not hold that system, or holds several and none
        is named.
    """
    text = _text(path)
    systems = from_toml(text, path) if path.suffix.lower() == ".toml" else from_ifs(text, path)
    if not systems:
        raise ConfigurationError(f"'{path}' holds no system of maps; write: name {{ a b c d e f p … }}")
    if name is None:
        if len(systems) > 1:
            raise ConfigurationError(
                f"'{path}' holds {len(systems)} systems ({', '.join(systems)}); choose one with system=name"
            )
        return next(iter(systems.values()))
    folded = {each.casefold(): each for each in systems}
    if name.casefold() not in folded:
        raise ConfigurationError(f"'{path}' holds no system '{name}'{nearest(name, systems)} ({', '.join(systems)})")
    return systems[folded[name.casefold()]]


def from_rows(rows: tuple[tuple[float, ...], ...], where: str, **options: Any) -> System:
    """Make a system of rows [a, b, c, d, e, f] or, all of them, [a, b, c, d, e, f, p].

    Raises
    ------
    ConfigurationError
        If a row has another length, or only some have a probability.
    """
    for number, row in enumerate(rows, 1):
        if len(row) not in (6, 7):
            raise ConfigurationError(
                f"{where}: map {number} has {len(row)} numbers; it takes 6, [a,b,c,d,e,f], or 7 with a probability"
            )
        if len(row) != len(rows[0]):
            raise ConfigurationError(
                f"{where}: map 1 has {len(rows[0])} numbers and map {number} has {len(row)}; give a probability to "
                "all maps or to none"
            )
    maps = tuple(AffineMap(*row[:6]) for row in rows)
    shares = tuple(row[6] for row in rows if len(row) == 7)
    return System(maps, shares, name=where, **options)


def from_ifs(text: str, path: pathlib.Path) -> dict[str, System]:
    """Read Fractint's format.

    Each system is ``name { … }``, with one map in a line: six numbers a b c d e f, or seven with the probability,
    separated by white space or commas. What follows ``;`` is a comment. A file without braces is one system, named
    like the file.

    Raises
    ------
    ConfigurationError
        If a line is broken: its number, and what it should be.
    """
    parser = _IfsParser(path, named="{" in re.sub(";.*", "", text))
    for number, line in enumerate(text.splitlines(), 1):
        parser.feed(number, line.partition(";")[0])
    return parser.finish()


class _IfsParser:
    """Reads one line after the other."""

    def __init__(self, path: pathlib.Path, named: bool) -> None:
        self._path = path
        self._named = named
        self._systems: dict[str, System] = {}
        # Words outside the braces are the name of the system to come.
        self._heading = ""
        self._name: str | None = None if named else path.stem
        self._opened = 1
        self._rows: list[tuple[float, ...]] = []

    def feed(self, number: int, line: str) -> None:
        """Read a line without its comment."""
        for part in re.split(r"([{}])", line):
            if part == "{":
                self._open(number)
            elif part == "}":
                self._close(number)
            elif part.strip() and self._name is None:
                self._heading = part.strip()
            elif part.strip():
                self._rows.append(self._row(number, part))

    def finish(self) -> dict[str, System]:
        """Return all systems."""
        if self._name is not None and self._named:
            raise self._error(self._opened, f"the brace of '{self._name}' is not closed; a line with }} is missing")
        if self._name is not None and self._rows:
            self._add()
        return self._systems

    def _open(self, number: int) -> None:
        if self._name is not None:
            raise self._error(number, f"a brace opens inside '{self._name}'; close that one with }} first")
        if not self._heading:
            raise self._error(number, "a system needs a name before its brace: name {")
        if re.search(r"\(3d\)", self._heading, re.IGNORECASE):
            raise self._error(number, f"'{self._heading}' is three-dimensional; only maps of the plane can be used")
        if self._heading.casefold() in (each.casefold() for each in self._systems):
            raise self._error(number, f"there is a second system '{self._heading}'; names must differ")
        self._name, self._heading, self._opened, self._rows = self._heading, "", number, []

    def _close(self, number: int) -> None:
        if self._name is None:
            raise self._error(number, "a brace closes that was never opened")
        if not self._rows:
            raise self._error(number, f"'{self._name}' has no maps; each is a line of a b c d e f p")
        self._add()
        self._name = None

    def _add(self) -> None:
        name = self._name or self._path.stem
        self._systems[name] = from_rows(tuple(self._rows), f"'{self._path}', system '{name}'")

    def _row(self, number: int, text: str) -> tuple[float, ...]:
        values = []
        for word in re.split(r"[\s,]+", text.strip().strip(",")):
            try:
                value = float(word)
            except ValueError:
                raise self._error(number, f"{word!r} is not a number; a map is a line of a b c d e f p") from None
            if abs(value) > 1e12 or value != value:
                raise self._error(number, f"{word!r} is no finite number of reasonable size")
            values.append(value)
        if len(values) not in (6, 7):
            raise self._error(number, f"{len(values)} numbers; a map has 6, a b c d e f, or 7 with its probability p")
        if self._rows and len(values) != len(self._rows[0]):
            raise self._error(
                number, f"{len(values)} numbers, but the maps above have {len(self._rows[0])}: all need a p, or none"
            )
        return tuple(values)

    def _error(self, number: int, message: str) -> ConfigurationError:
        return ConfigurationError(f"'{self._path}', line {number}: {message}")


def from_toml(text: str, path: pathlib.Path) -> dict[str, System]:
    """Read systems from TOML.

    Each system is a table with ``maps``, a list of [a, b, c, d, e, f] or [a, b, c, d, e, f, p] or of tables with
    these keys; and, if wanted, ``condensation`` (true or false) and ``initial`` (left, bottom, right, top). A file
    with only one system may give these keys at its top.

    Raises
    ------
    ConfigurationError
        If it is not TOML (line and column), or a key is unknown, missing or of the wrong kind.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"'{path}' is not TOML: {error}") from error
    tables = {path.stem: document} if "maps" in document else document
    return {name: _from_table(table, f"'{path}', system '{name}'") for name, table in tables.items()}


def _from_table(table: object, where: str) -> System:
    if not isinstance(table, Mapping):
        raise ConfigurationError(f"{where}: it should be a table with a list of maps: maps = [[a, b, c, d, e, f], …]")
    known = ("maps", "condensation", "initial")
    for key in table:
        if key not in known:
            raise ConfigurationError(f"{where}: unknown key '{key}'{nearest(key, known)}; it takes {', '.join(known)}")
    rows = table.get("maps")
    if not isinstance(rows, list):
        raise ConfigurationError(f"{where}: 'maps' should be a list: maps = [[a, b, c, d, e, f], …]")
    options: dict[str, Any] = {}
    if "condensation" in table:
        if not isinstance(table["condensation"], bool):
            raise ConfigurationError(f"{where}: 'condensation' should be true or false")
        options["condensation"] = table["condensation"]
    if "initial" in table:
        options["initial"] = initial = _numbers(table["initial"], f"{where}: 'initial'")
        check_initial(initial, f"{where}: 'initial'")
    maps = tuple(_row_from_toml(row, f"{where}: map {number}") for number, row in enumerate(rows, 1))
    return from_rows(maps, where, **options)


def check_initial(initial: tuple[float, ...], what: str) -> None:
    """Check where a picture is to lie.

    Raises
    ------
    ConfigurationError
        If it is no rectangle.
    """
    if len(initial) != 4 or not (initial[0] < initial[2] and initial[1] < initial[3]):
        raise ConfigurationError(f"{what} is {list(initial)}; it takes [left, bottom, right, top], y up")


def _row_from_toml(row: object, what: str) -> tuple[float, ...]:
    if isinstance(row, Mapping):
        for key in row:
            if key not in _KEYS:
                raise ConfigurationError(f"{what}: unknown key '{key}'; a map has {', '.join(_KEYS)}")
        for key in _KEYS[:4]:
            if key not in row:
                raise ConfigurationError(f"{what}: '{key}' is missing; a map has {', '.join(_KEYS)}")
        row = [row.get(key, 0.0) for key in _KEYS[:6]] + ([row["p"]] if "p" in row else [])
    return _numbers(row, what)


def _numbers(values: object, what: str) -> tuple[float, ...]:
    if not isinstance(values, list):
        raise ConfigurationError(f"{what} should be a list of numbers, not {values!r}")
    for value in values:
        if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= 1e12:
            raise ConfigurationError(f"{what}: {value!r} is not a finite number of reasonable size")
    return tuple(float(value) for value in values)


def _text(path: pathlib.Path) -> str:
    if not path.exists():
        siblings = (each.name for each in path.parent.iterdir()) if path.parent.is_dir() else ()
        raise ConfigurationError(f"there is no file '{path}'{nearest(path.name, siblings)}")
    try:
        data = path.read_bytes() if path.stat().st_size <= _LARGEST else None
    except OSError as error:
        raise ConfigurationError(f"'{path}' cannot be read: {error.strerror or error}") from error
    if data is None or b"\0" in data:
        raise ConfigurationError(f"'{path}' is not a text file of coefficients")
    # The files of Fractint's time are in all kinds of encodings, but their numbers are plain.
    return data.decode("utf-8", errors="replace")
