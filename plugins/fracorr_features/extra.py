"""The optional libraries of this plugin, asked for where they are needed and nowhere else."""

from __future__ import annotations

import importlib.util

from fracorr.errors import MissingDependencyError


def require_torch() -> None:
    """Make sure that PyTorch and safetensors can be imported.

    Raises
    ------
    MissingDependencyError
        If they are not installed, with the command that installs them.
    """
    missing = [name for name in ("torch", "safetensors") if not _installed(name)]
    if missing:
        raise MissingDependencyError(
            f"feature visualisation needs {' and '.join(missing)}, which is not installed. "
            "Run: pip install 'fracorr[torch]'"
        )


def _installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ValueError:  # what find_spec says of a module that sys.modules holds as None
        return False
