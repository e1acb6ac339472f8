"""Boxes by what annotations call their pictures: a file name, alone or with folders before it."""

from __future__ import annotations

import itertools
import pathlib
from collections.abc import Collection, Mapping, Sequence

from fracorr import ConfigurationError
from fracorr_scenes.boxes import Box


class BoxesByName:
    """The boxes of pictures that are called by name; folders count where names alone are the same.

    Parameters
    ----------
    place : path
        Where they are written, for messages.
    """

    def __init__(self, place: pathlib.Path) -> None:
        self._place = place
        self._boxes: dict[str, dict[pathlib.PurePosixPath, list[Box]]] = {}

    def under(self, name: str) -> list[Box]:
        """Return the list of boxes, to be added to, of what is called so."""
        path = pathlib.PurePosixPath(name.replace("\\", "/"))
        return self._boxes.setdefault(path.name, {}).setdefault(path, [])

    def of(self, picture: pathlib.Path) -> Sequence[Box]:
        """Return the boxes of a picture.

        Raises
        ------
        ConfigurationError
            If several pictures have its name, and their folders do not say which it is.
        """
        several = self._boxes.get(picture.name, {})
        meant = _nearest(several, picture)
        if several and meant is None:
            listed = ", ".join(f"'{path}'" for path in several)
            raise ConfigurationError(
                f"'{self._place}' has boxes of {listed}, and does not say which of them is '{picture}'; keep the "
                "pictures in folders that are called so"
            )
        return [] if meant is None else several[meant]

    def astray(self, pictures: Sequence[pathlib.Path]) -> Mapping[str, str]:
        """Return the names of pictures that are spoken of and are not among these, and where that is wrong."""
        there = {picture.name: picture for picture in pictures}
        missing = [
            (str(path) if len(several) > 1 else name, found)
            for name, several in self._boxes.items()
            for path, found in several.items()
            if name not in there or path != _nearest(several, there[name])
        ]
        whole = f"'{self._place}'"
        return {name: f"{found[0].where if found else whole}: there is no picture '{name}'" for name, found in missing}


def _nearest(paths: Collection[pathlib.PurePosixPath], picture: pathlib.Path) -> pathlib.PurePosixPath | None:
    """Return the path that has most of its last parts in common with a picture's place; None if there are several."""
    place = picture.resolve().parts[::-1]
    pairs = {path: zip(path.parts[::-1], place, strict=False) for path in paths}
    common = {path: sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs[path])) for path in paths}
    best = [path for path, count in common.items() if count == max(common.values())]
    return best[0] if len(best) == 1 else None
