"""Where scikit-image keeps the pictures that it brings along."""

from __future__ import annotations

import importlib.util
import pathlib

from fracorr import MissingDependencyError


def data_folder() -> pathlib.Path:
    """Return scikit-image's data folder without importing ``skimage.data``, whose functions may download."""
    found = importlib.util.find_spec("skimage")
    if found is None or not found.submodule_search_locations:
        raise MissingDependencyError("the sample photographs come with scikit-image: pip install scikit-image")
    return pathlib.Path(found.submodule_search_locations[0]) / "data"
