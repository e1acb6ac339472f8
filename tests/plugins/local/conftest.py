"""The plugin that misbehaves, for every test of the engines of this machine that asks for it."""

import faults
import pytest


@pytest.fixture
def plugin(tmp_path):
    """Install it, and return the environment for further processes."""
    with faults.installed(tmp_path / "plugin") as environment:
        yield environment
