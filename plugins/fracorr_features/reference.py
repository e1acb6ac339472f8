"""What real photographs do to units: the yardstick for rendered images."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
import skimage.data
import torch
from torch import Tensor

from fracorr.images import FloatArray, to_gray, to_rgb
from fracorr.opencv import cv2
from fracorr_features.probe import Probe

#: The photographs that scikit-image brings along.
PHOTOGRAPHS: Final = (
    "astronaut", "brick", "camera", "cell", "chelsea", "clock", "coffee", "coins", "grass", "gravel",
    "hubble_deep_field", "immunohistochemistry", "moon", "page", "retina", "rocket",
)  # fmt: skip


@attrs.frozen
class Yardstick:
    """The strongest response of one unit to the photographs.

    Attributes
    ----------
    unit : int
    place, whole : float
        The highest activation at any place of any photograph, and the highest mean over a photograph's map.
    photograph : str
        The one that gave `place`.
    """

    unit: int
    place: float
    whole: float
    photograph: str


def photograph(name: str, size: int, channels: int) -> FloatArray:
    """Return the middle square of a photograph at `size` × `size` pixels, (size, size, channels)."""
    pixels = np.asarray(getattr(skimage.data, name)(), dtype=np.float32) / 255
    side = min(pixels.shape[:2])
    top, left = (pixels.shape[0] - side) // 2, (pixels.shape[1] - side) // 2
    square = pixels[top : top + side, left : left + side, ...]
    # Averaged, so that fine detail does not fold into stripes.
    small = cv2.resize(np.ascontiguousarray(square), (size, size), interpolation=cv2.INTER_AREA)
    color = to_rgb(np.asarray(small, dtype=np.float32))
    return color if channels == 3 else to_gray(color)[..., None]


def photographs(size: int, channels: int) -> Tensor:
    """Return all photographs as one batch, (16, channels, size, size) in [0, 1]."""
    pictures = np.stack([photograph(name, size, channels) for name in PHOTOGRAPHS])
    return torch.from_numpy(np.clip(pictures, 0, 1)).permute(0, 3, 1, 2).contiguous()


def yardsticks(probe: Probe, units: tuple[int, ...]) -> tuple[Yardstick, ...]:
    """Measure units of the probe's layer on the photographs."""
    with torch.no_grad():
        activation = probe(photographs(probe.size, probe.model.input.channels))
    maps = activation.flatten(2) if activation.ndim == 4 else activation[:, :, None]
    places, wholes = maps.amax(dim=2), maps.mean(dim=2)
    return tuple(
        Yardstick(
            unit,
            float(places[:, unit].max()),
            float(wholes[:, unit].max()),
            PHOTOGRAPHS[int(places[:, unit].argmax())],
        )
        for unit in units
    )
