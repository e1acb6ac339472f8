"""The kernel source ``file``: pictures, folders, masks and sprite sheets."""

import numpy as np
import pytest
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import ConfigurationError, FracorrError, ImageError, images
from fracorr.components import Kind
from fracorr.plugins import default_registry
from fracorr.selection import select_one
from fracorr_features.sprites import indices

RNG = np.random.default_rng(0)


def kernels(spec):
    return list(select_one(default_registry(), Kind.SOURCE, spec).instance.kernels(RNG))


def save(path, levels, alpha=None):
    return images.write(path, levels, alpha)


@pytest.fixture
def sheet(tmp_path):
    """A sheet of 3 × 2 cells of 10 pixels with a rest of 3; cell n is filled with the level 10 n."""
    levels = np.full((23, 33), 200, np.uint8)
    for number in range(6):
        top, left = number // 3 * 10, number % 3 * 10
        levels[top : top + 10, left : left + 10] = 10 * number
    return save(tmp_path / "sheet.png", levels)


def test_a_file_is_a_kernel_with_its_name(tmp_path):
    photograph = skimage.data.coffee()[:40, :60]
    path = save(tmp_path / "cup.png", photograph)

    for spec in (str(path), f"file:{path}", f"file:path={path}"):
        (kernel,) = kernels(spec)
        assert kernel.name == "cup"
        assert kernel.has_full_support
        np.testing.assert_allclose(kernel.pixels * 255, photograph, atol=1e-4)


def test_alpha_becomes_the_support(tmp_path):
    photograph = skimage.data.chelsea()[:30, :40]
    alpha = np.linspace(0, 255, 40).astype(np.uint8)[None].repeat(30, axis=0)

    (kernel,) = kernels(f"file:{save(tmp_path / 'cat.png', photograph, alpha / 255)}")

    np.testing.assert_allclose(kernel.support * 255, alpha, atol=1e-4)
    np.testing.assert_allclose(kernel.pixels * 255, photograph, atol=1e-4)


def test_a_folder_and_a_pattern_are_kernel_families(tmp_path):
    for place in ("b/eye.png", "a/eye.png", "a/nose.png", "a/readme.txt"):
        path = tmp_path / place
        path.parent.mkdir(exist_ok=True)
        path.write_text("words") if path.suffix == ".txt" else save(path, np.full((4, 4), 9, np.uint8))

    assert [each.name for each in kernels(f"file:{tmp_path}/a")] == ["eye", "nose"]
    assert [each.name for each in kernels(f"{tmp_path}/*/eye.png")] == ["a/eye.png", "b/eye.png"]


def test_a_mask_file_is_the_support(tmp_path):
    mask = np.zeros((6, 8), np.uint8)
    mask[1:5, 2:6] = 51
    path = save(tmp_path / "eye.png", np.full((6, 8, 3), 100, np.uint8), np.ones((6, 8)))

    (kernel,) = kernels(f"file:{path},mask={save(tmp_path / 'mask.bmp', mask)}")

    np.testing.assert_allclose(kernel.support, mask / 255, atol=1e-6)


def test_what_is_transparent_in_a_mask_does_not_count(tmp_path):
    white, alpha = np.full((2, 2), 255, np.uint8), np.array([[1.0, 0.0], [0.2, 1.0]])
    path = save(tmp_path / "eye.png", white)

    (kernel,) = kernels(f"file:{path},mask={save(tmp_path / 'mask.png', white, alpha)}")

    np.testing.assert_allclose(kernel.support, alpha, atol=1e-6)


def test_one_cell_a_range_and_all_cells_of_a_sheet(sheet):
    def levels(spec):
        return {each.name: float(each.pixels.max() * 255) for each in kernels(spec)}

    assert levels(f"file:{sheet},cell=10,index=4") == {"sheet-4": pytest.approx(40)}
    assert levels(f"file:{sheet},cell=10,index=1..3") == {
        "sheet-1": pytest.approx(10),
        "sheet-2": pytest.approx(20),
        "sheet-3": pytest.approx(30),
    }
    assert list(levels(f"file:{sheet},cell=10")) == [f"sheet-{number}" for number in range(6)]
    assert all(each.shape == (10, 10) for each in kernels(f"file:{sheet},cell=10"))


def test_a_mask_has_the_size_of_a_cell(sheet, tmp_path):
    mask = save(tmp_path / "mask.png", np.eye(10, dtype=np.uint8) * 255)

    for kernel in kernels(f"file:{sheet},cell=10,mask={mask}"):
        np.testing.assert_array_equal(kernel.support, np.eye(10))


def test_a_cell_keeps_the_sheets_opacity(tmp_path):
    alpha = np.zeros((4, 8))
    alpha[:, 4:] = 1
    alpha[0, 0] = 1
    path = save(tmp_path / "sheet.png", np.full((4, 8, 3), 50, np.uint8), alpha)

    first, second = kernels(f"file:{path},cell=4")

    assert first.support.sum() == 1
    assert second.support.sum() == 16


def test_cells_of_a_photograph_are_its_parts(tmp_path):
    photograph = skimage.data.astronaut()
    path = save(tmp_path / "astronaut.png", photograph)

    for number, kernel in enumerate(kernels(f"file:{path},cell=128")):
        row, column = divmod(number, 4)
        part = photograph[128 * row : 128 * row + 128, 128 * column : 128 * column + 128]
        np.testing.assert_array_equal(np.rint(kernel.pixels * 255), part)


