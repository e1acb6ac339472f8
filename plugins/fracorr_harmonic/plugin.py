"""The entry point: names the components, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_fractal_transforms() -> Iterator[ComponentSpec]:
    """Offer the transforms that make a kernel harmonic, pyramidal, or both."""
    yield ComponentSpec(
        "harmonic",
        "The kernel's part in chosen circular orders: what repeats so many times in a turn",
        "fracorr_harmonic.circular_projection:Harmonic",
    )
    yield ComponentSpec(
        "radial-harmonic",
        "The kernel's part in chosen radial (Mellin) orders: what repeats from scale to scale",
        "fracorr_harmonic.radial_projection:RadialHarmonic",
    )
    yield ComponentSpec(
        "symmetrize", "The mean of the kernel over a whole turn: exactly d-fold", "fracorr_harmonic.rosette:Symmetrize"
    )
    yield ComponentSpec("rosette", "The mean of turned copies of the kernel", "fracorr_harmonic.rosette:Rosette")
    yield ComponentSpec("pyramid", "The mean of ever smaller copies of the kernel", "fracorr_harmonic.pyramid:Pyramid")


@hookimpl
def fracorr_correlation_methods() -> Iterator[ComponentSpec]:
    """Offer the matcher that finds any angle and scale."""
    yield ComponentSpec(
        "harmonic",
        "Circular harmonics, a pyramid of the scene, Gauss-Newton: any rotation and scale",
        "fracorr_harmonic.method:HarmonicMatching",
    )
