"""Image files as bytes: PNG written by hand, and whatever Pillow writes."""

import io
import struct
import zlib

import PIL.Image

from fracorr import images


def png(width, height, bits, color_type, rows, extra=b""):
    """Write a PNG file by hand: the rows are the bytes of each line without the filter byte."""
    header = struct.pack(">IIBBBBB", width, height, bits, color_type, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def read(tmp_path, data, ending=".png"):
    path = tmp_path / f"picture{ending}"
    path.write_bytes(data)
    return images.read(path)


def encoded(array, format, **options):
    file = io.BytesIO()
    PIL.Image.fromarray(array).save(file, format, **options)
    return file.getvalue()
