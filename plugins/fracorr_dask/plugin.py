"""The entry point: names the components, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_engines() -> Iterator[ComponentSpec]:
    """Offer the engine for clusters."""
    yield ComponentSpec("dask", "Trials spread over a Dask cluster", "fracorr_dask.engine:Dask")
