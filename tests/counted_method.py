"""A method that counts how often it is asked."""

from __future__ import annotations

from typing import ClassVar

import attrs
from fakes import FakeDistribution, FakeEntryPoint, Peak, plugin

from fracorr import ComponentSpec


@attrs.frozen
class Counted:
    """A method that counts its calls, and fails while it is told to."""

    calls: ClassVar[int] = 0
    fails: ClassVar[bool] = False
    any_size = True

    def correlate(self, scene, kernel):
        Counted.calls += 1
        if Counted.fails:
            raise RuntimeError("not today")
        return Peak().correlate(scene, kernel)


def counted(version: str = "1.2") -> FakeEntryPoint:
    """Make an entry point for the method, of a distribution with this version."""
    methods = plugin(
        fracorr_correlation_methods=lambda: [ComponentSpec("counted", "Counts its calls", "counted_method:Counted")]
    )
    return FakeEntryPoint("counted", lambda: methods, FakeDistribution("counted-distribution", version))
