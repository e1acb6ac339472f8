"""The entry point: names the components, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_kernel_sources() -> Iterator[ComponentSpec]:
    """Offer the bundled gallery and image files as kernels."""
    yield ComponentSpec("gallery", "The pictures that come with fracorr", "fracorr_features.gallery:Gallery")
    yield ComponentSpec("file", "Image files, folders, patterns and sprite sheets", "fracorr_features.files:Files")