@pytest.mark.parametrize(("crop", "top", "left", "side"), [("4", 3, 5, 4), ("3", 3, 5, 3), ("square", 0, 2, 10)])
def test_centre_crop(tmp_path, crop, top, left, side):
    levels = np.random.default_rng(1).integers(0, 256, (10, 14), dtype=np.uint8)

    (kernel,) = kernels(f"file:{save(tmp_path / 'x.png', levels)},crop={crop}")

    np.testing.assert_array_equal(np.rint(kernel.pixels * 255), levels[top : top + side, left : left + side])


def test_resizing_averages_blocks(tmp_path):
    levels = np.random.default_rng(2).integers(0, 256, (20, 40, 3), dtype=np.uint8)

    (kernel,) = kernels(f"file:{save(tmp_path / 'x.png', levels)},size=20")

    assert kernel.shape == (10, 20)
    means = levels.reshape(10, 2, 20, 2, 3).mean(axis=(1, 3)) / 255
    np.testing.assert_allclose(kernel.pixels, means, atol=1e-5)


def test_growing_keeps_the_aspect(tmp_path):
    (kernel,) = kernels(f"file:{save(tmp_path / 'x.png', skimage.data.coins()[:30, :20])},size=90")

    assert kernel.shape == (90, 60)
    assert 0 <= kernel.pixels.min() <= kernel.pixels.max() <= 1


def test_gray_and_color(tmp_path):
    color = save(tmp_path / "color.png", np.full((2, 2, 3), (255, 0, 51), np.uint8))
    gray = save(tmp_path / "gray.png", np.full((2, 2), 51, np.uint8))

    np.testing.assert_allclose(kernels(f"file:{color},color=gray")[0].pixels, 0.299 + 0.114 * 0.2, atol=1e-6)
    np.testing.assert_allclose(kernels(f"file:{gray},color=rgb")[0].pixels, np.full((2, 2, 3), 0.2), atol=1e-6)
    assert kernels(f"file:{gray}")[0].pixels.ndim == 2
    assert kernels(f"file:{color}")[0].pixels.ndim == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            "cell=10,index=6",
            r"index=6 is beyond the sheet: '.*sheet\.png' has 6 cells of 10×10 \(3 across, 2 down\), 0\.\.5",
        ),
        ("cell=10,index=4..489", r"index=4\.\.489 is beyond the sheet.*has 6 cells"),
        ("cell=110", r"has 33×23 pixels, less than one cell of 110×110"),
        ("cell=10,index=3..1", r"index=3\.\.1 runs backwards; write index=1\.\.3"),
        ("cell=10,index=first", r"index=first is not right: it takes a number such as 489, a range 3\.\.8, or all"),
        ("cell=10,index=-1", r"index=-1 is not right"),
        ("index=3", r"index=3 needs cell=: the side of one cell"),
        ("cell=0", "cell=0 is not right: it takes 1 pixel or more"),
        ("crop=0", "crop=0 is not right"),
        ("size=-3", "size=-3 is not right"),
        # √(10⁸ · 33 / 23) = 11978.2.
        ("size=99999999", "size=99999999 is too large for 'sheet' of 33×23 .* about size=11978; FRACORR_MAX_PIXELS"),
        ("crop=24", r"'sheet' has 33×23 pixels, too few for crop=24; at most crop=23 fits"),
        ("crop=round", "crop='round' is not right: it takes a whole number or one of square or none"),
        ("color=blue", "color='blue' is not right: it takes one of keep, gray, rgb"),
        ("cells=10", "no parameter 'cells'; did you mean 'cell'?"),
    ],
)
def test_options_that_cannot_be(sheet, options, message):
    with pytest.raises(ConfigurationError, match=message):
        kernels(f"file:{sheet},{options}")


def test_files_that_cannot_be_used(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "words.png").write_text("words")
    eye = save(tmp_path / "eye.png", np.full((4, 6), 9, np.uint8))
    small = save(tmp_path / "small.bmp", np.full((2, 2), 9, np.uint8))
    clear = save(tmp_path / "clear.png", np.full((4, 6), 9, np.uint8), np.zeros((4, 6)))

    for spec, error, message in (
        (f"file:{tmp_path}/empty", ConfigurationError, "holds no file that ends in .png"),
        (f"file:{tmp_path}/z*.png", ConfigurationError, "matches no file"),
        (f"file:{tmp_path}/ey.png", ImageError, "there is no file '.*ey.png'; did you mean 'eye.png'"),
        (f"file:{tmp_path}/words.png", ImageError, "is not an image that can be read"),
        (f"file:{eye},mask={small}", ImageError, "mask '.*' has 2×2 pixels, but 'eye' has 6×4; they must be equal"),
        (f"file:{eye},mask={tmp_path}/no.png", ImageError, "there is no file '.*no.png'"),
        (f"file:{clear}", ImageError, "kernel 'clear': the support is 0 everywhere"),
        ("file", ConfigurationError, r"'file' needs path \(a path; required\)"),
    ):
        with pytest.raises(error, match=message):
            kernels(spec)


@settings(max_examples=60, deadline=None)
@given(first=st.integers(0, 9999), count=st.integers(1, 99))
def test_an_index_names_the_cells_between_both_ends(first, count):
    assert list(indices(f"{first}..{first + count - 1}")) == [first + step for step in range(count)]
    assert list(indices(str(first))) == [first]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="0123456789.-al ", max_size=8))
def test_any_other_index_is_our_error(text):
    try:
        chosen = indices(text)
    except FracorrError:
        return
    assert chosen is None or len(chosen) > 0
