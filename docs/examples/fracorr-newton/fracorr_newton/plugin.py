"""The entry point: names the components, imports nothing heavy."""

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_fractal_transforms() -> Iterator[ComponentSpec]:
    """Offer what this plugin has."""
    yield ComponentSpec(
        name="newton",
        summary="The kernel in the basins of Newton's method for the roots of 1",
        target="fracorr_newton.newton:Newton",
    )
