"""The entry point: names the components, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_engines() -> Iterator[ComponentSpec]:
    """Offer the engines of this machine."""
    yield ComponentSpec("serial", "One trial after the other, in this process", "fracorr_local.serial:Serial")
    yield ComponentSpec("process", "Trials spread over processes of this machine", "fracorr_local.process:Process")
