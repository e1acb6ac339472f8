"""Pairs of pictures: a template in the first, the same thing again in the second."""

from __future__ import annotations

import fnmatch
import itertools
import math
import pathlib
import re
from collections.abc import Iterator, Sequence
from typing import Final

import attrs
import numpy as np

from fracorr import ConfigurationError, Kernel, Scene, Target, files, images, parameter
from fracorr.exclusions import leave_out
from fracorr_scenes.boxes import Box, cut

#: "pair0001_frm1_bolt_0032": the pair and the frame.
_NAME: Final = re.compile(r"(pair\w*?)_(frm[12])_.*")


@attrs.frozen
class Pairs:
    """Benchmark pairs such as the 105 of S. Oron et al. 2018 (doi:10.1109/TPAMI.2017.2737424).

    A pair is two pictures ``pairNNNN_frm1_*`` and ``pairNNNN_frm2_*`` and two text files with one line ``x,y,w,h``: the
    box's left and top edge, width and height in pixels. Pictures and text files are sorted by name and belong together
    in that order, whatever frame a text file's name says. The second picture is the scene, its box the target; the own
    kernel is the box of the first, its numbers rounded to whole pixels. Boxes that reach beyond their picture are left
    out and counted.
    """

    path: pathlib.Path = attrs.field(metadata=parameter("The folder", main=True))
    names: str = attrs.field(default="*", metadata=parameter("Which pairs: a name or a pattern"))

    def scenes(self, rng: np.random.Generator) -> Iterator[Scene]:
        everything = _pairs(self.path)
        chosen = {name: pair for name, pair in everything.items() if fnmatch.fnmatchcase(name, self.names)}
        if not chosen:
            raise ConfigurationError(
                f"'pairs': no pair in '{self.path}' is called '{self.names}'; such as: {min(everything)}"
            )
        for name, (pictures, texts) in chosen.items():
            scene = _scene(name, pictures, texts)
            if scene is not None:
                yield scene


def _pairs(folder: pathlib.Path) -> dict[str, tuple[list[pathlib.Path], list[pathlib.Path]]]:
    """Return the two pictures and the two text files of each pair."""
    if not folder.expanduser().is_dir():
        raise ConfigurationError(
            f"'pairs': '{folder}' is not a folder; it takes one with pairNNNN_frm1_*.jpg and so on"
        )
    pictures, texts = (_grouped(folder, endings) for endings in (images.READABLE, (".txt",)))
    if not pictures:
        raise ConfigurationError(f"'pairs': '{folder}' holds no pair: no picture is called pairNNNN_frm1_…")
    found = {name: (pictures.get(name, []), texts.get(name, [])) for name in sorted(pictures.keys() | texts.keys())}
    for name, (seen, written) in found.items():
        frames = [_NAME.fullmatch(path.stem)[2] for path in seen]  # type: ignore[index]
        if frames != ["frm1", "frm2"] or len(written) != 2:
            listed = ", ".join(path.name for path in (*seen, *written))
            raise ConfigurationError(
                f"'pairs': {name} in '{folder}' needs one picture frm1, one picture frm2 and two text files, but "
                f"has {listed}"
            )
    return found


def _grouped(folder: pathlib.Path, endings: Sequence[str]) -> dict[str, list[pathlib.Path]]:
    named = [path for path in files.find(folder, endings) if _NAME.fullmatch(path.stem)]
    return {
        name: list(group)
        for name, group in itertools.groupby(named, lambda path: _NAME.fullmatch(path.stem)[1])  # type: ignore[index]
    }


def _scene(name: str, pictures: Sequence[pathlib.Path], texts: Sequence[pathlib.Path]) -> Scene | None:
    first, second = (images.read(path).pixels for path in pictures)
    template, target = map(_box, texts)
    for box, pixels in ((template, first), (target, second)):
        height, width = pixels.shape[:2]
        whole = 0 <= box.left and 0 <= box.top and box.left + box.width <= width and box.top + box.height <= height
        if not whole or min(round(box.width), round(box.height)) < 1:
            leave_out(name, "pairs with a box that is empty or reaches beyond its picture")
            return None
    scale = math.sqrt(target.width * target.height / (template.width * template.height))
    truth = attrs.evolve(Target.from_box(target.left, target.top, target.width, target.height), scale=scale)
    return Scene(second, [truth], Kernel(cut(first, template), name=f"{name}-template"), name=name)


def _box(path: pathlib.Path) -> Box:
    try:
        lines = path.read_text(encoding="utf-8").split()
        left, top, width, height = (float(part) for part in lines[0].split(","))
    except (OSError, ValueError, IndexError) as error:
        raise ConfigurationError(f"'{path}', line 1: it takes four numbers x,y,w,h ({error})") from None
    return Box(left, top, width, height, where=f"'{path}', line 1")
