"""Pictures as text that a page can carry: data addresses of small files."""

from __future__ import annotations

import base64
import io

import matplotlib
import numpy as np
from PIL import Image

from fracorr import Kernel, Response, Scene
from fracorr.images import to_bytes, to_rgb
from fracorr.sheets import over_checkers

#: Longer sides in pixels: large enough to see what is found, small enough for hundreds on one page.
SCENE_SIDE = 640
KERNEL_SIDE = 128
HEAT_SIDE = 200


def scene_picture(scene: Scene) -> str:
    """Return a scene as a JPEG."""
    picture = Image.fromarray(to_bytes(to_rgb(scene.pixels)))
    picture.thumbnail((SCENE_SIDE, SCENE_SIDE), Image.Resampling.LANCZOS)
    return _address(picture, "JPEG", quality=80, optimize=True)


def kernel_picture(kernel: Kernel) -> str:
    """Return a kernel as a PNG, over a checkerboard where it has no support."""
    picture = Image.fromarray(to_bytes(over_checkers(kernel)))
    if max(picture.size) > KERNEL_SIDE:
        picture.thumbnail((KERNEL_SIDE, KERNEL_SIDE), Image.Resampling.LANCZOS)
    return _address(picture, "PNG", optimize=True)


def heat_picture(response: Response) -> str:
    """Return a response as a PNG, bright where it is good."""
    picture = Image.fromarray(to_bytes(response.display()))
    if max(picture.size) > HEAT_SIDE:
        # The largest of each block would keep single peaks, but shift them: averaging does not.
        picture.thumbnail((HEAT_SIDE, HEAT_SIDE), Image.Resampling.BOX)
    colors = matplotlib.colormaps["viridis"](np.arange(256), bytes=True)[:, :3]
    picture.putpalette(colors.tobytes())
    return _address(picture, "PNG", optimize=True)


def _address(picture: Image.Image, kind: str, **options: object) -> str:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(file.getvalue()).decode()}"
