"""The contract that every plugin keeps, for the tests of plugins.

``check_transform(Mirror())`` and its like try a component on ordinary and on awkward input, and say for each point
that does not hold what was expected, what came, and how to mend it. ``fracorr.testing.fixtures`` is a plugin of pytest
that comes with fracorr: every pytest imports it where fracorr is installed, and hence this module, which therefore
imports nothing until it is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fracorr.testing.command import check_command
    from fracorr.testing.contract import ContractError
    from fracorr.testing.engine import check_engine
    from fracorr.testing.method import check_method
    from fracorr.testing.plugin import check_plugin
    from fracorr.testing.reporter import check_reporter
    from fracorr.testing.source import check_scenes, check_source
    from fracorr.testing.transform import check_transform

__all__ = [
    "ContractError",
    "check_command",
    "check_engine",
    "check_method",
    "check_plugin",
    "check_reporter",
    "check_scenes",
    "check_source",
    "check_transform",
]

_HOME = {
    "ContractError": "contract",
    "check_command": "command",
    "check_engine": "engine",
    "check_method": "method",
    "check_plugin": "plugin",
    "check_reporter": "reporter",
    "check_scenes": "source",
    "check_source": "source",
    "check_transform": "transform",
}

# Type checkers would take any name at all for one that is there.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name in _HOME:
            return getattr(importlib.import_module(f"fracorr.testing.{_HOME[name]}"), name)
        raise AttributeError(f"module 'fracorr.testing' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
