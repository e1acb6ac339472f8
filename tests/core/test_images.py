"""Reading pictures of every kind; what comes out is compared with hand-written values and other decoders."""

import io
import pathlib
import struct

import cv2
import numpy as np
import PIL.Image
import pytest
import skimage.data
import tifffile
from picture_bytes import chunk, encoded, png, read

from fracorr import ImageError, Kernel, Scene, images


@pytest.mark.parametrize(
    ("bits", "byte", "levels"),
    [
        (1, 0b00011011, [0, 0, 0, 1, 1, 0, 1, 1]),
        (2, 0b00011011, [0, 1 / 3, 2 / 3, 1]),
        (4, 0b00011011, [1 / 15, 11 / 15]),
        (8, 51, [0.2]),
    ],
)
def test_gray_png_of_any_depth_up_to_8_bits(tmp_path, bits, byte, levels):
    picture = read(tmp_path, png(8 // bits, 1, bits, 0, [bytes([byte])]))

    np.testing.assert_allclose(picture.pixels, [levels], atol=1e-7)
    assert picture.alpha is None


def test_color_and_opacity_of_8_bits(tmp_path):
    picture = read(tmp_path, png(2, 1, 8, 6, [bytes([255, 0, 51, 255, 0, 102, 204, 51])]))

    np.testing.assert_allclose(picture.pixels, [[[1, 0, 0.2], [0, 0.4, 0.8]]], atol=1e-7)
    np.testing.assert_allclose(picture.alpha, [[1, 0.2]], atol=1e-7)


def test_gray_and_opacity_of_8_bits(tmp_path):
    picture = read(tmp_path, png(2, 1, 8, 4, [bytes([51, 255, 204, 102])]))

    np.testing.assert_allclose(picture.pixels, [[0.2, 0.8]], atol=1e-7)
    np.testing.assert_allclose(picture.alpha, [[1, 0.4]], atol=1e-7)


def test_gray_with_opacity_is_a_gray_kernel_with_support_and_a_gray_scene(tmp_path):
    path = tmp_path / "eye.png"
    path.write_bytes(png(2, 1, 8, 4, [bytes([51, 255, 204, 0])]))

    kernel, scene = Kernel(path), Scene(path)

    assert not kernel.is_color
    np.testing.assert_allclose(kernel.pixels, [[0.2, 0.8]], atol=1e-7)
    np.testing.assert_array_equal(kernel.support, [[1, 0]])
    assert not scene.is_color
    np.testing.assert_array_equal(scene.pixels, kernel.pixels)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_png_of_16_bits_keeps_every_level(tmp_path, channels):
    values = np.random.default_rng(1).integers(0, 65536, (5, 7, channels), dtype=np.uint16)
    color_type = {1: 0, 2: 4, 3: 2, 4: 6}[channels]

    picture = read(tmp_path, png(7, 5, 16, color_type, [row.astype(">u2").tobytes() for row in values]))

    expected = values / 65535
    color = expected[..., 0] if channels <= 2 else expected[..., :3]
    np.testing.assert_allclose(picture.pixels, color, atol=1e-7)
    if channels in (2, 4):
        np.testing.assert_allclose(picture.alpha, expected[..., -1], atol=1e-7)
    else:
        assert picture.alpha is None


def test_palette_with_transparent_colors(tmp_path):
    palette = chunk(b"PLTE", bytes([255, 0, 0, 0, 255, 0, 0, 0, 255])) + chunk(b"tRNS", bytes([255, 51, 0]))

    picture = read(tmp_path, png(3, 1, 8, 3, [bytes([2, 0, 1])], palette))

    np.testing.assert_allclose(picture.pixels, [[[0, 0, 1], [1, 0, 0], [0, 1, 0]]], atol=1e-7)
    np.testing.assert_allclose(picture.alpha, [[0, 1, 0.2]], atol=1e-7)


def test_palette_without_transparency(tmp_path):
    picture = read(tmp_path, png(2, 1, 8, 3, [bytes([1, 0])], chunk(b"PLTE", bytes([255, 0, 51, 0, 204, 0]))))

    np.testing.assert_allclose(picture.pixels, [[[0, 0.8, 0], [1, 0, 0.2]]], atol=1e-7)
    assert picture.alpha is None


def test_gray_level_declared_transparent(tmp_path):
    picture = read(tmp_path, png(3, 1, 8, 0, [bytes([0, 51, 255])], chunk(b"tRNS", struct.pack(">H", 51))))

    np.testing.assert_allclose(picture.pixels, [[0, 0.2, 1]], atol=1e-7)
    np.testing.assert_array_equal(picture.alpha, [[1, 0, 1]])


def test_black_of_1_bit_declared_transparent(tmp_path):
    picture = read(tmp_path, png(8, 1, 1, 0, [bytes([0b00011011])], chunk(b"tRNS", struct.pack(">H", 0))))

    np.testing.assert_array_equal(picture.pixels, [[0, 0, 0, 1, 1, 0, 1, 1]])
    np.testing.assert_array_equal(picture.alpha, picture.pixels)


def test_tiff_of_gray_with_opacity(tmp_path):
    values = np.array([[[51, 255], [204, 102]]], np.uint8)
    path = tmp_path / "gray.tif"
    tifffile.imwrite(path, values, photometric="minisblack", planarconfig="contig", extrasamples=["unassalpha"])

    picture = images.read(path)

    np.testing.assert_allclose(picture.pixels, [[0.2, 0.8]], atol=1e-7)
    np.testing.assert_allclose(picture.alpha, [[1, 0.4]], atol=1e-7)


@pytest.mark.parametrize("shape", [(6, 9), (6, 9, 3), (6, 9, 4)])
@pytest.mark.parametrize("compression", [None, "deflate"])
@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_tiff_of_16_bits_keeps_every_level(tmp_path, shape, compression, byteorder):
    values = np.random.default_rng(2).integers(0, 65536, shape, dtype=np.uint16)
    path = tmp_path / "deep.tif"
    photometric = "minisblack" if len(shape) == 2 else "rgb"
    extra = {"extrasamples": ["unassalpha"]} if shape[2:] == (4,) else {}
    tifffile.imwrite(
        path, values, photometric=photometric, compression=compression, byteorder=byteorder, metadata=None, **extra
    )

    picture = images.read(path)

    expected = values / 65535
    np.testing.assert_allclose(picture.pixels, expected if len(shape) == 2 else expected[..., :3], atol=1e-7)
    if shape[2:] == (4,):
        np.testing.assert_allclose(picture.alpha, expected[..., 3], atol=1e-7)


def test_tiff_of_32_bits_is_scaled_by_its_largest_value(tmp_path):
    path = tmp_path / "deep.tif"
    tifffile.imwrite(path, np.array([[0, 2**31, 2**32 - 1]], np.uint32), metadata=None)

    np.testing.assert_allclose(images.read(path).pixels, [[0, 0.5, 1]], atol=1e-7)


def test_tiff_of_floats_is_taken_as_it_is(tmp_path):
    values = np.array([[0.0, 0.25, 1.0], [-0.5, 1e-3, 2.0]], np.float32)
    path = tmp_path / "float.tif"
    tifffile.imwrite(path, values, metadata=None)

    np.testing.assert_array_equal(images.read(path).pixels, values)


def test_tiff_of_floats_with_nan_is_refused(tmp_path):
    path = tmp_path / "float.tif"
    tifffile.imwrite(path, np.array([[0.0, np.nan]], np.float32), metadata=None)

    with pytest.raises(ImageError, match=r"float\.tif.*1 of 2 values are NaN"):
        images.read(path)


INK = (200, 100, 30, 60)
# Each ink leaves 1 − ink of its colour, and black 1 − K of all of them.
LIGHT = [(1 - each / 255) * (1 - INK[3] / 255) for each in INK[:3]]


def cmyk_jpeg():
    file = io.BytesIO()
    PIL.Image.new("CMYK", (16, 16), INK).save(file, "JPEG", quality=100)
    return file.getvalue()


def test_cmyk_jpeg_as_adobe_writes_it(tmp_path):
    data = cmyk_jpeg()
    assert b"Adobe" in data  # the marker that says that inks are stored inverted

    picture = read(tmp_path, data, ".jpg")

    np.testing.assert_allclose(picture.pixels, np.broadcast_to(LIGHT, (16, 16, 3)), atol=2.5 / 255)
    other = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1] / 255
    np.testing.assert_allclose(picture.pixels, other, atol=2.5 / 255)


def test_cmyk_jpeg_without_adobes_marker_is_read_as_opencv_reads_it(tmp_path):
    data = cmyk_jpeg()
    start = data.index(b"\xff\xee")
    length = struct.unpack(">H", data[start + 2 : start + 4])[0]
    data = data[:start] + data[start + 2 + length :]
    assert b"Adobe" not in data

    picture = read(tmp_path, data, ".jpg")

    other = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1] / 255
    np.testing.assert_allclose(picture.pixels, other, atol=2.5 / 255)


