"""Pictures in and out: arrays of any usual kind to float32 RGB in [0, 1], and files read and written safely."""

from __future__ import annotations

import math
import os
import pathlib
from typing import Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import decoding
from fracorr.errors import ImageError, nearest
from fracorr.files import write_bytes
from fracorr.opencv import cv2

FloatArray: TypeAlias = npt.NDArray[np.float32]
ImageLike: TypeAlias = str | os.PathLike[str] | npt.NDArray[Any]

PIXEL_LIMIT_VARIABLE = "FRACORR_MAX_PIXELS"
#: Pictures with more pixels than this are refused before they are decoded, unless the variable above says otherwise.
PIXEL_LIMIT = 100_000_000

READABLE = decoding.READABLE
_OPAQUE = (".jpg", ".jpeg", ".bmp")
WRITABLE = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")

# What the formats' own headers can hold, in pixels a side; the encoders fail beyond it with a message of their own.
_LONGEST_SIDE = {".jpg": 65_500, ".jpeg": 65_500, ".webp": 16_383}


@attrs.frozen(eq=False)
class Picture:
    """A decoded picture.

    Attributes
    ----------
    pixels : (H, W) or (H, W, 3) float32 array
        Gray or RGB, in [0, 1].
    alpha : (H, W) float32 array or None
        Opacity in [0, 1]; None where the file has none.
    """

    pixels: FloatArray
    alpha: FloatArray | None = None


def load(image: ImageLike, what: str = "image") -> Picture:
    """Take a picture from an array or a path.

    Parameters
    ----------
    image : array or path
        (H, W), (H, W, 1), (H, W, 3) RGB or (H, W, 4) RGBA; boolean, uint8 or uint16 (scaled by the largest value of
        the type), or floating point (used as it is, [0, 1] by convention). Other integers do not say which value is
        white, and are refused. Or a path to a file.
    what : str, optional
        What to call it in messages.

    Raises
    ------
    ImageError
        If it is no such thing, is empty, or holds NaN or infinite values.
    """
    if isinstance(image, str | os.PathLike):
        return read(image)
    return from_array(image, what)


def from_array(array: npt.ArrayLike, what: str = "image") -> Picture:
    """Convert an array to a :class:`Picture` (see :func:`load`); the result never shares memory with the input."""
    try:
        raw = np.asarray(array)
    except (ValueError, TypeError) as error:
        raise ImageError(f"{what}: not an array: {error}") from error
    if raw.ndim == 3 and raw.shape[2] == 1:
        raw = raw[:, :, 0]
    if raw.ndim not in (2, 3) or (raw.ndim == 3 and raw.shape[2] not in (3, 4)):
        raise ImageError(f"{what}: shape {raw.shape} is not (H, W), (H, W, 3) or (H, W, 4)")
    if raw.size == 0:
        raise ImageError(f"{what}: it has no pixels (shape {raw.shape})")
    scaled = _to_unit_range(raw, what)
    if scaled.ndim == 3 and scaled.shape[2] == 4:
        return _with_alpha(scaled[:, :, :3], scaled[:, :, 3])
    return Picture(scaled)


def _with_alpha(pixels: FloatArray, alpha: FloatArray) -> Picture:
    return Picture(np.ascontiguousarray(pixels), np.ascontiguousarray(alpha))


def read(path: str | os.PathLike[str], max_pixels: int | None = None) -> Picture:
    """Read an image file.

    8- and 16-bit, gray, palette, RGB, CMYK and EXIF-rotated files, with opacity or without, come out as they look in a
    viewer; gray ones as gray.

    Parameters
    ----------
    path : path
        A PNG, JPEG, BMP, GIF (first frame), TIFF (first page), WebP or PNM file.
    max_pixels : int, optional
        A larger picture is refused before it is decoded; by default ``FRACORR_MAX_PIXELS``, or 100 million.

    Raises
    ------
    ImageError
        If the file does not exist, is not an image, is damaged, or is larger than the limit.
    """
    location = pathlib.Path(path)
    try:
        if not location.exists():
            raise ImageError(f"there is no file '{location}'{_sibling(location)}")
        if location.is_dir():
            raise ImageError(f"'{location}' is a folder, not an image file")
        if not location.is_file():
            raise ImageError(f"'{location}' is a device or a pipe, not an image file")
        data = location.read_bytes()
    except OSError as error:
        raise ImageError(f"'{location}' cannot be read: {error.strerror or error}") from error
    if not data:
        raise ImageError(f"'{location}' is empty (0 bytes)")
    limit = pixel_limit() if max_pixels is None else max_pixels
    decoded = decoding.decode(data, f"'{location}'", limit)
    if decoded.ndim == 3 and decoded.shape[2] == 2:
        # Only a file says that its second channel is opacity.
        scaled = _to_unit_range(decoded, f"'{location}'")
        return _with_alpha(scaled[:, :, 0], scaled[:, :, 1])
    return from_array(decoded, f"'{location}'")


def pixel_limit() -> int:
    """Return the configured pixel limit.

    Raises
    ------
    ImageError
        If ``FRACORR_MAX_PIXELS`` is not a positive whole number.
    """
    text = os.environ.get(PIXEL_LIMIT_VARIABLE, "").strip()
    if not text:
        return PIXEL_LIMIT
    if not (text.isascii() and text.isdigit()) or int(text) == 0:
        raise ImageError(f"{PIXEL_LIMIT_VARIABLE}={text!r} is not a positive whole number of pixels")
    return int(text)


