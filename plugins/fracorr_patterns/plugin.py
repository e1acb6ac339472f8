"""The entry point: names the components, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_kernel_sources() -> Iterator[ComponentSpec]:
    """Offer kernels given by a formula, and controls: kernels that hold as good as nothing."""
    yield ComponentSpec("gabor", "Gabor bank: waves under a Gaussian", "fracorr_patterns.gabor:Gabor")
    yield ComponentSpec("dog", "Difference of Gaussians", "fracorr_patterns.blobs:DifferenceOfGaussians")
    yield ComponentSpec("log", "Laplacian of Gaussian", "fracorr_patterns.blobs:LaplacianOfGaussian")
    yield ComponentSpec(
        "circular-harmonic", "Circular harmonics R(r)·exp(imθ)", "fracorr_patterns.harmonics:CircularHarmonic"
    )
    yield ComponentSpec(
        "log-polar-harmonic",
        "Fourier–Mellin harmonics r^(iω)·exp(imθ)",
        "fracorr_patterns.harmonics:LogPolarHarmonic",
    )
    yield ComponentSpec("star", "Siemens star: black and white sectors", "fracorr_patterns.tilings:Star")
    yield ComponentSpec("checkerboard", "Black and white squares", "fracorr_patterns.tilings:Checkerboard")
    yield ComponentSpec("disc", "Control: a flat disc", "fracorr_patterns.shapes:Disc")
    yield ComponentSpec("ring", "Control: a flat ring", "fracorr_patterns.shapes:Ring")
    yield ComponentSpec("square", "Control: a flat square", "fracorr_patterns.shapes:Square")
    yield ComponentSpec("noise", "Control: white noise", "fracorr_patterns.noise:Noise")
    yield ComponentSpec(
        "patches", "Learned from pictures: ICA, sparse dictionary, eigenfaces", "fracorr_patterns.learned:Patches"
    )
    yield ComponentSpec("weights", "First-layer filters of a trained network", "fracorr_patterns.weights:Weights")


@hookimpl
def fracorr_fractal_transforms() -> Iterator[ComponentSpec]:
    """Offer controls that are made from a kernel."""
    yield ComponentSpec(
        "phase-scramble",
        "Control: the kernel's power spectrum with random phases",
        "fracorr_patterns.scrambling:PhaseScramble",
    )
    yield ComponentSpec(
        "spectrum-noise",
        "Control: noise that falls off with frequency as the kernel does",
        "fracorr_patterns.scrambling:SpectrumNoise",
    )
    yield ComponentSpec(
        "silhouette", "Control: the kernel's outline, filled flat", "fracorr_patterns.silhouette:Silhouette"
    )
    yield ComponentSpec("opaque", "Control: the kernel on a flat ground that counts", "fracorr_patterns.opaque:Opaque")
    yield ComponentSpec("crop", "Control: the kernel without what is around it", "fracorr_patterns.cropping:Crop")
    yield ComponentSpec(
        "pad",
        "Control: the plain kernel, as large and on as much ground as its fractal",
        "fracorr_patterns.padding:Pad",
    )
    yield ComponentSpec(
        "equal-disc", "Control: a flat disc of the kernel's area", "fracorr_patterns.equal_area:EqualDisc"
    )
    yield ComponentSpec(
        "equal-log", "Control: a Laplacian of Gaussian of the kernel's area", "fracorr_patterns.equal_area:EqualLog"
    )
