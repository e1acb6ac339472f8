"""The entry point: names the components, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_reporters() -> Iterator[ComponentSpec]:
    """Offer the reporters that draw figures."""
    yield ComponentSpec(
        "figures",
        "Figures: every chain beside the plain kernel, and single trials",
        "fracorr_matplotlib.figures:Figures",
    )
    yield ComponentSpec(
        "invariance",
        "Curves of hits and response over the target's rotation and scale",
        "fracorr_matplotlib.invariance:InvarianceReport",
    )
