"""Boxes in the text files of YOLO (Redmon et al. 2016, doi:10.1109/CVPR.2016.91)."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping, Sequence
from typing import Final

from fracorr import ConfigurationError
from fracorr_scenes.annotations_by_file import FilesByName
from fracorr_scenes.boxes import Box

_CLASSES: Final = ("classes.txt", "obj.names")


class Yolo:
    """A folder with ``NAME.txt`` for the picture ``NAME.jpg``, or one such file.

    A line is ``class x y width height``: the box's centre and size over the width and height of the picture. What the
    classes are called stands in ``classes.txt`` beside the files or one folder up, a line for each from class 0;
    without it the labels are the numbers.
    """

    def __init__(self, path: pathlib.Path) -> None:
        folder = path.parent if path.is_file() else path
        self._files = FilesByName(path, ".txt", _CLASSES)
        lists = (place / name for place in (folder, folder.parent) for name in _CLASSES)
        named = next((each for each in lists if each.is_file()), None)
        self._labels = [] if named is None else _lines(named)

    def of(self, picture: pathlib.Path, shape: tuple[int, int]) -> Sequence[Box]:
        """Return the boxes of a picture of this height and width."""
        file = self._files.of(picture)
        if file is None:
            return []
        lines = enumerate(_lines(file), start=1)
        return [self._box(line.split(), shape, f"'{file}', line {number}") for number, line in lines if line]

    def astray(self, pictures: Sequence[pathlib.Path]) -> Mapping[str, str]:
        """Return the files that belong to none of these pictures, and what is wrong with each."""
        return self._files.astray(pictures)

    def _box(self, parts: Sequence[str], shape: tuple[int, int], where: str) -> Box:
        try:
            x, y, width, height = map(float, parts[1:])
            number = int(parts[0])
        except ValueError:
            raise ConfigurationError(
                f"{where}: {' '.join(parts)!r} is not right: it takes a class and four numbers, x y width height"
            ) from None
        if self._labels and not 0 <= number < len(self._labels):
            raise ConfigurationError(f"{where}: there is no class {number}; the list has {len(self._labels)}")
        if max(abs(x), abs(y), width, height) > 2:
            raise ConfigurationError(
                f"{where}: the numbers are over the picture's width and height, so at most about 1"
            )
        label = self._labels[number] if self._labels else str(number)
        left, top = (x - width / 2) * shape[1], (y - height / 2) * shape[0]
        return Box(left, top, width * shape[1], height * shape[0], label, where)


def _lines(path: pathlib.Path) -> list[str]:
    try:
        return [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"'{path}' cannot be read: {error}") from error
