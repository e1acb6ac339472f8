"""The entry point: names the components, imports nothing heavy."""

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_correlation_methods() -> Iterator[ComponentSpec]:
    """Offer what this plugin has."""
    yield ComponentSpec(
        name="census",
        summary="Hamming distance of census transforms: which neighbours are brighter",
        target="fracorr_census.census:Census",
    )
