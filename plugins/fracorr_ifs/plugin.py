"""The entry point: names the components, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_fractal_transforms() -> Iterator[ComponentSpec]:
    """Offer the transform ``ifs``."""
    yield ComponentSpec(
        "ifs",
        "Copies of the kernel in the shape of a fractal: Sierpinski, dragon, fern, … (iterated function systems)",
        "fracorr_ifs.transform:IFS",
    )
