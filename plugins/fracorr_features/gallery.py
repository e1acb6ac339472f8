"""The gallery: pictures that come with fracorr, by name or by tag."""

from __future__ import annotations

import fnmatch
import functools
import pathlib
import tomllib
from collections.abc import Iterator
from typing import Final

import attrs
import numpy as np

from fracorr import ConfigurationError, Kernel, parameter
from fracorr.errors import nearest
from fracorr_features.preparation import check_length, prepared

FOLDER: Final = pathlib.Path(__file__).parent / "images"


@attrs.frozen
class Entry:
    """One picture of the gallery, as its manifest describes it."""

    name: str
    file: str
    tags: tuple[str, ...]
    origin: str

    @property
    def path(self) -> pathlib.Path:
        return FOLDER / self.file


@functools.cache
def entries() -> tuple[Entry, ...]:
    """Return what the gallery holds, in the manifest's order."""
    manifest = tomllib.loads((FOLDER / "manifest.toml").read_text(encoding="utf-8"))
    return tuple(Entry(each["name"], each["file"], tuple(each["tags"]), each["origin"]) for each in manifest["image"])


@attrs.frozen
class Gallery:
    """Pictures of 128×128 pixels, with the subject's shape as their support."""

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
        named = [each for each in entries() if fnmatch.fnmatchcase(each.name, self.names)]
        if not named:
            known = [each.name for each in entries()]
            raise ConfigurationError(
                f"the gallery has no picture '{self.names}'{nearest(self.names, known) or '.'} "
                f"It has: {', '.join(known)}"
            )
        tagged = tuple(each for each in named if any(fnmatch.fnmatchcase(tag, self.tag) for tag in each.tags))
        if not tagged:
            tags = sorted({tag for each in named for tag in each.tags})
            raise ConfigurationError(
                f"the gallery has no picture '{self.names}' with the tag '{self.tag}'"
                f"{nearest(self.tag, tags) or '.'} The tags are: {', '.join(tags)}"
            )
        return tagged

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        for entry in self.chosen():
            yield prepared(Kernel(entry.path, name=entry.name), size=self.size)
