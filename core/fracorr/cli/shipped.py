"""The experiments that come with fracorr."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fracorr.experiment import Experiment

FOLDER: Final = pathlib.Path(__file__).parents[1] / "experiments"


def shipped(name: str) -> Experiment:
    """Read one of them by the name of its file."""
    from fracorr.experiment import Experiment

    return Experiment.from_toml(FOLDER / f"{name}.toml")
