"""Boxes in a table: one line for each, with a heading that names the columns."""

from __future__ import annotations

import csv
import pathlib
from collections.abc import Mapping, Sequence
from typing import Final

from fracorr import ConfigurationError
from fracorr_scenes.annotations_by_name import BoxesByName
from fracorr_scenes.boxes import Box

_FILE: Final = ("file", "filename", "image", "picture")
_LABEL: Final = ("label", "class", "name")
#: The columns of a box, by what they are called here and elsewhere.
_SIZED: Final = (("left", "x"), ("top", "y"), ("width", "w"), ("height", "h"))
_CORNERS: Final = (("xmin", "x1", "left"), ("ymin", "y1", "top"), ("xmax", "x2", "right"), ("ymax", "y2", "bottom"))


class Table:
    """A CSV file with the columns ``file,left,top,width,height`` and, if there are several kinds of thing, ``label``.

    ``xmin,ymin,xmax,ymax`` will do as well: the box's edges, so that ``xmax − xmin`` is its width. Where both stand
    there, as TensorFlow's tools write it, ``width`` and ``height`` are the picture's and are not looked at.
    """

    def __init__(self, path: pathlib.Path) -> None:
        self._boxes = BoxesByName(path)
        try:
            # Excel begins UTF-8 with a mark.
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"'{path}' cannot be read: {error}") from error
        # Semicolons and tabs are what spreadsheets of other countries write.
        heading = lines[0] if lines else ""
        separator = max(",;\t", key=heading.count)
        rows = csv.reader(lines, delimiter=separator)
        columns = _columns(next(rows, []), path)
        for row in rows:
            if any(map(str.strip, row)):
                name, box = _box(row, columns, f"'{path}', line {rows.line_num}")
                self._boxes.under(name).append(box)

    def of(self, picture: pathlib.Path, shape: tuple[int, int]) -> Sequence[Box]:
        """Return the boxes of a picture; its shape does not matter."""
        return self._boxes.of(picture)

    def astray(self, pictures: Sequence[pathlib.Path]) -> Mapping[str, str]:
        """Return the names of pictures that are spoken of and are not among these, and where that is wrong."""
        return self._boxes.astray(pictures)


def _columns(heading: Sequence[str], path: pathlib.Path) -> dict[str, int]:
    """Return which column holds what: file, four numbers, and label."""
    places = {name.strip().lower(): index for index, name in reversed(list(enumerate(heading)))}
    file, label = _first(places, _FILE), _first(places, _LABEL)
    for names in (_CORNERS, _SIZED):
        numbers = [_first(places, each) for each in names]
        if file is not None and None not in numbers:
            columns = dict(zip((each[0] for each in names), numbers, strict=True))
            return {"file": file, **columns, **({} if label is None else {"label": label})}  # type: ignore[dict-item]
    raise ConfigurationError(
        f"'{path}', line 1: the heading {','.join(heading)!r} does not name the columns; it takes "
        "file,left,top,width,height,label (or xmin,ymin,xmax,ymax for the numbers; label is optional)"
    )


def _first(places: Mapping[str, int], names: Sequence[str]) -> int | None:
    return next((places[name] for name in names if name in places), None)


def _box(row: Sequence[str], columns: Mapping[str, int], where: str) -> tuple[str, Box]:
    if len(row) <= max(columns.values()):
        raise ConfigurationError(f"{where}: it has {len(row)} columns, the heading names more")
    name = row[columns["file"]].strip()
    numbers = []
    for column, index in columns.items():
        if column in ("file", "label"):
            continue
        try:
            numbers.append(float(row[index]))
        except ValueError:
            raise ConfigurationError(f"{where}: {column}={row[index].strip()!r} is not a number") from None
    if "xmax" in columns:
        numbers[2:] = numbers[2] - numbers[0], numbers[3] - numbers[1]
    left, top, width, height = numbers
    label = row[columns["label"]].strip() if "label" in columns else ""
    return name, Box(left, top, width, height, label, where)
