"""How often fracorr.find names a place where the template is not: a section of docs/find.md.

Run from the project's folder, with fracorr installed::

    python tests/benchmarks/find_absent.py > build/find-absent.md

Templates with some contrast are cut out of one bundled photograph, at random, and looked for in another one. What is
counted is the share of pairs in which a place scores as much as the least score asked for.
"""

from __future__ import annotations

import argparse

import cv2
import numpy as np
import skimage.data

import fracorr

PHOTOGRAPHS = ("astronaut", "chelsea", "coffee", "camera", "coins", "rocket", "moon", "page")
CASES = ((48, (0.5, 2.0)), (64, (0.5, 2.0)), (96, (0.5, 2.0)), (128, (0.5, 2.0)), (48, (1.0, 1.0)), (128, (1.0, 1.0)))
LEAST = (0.5, 0.6, 0.7, 0.8, 0.9)
#: Templates with a smaller standard deviation, in steps of 8 bits, are not taken.
CONTRAST = 20.0


def gray(name: str) -> np.typing.NDArray[np.uint8]:
    """Return a bundled photograph in gray."""
    picture = getattr(skimage.data, name)()
    return picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)


def scores(side: int, scales: tuple[float, float], pairs: int) -> np.typing.NDArray[np.float64]:
    """Return the best score of each pair."""
    rng = np.random.default_rng(0)
    pictures = {name: gray(name) for name in PHOTOGRAPHS}
    best: list[float] = []
    while len(best) < pairs:
        here, elsewhere = rng.choice(PHOTOGRAPHS, 2, replace=False)
        height, width = pictures[here].shape
        top, left = int(rng.integers(0, height - side)), int(rng.integers(0, width - side))
        part = pictures[here][top : top + side, left : left + side]
        if part.std() >= CONTRAST:
            found = fracorr.find(pictures[elsewhere], part, scales=scales, min_score=0)
            best.append(found[0].score if found else 0.0)
    return np.array(best)


INTRODUCTION = """\
What is found is the best place that scores `--min-score` or more, whether the template is there or not, and at some
angle and size a small template looks like a part of almost any picture. By `python tests/benchmarks/find_absent.py`:
templates cut out of one photograph at random (with a standard deviation of {contrast:g} of 255 at least), each looked
for in another photograph, {pairs} for each line. Shares of those where a place was named, by what a match had to score:
"""
CLOSING = """
Where the template may not be there, ask for 0.8 or more, take a larger template, or leave it less freedom (`--scales`,
`--angles`).
"""


def main() -> None:
    """Print the section."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pairs", type=int, default=100)
    pairs = parser.parse_args().pairs
    print(INTRODUCTION.format(contrast=CONTRAST, pairs=pairs))
    print(f"| template | scales | {' | '.join(f'{least:g}' for least in LEAST)} |")
    print("|---|---|" + "---:|" * len(LEAST))
    for side, scales in CASES:
        best = scores(side, scales, pairs)
        cells = " | ".join(f"{100 * (best >= least).mean():.0f} %" for least in LEAST)
        print(f"| {side} px | {scales[0]:g}–{scales[1]:g} | {cells} |", flush=True)
    print(CLOSING)


if __name__ == "__main__":
    main()
