"""Files that are missing, empty, cut short, damaged, too large, or no pictures at all."""

import cv2
import numpy as np
import PIL.Image
import pytest
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st
from picture_bytes import encoded, png, read

from fracorr import ImageError, images

quick = settings(max_examples=40, deadline=None)


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
