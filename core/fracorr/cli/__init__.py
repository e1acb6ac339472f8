"""The command line: one file per command, put together here.

Nothing heavy is imported until a command needs it, so that ``fracorr --help`` and ``plugins list`` stay quick.
"""

from __future__ import annotations

import gc

# What is imported stays: looking through it for garbage again and again took 6 % of the start.
gc.disable()
try:
    from fracorr.cli.app import main
finally:
    gc.freeze()
    gc.enable()

__all__ = ["main"]
