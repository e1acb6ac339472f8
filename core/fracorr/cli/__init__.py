"""The command line: one file per command, put together here.

Nothing heavy is imported until a command needs it, so that ``fracorr --help`` and ``plugins list`` stay quick.
"""

from __future__ import annotations

from fracorr.cli.app import main

__all__ = ["main"]
