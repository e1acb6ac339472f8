"""The entry point: names the components, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_fractal_transforms() -> Iterator[ComponentSpec]:
    """Offer the image fractal."""
    yield ComponentSpec(
        "orbit-trap",
        "The picture as the orbit trap of a Julia or Mandelbrot set",
        "fracorr_orbit.transform:OrbitTrap",
    )
