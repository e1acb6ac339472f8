"""Finding files, and writing them so that they appear whole or not at all."""

from __future__ import annotations

import glob
import hashlib
import os
import pathlib
import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

from fracorr.errors import ConfigurationError, OutputError

# Names that Windows keeps for devices, and those that look like a slug which needed its mark.
_TAKEN_NAME = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?|(?:.*-)?[0-9a-f]{10}", re.DOTALL)


#: The names of files that are not whole yet: what a process leaves behind that is killed while it writes one. Nothing
#: else is called like that, so that whoever tidies up may remove it.
UNFINISHED = re.compile(r"\..*-[0-9a-f]{8}\.fracorr-part(\.[^.]*)?", re.DOTALL)


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[pathlib.Path]:
    """Give a temporary path beside `path` that takes its place when the block ends well, and goes when it does not.

    Raises
    ------
    OutputError
        If the folder cannot be written to.
    """
    location = pathlib.Path(path)
    if not location.name or "\0" in str(location):
        raise OutputError(f"'{location}' is no name for a file")
    temporary = location.with_name(f".{location.stem[:40]}-{secrets.token_hex(4)}.fracorr-part{location.suffix}")
    try:
        location.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(location)
    except OSError as error:
        raise OutputError(f"'{location}' cannot be written: {_reason(error, location.parent)}") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file at once.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a UTF-8 text file at once.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    write_bytes(path, text.encode("utf-8"))


def writable(text: str) -> str:
    r"""Return text as UTF-8 can say it: a file's name may hold bytes that are no letters (``\udcff``)."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def as_path(path: object, what: str) -> pathlib.Path:
    """Return a path that was given for `what`.

    Raises
    ------
    ConfigurationError
        If it is no path at all.
    """
    if not isinstance(path, str | os.PathLike):
        raise ConfigurationError(f"{what} takes a path, not {type(path).__name__}")
    return pathlib.Path(path)


def check_folder(path: str | os.PathLike[str]) -> None:
    """See whether :func:`writable_folder` could succeed, without making anything.

    Raises
    ------
    OutputError
        If it could not.
    """
    location = pathlib.Path(path)
    nearest = next(each for each in (location, *location.absolute().parents) if each.exists())
    if not nearest.is_dir():
        raise OutputError(f"folder '{location}' cannot be written to: '{nearest}' is not a folder")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise OutputError(f"folder '{location}' cannot be written to: no permission in '{nearest}'")


def writable_folder(path: str | os.PathLike[str]) -> pathlib.Path:
    """Make sure that `path` is a folder that files can be put into, and return it.

    Raises
    ------
    OutputError
        If it is not and cannot be made one.
    """
    location = pathlib.Path(path)
    try:
        location.mkdir(parents=True, exist_ok=True)
        probe = location / f".probe-{secrets.token_hex(4)}.fracorr-part"
        probe.touch()
        probe.unlink(missing_ok=True)  # whoever begins a run there tidies up
    except OSError as error:
        raise OutputError(f"folder '{location}' cannot be written to: {_reason(error, location)}") from error
    return location


def new_folder(parent: pathlib.Path, name: str) -> pathlib.Path:
    """Make a folder that was not there, whoever else makes one: `name`, or where that is taken ``name-2`` and so on.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    writable_folder(parent)
    location, number = parent / name, 1
    while True:
        try:
            location.mkdir()
        except FileExistsError:
            number += 1
            location = parent / f"{name}-{number}"
        except OSError as error:
            raise OutputError(f"folder '{location}' cannot be made: {error.strerror or error}") from error
        else:
            return location


def refuse_overwriting(
    written: Iterable[pathlib.Path], read: Iterable[pathlib.Path], option: str, instead: str
) -> None:
    """Keep what is written from taking the place of what is read.

    Parameters
    ----------
    written, read : iterable of pathlib.Path
    option : str
        What said where to write.
    instead : str
        What it could say, for the message.

    Raises
    ------
    ConfigurationError
        If a file is in both.
    """
    sources = {path.resolve() for path in read}
    for path in written:
        if path.resolve() in sources:
            raise ConfigurationError(
                f"{option} would write over '{path}', which is to be read; name another place: {option} {instead}"
            )


