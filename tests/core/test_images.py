"""Reading, writing and converting pictures; what comes out is compared with hand-written values and other decoders."""

import io
import pathlib
import struct
import zlib

import cv2
import numpy as np
import PIL.Image
import pytest
import skimage.data
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from fracorr import ImageError, images
from fracorr.errors import OutputError

quick = settings(max_examples=40, deadline=None)


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


def encoded(array, format, mode=None, **options):
    file = io.BytesIO()
    PIL.Image.fromarray(array, mode).save(file, format, **options) if mode else PIL.Image.fromarray(array).save(
        file, format, **options
    )
    return file.getvalue()


# What files of each kind hold


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


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_png_of_16_bits_keeps_every_level(tmp_path, channels):
    values = np.random.default_rng(1).integers(0, 65536, (5, 7, channels), dtype=np.uint16)
    color_type = {1: 0, 2: 4, 3: 2, 4: 6}[channels]

    picture = read(tmp_path, png(7, 5, 16, color_type, [row.astype(">u2").tobytes() for row in values]))

    expected = values / 65535
    color = expected[..., 0] if channels == 1 else expected[..., [0, 0, 0]] if channels == 2 else expected[..., :3]
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

    np.testing.assert_array_equal(picture.alpha, [[1, 0, 1]])


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
    flat = np.broadcast_to(np.array(INK, np.uint8), (16, 16, 4))
    return encoded(np.ascontiguousarray(flat), "JPEG", "CMYK", quality=100)


@pytest.mark.filterwarnings("ignore:'mode' parameter is deprecated")
def test_cmyk_jpeg_as_adobe_writes_it(tmp_path):
    data = cmyk_jpeg()
    assert b"Adobe" in data  # the marker that says that inks are stored inverted

    picture = read(tmp_path, data, ".jpg")

    np.testing.assert_allclose(picture.pixels, np.broadcast_to(LIGHT, (16, 16, 3)), atol=2.5 / 255)
    other = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1] / 255
    np.testing.assert_allclose(picture.pixels, other, atol=2.5 / 255)


@pytest.mark.filterwarnings("ignore:'mode' parameter is deprecated")
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


# What is refused


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"'.*bad\.png' is empty \(0 bytes\)"),
        (b"no picture at all", r"'.*bad\.png' is not an image that can be read"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is not an image that can be read"),
        (png(0, 0, 8, 0, []), "bad.png"),
        (b"P5 0 0 255\n", "bad.png"),
        (png(60_000, 60_000, 8, 0, [b"\0"]), r"60000×60000 pixels, more than the limit of 100,000,000.*FRACORR_MAX"),
    ],
    ids=["empty", "text", "postscript", "zero-png", "zero-pgm", "huge"],
)
def test_files_that_are_refused(tmp_path, data, message):
    path = tmp_path / "bad.png"
    path.write_bytes(data)

    with pytest.raises(ImageError, match=message):
        images.read(path)


def test_missing_file_names_the_nearest(tmp_path):
    (tmp_path / "eye.png").touch()

    with pytest.raises(ImageError, match=r"there is no file '.*eyes\.png'; did you mean 'eye\.png'\?"):
        images.read(tmp_path / "eyes.png")
    with pytest.raises(ImageError, match=r"there is no folder '.*nowhere' either"):
        images.read(tmp_path / "nowhere" / "eye.png")


def test_folders_devices_and_impossible_names(tmp_path):
    with pytest.raises(ImageError, match="is a folder, not an image file"):
        images.read(tmp_path)
    with pytest.raises(ImageError, match="is a device or a pipe"):
        images.read("/dev/null")
    with pytest.raises(ImageError, match="cannot be read: File name too long"):
        images.read(tmp_path / ("a" * 400 + ".png"))


@pytest.mark.parametrize(("format", "ending"), [("JPEG", ".jpg"), ("PNG", ".png"), ("TIFF", ".tif"), ("WEBP", ".webp")])
@quick
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_short_is_refused_or_whole(tmp_path_factory, format, ending, share):
    data = encoded(skimage.data.astronaut()[100:164, 180:260], format)
    folder = tmp_path_factory.getbasetemp()
    whole = read(folder, data, ending).pixels

    try:
        pixels = read(folder, data[: int(share * len(data))], ending).pixels
    except ImageError:
        return
    np.testing.assert_array_equal(pixels, whole)


