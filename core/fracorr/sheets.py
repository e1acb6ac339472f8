"""Kernels as people see them: over a background, many on one sheet, as an animation, in a terminal."""

from __future__ import annotations

import io
import math
import os
import pathlib
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont

from fracorr import images
from fracorr.errors import ImageError
from fracorr.files import write_bytes
from fracorr.images import FloatArray
from fracorr.kernel import Kernel
from fracorr.sampling import fitted_shape, resize

#: Side of the box that each kernel of a contact sheet is fitted into, in pixels.
CELL = 192
_PAPER = (250, 250, 250)
_INK = (30, 30, 30)
_RAMP = " .:-=+*#%@"


def over_checkers(kernel: Kernel, square: int = 8) -> FloatArray:
    """Return the kernel over a light checkerboard, which shows where its support is.

    Returns
    -------
    (H, W, 3) float32 array
    """
    rows, columns = np.indices(kernel.shape) // square
    board = np.where((rows + columns) % 2, 0.78, 0.92)[..., None]
    return over(kernel, board)


def over(kernel: Kernel, background: npt.ArrayLike) -> FloatArray:
    """Return the kernel over a background that shows where the support is below 1, (H, W, 3)."""
    weight = kernel.support[..., None].astype(np.float64)
    return np.asarray(kernel.rgb * weight + np.asarray(background) * (1 - weight), dtype=np.float32)


def contact_sheet(items: Sequence[tuple[str, Kernel]], *, columns: int | None = None, cell: int = CELL) -> FloatArray:
    """Lay kernels out on one sheet with their captions below them.

    Parameters
    ----------
    items : sequence of (str, Kernel)
        Captions and kernels; line breaks in a caption are kept.
    columns : int, optional
        How many stand side by side; by default as many as make the sheet about square.
    cell : int, optional
        The side of the box that each kernel is fitted into, in pixels.

    Returns
    -------
    (H, W, 3) float32 array
    """
    if not items:
        raise ImageError("a contact sheet needs at least one kernel")
    across = columns or math.ceil(math.sqrt(len(items)))
    down = math.ceil(len(items) / across)
    gap, line = 12, 17
    lines = max(caption.count("\n") + 1 for caption, _ in items)
    height = cell + lines * line + gap
    sheet = PIL.Image.new("RGB", (across * (cell + gap) + gap, down * height + gap), _PAPER)
    draw = PIL.ImageDraw.Draw(sheet)
    font = PIL.ImageFont.load_default(13)
    for number, (caption, kernel) in enumerate(items):
        left, top = gap + (number % across) * (cell + gap), gap + (number // across) * height
        picture = PIL.Image.fromarray(images.to_bytes(over_checkers(fitted(kernel, cell))))
        sheet.paste(picture, (left + (cell - picture.width) // 2, top + (cell - picture.height) // 2))
        for row, text in enumerate(caption.split("\n")):
            draw.text((left, top + cell + 2 + row * line), _shortened(draw, text, font, cell), fill=_INK, font=font)
    return images.from_array(np.asarray(sheet)).pixels


def write_animation(
    path: str | os.PathLike[str], frames: Iterable[Kernel], *, milliseconds: int = 80, bounce: bool = True
) -> pathlib.Path:
    """Write frames as an animated GIF, forwards and (by default) back again, without end.

    Raises
    ------
    ImageError
        If there are no frames, they differ in size, or all together have more pixels than the limit.
    OutputError
        If the file cannot be written.
    """
    pictures: list[PIL.Image.Image] = []
    limit = images.pixel_limit()
    for frame in frames:
        if pictures and pictures[0].size != (frame.width, frame.height):
            first = "×".join(map(str, pictures[0].size))
            raise ImageError(
                f"the frames of an animation must have one size, not {first} and {frame.width}×{frame.height}"
            )
        if (len(pictures) + 1) * frame.width * frame.height > limit:
            raise ImageError(
                f"the animation has more than {limit:,} pixels after {len(pictures)} frames; make it "
                f"smaller or shorter, or set {images.PIXEL_LIMIT_VARIABLE}"
            )
        # With a palette of its own, as the file will have it, a waiting frame takes a byte per pixel.
        pictures.append(PIL.Image.fromarray(images.to_bytes(over(frame, 0.0))).quantize(256))
    if not pictures:
        raise ImageError("an animation needs at least one frame")
    if bounce:
        pictures += pictures[-2:0:-1]
    buffer = io.BytesIO()
    pictures[0].save(
        buffer, format="GIF", save_all=True, append_images=pictures[1:], duration=milliseconds, loop=0, optimize=True
    )
    write_bytes(path, buffer.getvalue())
    return pathlib.Path(path)


def terminal_picture(kernel: Kernel, columns: int, rows: int, *, color: bool) -> str:
    """Return the kernel as text that fits a terminal.

    Parameters
    ----------
    kernel : Kernel
    columns, rows : int
        The terminal's size in characters.
    color : bool
        With 24-bit colour, two pixels to a character; without, one character of a brightness ramp.
    """
    shrink = min(columns / kernel.width, 2 * rows / kernel.height)
    width, height = max(1, round(kernel.width * shrink)), max(2, 2 * round(kernel.height * shrink / 2))
    pixels = over(resize(kernel, height, width), 0.0)
    if not color:
        brightness = images.to_gray(pixels).reshape(height // 2, 2, width).mean(axis=1)
        steps = np.clip((brightness * len(_RAMP)).astype(int), 0, len(_RAMP) - 1)
        return "\n".join("".join(_RAMP[step] for step in row) for row in steps)
    levels = images.to_bytes(pixels)
    lines = []
    for upper, lower in zip(levels[::2], levels[1::2], strict=True):
        cells = [
            f"\x1b[38;2;{a[0]};{a[1]};{a[2]};48;2;{b[0]};{b[1]};{b[2]}m▀" for a, b in zip(upper, lower, strict=True)
        ]
        lines.append("".join(cells) + "\x1b[0m")
    return "\n".join(lines)


def fitted(kernel: Kernel, side: int) -> Kernel:
    """Return the kernel resized so that its longer side is `side` pixels."""
    return resize(kernel, *fitted_shape(kernel.name, kernel.shape, side))


def _shortened(
    draw: PIL.ImageDraw.ImageDraw, text: str, font: PIL.ImageFont.FreeTypeFont | PIL.ImageFont.ImageFont, width: int
) -> str:
    if draw.textlength(text, font=font) <= width:
        return text
    while text and draw.textlength(text + "…", font=font) > width:
        text = text[:-1]
    return text + "…"