def test_gray_and_color_jpeg(tmp_path):
    gray, color = skimage.data.camera(), skimage.data.astronaut()

    for original, data in ((gray, encoded(gray, "JPEG", quality=95)), (color, encoded(color, "JPEG", quality=95))):
        pixels = read(tmp_path, data, ".jpg").pixels
        assert pixels.shape == original.shape
        assert abs(pixels * 255 - original).mean() < 3


# How a camera stores an upright picture for each value of EXIF's orientation tag: the specification names the side of
# the upright picture at which the stored one has its first row and its first column.
STORED = {
    1: lambda upright: upright,  # top, left
    2: lambda upright: upright[:, ::-1],  # top, right
    3: lambda upright: upright[::-1, ::-1],  # bottom, right
    4: lambda upright: upright[::-1],  # bottom, left
    5: lambda upright: upright.swapaxes(0, 1),  # left, top
    6: lambda upright: np.rot90(upright, 1),  # right, top
    7: lambda upright: np.rot90(upright, 2).swapaxes(0, 1),  # right, bottom
    8: lambda upright: np.rot90(upright, -1),  # left, bottom
}


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize(("format", "ending"), [("JPEG", ".jpg"), ("PNG", ".png"), ("TIFF", ".tif"), ("WEBP", ".webp")])
def test_pictures_are_turned_upright(tmp_path, orientation, format, ending):
    upright = np.zeros((16, 24, 3), np.uint8)
    upright[:8, :8], upright[:8, 8:], upright[8:, :8] = (250, 10, 10), (10, 250, 10), (10, 10, 250)
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(STORED[orientation](upright))
    options = {"JPEG": {"quality": 100, "subsampling": 0}, "WEBP": {"lossless": True}}.get(format, {})

    picture = read(tmp_path, encoded(stored, format, exif=exif, **options), ending)

    assert picture.pixels.shape == upright.shape
    np.testing.assert_allclose(picture.pixels, upright / 255, atol=0 if format != "JPEG" else 0.04, rtol=1e-6)


