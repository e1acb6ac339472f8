"""Arrays as pictures, and pictures written to files."""

import cv2
import numpy as np
import pytest
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from fracorr import ImageError, images
from fracorr.errors import OutputError

quick = settings(max_examples=40, deadline=None)

# Arrays


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.array([[False, True]]), [[0, 1]]),
        (np.array([[0, 51, 255]], np.uint8), [[0, 0.2, 1]]),
        (np.array([[0, 13107, 65535]], np.uint16), [[0, 0.2, 1]]),
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
        (np.array([[-1, 4]]), "int64 does not say which value is white; convert to uint8, uint16, or float"),
        (np.array([[0, 255]], np.uint32), "uint32 does not say which value is white; convert to uint8"),
        (np.array([[0, 127]], np.int8), "int8 does not say which value is white"),
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
