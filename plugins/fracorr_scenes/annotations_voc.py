"""Boxes in the XML of Pascal VOC (Everingham et al. 2010, doi:10.1007/s11263-009-0275-4)."""

from __future__ import annotations

import pathlib
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

from fracorr import ConfigurationError
from fracorr_scenes.annotations_by_file import FilesByName
from fracorr_scenes.boxes import Box


class PascalVoc:
    """A folder with ``NAME.xml`` for the picture ``NAME.jpg``, or one such file.

    The first pixel is number 1, and ``xmax`` and ``ymax`` are the last pixels of the box.
    """

    def __init__(self, path: pathlib.Path) -> None:
        self._files = FilesByName(path, ".xml")

    def of(self, picture: pathlib.Path, shape: tuple[int, int]) -> Sequence[Box]:
        """Return the boxes of a picture; its shape does not matter."""
        file = self._files.of(picture)
        if file is None:
            return []
        try:
            root = ET.parse(file).getroot()
        except ET.ParseError as error:
            line, column = error.position
            raise ConfigurationError(f"'{file}', line {line}, column {column + 1}: {error.msg.split(':')[0]}") from None
        except OSError as error:
            raise ConfigurationError(f"'{file}' cannot be read: {error}") from error
        return [_box(item, f"'{file}', object {number}") for number, item in enumerate(root.iter("object"), start=1)]

    def astray(self, pictures: Sequence[pathlib.Path]) -> Mapping[str, str]:
        """Return the files that belong to none of these pictures, and what is wrong with each."""
        return self._files.astray(pictures)


def _box(item: ET.Element, where: str) -> Box:
    edges = [_number(item, name, where) for name in ("xmin", "ymin", "xmax", "ymax")]
    left, top = edges[0] - 1, edges[1] - 1
    return Box(left, top, edges[2] - left, edges[3] - top, (item.findtext("name") or "").strip(), where)


def _number(item: ET.Element, name: str, where: str) -> float:
    text = item.findtext(f"bndbox/{name}")
    try:
        return float(text or "")
    except ValueError:
        raise ConfigurationError(
            f"{where}: {name} is {'missing' if text is None else repr(text)}, not a number"
        ) from None
