"""The entry point: names the components, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_kernel_sources() -> Iterator[ComponentSpec]:
    """Offer the bundled gallery, image files, and images rendered while the experiment runs, as kernels."""
    yield ComponentSpec("gallery", "The feature images that come with fracorr", "fracorr_features.gallery:Gallery")
    yield ComponentSpec("file", "Image files, folders, patterns and sprite sheets", "fracorr_features.files:File")
    yield ComponentSpec(
        "features", "Feature images of a network, rendered on the spot", "fracorr_features.live:Features"
    )


@hookimpl
def fracorr_commands() -> Iterator[ComponentSpec]:
    """Offer ``fracorr features``."""
    yield ComponentSpec(
        "features", "Render, list and choose images of what a network has learned", "fracorr_features.cli:app"
    )
