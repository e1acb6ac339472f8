"""fracorr: fractal kernels and image correlation, with everything a plugin.

The names below are the public interface. They are imported on first use, so that ``import fracorr`` (and with it
every plugin's thin module and ``fracorr --help``) needs neither NumPy nor OpenCV.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from fracorr.components import ComponentSpec
from fracorr.hookspecs import hookimpl

if TYPE_CHECKING:
    from fracorr.api import correlate, fractalize
    from fracorr.errors import ConfigurationError, FracorrError, ImageError, MissingDependencyError, PluginError
    from fracorr.execution import Task
    from fracorr.experiment import Experiment
    from fracorr.finding import Finder, find
    from fracorr.kernel import Kernel
    from fracorr.parameters import parameter
    from fracorr.response import Match, Response
    from fracorr.running import Run, results, run
    from fracorr.scene import Scene, Target
    from fracorr.statistics import compare
    from fracorr.stored import StoredRun, open_run
    from fracorr.trial import TrialResult
    from fracorr.verdicts import verdict

    __version__: str

__all__ = [
    "ComponentSpec",
    "ConfigurationError",
    "Experiment",
    "Finder",
    "FracorrError",
    "ImageError",
    "Kernel",
    "Match",
    "MissingDependencyError",
    "PluginError",
    "Response",
    "Run",
    "Scene",
    "StoredRun",
    "Target",
    "Task",
    "TrialResult",
    "__version__",
    "compare",
    "correlate",
    "find",
    "fractalize",
    "hookimpl",
    "open_run",
    "parameter",
    "results",
    "run",
    "verdict",
]

_HOME = {
    "ConfigurationError": "errors",
    "Experiment": "experiment",
    "Finder": "finding",
    "FracorrError": "errors",
    "ImageError": "errors",
    "Kernel": "kernel",
    "Match": "response",
    "MissingDependencyError": "errors",
    "PluginError": "errors",
    "Response": "response",
    "Run": "running",
    "Scene": "scene",
    "StoredRun": "stored",
    "Target": "scene",
    "Task": "execution",
    "TrialResult": "trial",
    "compare": "statistics",
    "correlate": "api",
    "find": "finding",
    "fractalize": "api",
    "open_run": "stored",
    "parameter": "parameters",
    "results": "running",
    "run": "running",
    "verdict": "verdicts",
}


# Type checkers would take any name at all for one that is there.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name == "__version__":
            from importlib.metadata import version

            return version("fracorr")
        if name in _HOME:
            return getattr(importlib.import_module(f"fracorr.{_HOME[name]}"), name)
        raise AttributeError(f"module 'fracorr' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
