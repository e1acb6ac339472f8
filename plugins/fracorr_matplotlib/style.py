"""The one style of all figures, and the names of its colours."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import matplotlib.style

TARGET: Final = "C0"
DETECTED: Final = "C1"
MISS: Final = "C1"
HIT: Final = "C2"
FRAME: Final = "0.6"
QUIET: Final = "0.35"

#: What lies where a kernel cannot reach, and where there is no picture.
EMPTY: Final = 0.88


@contextmanager
def fracorr_style() -> Iterator[None]:
    """Draw in fracorr's style whatever the user's own settings are, which come back afterwards."""
    style = importlib.resources.files(__package__) / "fracorr.mplstyle"
    with importlib.resources.as_file(style) as path, matplotlib.style.context(["default", path]):
        yield
