"""What everybody writes with OpenCV: the template turned and resized in a loop, each time slid over the scene."""

from __future__ import annotations

import math
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from fracorr import Match, Scene

Pixels: TypeAlias = npt.NDArray[np.float32]

TURN = 3.0
GROWTH = 1.1


def rotation_loop(scene: Scene, scales: tuple[float, float]) -> Match:
    """Return the best place over every 3 degrees and every 10 % of size, with a mask for what is the template's.

    The scores of ``TM_CCOEFF_NORMED`` with a mask are not finite where the scene is flat; those places are left out.
    """
    assert scene.own is not None
    template = np.ascontiguousarray(scene.own.gray)
    gray = np.ascontiguousarray(scene.gray)
    best = Match(0, 0, 0, 1, template.shape[1], template.shape[0], -1.0)
    count = 1 + math.ceil(math.log(scales[1] / scales[0]) / math.log(GROWTH))
    for scale in np.geomspace(*scales, count):
        for angle in np.arange(0, 360, TURN):
            turned, mask = _turned(template, float(angle), float(scale))
            if turned.shape[0] > gray.shape[0] or turned.shape[1] > gray.shape[1]:
                continue
            scores = cv2.matchTemplate(gray, turned, cv2.TM_CCOEFF_NORMED, mask=mask)
            scores = np.where(np.isfinite(scores) & (np.abs(scores) <= 1.001), scores, -1)
            row, column = divmod(int(scores.argmax()), scores.shape[1])
            if scores[row, column] > best.score:
                middle = column + (turned.shape[1] - 1) / 2, row + (turned.shape[0] - 1) / 2
                size = template.shape[1] * scale, template.shape[0] * scale
                best = Match(*middle, float(angle), float(scale), *size, float(scores[row, column]))
    return best


def _turned(template: Pixels, angle: float, scale: float) -> tuple[Pixels, Pixels]:
    """Return the template turned and resized on the smallest upright rectangle around it, and where it is on that."""
    height, width = template.shape
    turn = math.radians(angle)
    cosine, sine = abs(math.cos(turn)), abs(math.sin(turn))
    size = (
        max(1, math.ceil(scale * (width * cosine + height * sine))),
        max(1, math.ceil(scale * (width * sine + height * cosine))),
    )
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, scale)
    matrix[:, 2] += [(size[0] - width) / 2, (size[1] - height) / 2]
    if scale < 1:
        sigma = 0.5 * math.sqrt(scale**-2 - 1)
        template = np.asarray(cv2.GaussianBlur(template, (0, 0), max(sigma, 1e-3)), np.float32)
    turned = cv2.warpAffine(template, matrix, size, flags=cv2.INTER_CUBIC)
    mask = cv2.warpAffine(np.ones((height, width), np.float32), matrix, size, flags=cv2.INTER_LINEAR)
    return np.asarray(turned, np.float32), np.asarray(mask > 0.999, np.float32)
