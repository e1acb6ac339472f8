"""Draw the figures of the page on theory.

Run from the project's folder, with fracorr installed::

    python docs/draw_theory.py
"""

from __future__ import annotations

import argparse
import pathlib

from theory_figures import composites, convolution, copies, orbits, phases, poses

from fracorr_matplotlib.style import fracorr_style

IMAGES = pathlib.Path(__file__).parent / "images"
FIGURES = {
    "convolution": convolution,
    "poses": poses,
    "phases": phases,
    "orbits": orbits,
    "copies": copies,
    "composites": composites,
}


def main() -> None:
    """Draw all figures, or those that are named."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("names", nargs="*", choices=[*FIGURES, []], help="which figures; by default all")
    for name in options.parse_args().names or FIGURES:
        with fracorr_style():
            FIGURES[name].draw().savefig(IMAGES / f"theory-{name}.png")


if __name__ == "__main__":
    main()
