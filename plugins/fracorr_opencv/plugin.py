"""The entry point: names the components, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl

_HOME = "fracorr_opencv.template_matching"


@hookimpl
def fracorr_correlation_methods() -> Iterator[ComponentSpec]:
    """Offer the six methods."""
    yield ComponentSpec("tm_ccoeff", "Correlation coefficient: covariance of kernel and window", f"{_HOME}:CCoeff")
    yield ComponentSpec(
        "tm_ccoeff_normed", "Normalised correlation coefficient, in [-1, 1] (ZNCC)", f"{_HOME}:CCoeffNormed"
    )
    yield ComponentSpec("tm_ccorr", "Cross-correlation: sum of products", f"{_HOME}:CCorr")
    yield ComponentSpec("tm_ccorr_normed", "Normalised cross-correlation, in [-1, 1] (NCC)", f"{_HOME}:CCorrNormed")
    yield ComponentSpec("tm_sqdiff", "Sum of squared differences; lower is better (SSD)", f"{_HOME}:SqDiff")
    yield ComponentSpec(
        "tm_sqdiff_normed", "Normalised sum of squared differences, in [0, 1]; lower is better", f"{_HOME}:SqDiffNormed"
    )
    yield ComponentSpec(
        "sift", "SIFT keypoints, ratio test and RANSAC: any rotation and scale", "fracorr_opencv.features:Sift"
    )
    yield ComponentSpec(
        "orb", "ORB keypoints, ratio test and RANSAC: any rotation and scale", "fracorr_opencv.features:Orb"
    )
