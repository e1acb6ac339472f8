"""Annotations: files that say where things are in a folder's pictures, in the formats that labelling tools write."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping, Sequence
from typing import Final, Literal, Protocol, TypeAlias, get_args

from fracorr import ConfigurationError
from fracorr.exclusions import leave_out
from fracorr_scenes.annotations_coco import Coco
from fracorr_scenes.annotations_csv import Table
from fracorr_scenes.annotations_voc import PascalVoc
from fracorr_scenes.annotations_yolo import Yolo
from fracorr_scenes.boxes import Box

Format: TypeAlias = Literal["coco", "voc", "yolo", "csv"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)


class Annotations(Protocol):
    """The boxes of several pictures."""

    def of(self, picture: pathlib.Path, shape: tuple[int, int]) -> Sequence[Box]:
        """Return the boxes of a picture of this height and width."""

    def astray(self, pictures: Sequence[pathlib.Path]) -> Mapping[str, str]:
        """Return what speaks of a picture that is not among these, and what is wrong with each."""


_READERS: Final[Mapping[Format, type[Coco | PascalVoc | Yolo | Table]]] = {
    "coco": Coco,
    "voc": PascalVoc,
    "yolo": Yolo,
    "csv": Table,
}
_ENDINGS: Final[Mapping[str, Format]] = {".json": "coco", ".xml": "voc", ".txt": "yolo", ".csv": "csv"}
#: Where tools put one file for each picture, seen from the folder of the pictures.
_SIBLINGS: Final[Mapping[Format, tuple[str, ...]]] = {
    "voc": (".", "../Annotations", "../annotations"),
    "yolo": (".", "../labels"),
}
#: Text files that are about all pictures together.
_NOT_YOLO: Final = {"classes.txt", "readme.txt", "train.txt", "val.txt", "test.txt"}


def read_annotations(boxes: pathlib.Path | None, kind: Format | None, pictures: Sequence[pathlib.Path]) -> Annotations:
    """Read the annotations of pictures.

    Parameters
    ----------
    boxes : path or None
        A file, or a folder with a file for each picture; None looks beside the pictures.
    kind : {"coco", "voc", "yolo", "csv"} or None
        The format; None goes by what is there.
    pictures : sequence of path
        At least one.

    Raises
    ------
    ConfigurationError
        If there is none, there are several, or one is broken.
    """
    if boxes is None:
        kind, place = _beside(pictures[0].parent, kind)
    else:
        place = boxes.expanduser()
        if not place.exists():
            raise ConfigurationError(f"'folder': boxes='{place}' is not right: there is no such file or folder")
        kind = kind or _format_of(place)
    found: Annotations = _READERS[kind](place)
    for name in found.astray(pictures):
        leave_out(name, f"annotations in '{place}' of pictures that are not there")
    return found


def _format_of(place: pathlib.Path) -> Format:
    if place.is_file():
        if place.suffix.lower() not in _ENDINGS:
            raise ConfigurationError(
                f"'folder': boxes='{place}' is not right: it takes {', '.join(_ENDINGS)}, or format=…"
            )
        return _ENDINGS[place.suffix.lower()]
    kinds = [kind for kind in _SIBLINGS if _files(place, kind)]
    if len(kinds) != 1:
        what = "both .xml and .txt files: say format=voc or format=yolo" if kinds else "neither .xml nor .txt files"
        raise ConfigurationError(f"'folder': boxes='{place}' has {what}")
    return kinds[0]


def _beside(folder: pathlib.Path, kind: Format | None) -> tuple[Format, pathlib.Path]:
    """Find the annotations that lie where labelling tools put them."""
    found: list[tuple[Format, pathlib.Path]] = []
    for each in FORMATS if kind is None else (kind,):
        if each in _SIBLINGS:
            found += [(each, place) for name in _SIBLINGS[each] if _files(place := folder / name, each)]
        else:
            found += [(each, file) for file in _files(folder, each)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise ConfigurationError(
            f"'folder': there are no annotations beside the pictures in '{folder}': no .csv, no .json (COCO), no .xml "
            "(Pascal VOC), no .txt (YOLO); say where they are with boxes=PATH"
        )
    listed = ", ".join(f"'{place}' ({each})" for each, place in found)
    raise ConfigurationError(
        f"'folder': several annotations may be meant: {listed}; choose one with boxes=PATH or format=…"
    )


def _files(folder: pathlib.Path, kind: Format) -> list[pathlib.Path]:
    if not folder.is_dir():
        return []
    named = sorted(path for path in folder.iterdir() if _ENDINGS.get(path.suffix.lower()) == kind and path.is_file())
    return [path for path in named if path.name.lower() not in _NOT_YOLO]
