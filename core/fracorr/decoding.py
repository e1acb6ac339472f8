"""From the bytes of an image file to an array, for every kind of file that people really have."""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import PIL.Image

from fracorr.errors import ImageError
from fracorr.opencv import cv2

Array: TypeAlias = npt.NDArray[Any]

READABLE: Final = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm")
# Pillow's names for these. It knows others, but one of them hands the file to a PostScript interpreter.
_FORMATS: Final = ("PNG", "JPEG", "BMP", "DIB", "GIF", "TIFF", "WEBP", "PPM")

_ORIENTATION: Final = 0x0112
_BITS_PER_SAMPLE: Final = 258
_SAMPLE_FORMAT: Final = 339
_UNSIGNED: Final = 1
_PNG_GRAY_WITH_OPACITY: Final = 4

_pillow_limit = threading.Lock()


def decode(data: bytes, what: str, limit: int) -> Array:
    """Decode an image file.

    Parameters
    ----------
    data : bytes
        The whole file.
    what : str
        What to call it in messages.
    limit : int
        A picture with more pixels is refused before it is decoded.

    Returns
    -------
    (H, W), (H, W, 2) gray with opacity, (H, W, 3) RGB or (H, W, 4) RGBA array
        Upright, with the depth that the file has: uint8, uint16, int32 or float32; unsigned levels of 32 bits as
        float32 in [0, 1]. Colour profiles are ignored.

    Raises
    ------
    ImageError
        If it is no image, is damaged, or is larger than the limit.
    """
    try:
        with warnings.catch_warnings(), _unlimited():
            warnings.simplefilter("ignore")
            picture = PIL.Image.open(io.BytesIO(data), formats=_FORMATS)
    except PIL.UnidentifiedImageError:
        raise ImageError(
            f"{what} is not an image that can be read ({', '.join(READABLE)}), or its beginning is damaged"
        ) from None
    except Exception as error:
        # Whatever a decoder trips over, from struct.error to KeyError: the file is to blame.
        raise ImageError(f"{what} is damaged or cut short: {error}") from error
    width, height = picture.size
    if width * height > limit:
        raise ImageError(
            f"{what} has {width}×{height} pixels, more than the limit of {limit:,}; set FRACORR_MAX_PIXELS to allow it"
        )
    try:
        with warnings.catch_warnings(), picture:
            warnings.simplefilter("ignore")
            picture.load()
            # Pillow, as OpenCV, turns TIFF files upright itself on loading, and then says so here.
            orientation = int(picture.getexif().get(_ORIENTATION, 1))
            array = _deep(picture, data) if _is_deep_color(picture, data) else _plain(picture)
    except Exception as error:
        raise ImageError(f"{what} is damaged or cut short: {error}") from error
    return _upright(array, orientation)


@contextmanager
def _unlimited() -> Iterator[None]:
    """Lift Pillow's own limit of pixels, which cannot be passed as an argument, while a header is read."""
    with _pillow_limit:
        kept = PIL.Image.MAX_IMAGE_PIXELS
        PIL.Image.MAX_IMAGE_PIXELS = None
        try:
            yield
        finally:
            PIL.Image.MAX_IMAGE_PIXELS = kept


def _plain(picture: PIL.Image.Image) -> Array:
    """Turn a loaded Pillow picture into an array of gray or RGB, with opacity or without."""
    mode = picture.mode
    if mode == "F":
        return np.asarray(picture, dtype=np.float32)
    if mode.startswith("I"):
        return _deep_gray(picture)
    if mode in ("LA", "La") or (mode in ("1", "L") and "transparency" in picture.info):
        return np.asarray(picture.convert("LA"))
    if mode in ("PA", "RGBA", "RGBa") or "transparency" in picture.info:
        return np.asarray(picture.convert("RGBA"))
    if mode in ("1", "L"):
        return np.asarray(picture.convert("L"))
    return np.asarray(picture.convert("RGB"))


def _deep_gray(picture: PIL.Image.Image) -> Array:
    """Return gray of more than 8 bits, which Pillow keeps in 16 or in 32 bits, whichever format it came from."""
    values = np.asarray(picture)
    tags = getattr(picture, "tag_v2", {})
    if tags.get(_BITS_PER_SAMPLE) == (32,):
        if tags.get(_SAMPLE_FORMAT, (_UNSIGNED,)) != (_UNSIGNED,):
            return values
        # In a file the largest level is white (TIFF 6.0, PhotometricInterpretation); an array does not say so.
        return np.divide(values.view(np.uint32), np.float32(2**32 - 1), dtype=np.float32)
    return np.asarray(np.clip(values, 0, 65535), dtype=np.uint16)


def _is_deep_color(picture: PIL.Image.Image, data: bytes) -> bool:
    """Whether it is a PNG or TIFF of 16 bits in colour or with opacity, which Pillow would cut to 8 bits."""
    if picture.mode not in ("RGB", "RGBA", "LA"):
        return False
    if picture.format == "PNG":
        return data[24] == 16  # the bit depth in the IHDR chunk
    if picture.format == "TIFF":
        return bool(max(getattr(picture, "tag_v2", {}).get(_BITS_PER_SAMPLE, (8,))) == 16)
    return False


def _deep(picture: PIL.Image.Image, data: bytes) -> Array:
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None:
        raise ImageError("its 16-bit colours cannot be decoded")
    array: Array = np.asarray(decoded)
    if array.ndim == 2:
        return array
    if picture.format == "PNG" and data[25] == _PNG_GRAY_WITH_OPACITY:  # the colour type in the IHDR chunk
        # OpenCV, as Pillow, repeats the gray as three colours.
        return np.ascontiguousarray(array[..., [0, 3]])
    return np.ascontiguousarray(array[..., [2, 1, 0, 3]] if array.shape[2] == 4 else array[..., ::-1])


def _upright(array: Array, orientation: int) -> Array:
    """Undo the camera's rotation as EXIF 2.3, tag 0x0112, defines its eight values."""
    if orientation in (5, 6, 7, 8):
        array = array.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        array = array[::-1]
    if orientation in (2, 3, 6, 7):
        array = array[:, ::-1]
    return np.ascontiguousarray(array)
