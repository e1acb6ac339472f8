"""What a camera does to a scene: light, blur, noise, eight bits, and JPEG."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from fracorr.images import FloatArray, to_bytes
from fracorr.opencv import cv2


class Conditions(Protocol):
    """How a scene is taken; see the parameters of ``warps``."""

    @property
    def brightness(self) -> float: ...
    @property
    def contrast(self) -> float: ...
    @property
    def blur(self) -> float: ...
    @property
    def noise(self) -> float: ...
    @property
    def jpeg(self) -> int | None: ...


def taken(conditions: Conditions, canvas: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return the picture that a camera takes: with 256 levels, too dark and too bright cut off.

    Parameters
    ----------
    conditions : Conditions
    canvas : (H, W) or (H, W, 3) float32 array
    rng : numpy.random.Generator
        For the noise, which is the same at any level but for its size.

    Returns
    -------
    float32 array
        Of the same shape, in [0, 1].
    """
    light = (canvas - 0.5) * conditions.contrast + 0.5 + conditions.brightness / 255
    if conditions.blur > 0:
        blurred = cv2.GaussianBlur(light, (0, 0), conditions.blur, borderType=cv2.BORDER_REPLICATE)
        light = np.asarray(blurred, np.float32)
    if conditions.noise > 0:
        light = light + rng.standard_normal(light.shape, np.float32) * np.float32(conditions.noise / 255)
    levels = to_bytes(light)
    if conditions.jpeg is not None:
        levels = _compressed(levels, conditions.jpeg)
    return levels.astype(np.float32) / np.float32(255)


def _compressed(levels: npt.NDArray[np.uint8], quality: int) -> npt.NDArray[np.uint8]:
    # OpenCV takes colours in the order BGR; turned there and back, so that JPEG sees the right ones.
    ordered = levels[..., ::-1] if levels.ndim == 3 else levels
    _, data = cv2.imencode(".jpg", np.ascontiguousarray(ordered), [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = np.asarray(cv2.imdecode(data, cv2.IMREAD_UNCHANGED), np.uint8)
    return decoded[..., ::-1] if decoded.ndim == 3 else decoded
