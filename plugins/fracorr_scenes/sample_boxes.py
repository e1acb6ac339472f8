"""What the sample photographs show, and where."""

from __future__ import annotations

from typing import Final

#: Measured by hand on enlargements with a grid: what it is; first column, first row, columns and rows of each.
BOXES: Final[dict[str, tuple[str, list[tuple[int, int, int, int]]]]] = {
    # From ear to ear without the ears, and from the fringe to the chin.
    "astronaut": ("face", [(178, 68, 94, 112)]),
    # In profile: from before the ear to the tip of the nose, from the fringe to the chin.
    "camera": ("face", [(195, 124, 59, 74)]),
    # The dark rims of the eyelids; the second eye is farther away, so smaller.
    "chelsea": ("eye", [(135, 86, 77, 62), (295, 110, 48, 55)]),
    # With its foot, without its handle.
    "coffee": ("cup", [(173, 18, 236, 268)]),
    # Their rims, row by row.
    "coins": (
        "coin",
        [
            *((22, 35, 45, 39), (81, 39, 39, 35), (132, 28, 47, 46)),
            *((192, 30, 48, 43), (255, 34, 42, 38), (305, 16, 60, 56)),
            *((25, 104, 42, 41), (84, 108, 38, 37), (134, 110, 39, 35)),
            *((186, 105, 40, 39), (245, 95, 51, 49), (317, 106, 39, 39)),
            *((26, 177, 37, 40), (80, 175, 44, 42), (135, 179, 39, 38)),
            *((189, 170, 48, 47), (251, 172, 46, 45), (315, 156, 65, 62)),
            *((18, 233, 57, 55), (93, 245, 43, 42), (144, 236, 57, 52)),
            *((220, 240, 49, 48), (276, 239, 50, 50), (336, 248, 46, 41)),
        ],
    ),
    # The tyres' outlines; where fender and swing arm cover them, as they go on.
    "motorcycle": ("wheel", [(120, 238, 157, 162), (513, 285, 172, 166)]),
    # Without the tower behind it.
    "rocket": ("rocket", [(311, 127, 24, 280)]),
}
