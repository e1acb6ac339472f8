"""The entry point: names the components, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_fractal_transforms() -> Iterator[ComponentSpec]:
    """Offer the composite of a kernel's rotated and scaled copies, as a kernel."""
    yield ComponentSpec(
        "composite",
        "The optimal filter for a family of rotated and scaled copies (SDF, MACE, OTSDF, UMACE, UOTSDF)",
        "fracorr_composite.transform:Composite",
    )


@hookimpl
def fracorr_correlation_methods() -> Iterator[ComponentSpec]:
    """Offer correlation with a composite of the kernel's rotated and scaled copies."""
    yield ComponentSpec(
        "sdf", "Synthetic discriminant function: the same answer to every copy", "fracorr_composite.methods:SDF"
    )
    yield ComponentSpec(
        "mace", "Minimum average correlation energy: the sharpest peaks", "fracorr_composite.methods:MACE"
    )
    yield ComponentSpec(
        "otsdf", "Optimal trade-off between sharp peaks and robustness to noise", "fracorr_composite.methods:OTSDF"
    )
    yield ComponentSpec(
        "uotsdf", "The optimal trade-off for the average copy, without constraints", "fracorr_composite.methods:UOTSDF"
    )
