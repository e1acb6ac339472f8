"""Kernels and scenes to try components on: ordinary ones, and every awkward one that users have."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from fracorr.kernel import Kernel
from fracorr.scene import Scene, Target

#: Where the planted kernel's centre is in its scene, x and y.
PLANTED_AT = (139.5, 87.5)
PLANTED_SIDE = 96


def texture(height: int, width: int, *, seed: int, color: bool = False) -> npt.NDArray[np.float64]:
    """Return a random picture with structure at several sizes, in [0, 1]: (H, W) or (H, W, 3)."""
    rng = np.random.default_rng(seed)
    shape = (height, width, 3) if color else (height, width)
    total = np.zeros(shape)
    for sigma in (1.0, 2.5, 6.0):
        blurred = gaussian_filter(rng.standard_normal(shape), (sigma, sigma, 0) if color else sigma)
        total += blurred / blurred.std() if blurred.std() > 0 else blurred
    span = np.ptp(total)
    return (total - total.min()) / span if span > 0 else total + 0.5


def kernels() -> dict[str, Kernel]:
    """Return kernels by what is awkward about them; new ones each time, so that none can be spoiled for others."""
    rows, columns = np.indices((48, 48))
    disc = np.hypot(rows - 23.5, columns - 23.5) < 20
    frozen = texture(40, 40, seed=4)
    frozen.flags.writeable = False
    return {
        "ordinary": Kernel(texture(48, 48, seed=1), name="ordinary"),
        "in color": Kernel(texture(48, 40, seed=2, color=True), name="in-color"),
        "with a support": Kernel(texture(48, 48, seed=3), disc, name="with-a-support"),
        "with a soft support": Kernel(texture(48, 48, seed=3), np.clip(disc * columns / 40, 0, 1), name="soft"),
        "from a read-only array": Kernel(frozen, name="read-only"),
        "from every second pixel of an array": Kernel(texture(80, 80, seed=5)[::2, ::-2], name="strided"),
        "from 8-bit pixels": Kernel((texture(33, 47, seed=6) * 255).astype(np.uint8), name="8-bit"),
        "flat": Kernel(np.full((32, 32), 0.5), name="flat"),
        "black": Kernel(np.zeros((32, 32)), name="black"),
        "one pixel": Kernel(np.full((1, 1), 0.7), name="one-pixel"),
        "one row": Kernel(texture(1, 21, seed=7), name="one-row"),
        "three pixels high": Kernel(texture(3, 40, seed=8), name="low"),
        "large": Kernel(texture(300, 420, seed=9, color=True), name="large"),
    }


def scenes() -> dict[str, Scene]:
    """Return scenes by what is awkward about them; new ones each time."""
    dark = texture(120, 160, seed=13) * 1e-3
    return {
        "ordinary": Scene(texture(120, 160, seed=10), [Target(60, 50, 30, 20)], name="ordinary"),
        "in color": Scene(texture(120, 160, seed=11, color=True), name="in-color"),
        "flat": Scene(np.full((120, 160), 0.5), name="flat"),
        "black": Scene(np.zeros((120, 160)), name="black"),
        "half of it flat": Scene(np.where(np.arange(160) < 80, 0.25, texture(120, 160, seed=12)), name="half-flat"),
        "very dark": Scene(dark, name="very-dark"),
        "from 8-bit pixels": Scene((texture(120, 160, seed=14) * 255).astype(np.uint8), name="8-bit"),
        "from every second pixel of an array": Scene(texture(240, 320, seed=15)[::-2, ::2], name="strided"),
    }


def planted(*, upside_down: bool = False) -> tuple[Scene, Kernel]:
    """Return a scene and a kernel that stands in it exactly, upright or turned by 180 degrees.

    The kernel is brighter than the rest, so that methods which prefer brightness have no reason to look elsewhere.
    """
    pixels = 0.35 + 0.65 * texture(PLANTED_SIDE, PLANTED_SIDE, seed=21)
    scene = 0.3 * texture(200, 280, seed=22)
    left, top = (round(middle - (PLANTED_SIDE - 1) / 2) for middle in PLANTED_AT)
    scene[top : top + PLANTED_SIDE, left : left + PLANTED_SIDE] = pixels[::-1, ::-1] if upside_down else pixels
    target = Target.from_box(left, top, PLANTED_SIDE, PLANTED_SIDE)
    return Scene(scene, [target], name="planted"), Kernel(pixels, name="planted")
