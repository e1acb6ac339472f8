"""The entry point: names the components, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_kernel_sources() -> Iterator[ComponentSpec]:
    """Offer kernels given by a formula, and kernels that hold as good as nothing."""
    yield ComponentSpec("gabor", "Gabor bank: waves under a Gaussian", "fracorr_patterns.gabor:Gabor")
    yield ComponentSpec("disc", "Control: a flat disc", "fracorr_patterns.shapes:Disc")
    yield ComponentSpec("noise", "Control: white noise", "fracorr_patterns.noise:Noise")