@pytest.mark.parametrize("orientation", STORED)
def test_pictures_of_16_bits_are_turned_upright(tmp_path, orientation):
    upright = np.arange(6 * 9 * 3, dtype=np.uint16).reshape(6, 9, 3) * 400
    path = tmp_path / "deep.tif"
    tags = [(0x0112, "H", 1, orientation, True)]
    stored = np.ascontiguousarray(STORED[orientation](upright))
    tifffile.imwrite(path, stored, photometric="rgb", extratags=tags, metadata=None)

    np.testing.assert_allclose(images.read(path).pixels, upright / 65535, atol=1e-7)


def test_first_frame_of_an_animation(tmp_path):
    frames = [PIL.Image.fromarray(np.full((4, 5), level, np.uint8)) for level in (51, 204)]
    frames[0].save(tmp_path / "two.gif", save_all=True, append_images=frames[1:])

    np.testing.assert_allclose(images.to_gray(images.read(tmp_path / "two.gif").pixels), 0.2, atol=1e-6)


@pytest.mark.parametrize("name", ["astronaut", "camera", "coffee", "retina", "rocket", "text"])
def test_real_photographs_are_read_as_scikit_image_reads_them(name):
    folder = pathlib.Path(skimage.data.__file__).parent
    path = next(folder.glob(f"{name}.*"))

    expected = getattr(skimage.data, name)() / 255

    np.testing.assert_allclose(images.read(path).pixels, expected, atol=1e-6)