@pytest.mark.parametrize(("format", "ending"), [("JPEG", ".jpg"), ("PNG", ".png")])
def test_a_file_cut_in_half_is_refused(tmp_path, format, ending):
    data = encoded(skimage.data.astronaut(), format)

    with pytest.raises(ImageError, match=rf"picture{ending}' is damaged or cut short"):
        read(tmp_path, data[: len(data) // 2], ending)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_16_bit_file_cut_in_half_is_refused(tmp_path, channels):
    values = np.random.default_rng(3).integers(0, 65536, (60, 60, channels), dtype=np.uint16)
    for ending in (".png", ".tif"):
        data = cv2.imencode(ending, values)[1].tobytes()
        with pytest.raises(ImageError, match="damaged"):
            read(tmp_path, data[: len(data) // 2], ending)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP", "PPM"])
@quick
@given(data=st.data())
def test_damaged_files_give_a_picture_or_our_error(tmp_path_factory, format, data):
    good = bytearray(encoded(skimage.data.astronaut()[100:116, 180:200], format))
    # The header is where a changed byte matters most.
    for place in data.draw(st.lists(st.integers(0, min(len(good), 200) - 1), min_size=1, max_size=4)):
        good[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(bytes(good))

    try:
        pixels = images.read(path, max_pixels=100_000).pixels
    except ImageError:
        return
    assert np.isfinite(pixels).all()
    assert 0 < pixels.size <= 400_000


def test_the_pixel_limit_can_be_set(tmp_path, monkeypatch):
    path = tmp_path / "small.png"
    path.write_bytes(png(4, 3, 8, 0, [b"\0" * 4] * 3))

    assert images.read(path, max_pixels=12).pixels.shape == (3, 4)
    with pytest.raises(ImageError, match="4×3 pixels, more than the limit of 11"):
        images.read(path, max_pixels=11)
    monkeypatch.setenv("FRACORR_MAX_PIXELS", "11")
    with pytest.raises(ImageError, match="more than the limit of 11"):
        images.read(path)
    monkeypatch.setenv("FRACORR_MAX_PIXELS", "many")
    with pytest.raises(ImageError, match="FRACORR_MAX_PIXELS='many' is not a positive whole number"):
        images.read(path)


def test_a_higher_limit_is_ours_not_pillows(tmp_path):
    # 180 million pixels are more than Pillow lets through by itself; the rows are missing, so decoding fails at once.
    path = tmp_path / "wide.png"
    path.write_bytes(png(18_000, 10_000, 1, 0, [b"\0"]))
    before = PIL.Image.MAX_IMAGE_PIXELS

    with pytest.raises(ImageError, match="is damaged or cut short"):
        images.read(path, max_pixels=200_000_000)
    assert before == PIL.Image.MAX_IMAGE_PIXELS


# Arrays


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.array([[False, True]]), [[0, 1]]),
        (np.array([[0, 51, 255]], np.uint8), [[0, 0.2, 1]]),
        (np.array([[0, 13107, 65535]], np.uint16), [[0, 0.2, 1]]),
        (np.array([[0, 127]], np.int8), [[0, 1]]),
        (np.array([[0.25, -1.5]], np.float16), [[0.25, -1.5]]),
        (np.array([[0.25, 1.5]], np.float64), [[0.25, 1.5]]),
        ([[0.0, 0.5]], [[0, 0.5]]),
        (np.full((1, 2, 1), 0.5), [[0.5, 0.5]]),
    ],
)
def test_arrays_of_any_number_type(array, expected):
    picture = images.from_array(array)

    assert picture.pixels.dtype == np.float32
    np.testing.assert_allclose(picture.pixels, expected, atol=1e-7)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros(3), r"shape \(3,\) is not"),
        (np.zeros((2, 2, 2)), r"shape \(2, 2, 2\) is not"),
        (np.zeros((2, 2, 3, 1)), "is not"),
        (np.zeros((0, 5)), r"no pixels \(shape \(0, 5\)\)"),
        (np.array([[np.nan, 1.0]]), "1 of 2 values are NaN"),
        (np.array([[1e300, 1.0]]), "too large for float32"),
        (np.array([[-1, 4]]), "negative integers"),
        (np.array([["a"]]), "dtype <U1"),
        (np.array([[1j]]), "complex128"),
        ([[1, 2], [3]], "not an array"),
    ],
)
def test_arrays_that_are_no_picture(array, message):
    with pytest.raises(ImageError, match=f"the eye: .*{message}"):
        images.from_array(array, "the eye")


