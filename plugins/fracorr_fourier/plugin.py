"""The entry point: names the components, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_correlation_methods() -> Iterator[ComponentSpec]:
    """Offer the methods, each with its own source."""
    yield ComponentSpec(
        "zncc_masked",
        "Zero-mean normalised correlation of whatever overlaps, also beyond the scene's edge",
        "fracorr_fourier.zncc_masked:MaskedZNCC",
    )
    yield ComponentSpec(
        "phase",
        "Phase correlation: all frequencies count alike, the peak is found to a fraction of a pixel",
        "fracorr_fourier.phase:PhaseCorrelation",
    )
    yield ComponentSpec(
        "fourier-mellin",
        "Rotation, scale and shift between two whole images, from log-polar spectra",
        "fracorr_fourier.fourier_mellin:FourierMellin",
    )
    yield ComponentSpec(
        "edges",
        "Correlation of gradient directions: the same under any contrast",
        "fracorr_fourier.edges:OrientationCorrelation",
    )
    yield ComponentSpec(
        "convolve",
        "True convolution: the kernel turned by 180 degrees, to set beside correlation",
        "fracorr_fourier.convolve:Convolution",
    )
