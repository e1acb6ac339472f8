"""What is seen where no orbit was trapped."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt
import PIL.ImageColor

from fracorr.errors import ConfigurationError
from fracorr.images import FloatArray, to_gray
from fracorr.sampling import bands

Color: TypeAlias = npt.NDArray[np.float32]

MEAN: Final = "mean"
TRANSPARENT: Final = "transparent"
#: Below this support a pixel has no color of its own worth restoring.
_TINY: Final = 1e-6


def check(_: object, __: attrs.Attribute[Any], value: Any) -> None:
    """Take a background; a validator."""
    if value not in (MEAN, TRANSPARENT):
        parse(value)


def parse(background: float | str) -> Color:
    """Read a color: its name, ``#rrggbb``, ``rgb(…)``, or a level of gray.

    Returns
    -------
    (3,) float32 array
        RGB in [0, 1].

    Raises
    ------
    ConfigurationError
        If it is none.
    """
    if isinstance(background, float | int) and not isinstance(background, bool) and 0 <= background <= 1:
        return np.full(3, background, dtype=np.float32)
    try:
        levels = PIL.ImageColor.getrgb(str(background))
    except ValueError:
        raise ConfigurationError(
            f"'orbit-trap': background={background!r} is not right: it takes a color such as black, teal or #20a0ff, "
            f"a level of gray from 0 to 1, {MEAN} or {TRANSPARENT}"
        ) from None
    return np.asarray(np.divide(levels[:3], 255), dtype=np.float32)


def paint(color: FloatArray, support: FloatArray, background: float | str, low: float, high: float) -> None:
    """Lay premultiplied colors over the background, in place; for a transparent one make them straight instead.

    Parameters
    ----------
    color : (H, W, C) array
        Premultiplied; written to.
    support : (H, W) array
        Clipped to [0, 1].
    background : float or str
        A color for :func:`parse`, ``"mean"`` (of what was trapped) or ``"transparent"``.
    low, high : float
        The range of the straight colors, which no rounding may leave.
    """
    behind = None if background == TRANSPARENT else _behind(color, support, background)
    bottom, top = (low, high) if behind is None else (min(low, behind.min()), max(high, behind.max()))
    for rows in bands(*support.shape):
        some, weight = color[rows], support[rows]
        np.clip(weight, 0.0, 1.0, out=weight)
        if behind is None:
            visible = weight[..., None] > _TINY
            np.divide(some, weight[..., None], out=some, where=visible)
            np.clip(some, bottom, top, out=some, where=visible)
            continue
        if behind.any():
            some += (1 - weight[..., None]) * behind
        np.clip(some, bottom, top, out=some)


def _behind(color: FloatArray, support: FloatArray, background: float | str) -> Color:
    channels = color.shape[2]
    if background == MEAN:
        mean = color.sum(axis=(0, 1), dtype=np.float64) / support.sum(dtype=np.float64)
        return np.asarray(mean, dtype=np.float32)
    rgb = parse(background)
    return to_gray(rgb[None, None]).reshape(1) if channels == 1 else rgb
