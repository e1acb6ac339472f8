"""Boxes around things in a picture: read from annotations, cut to the frame, made into a scene."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs

from fracorr import ConfigurationError, Kernel, Scene, Target
from fracorr.exclusions import leave_out
from fracorr.images import FloatArray


@attrs.frozen
class Box:
    """An upright box in a picture.

    Attributes
    ----------
    left, top, width, height : float
        In pixels, from the outer edge of the picture: (0, 0, 1, 1) is its first pixel.
    label : str
        What is in it.
    where : str
        Where that is written, for messages.
    """

    left: float
    top: float
    width: float
    height: float
    label: str = ""
    where: str = ""

    def __attrs_post_init__(self) -> None:
        values = (self.left, self.top, self.width, self.height)
        if not all(map(math.isfinite, values)) or self.width < 0 or self.height < 0:
            left, top, width, height = (f"{value:g}" for value in values)
            raise ConfigurationError(
                f"{self.where}: a box from ({left}, {top}), {width} wide and {height} high, cannot be; it takes finite "
                "numbers, and a width and a height of at least 0"
            )


def in_frame(boxes: Sequence[Box], shape: tuple[int, int], least: float) -> list[Box]:
    """Return boxes cut to the picture's frame; those without an area, or mostly outside, are left out and counted.

    Parameters
    ----------
    boxes : sequence of Box
    shape : (int, int)
        Height and width of the picture.
    least : float
        The smallest share of a box's area that must lie within the frame.
    """
    kept = []
    for box in boxes:
        left, top = max(0.0, box.left), max(0.0, box.top)
        width = min(float(shape[1]), box.left + box.width) - left
        height = min(float(shape[0]), box.top + box.height) - top
        area = box.width * box.height
        if area == 0:
            leave_out(box.where, "boxes without an area")
        elif width <= 0 or height <= 0:
            leave_out(box.where, "boxes outside the picture")
        elif width * height < least * area:
            leave_out(box.where, f"boxes of which less than {least:g} is in the picture")
        else:
            kept.append(attrs.evolve(box, left=left, top=top, width=width, height=height))
    return kept


def scene_of(pixels: FloatArray, boxes: Sequence[Box], name: str) -> Scene:
    """Return a scene whose targets are the boxes, and whose own kernel is what the first of them shows.

    Parameters
    ----------
    pixels : (H, W) or (H, W, 3) array
    boxes : sequence of Box
        Within the picture; the own kernel is cut out at whole pixels.
    name : str
    """
    if not boxes:
        return Scene(pixels, name=name)
    first = boxes[0]
    own = Kernel(cut(pixels, first), name=f"{name}-{first.label}" if first.label else name)
    size = math.sqrt(first.width * first.height)
    targets = [
        attrs.evolve(
            Target.from_box(box.left, box.top, box.width, box.height, box.label),
            scale=math.sqrt(box.width * box.height) / size,
        )
        for box in boxes
    ]
    return Scene(pixels, targets, own, name=name)


def cut(pixels: FloatArray, box: Box) -> FloatArray:
    """Return the pixels of a box that is within the picture: position and size rounded, at least one pixel."""
    left, top = min(round(box.left), pixels.shape[1] - 1), min(round(box.top), pixels.shape[0] - 1)
    return pixels[top : top + max(1, round(box.height)), left : left + max(1, round(box.width))]
