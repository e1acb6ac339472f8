"""Small random changes before each look, so that what is found is a pattern and not a trick of single pixels."""

from __future__ import annotations

import math

import attrs
import torch
from torch import Tensor
from torch.nn import functional


@attrs.frozen
class Robustness:
    """How far a picture is moved, scaled and turned at each step.

    Attributes
    ----------
    jitter : float
        Up to so many pixels of the picture, in x and in y.
    scale : float
        Between 1 − scale and 1 + scale times its size.
    rotation : float
        Up to so many degrees either way.
    """

    jitter: float = 9.0
    scale: float = 0.15
    rotation: float = 12.0


STILL = Robustness(jitter=0.0, scale=0.0, rotation=0.0)


def warp(
    pictures: Tensor, size: int, change: Robustness, generator: torch.Generator, center: tuple[float, float]
) -> Tensor:
    """Move, scale and turn pictures, all alike; what comes in from outside is 0.

    Parameters
    ----------
    pictures : (N, C, H, W) Tensor
    size : int
        Side of the result in pixels.
    change : Robustness
    generator : torch.Generator
        Where the amounts come from; they are the same whatever the pictures are.
    center : (float, float)
        x and y, in pixels of the result, where the middle of the picture comes to be when it is not moved.

    Returns
    -------
    (N, C, size, size) Tensor
    """
    amount = torch.rand(4, generator=generator, dtype=torch.float64) * 2 - 1
    side = pictures.shape[-1]
    across, down, scale, turn = (float(each) for each in amount)
    grown = 1.0 + change.scale * scale
    angle = math.radians(change.rotation * turn)
    # In units of half a side, as grid_sample counts; it maps places of the result to places of the picture.
    cosine, sine = math.cos(angle) / grown, math.sin(angle) / grown
    move_x = (center[0] - (size - 1) / 2) * 2 / size + change.jitter * across * 2 / side
    move_y = (center[1] - (size - 1) / 2) * 2 / size + change.jitter * down * 2 / side
    matrix = torch.tensor(
        [
            [cosine, -sine, -cosine * move_x + sine * move_y],
            [sine, cosine, -sine * move_x - cosine * move_y],
        ],
        dtype=torch.float32,
    )
    if size < side:
        # Averaged first: plain interpolation would skip pixels and leave them free to become noise.
        pictures = functional.interpolate(pictures, size=(size, size), mode="area")
    grid = functional.affine_grid(
        matrix.expand(len(pictures), 2, 3), [len(pictures), pictures.shape[1], size, size], align_corners=False
    )
    return functional.grid_sample(pictures, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
