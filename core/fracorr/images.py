"""Pictures in and out: arrays of any usual kind to float32 RGB in [0, 1], and files read and written safely."""

from __future__ import annotations

import os
import pathlib
import warnings
from typing import Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt
import PIL.Image

from fracorr.errors import ImageError, nearest
from fracorr.files import write_bytes
from fracorr.opencv import cv2

FloatArray: TypeAlias = npt.NDArray[np.float32]
ImageLike: TypeAlias = str | os.PathLike[str] | npt.NDArray[Any]

PIXEL_LIMIT_VARIABLE = "FRACORR_MAX_PIXELS"
#: Pictures with more pixels than this are refused before they are decoded, unless the variable above says otherwise.
PIXEL_LIMIT = 100_000_000

READABLE = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm")
WRITABLE = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")

_ORIENTATION_TAG = 0x0112


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
        (H, W), (H, W, 1), (H, W, 3) RGB or (H, W, 4) RGBA; boolean, integer of any depth (scaled by its largest
        value), or floating point (used as it is, [0, 1] by convention). Or a path to a file.
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
        return Picture(np.ascontiguousarray(scaled[:, :, :3]), np.ascontiguousarray(scaled[:, :, 3]))
    return Picture(scaled)


def read(path: str | os.PathLike[str], max_pixels: int | None = None) -> Picture:
    """Read an image file.

    8- and 16-bit, gray, palette, RGB, RGBA, CMYK and EXIF-rotated files come out as they look in a viewer.

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
    if not location.exists():
        raise ImageError(f"there is no file '{location}'{_sibling(location)}")
    if location.is_dir():
        raise ImageError(f"'{location}' is a folder, not an image file")
    try:
        data = location.read_bytes()
    except OSError as error:
        raise ImageError(f"'{location}' cannot be read: {error.strerror or error}") from error
    if not data:
        raise ImageError(f"'{location}' is empty (0 bytes)")
    return _decode(location, data, pixel_limit() if max_pixels is None else max_pixels)


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
    if not text.isdigit() or int(text) == 0:
        raise ImageError(f"{PIXEL_LIMIT_VARIABLE}={text!r} is not a positive whole number of pixels")
    return int(text)


def write(path: str | os.PathLike[str], pixels: npt.ArrayLike, alpha: npt.ArrayLike | None = None) -> pathlib.Path:
    """Write a picture; the file appears whole or not at all.

    Parameters
    ----------
    path : path
        Its ending chooses the format: png, jpg, bmp, tif or webp.
    pixels : (H, W) or (H, W, 3) array
        Gray or RGB as for :func:`load`; clipped to [0, 1] and written with 8 bits.
    alpha : (H, W) array, optional
        Opacity, written where the format can hold it (not JPEG or BMP).

    Raises
    ------
    ImageError
        If the ending is not known or the array is no picture.
    OutputError
        If the place cannot be written to.
    """
    location = pathlib.Path(path)
    suffix = check_writable_format(location)
    levels = to_bytes(from_array(pixels).pixels)
    if alpha is not None and suffix not in (".jpg", ".jpeg", ".bmp"):
        color = levels if levels.ndim == 3 else np.repeat(levels[:, :, None], 3, axis=2)
        levels = np.dstack([color, to_bytes(np.asarray(alpha, dtype=np.float32))])
    order = {2: levels, 3: levels[..., ::-1]}[levels.ndim]
    if levels.ndim == 3 and levels.shape[2] == 4:
        order = levels[..., [2, 1, 0, 3]]
    done, encoded = cv2.imencode(suffix, np.ascontiguousarray(order))
    if not done:
        raise ImageError(f"'{location}': a picture of shape {levels.shape} cannot be encoded as {suffix}")
    write_bytes(location, encoded.tobytes())
    return location


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
    if np.issubdtype(raw.dtype, np.integer):
        if raw.min() < 0:
            raise ImageError(f"{what}: negative integers ({raw.dtype}) have no meaning as brightness; convert to float")
        return (raw / float(np.iinfo(raw.dtype).max)).astype(np.float32)
    if not np.issubdtype(raw.dtype, np.floating):
        raise ImageError(f"{what}: dtype {raw.dtype} is not boolean, integer or floating point")
    with np.errstate(over="ignore"):
        pixels = raw.astype(np.float32)
    if not np.isfinite(pixels).all():
        count = int(np.count_nonzero(~np.isfinite(pixels)))
        raise ImageError(f"{what}: {count} of {pixels.size} values are NaN, infinite or too large for float32")
    return pixels


def _decode(path: pathlib.Path, data: bytes, limit: int) -> Picture:
    import io

    try:
        with warnings.catch_warnings():
            # Pillow warns about, and refuses, large pictures by its own measure; ours is checked just below.
            warnings.simplefilter("ignore")
            with PIL.Image.open(io.BytesIO(data)) as picture:
                width, height = picture.size
                if width * height > limit:
                    raise ImageError(
                        f"'{path}' has {width}×{height} pixels, more than the limit of {limit:,}; set "
                        f"{PIXEL_LIMIT_VARIABLE} to allow it"
                    )
                orientation = int(picture.getexif().get(_ORIENTATION_TAG, 1))
                picture.load()
                array = _deep(picture, data) if _is_deep_color(picture, data) else _plain(picture)
    except ImageError:
        raise
    except PIL.UnidentifiedImageError:
        raise ImageError(f"'{path}' is not an image that can be read ({', '.join(READABLE)})") from None
    except PIL.Image.DecompressionBombError as error:
        raise ImageError(f"'{path}': {error}") from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, MemoryError) as error:
        raise ImageError(f"'{path}' is damaged or cut short: {error}") from error
    return from_array(_upright(array, orientation), f"'{path}'")


def _plain(picture: PIL.Image.Image) -> npt.NDArray[Any]:
    """Turn a loaded Pillow picture into an array of gray, RGB or RGBA."""
    mode = picture.mode
    if mode == "F":
        return np.asarray(picture, dtype=np.float32)
    if mode.startswith("I"):
        # Pillow keeps 16-bit gray in 16 or in 32 bits, whichever format it came from.
        return np.asarray(np.clip(np.asarray(picture), 0, 65535), dtype=np.uint16)
    transparent = mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in picture.info
    if transparent:
        return np.asarray(picture.convert("RGBA"))
    if mode in ("1", "L"):
        return np.asarray(picture.convert("L"))
    return np.asarray(picture.convert("RGB"))


def _is_deep_color(picture: PIL.Image.Image, data: bytes) -> bool:
    """Whether it is a 16-bit colour PNG or TIFF, which Pillow would cut to 8 bits."""
    if picture.mode not in ("RGB", "RGBA", "LA"):
        return False
    if picture.format == "PNG":
        return data[24] == 16  # the bit depth in the IHDR chunk
    if picture.format == "TIFF":
        bits = getattr(picture, "tag_v2", {}).get(258, (8,))
        return bool(max(bits if isinstance(bits, tuple) else (bits,)) == 16)
    return False


def _deep(picture: PIL.Image.Image, data: bytes) -> npt.NDArray[Any]:
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None:
        return _plain(picture)
    array: npt.NDArray[Any] = np.asarray(decoded)
    if array.ndim == 2:
        return array
    return np.ascontiguousarray(array[..., [2, 1, 0, 3]] if array.shape[2] == 4 else array[..., ::-1])


def _upright(array: npt.NDArray[Any], orientation: int) -> npt.NDArray[Any]:
    """Undo the camera's rotation as EXIF 2.3, tag 0x0112, defines its eight values."""
    if orientation in (5, 6, 7, 8):
        array = array.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        array = array[::-1]
    if orientation in (2, 3, 6, 7):
        array = array[:, ::-1]
    return np.ascontiguousarray(array)


def _sibling(path: pathlib.Path) -> str:
    if not path.parent.is_dir():
        return f" (there is no folder '{path.parent}' either)"
    return nearest(path.name, (each.name for each in path.parent.iterdir()))
