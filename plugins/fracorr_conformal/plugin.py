"""The entry point: names the components, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_fractal_transforms() -> Iterator[ComponentSpec]:
    """Offer the conformal transforms."""
    yield ComponentSpec(
        "droste",
        "The kernel inside itself for ever, along a ring or an Escher spiral",
        "fracorr_conformal.droste:Droste",
    )
    yield ComponentSpec(
        "kaleidoscope", "A wedge of the kernel, repeated by mirrors", "fracorr_conformal.kaleidoscope:Kaleidoscope"
    )
    yield ComponentSpec(
        "conformal",
        "The kernel through a Möbius map, a power, an inversion or z + 1/z",
        "fracorr_conformal.conformal:Conformal",
    )
    yield ComponentSpec(
        "log-polar",
        "The kernel unrolled: logarithm of the radius across, angle up",
        "fracorr_conformal.log_polar:LogPolar",
    )
    yield ComponentSpec(
        "log-polar-inverse",
        "The kernel rolled up around a point: undoes log-polar",
        "fracorr_conformal.log_polar:LogPolarInverse",
    )