@quick
@given(
    array=hnp.arrays(
        st.sampled_from([np.uint8, np.uint16, np.float32, np.float64, np.bool_]),
        hnp.array_shapes(min_dims=2, max_dims=2, max_side=6).flatmap(
            lambda shape: st.sampled_from([shape, (*shape, 3), (*shape, 4)])
        ),
        elements={"allow_nan": False, "allow_infinity": False, "min_value": 0, "max_value": 1},
    )
)
def test_a_picture_never_shares_memory_with_its_array(array):
    before = array.copy()

    picture = images.from_array(array)

    assert not np.shares_memory(picture.pixels, array)
    assert picture.pixels.shape[:2] == array.shape[:2]
    assert (picture.alpha is not None) == (array.ndim == 3 and array.shape[2] == 4)
    np.testing.assert_array_equal(array, before)


def test_gray_is_the_luma_that_opencv_computes():
    photograph = skimage.data.astronaut()

    gray = images.to_gray(images.from_array(photograph).pixels)

    np.testing.assert_allclose(gray * 255, cv2.cvtColor(photograph, cv2.COLOR_RGB2GRAY), atol=0.51)


# Writing


@pytest.mark.parametrize("ending", [".png", ".bmp", ".tif", ".webp"])
@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3)])
def test_what_is_written_is_read_back(tmp_path, ending, shape):
    levels = np.random.default_rng(4).integers(0, 256, shape, dtype=np.uint8)

    path = images.write(tmp_path / f"new/picture{ending}", levels)

    picture = images.read(path)
    back = picture.pixels if picture.pixels.ndim == len(shape) else picture.pixels[..., 0]
    np.testing.assert_array_equal(np.rint(back * 255), levels)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("ending", [".png", ".tif", ".webp"])
def test_opacity_is_written_where_the_format_holds_it(tmp_path, ending):
    rng = np.random.default_rng(5)
    gray, alpha = rng.integers(1, 256, (5, 7), dtype=np.uint8), rng.integers(1, 256, (5, 7), dtype=np.uint8)

    picture = images.read(images.write(tmp_path / f"picture{ending}", gray, alpha))

    np.testing.assert_array_equal(np.rint(picture.alpha * 255), alpha)
    np.testing.assert_array_equal(np.rint(picture.pixels * 255), np.repeat(gray[..., None], 3, axis=2))


def test_rgba_pixels_keep_their_opacity(tmp_path):
    levels = np.random.default_rng(6).integers(0, 256, (5, 7, 4), dtype=np.uint8)

    picture = images.read(images.write(tmp_path / "picture.png", levels))

    np.testing.assert_array_equal(np.rint(picture.alpha * 255), levels[..., 3])
    assert images.read(images.write(tmp_path / "picture.jpg", levels)).alpha is None


def test_pixels_outside_the_range_are_clipped(tmp_path):
    path = images.write(tmp_path / "picture.png", np.array([[-0.5, 0.5, 1.5]]))

    np.testing.assert_allclose(images.read(path).pixels, [[0, 128 / 255, 1]], atol=1e-7)


@pytest.mark.parametrize("place", ["/dev/null/x.png", "/dev/null/deeper/x.png"])
def test_a_place_below_a_file_cannot_be_written_to(place):
    with pytest.raises(OutputError, match=r"x\.png' cannot be written: '/dev/null' is a file, not a folder"):
        images.write(place, np.zeros((2, 2)))


def test_a_failed_write_leaves_nothing_behind(tmp_path):
    taken = tmp_path / "picture.png"
    taken.mkdir()

    with pytest.raises(OutputError, match="cannot be written"):
        images.write(taken, np.zeros((2, 2)))
    with pytest.raises(ImageError, match=r"cannot write '\.xyz'; use one of \.png"):
        images.write(tmp_path / "picture.xyz", np.zeros((2, 2)))
    with pytest.raises(ImageError, match=r"alpha to write has shape \(3, 3\), the pixels \(2, 2\)"):
        images.write(tmp_path / "other.png", np.zeros((2, 2)), np.ones((3, 3)))
    with pytest.raises(ImageError, match=r"70000×1 pixels are too many for \.jpg, which holds at most 65500"):
        images.write(tmp_path / "other.jpg", np.zeros((1, 70_000)))
    with pytest.raises(OutputError, match="is no name for a file"):
        images.write(tmp_path / "nul\0l.png", np.zeros((2, 2)))

    assert list(tmp_path.rglob("*")) == [taken]


def test_a_written_file_replaces_the_old_one_at_once(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(b"old")

    images.write(path, np.ones((2, 2)))

    assert images.read(path).pixels.min() == 1
    assert list(tmp_path.iterdir()) == [path]