def write(path: str | os.PathLike[str], pixels: npt.ArrayLike, alpha: npt.ArrayLike | None = None) -> pathlib.Path:
    """Write a picture; the file appears whole or not at all.

    Parameters
    ----------
    path : path
        Its ending chooses the format: png, jpg, bmp, tif or webp.
    pixels : (H, W) or (H, W, 3) array
        Gray or RGB as for :func:`load`, or RGBA (H, W, 4); clipped to [0, 1] and written with 8 bits.
    alpha : (H, W) array, optional
        Opacity, written where the format can hold it (not JPEG or BMP); by default that of RGBA pixels.

    Raises
    ------
    ImageError
        If the ending is not known, the array is no picture, or it is too large for the format.
    OutputError
        If the place cannot be written to.
    """
    location = pathlib.Path(path)
    write_bytes(location, encode(pixels, alpha, check_writable_format(location), f"'{location}'"))
    return location


def encode(
    pixels: npt.ArrayLike, alpha: npt.ArrayLike | None = None, suffix: str = ".png", what: str = "the picture"
) -> bytes:
    """Return a picture as the content of an image file; see :func:`write`."""
    levels = _with_opacity(from_array(pixels), alpha, suffix)
    if max(levels.shape[:2]) > _LONGEST_SIDE.get(suffix, math.inf):
        raise ImageError(
            f"{what}: {levels.shape[1]}×{levels.shape[0]} pixels are too many for {suffix}, which holds at most "
            f"{_LONGEST_SIDE[suffix]} a side; use .png"
        )
    order = {1: [0], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[levels.shape[2]]
    done, encoded = cv2.imencode(suffix, np.ascontiguousarray(levels[..., order]))
    if not done:
        raise ImageError(f"{what}: a picture of shape {levels.shape} cannot be encoded as {suffix}")
    return encoded.tobytes()


def check_writable_format(path: str | os.PathLike[str]) -> str:
    """Return the ending of a path that :func:`write` can write.

    Raises
    ------
    ImageError
        If it cannot.
    """
    suffix = pathlib.Path(path).suffix.lower()
    if suffix not in WRITABLE:
        raise ImageError(f"'{path}': cannot write '{suffix or 'no ending'}'; use one of {', '.join(WRITABLE)}")
    return suffix


def _with_opacity(picture: Picture, alpha: npt.ArrayLike | None, suffix: str) -> npt.NDArray[np.uint8]:
    """Return gray (H, W, 1), RGB or RGBA in 8 bits, the last only where there is opacity and the format holds it."""
    opacity = picture.alpha if alpha is None else from_array(alpha, "alpha").pixels
    if opacity is None or suffix in _OPAQUE:
        levels = to_bytes(picture.pixels)
        return levels if levels.ndim == 3 else levels[:, :, None]
    if opacity.shape != picture.pixels.shape[:2]:
        raise ImageError(f"the alpha to write has shape {opacity.shape}, the pixels {picture.pixels.shape}")
    return to_bytes(np.dstack([to_rgb(picture.pixels), opacity]))


def to_bytes(pixels: FloatArray) -> npt.NDArray[np.uint8]:
    """Clip to [0, 1] and round to 8 bits."""
    return np.asarray(np.rint(np.clip(pixels, 0.0, 1.0) * 255.0), dtype=np.uint8)


def to_gray(pixels: FloatArray) -> FloatArray:
    """Return the luma of RGB pixels (ITU-R BT.601 weights, as OpenCV); gray pixels come back as they are."""
    if pixels.ndim == 2:
        return pixels
    weights = np.array([0.299, 0.587, 0.114])
    return np.asarray(pixels @ weights, dtype=np.float32)


def to_rgb(pixels: FloatArray) -> FloatArray:
    """Return (H, W, 3) pixels, gray ones repeated."""
    return pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)


def _to_unit_range(raw: npt.NDArray[Any], what: str) -> FloatArray:
    if raw.dtype == np.bool_:
        return raw.astype(np.float32)
    if raw.dtype.kind == "i" or raw.dtype in (np.uint32, np.uint64):
        raise ImageError(
            f"{what}: {raw.dtype} does not say which value is white; convert to uint8, uint16, or float in [0, 1]"
        )
    if np.issubdtype(raw.dtype, np.integer):
        return np.asarray(np.divide(raw, np.float32(np.iinfo(raw.dtype).max), dtype=np.float32))
    if not np.issubdtype(raw.dtype, np.floating):
        raise ImageError(f"{what}: dtype {raw.dtype} is not boolean, integer or floating point")
    with np.errstate(over="ignore"):
        pixels = raw.astype(np.float32)
    if not np.isfinite(pixels).all():
        count = int(np.count_nonzero(~np.isfinite(pixels)))
        raise ImageError(f"{what}: {count} of {pixels.size} values are NaN, infinite or too large for float32")
    return pixels


def _sibling(path: pathlib.Path) -> str:
    if not path.parent.is_dir():
        return f" (there is no folder '{path.parent}' either)"
    return nearest(path.name, (each.name for each in path.parent.iterdir()))
