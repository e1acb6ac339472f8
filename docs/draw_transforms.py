"""Draw the page of transforms: every transform and preset on the same feature image.

Run from the project's folder, with fracorr installed::

    python docs/draw_transforms.py
"""

from __future__ import annotations

import argparse
import pathlib
import typing

from fracorr import Kernel, images
from fracorr.api import kernel_from, transform
from fracorr.components import Kind
from fracorr.plugins import default_registry
from fracorr.sampling import resize
from fracorr.selection import select_chains
from fracorr.sheets import contact_sheet
from fracorr_ifs.presets import names as ifs_presets

DOCS = pathlib.Path(__file__).parent
SIDE = 256
SEED = 4


def presets(name: str, parameter: str) -> list[str]:
    """Return every choice that a transform's parameter has."""
    listed = default_registry().get(Kind.TRANSFORM, name).parameters()
    kind = next(each.type for each in listed if each.name == parameter)
    choices = [choice for member in (kind, *typing.get_args(kind)) for choice in typing.get_args(member)]
    return [choice for choice in choices if isinstance(choice, str)] or list(map(str, typing.get_args(kind)))


def sections() -> dict[str, tuple[str, str, list[str]]]:
    """Return title, explanation and chains of each section, by the name of its picture."""
    return {
        "orbit-trap": (
            "Orbit trap",
            "The picture is a trap in the plane: where the orbit of z ← z^d + c first falls into it, its colour is "
            "taken. A Julia set of degree d has d-fold symmetry, because z^d does not tell the d roots apart.",
            [
                *(f"orbit-trap:degree={degree}" for degree in (2, 2.5, 3, 4, 5, 6, 7, 8, 9)),
                *(f"orbit-trap:{preset}" for preset in presets("orbit-trap", "preset")),
                *(f"orbit-trap:siegel,rule={rule}" for rule in presets("orbit-trap", "rule")),
                "orbit-trap:set=mandelbrot,degree=2",
                "orbit-trap:set=mandelbrot",
                "orbit-trap:rabbit,tiles=3",
            ],
        ),
        "ifs": (
            "Iterated function systems",
            "Copies of copies: each map puts a smaller kernel into the kernel, again and again. A correlation with the "
            "result is the sum of the correlations with all the copies.",
            [
                *(f"ifs:{preset}" for preset in ifs_presets()),
                "ifs:sierpinski,condensation=true",
                *(f"ifs:heighway,compositing={kind}" for kind in presets("ifs", "compositing")),
                "ifs:sierpinski,mode=chaos",
                "ifs:fern,mode=chaos,colors=place",
                "ifs:random=3",
                "ifs:random=4,seed=11",
            ],
        ),
        "conformal": (
            "Conformal maps",
            "Maps that keep angles: small parts of the kernel stay recognisable wherever they go.",
            [
                "droste",
                "droste:strands=2",
                "droste:strands=0",
                "kaleidoscope",
                "kaleidoscope:5",
                "log-polar",
                "log-polar+log-polar-inverse",
                *(f"conformal:kind={kind}" for kind in presets("conformal", "kind")),
            ],
        ),
        "harmonic": (
            "Harmonics and sums",
            "The two halves of the idea by themselves: what is invariant to rotation, what to scale, and both.",
            [
                "harmonic:[0,4,8]",
                "harmonic:[0,6,12]",
                "radial-harmonic",
                "symmetrize:5",
                "pyramid",
                "rosette",
                "pyramid+rosette",
                "ifs:sierpinski+rosette",
            ],
        ),
        "control": (
            "Controls and composite filters",
            "What a fractal must be compared with: its outline with nothing in it, the same fractal of noise, a blob "
            "of its area, the plain kernel on as much ground, and the filter that is optimal for a family of copies.",
            [
                "silhouette",
                "orbit-trap+silhouette",
                "orbit-trap+opaque",
                "orbit-trap+crop",
                "pad:orbit-trap",
                "orbit-trap+equal-disc",
                "orbit-trap+equal-log",
                "phase-scramble",
                "phase-scramble:outline=true+orbit-trap",
                "spectrum-noise",
                *(f"composite:{kind}" for kind in presets("composite", "filter")),
            ],
        ),
    }


def draw(kernel: Kernel, chains: list[str]) -> Kernel:
    """Draw one contact sheet, the plain kernel first."""
    items = [("none", kernel)]
    for text in chains:
        for chain in select_chains(default_registry(), text):
            items.append((caption(text), transform(kernel, chain, SEED)))
    return Kernel(contact_sheet(items, columns=6, cell=160))


def caption(spec: str) -> str:
    """Break a spec into lines that fit below a small picture."""
    name, colon, values = spec.partition(":")
    lines = [values] if "[" in values or len(values) < 20 else values.split(",")
    if "+" in name:
        return name.replace("+", "+\n")
    return "\n".join([name + colon, *(line + "," for line in lines[:-1]), *lines[-1:]])


def main() -> None:
    """Draw the sheets and write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kernel", default="gallery:face-natural", help="a kernel source's spec")
    chosen = options.parse_args()
    kernel = resize(kernel_from(chosen.kernel, default_registry(), SEED), SIDE, SIDE)
    page = [
        "# Transforms",
        "",
        f"Every transform on the same picture, `{chosen.kernel}`; the checkerboard shows where the result has no",
        "support. Drawn by `python docs/draw_transforms.py`. Each caption is what `-t` takes;",
        "`fracorr plugins show NAME` explains all parameters of one.",
    ]
    for name, (title, text, chains) in sections().items():
        images.write(DOCS / "images" / f"transforms-{name}.png", draw(kernel, chains).pixels)
        page += ["", f"## {title}", "", text, "", f"![{title}](images/transforms-{name}.png)"]
        page += ["", "Row by row: `none`, " + ", ".join(f"`{chain}`" for chain in chains) + "."]
    (DOCS / "transforms.md").write_text("\n".join(page) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
