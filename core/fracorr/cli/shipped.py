"""The experiments that come with fracorr."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from fracorr.experiment import Experiment

FOLDER: Final = pathlib.Path(__file__).parents[1] / "experiments"


def shipped(name: str, given: Mapping[str, Any] | None = None) -> Experiment:
    """Read one of them by the name of its file, with what options put in place of the file's values."""
    from fracorr.experiment import Experiment

    return Experiment.from_toml(FOLDER / f"{name}.toml", given)
