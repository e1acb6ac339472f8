"""What kernels and scenes share."""

import pickle

import attrs
import numpy as np
import pytest

from fracorr import Kernel, Scene
from fracorr.errors import ImageError
from fracorr.raster import Raster, digest, frozen, named_picture

BOTH = pytest.mark.parametrize("cls", [Kernel, Scene])


@BOTH
@pytest.mark.parametrize("channels", [(), (3,)])
def test_size_and_colour(cls, channels):
    picture = cls(np.full((4, 7, *channels), 0.25), name="wide")
    assert isinstance(picture, Raster)
    assert (picture.shape, picture.height, picture.width) == ((4, 7), 4, 7)
    assert picture.is_color == bool(channels)
    np.testing.assert_allclose(picture.gray, np.full((4, 7), 0.25), atol=1e-6)
    np.testing.assert_allclose(picture.rgb, np.full((4, 7, 3), 0.25), atol=1e-6)
    assert repr(picture) == f"{cls.__name__}('wide', 7×4 {'RGB' if channels else 'gray'})"


@BOTH
def test_nothing_of_it_can_be_changed(cls):
    picture = cls(np.ones((2, 2)))
    for array in (picture.pixels, picture.gray, picture.rgb):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 0
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        picture.name = "other"
    assert not hasattr(picture, "__dict__")


@BOTH
def test_what_is_derived_is_kept_but_does_not_travel(cls):
    picture = cls(np.ones((2, 2, 3)), name="white")
    assert picture.gray is picture.gray
    again = pickle.loads(pickle.dumps(picture))
    assert (len(again.memo), again.name, again.digest) == (0, "white", picture.digest)
    np.testing.assert_array_equal(again.pixels, picture.pixels)


@BOTH
def test_two_are_equal_only_if_they_are_the_same(cls):
    first, second = cls(np.ones((2, 2))), cls(np.ones((2, 2)))
    assert first != second
    assert len({first, second, first}) == 2


def test_a_picture_is_called_as_asked_or_by_its_file_or_its_role(tmp_path):
    path = tmp_path / "leaf.pgm"
    path.write_bytes(b"P5 2 1 255\n\x00\xff")
    pixels = np.zeros((1, 2))
    assert named_picture(pixels, "scene", "pond")[1] == "pond"
    assert named_picture(path, "scene", "pond")[1] == "pond"
    assert named_picture(path, "scene")[1] == "leaf"
    assert named_picture(pixels, "scene")[1] == "scene"
    np.testing.assert_array_equal(named_picture(path, "scene")[0].pixels, [[0, 1]])
    with pytest.raises(ImageError, match="scene 'pond'"):
        named_picture(np.zeros((2, 2, 2, 2)), "scene", "pond")


def test_frozen_arrays_are_contiguous():
    array = frozen(np.arange(6, dtype=np.float32).reshape(2, 3).T)
    assert array.flags.c_contiguous
    assert not array.flags.writeable
    np.testing.assert_array_equal(array, [[0, 3], [1, 4], [2, 5]])


def test_digests_tell_shapes_orders_and_texts_apart():
    flat, tall = np.zeros((1, 4), np.float32), np.zeros((4, 1), np.float32)
    assert len({digest(flat), digest(tall), digest(flat, tall), digest(tall, flat), digest(flat, "a")}) == 5
    assert digest(flat) == digest(flat.copy())
    # The sha256 of b"abc", from FIPS 180-2.
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
