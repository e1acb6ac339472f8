"""What is said of an error that a plugin's code raised: its type, its message, and where in the code that was."""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Iterator
from types import CodeType
from typing import Final

from fracorr.errors import FracorrError

#: The packages through which plugins are called; nobody's mistake is to be looked for there.
_BETWEEN: Final = frozenset({"fracorr", "attr", "attrs", "importlib_metadata", "pluggy", *sys.stdlib_module_names})


def described(error: BaseException) -> str:
    """Return ``ZeroDivisionError: division by zero (fracorr_mirror/mirror.py, line 12, in apply)``."""
    return f"{type(error).__name__}: {message(error)}"


def message(error: BaseException) -> str:
    """Return what an error says, with the place where it was raised unless it says itself what would be right.

    The place is the innermost line of the plugin's package, also where a library that it calls raised the error. It
    names a file of the package, not of the machine, so that one mistake reads the same on every worker.
    """
    if isinstance(error, FracorrError | MemoryError):
        return str(error)  # memory runs out wherever it happens to
    return f"{error} {_place(error)}".strip()


def _place(error: BaseException) -> str:
    frames = list(_foreign_frames(error))
    package = frames[0][0][0] if frames else ""
    own = [(module, code, line) for module, code, line in frames if module[0] == package]
    if not own:
        return ""
    # How deep a recursion comes depends on where it began.
    module, code, line = own[0 if isinstance(error, RecursionError) else -1]
    return f"({_file_in_package(module, code)}, line {line}, in {code.co_name})"


def _foreign_frames(error: BaseException) -> Iterator[tuple[list[str], CodeType, int]]:
    """Yield the module's name in parts, the code and the line of each frame that is not between, outermost first."""
    traceback = error.__traceback__
    while traceback is not None:
        module = str(traceback.tb_frame.f_globals.get("__name__", "")).split(".")
        code = traceback.tb_frame.f_code
        if module[0] not in _BETWEEN and not code.co_filename.startswith("<attrs generated"):
            yield module, code, traceback.tb_lineno
        traceback = traceback.tb_next


def _file_in_package(module: list[str], code: CodeType) -> str:
    file = pathlib.Path(code.co_filename)
    return "/".join(file.parts[-len(module) - (file.stem == "__init__") :])