def slug(text: str, limit: int = 80) -> str:
    """Return a name for a file that stands for `text` on any file system.

    It holds lower-case ASCII letters, digits, ``.``, ``_`` and single ``-`` only. A text that is such a name already
    comes back as it is; any other ends in a piece of its sha256, so that two texts never share a name, not even
    where upper and lower case are the same.

    Parameters
    ----------
    text : str
        Anything, file names that are not valid UTF-8 included.
    limit : int, optional
        The largest number of characters, at least 16.
    """
    plain = re.sub(r"[^a-z0-9._]+", "-", text.lower()).strip("-._")
    if plain and plain == text and len(text) <= limit and not _TAKEN_NAME.fullmatch(text):
        return plain
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    # Without a dot, nothing but the mark can end a device's name: "aux.txt" is as forbidden as "aux".
    return f"{plain.replace('.', '_')[: limit - 11].rstrip('-_')}-{mark}".lstrip("-")


def find(path: str | os.PathLike[str], endings: Sequence[str]) -> tuple[pathlib.Path, ...]:
    """Return the files that a path stands for, sorted.

    Parameters
    ----------
    path : path
        A file (whatever its ending, and whether or not it exists: opening it gives the better message), a folder (its
        files with one of the `endings`, not those of its subfolders), or a pattern with ``*``, ``?``, ``[…]`` and
        ``**`` (the files with one of the `endings` that match). A leading ``~`` is the home folder.
    endings : sequence of str
        Such as ``(".png", ".jpg")``; upper and lower case are the same.

    Raises
    ------
    ConfigurationError
        If a folder holds no such file or a pattern matches none.
    """
    try:
        location = pathlib.Path(path).expanduser()
        if location.is_dir():
            found = list(location.iterdir())
            reason = f"folder '{location}' holds no file that ends in {', '.join(endings)}"
        elif glob.has_magic(str(location)) and not location.exists():
            found = [pathlib.Path(each) for each in glob.glob(str(location), recursive=True)]  # noqa: PTH207 - takes absolute patterns too
            ending = f" that ends in {', '.join(endings)} (only {found[0].name}, …)" if found else ""
            reason = f"the pattern '{location}' matches no file{ending}"
        else:
            return (location,)
    except (OSError, RuntimeError) as error:
        raise ConfigurationError(f"'{path}' cannot be looked up: {error}") from error
    # Hidden files beside pictures are not pictures, whatever their names end in.
    visible = (each for each in found if not each.name.startswith("."))
    suitable = sorted(each for each in visible if each.suffix.lower() in endings and each.is_file())
    if not suitable:
        raise ConfigurationError(reason)
    return tuple(suitable)


def distinct_names(paths: Sequence[pathlib.Path]) -> tuple[str, ...]:
    """Return a name for each of several different files: its stem, and where stems repeat as much more of the path as
    tells them apart, as in ``cat/eye.png``.
    """
    deepest = max((len(path.parts) for path in paths), default=0)
    detail = [0] * len(paths)
    while True:
        names = [_name(path, level) for path, level in zip(paths, detail, strict=True)]
        count = Counter(names)
        repeated = [index for index, name in enumerate(names) if count[name] > 1 and detail[index] < deepest]
        if not repeated:
            return tuple(names)
        for index in repeated:
            detail[index] += 1


def _reason(error: OSError, folder: pathlib.Path) -> str:
    if isinstance(error, FileExistsError | NotADirectoryError):
        for part in (folder, *folder.parents):
            if part.exists() and not part.is_dir():
                return f"'{part}' is a file, not a folder"
    return error.strerror or str(error)


def _name(path: pathlib.Path, detail: int) -> str:
    return path.stem if detail == 0 else pathlib.PurePath(*path.parts[-detail:]).as_posix()
