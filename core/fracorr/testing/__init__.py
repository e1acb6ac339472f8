"""The contract that every plugin keeps, for the tests of plugins.

``check_transform(Mirror())`` and its like try a component on ordinary and on awkward input, and say for each point
that does not hold what was expected, what came, and how to mend it. ``fracorr.testing.fixtures`` is a plugin of pytest
that comes with fracorr.
"""

from __future__ import annotations

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
