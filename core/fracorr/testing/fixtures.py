"""Fixtures for the tests of plugins: pytest finds them where fracorr is installed. Nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import pathlib

    from fracorr.kernel import Kernel
    from fracorr.plugins import Registry
    from fracorr.running import Run
    from fracorr.scene import Scene
    from fracorr.trial import TrialResult


@pytest.fixture(scope="session")
def fracorr_awkward_kernels() -> dict[str, Kernel]:
    """Kernels of awkward sizes, types and supports, by what is awkward about them."""
    from fracorr.testing.examples import kernels

    return kernels()


@pytest.fixture(scope="session")
def fracorr_awkward_scenes() -> dict[str, Scene]:
    """Scenes of awkward content, by what is awkward about them."""
    from fracorr.testing.examples import scenes

    return scenes()


@pytest.fixture
def fracorr_small_run(tmp_path: pathlib.Path) -> tuple[Run, list[TrialResult]]:
    """A run into a temporary folder that no reporter has been told of, and its results: hits, misses, failures."""
    from fracorr.testing.small_run import small_run

    return small_run(tmp_path)


@pytest.fixture
def fracorr_registry() -> Callable[..., Registry]:
    """A function that makes a registry of what comes with fracorr and of the plugins given: modules or objects."""
    from fracorr.testing.small_run import registry_with

    return registry_with
