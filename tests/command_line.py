"""Running the command line inside the test's own process."""

from __future__ import annotations

import sys
from typing import Any

import attrs

from fracorr.cli import main


@attrs.frozen
class Done:
    code: int
    out: str
    err: str


def command_line(capsys: Any, monkeypatch: Any, *arguments: object) -> Done:
    """Run ``fracorr`` with these arguments and return exit code and outputs."""
    monkeypatch.setattr(sys, "argv", ["fracorr", *map(str, arguments)])
    code = 0
    try:
        main()
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    captured = capsys.readouterr()
    return Done(code, captured.out, captured.err)
