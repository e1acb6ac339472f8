"""The gallery: feature images that come with fracorr, by name or by tag."""

from __future__ import annotations

import fnmatch
import functools
import pathlib
from collections.abc import Iterator, Sequence
from typing import Final

import attrs
import numpy as np

from fracorr import ConfigurationError, Kernel, parameter
from fracorr.errors import nearest
from fracorr.parameters import values_of
from fracorr_features.preparation import check_length, prepared
from fracorr_features.recipes import Manifest, Recipe, read_manifest

FOLDER: Final = pathlib.Path(__file__).parent / "images"
MANIFEST: Final = FOLDER / "manifest.toml"


@attrs.frozen
class Entry:
    """One picture of the gallery."""

    recipe: Recipe

    @property
    def name(self) -> str:
        return self.recipe.name

    @property
    def tags(self) -> tuple[str, ...]:
        return self.recipe.tags

    @property
    def path(self) -> pathlib.Path:
        return FOLDER / f"{self.name}.png"

    def kernel(self) -> Kernel:
        """Read it."""
        return Kernel(self.path, name=self.name)

    def facts(self) -> dict[str, object]:
        """Return what it is called and how it was made, for listings."""
        recipe, origin = self.recipe, manifest().origins[self.recipe.network]
        return {
            "name": self.name,
            "tags": " ".join(self.tags),
            "network": recipe.network,
            "layer": recipe.layer or "(output)",
            "unit": recipe.unit,
            **values_of(recipe.settings),
            "activation": recipe.activation,
            "license of the weights": origin.license,
            "sha256 of the weights": origin.weights_sha256,
        }


@functools.cache
def manifest() -> Manifest:
    """Return the manifest of the bundled gallery."""
    return read_manifest(MANIFEST)


@functools.cache
def entries() -> tuple[Entry, ...]:
    """Return what the gallery holds, in the manifest's order."""
    return tuple(Entry(recipe) for recipe in manifest().recipes)


def chosen(recipes: Sequence[Recipe], names: str, tag: str = "*") -> tuple[Recipe, ...]:
    """Return the recipes whose name and one of whose tags match.

    Raises
    ------
    ConfigurationError
        If there is none, with what there is.
    """
    named = [each for each in recipes if fnmatch.fnmatchcase(each.name, names)]
    if not named:
        known = [each.name for each in recipes]
        raise ConfigurationError(
            f"the gallery has no picture '{names}'{nearest(names, known) or '.'} It has: {', '.join(known)}"
        )
    tagged = tuple(each for each in named if any(fnmatch.fnmatchcase(each_tag, tag) for each_tag in each.tags))
    if not tagged:
        tags = sorted({each_tag for each in named for each_tag in each.tags})
        raise ConfigurationError(
            f"the gallery has no picture '{names}' with the tag '{tag}'{nearest(tag, tags) or '.'} "
            f"The tags are: {', '.join(tags)}"
        )
    return tagged


@attrs.frozen
class Gallery:
    """Feature images of 128×128 pixels; those with the tag "object" have a support."""

    names: str = attrs.field(default="*", metadata=parameter("Which ones: a name or a pattern", main=True))
    tag: str = attrs.field(default="*", metadata=parameter("Only those with such a tag: a name or a pattern"))
    size: int | None = attrs.field(
        default=None,
        validator=check_length,
        metadata=parameter("Resize so that the longer side has this length", unit="px"),
    )

    def __attrs_post_init__(self) -> None:
        self.chosen()

    def chosen(self) -> tuple[Entry, ...]:
        """Return the pictures meant.

        Raises
        ------
        ConfigurationError
            If there is none, with what there is.
        """
        return tuple(Entry(recipe) for recipe in chosen(manifest().recipes, self.names, self.tag))

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        for entry in self.chosen():
            yield prepared(entry.kernel(), size=self.size)
