"""Files that belong to one picture each: ``NAME.xml`` or ``NAME.txt`` for the picture ``NAME.jpg``."""

from __future__ import annotations

import pathlib
from collections.abc import Collection, Mapping, Sequence


class FilesByName:
    """The files of pictures that are called as they are, but for the ending.

    Parameters
    ----------
    place : path
        A folder with a file for each picture, or one such file.
    ending : str
        Of the files in a folder, in small letters.
    but : collection of str, optional
        Names of files that belong to no picture.
    """

    def __init__(self, place: pathlib.Path, ending: str, but: Collection[str] = ()) -> None:
        if place.is_file():
            files = [place]
        else:
            files = sorted(each for each in place.iterdir() if each.suffix.lower() == ending)
        self._files = {file.stem: file for file in files if file.name not in but}

    def of(self, picture: pathlib.Path) -> pathlib.Path | None:
        """Return the file of a picture, if there is one."""
        return self._files.get(picture.stem)

    def astray(self, pictures: Sequence[pathlib.Path]) -> Mapping[str, str]:
        """Return the names of files that belong to none of these pictures, and what is wrong with each."""
        there = {each.stem for each in pictures}
        return {
            file.name: f"'{file}': there is no picture called '{stem}'"
            for stem, file in self._files.items()
            if stem not in there
        }
