"""Draw the pictures of the page of scenes: scenes with their targets.

Run from the project's folder, with fracorr installed::

    python docs/draw_scenes.py
"""

from __future__ import annotations

import pathlib

from fracorr import Kernel, Match, Scene, images
from fracorr.components import Kind
from fracorr.drawing import draw_matches
from fracorr.plugins import default_registry
from fracorr.randomness import generator
from fracorr.selection import select_one
from fracorr.sheets import contact_sheet, fitted
from fracorr.specs import split_outside

IMAGES = pathlib.Path(__file__).parent / "images"
CELL = 320
SHEETS = {
    "scenes-faces": [
        "faces:mosaic,count=1,others=crops,angles=[-30,30],seed=4",
        "faces:mosaic,count=1,angles=[-30,30],seed=4",
        "faces:photograph,count=1,angles=[-30,30],seed=1",
        "faces:mosaic,count=1,faces=3,margin=1,cells=[8,7],angles=[0,360]",
        "faces:photograph,count=1,faces=3,decoys=4,sizes=[40,40],seed=5",
        "warps:count=1,seed=6",
    ],
    "scenes-samples": [
        f"samples:{name}" for name in ("astronaut", "camera", "chelsea", "coffee", "motorcycle", "coins")
    ],
}


def drawn(spec: str) -> tuple[str, Kernel]:
    """Return the first scene of a source with its targets drawn, and what to write below it."""
    source = select_one(default_registry(), Kind.SCENES, spec).instance
    scene = next(iter(source.scenes(generator(0))))
    marked = draw_matches(scene.pixels, [as_match(scene, index) for index in range(len(scene.targets))], labels(scene))
    return caption(spec), fitted(Kernel(marked), CELL)


def as_match(scene: Scene, index: int) -> Match:
    """Return a target as a match, which is what can be drawn."""
    target = scene.targets[index]
    return Match(target.x, target.y, target.angle, target.scale, target.width, target.height, score=1.0)


def labels(scene: Scene) -> list[str]:
    """Return what the targets are; many are numbered."""
    names = [target.label for target in scene.targets]
    return names if len(names) < 4 else [str(number) for number in range(1, len(names) + 1)]


def caption(spec: str) -> str:
    """Break a spec into two lines."""
    parts = split_outside(spec, ",")
    half = -(-len(parts) // 2) if len(spec) > 30 else len(parts)
    first, rest = ",".join(parts[:half]), ",".join(parts[half:])
    return f"{first},\n{rest}" if rest else first


def main() -> None:
    """Draw the sheets."""
    for name, specs in SHEETS.items():
        images.write(IMAGES / f"{name}.png", contact_sheet([drawn(spec) for spec in specs], columns=3, cell=CELL))


if __name__ == "__main__":
    main()
