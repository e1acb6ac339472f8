"""Boxes in the JSON of COCO (Lin et al. 2014, doi:10.1007/978-3-319-10602-1_48)."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

from fracorr import ConfigurationError
from fracorr.exclusions import leave_out
from fracorr_scenes.annotations_by_name import BoxesByName
from fracorr_scenes.boxes import Box


class Coco:
    """A file with ``images``, ``annotations`` and ``categories``; ``bbox`` is left, top, width and height.

    Annotations of crowds, which stand for no single thing, are left out and counted.
    """

    def __init__(self, path: pathlib.Path) -> None:
        data = _read(path)
        names = _by_id(data, "images", "file_name", path)
        labels = _by_id(data, "categories", "name", path) if "categories" in data else {}
        self._boxes = BoxesByName(path)
        for name in names.values():
            self._boxes.under(name)
        for index, entry in enumerate(_list(data, "annotations", path)):
            where = f"'{path}', annotation {entry.get('id', index)}"
            name = _named(names, entry.get("image_id"), "image", where)
            if entry.get("iscrowd"):
                leave_out(where, "boxes around crowds")
                continue
            label = _named(labels, entry.get("category_id"), "category", where) if labels else ""
            left, top, width, height = _numbers(entry.get("bbox"), where)
            self._boxes.under(name).append(Box(left, top, width, height, label, where))

    def of(self, picture: pathlib.Path, shape: tuple[int, int]) -> Sequence[Box]:
        """Return the boxes of a picture; its shape does not matter."""
        return self._boxes.of(picture)

    def astray(self, pictures: Sequence[pathlib.Path]) -> Mapping[str, str]:
        """Return the names of pictures that are spoken of and are not among these, and where that is wrong."""
        return self._boxes.astray(pictures)


def _read(path: pathlib.Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"'{path}', line {error.lineno}, column {error.colno}: {error.msg}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"'{path}' cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise ConfigurationError(f"'{path}' is not COCO's JSON: it takes an object with images and annotations")
    return data


def _list(data: Mapping[str, Any], key: str, path: pathlib.Path) -> list[dict[str, Any]]:
    entries = data.get(key)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigurationError(f"'{path}' is not COCO's JSON: '{key}' is not a list of objects")
    return entries


def _by_id(data: Mapping[str, Any], key: str, value: str, path: pathlib.Path) -> dict[Any, str]:
    found: dict[Any, str] = {}
    for index, entry in enumerate(_list(data, key, path)):
        number, name = entry.get("id"), entry.get(value)
        if not isinstance(number, int | str) or not isinstance(name, str):
            raise ConfigurationError(f"'{path}', entry {index} of '{key}': it needs an id and a {value}")
        if number in found:
            raise ConfigurationError(f"'{path}', entry {index} of '{key}': the id {number!r} stands there twice")
        found[number] = name
    return found


def _named(names: Mapping[Any, str], number: object, what: str, where: str) -> str:
    if not isinstance(number, int | str) or number not in names:
        raise ConfigurationError(f"{where}: there is no {what} with the id {number!r}")
    return names[number]


def _numbers(box: object, where: str) -> list[float]:
    fits = isinstance(box, list) and len(box) == 4
    if not fits or not all(isinstance(each, int | float) and not isinstance(each, bool) for each in box):  # type: ignore[attr-defined]
        raise ConfigurationError(f"{where}: bbox={box!r} is not right: it takes [left, top, width, height]")
    return [float(each) for each in box]  # type: ignore[attr-defined]
