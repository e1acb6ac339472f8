"""The entry point: names the components, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_reporters() -> Iterator[ComponentSpec]:
    """Offer the reporter of this plugin."""
    yield ComponentSpec("html", "One page with everything, for a browser: report.html", "fracorr_html.report:Html")
