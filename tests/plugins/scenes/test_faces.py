"""The scene source ``faces`` and the kernel source ``mean-face``, held against scikit-image's own array."""

import itertools

import numpy as np
import pytest
import scipy.ndimage
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import ConfigurationError, MissingDependencyError
from fracorr.components import Kind
from fracorr.plugins import default_registry
from fracorr.selection import select_one
from fracorr_scenes import backgrounds, lfw

CROPS = skimage.data.lfw_subset()
RNG = np.random.default_rng(0)


def source(spec, kind=Kind.SCENES):
    return select_one(default_registry(), kind, spec).instance


def scenes(spec):
    return list(source(spec).scenes(RNG))


def likeness(first, second):
    return float(np.corrcoef(np.ravel(first), np.ravel(second))[0, 1])


def cells(scene, side):
    """The mosaic's cells, row by row, each reduced to 25×25 by averaging blocks; the side is a multiple of 25."""
    block = side // 25
    for top, left in itertools.product(range(0, scene.height, side), range(0, scene.width, side)):
        cell = scene.pixels[top : top + side, left : left + side]
        yield (top, left), cell.reshape(25, block, 25, block).mean(axis=(1, 3))


def test_the_crops_are_scikit_images():
    np.testing.assert_allclose(lfw.faces(), CROPS[:100], atol=1e-6)
    np.testing.assert_allclose(lfw.others(), np.delete(CROPS[100:], [25, 30], axis=0), atol=1e-6)


def test_a_scikit_image_without_the_crops(monkeypatch, tmp_path):
    lfw._crops.cache_clear()
    monkeypatch.setattr(lfw, "data_folder", lambda: tmp_path)

    with pytest.raises(MissingDependencyError, match="brings no lfw_subset.npy"):
        scenes("faces:count=1")


# A mosaic


@pytest.mark.parametrize("others", ["crops", "photographs"])
def test_in_a_mosaic_the_target_shows_a_face_and_nothing_else_does(others):
    for scene in scenes(f"faces:count=4,faces=2,cells=[5,4],sizes=[50,50],others={others}"):
        assert scene.shape == (200, 250)
        targets = {(target.y - 24.5, target.x - 24.5) for target in scene.targets}
        assert len(targets) == 2
        for place, cell in cells(scene, 50):
            best = max(likeness(cell, face) for face in CROPS[:100])
            assert (best > 0.98) == (place in targets)


def test_crops_without_faces_are_what_the_others_show():
    (scene,) = scenes("faces:count=1,sizes=[50,50],others=crops")
    target = scene.targets[0]
    unlike = [
        place
        for place, cell in cells(scene, 50)
        if cell.std() > 0.01 and max(likeness(cell, crop) for crop in CROPS[100:] if crop.std() > 0) < 0.95
    ]
    assert unlike in ([], [(target.y - 24.5, target.x - 24.5)])


def test_pieces_of_photographs_have_brightness_and_contrast_of_faces():
    """Mean and deviation of every cell are those of one of the faces, apart from what clipping takes away."""
    (scene,) = scenes("faces:count=1,cells=[8,8],sizes=[50,50]")
    levels = np.array([(face.mean(), face.std()) for face in CROPS[:100]])

    distances = [np.abs(levels - (cell.mean(), cell.std())).sum(axis=1).min() for _, cell in cells(scene, 50)]

    assert np.mean(distances) < 0.03
    assert max(distances) < 0.2


def test_the_targets_share_of_a_mosaic_is_one_cell():
    for scene in scenes("faces:count=3,cells=[6,5],sizes=[40,80]"):
        (target,) = scene.targets
        assert target.width * target.height / (scene.width * scene.height) == pytest.approx(1 / 30)


def test_a_turned_face_turned_back_is_the_scenes_own_kernel():
    for scene in scenes("faces:count=6,sizes=[100,100],angles=[-60,60]"):
        (target,) = scene.targets
        left, top = round(target.x - 49.5), round(target.y - 49.5)
        cell = scene.pixels[top : top + 100, left : left + 100]

        # SciPy turns the other way round: from the first axis (down) to the second (right).
        back = scipy.ndimage.rotate(cell, -target.angle, reshape=False, order=3, mode="mirror")

        middle = slice(25, 75), slice(25, 75)
        assert likeness(back[middle], scene.own.pixels[middle]) > 0.98


def test_sizes_angles_and_scales():
    found = scenes("faces:count=40,cells=[3,2],sizes=[32,128],angles=[-20,10]")

    sizes = np.array([scene.targets[0].width for scene in found])
    assert sizes.min() >= 32
    assert sizes.max() <= 128
    # Evenly by the logarithm: half of them below the geometric mean, 64.
    assert 10 <= (sizes < 64).sum() <= 30
    for scene in found:
        (target,) = scene.targets
        assert -20 <= target.angle <= 10
        assert scene.own.shape == (64, 64)
        assert target.scale == target.width / 64


# A photograph


def test_pieces_on_a_photograph_do_not_touch_and_lie_within():
    for scene in scenes("faces:photograph,count=5,faces=4,decoys=3,sizes=[30,60],angles=[0,360]"):
        side = scene.targets[0].width
        assert scene.shape == (5 * side, 6 * side)
        for one, other in itertools.combinations(scene.targets, 2):
            assert np.hypot(one.x - other.x, one.y - other.y) >= side
        for target in scene.targets:
            assert side / 2 - 0.5 <= target.x <= scene.width - side / 2 - 0.5
            assert side / 2 - 0.5 <= target.y <= scene.height - side / 2 - 0.5


def test_a_face_on_a_photograph_is_where_the_target_says():
    rows, columns = np.indices((100, 100))
    inside = np.hypot(rows - 49.5, columns - 49.5) < 40  # the soft edge begins there
    for scene in scenes("faces:photograph,count=4,sizes=[100,100]"):
        (target,) = scene.targets
        left, top = round(target.x - 49.5), round(target.y - 49.5)
        piece = scene.pixels[top : top + 100, left : left + 100]
        np.testing.assert_allclose(piece[inside], scene.own.pixels[inside], atol=1e-5)


def test_no_photograph_is_sharper_than_the_faces():
    """No more than 25 pixels were there for each 100: the highest frequencies are empty."""
    for scene in scenes("faces:photograph,count=4,sizes=[100,100],decoys=0"):
        power = np.abs(np.fft.fft2(scene.pixels - scene.pixels.mean())) ** 2
        frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(scene.width), np.fft.fftfreq(scene.height)))
        assert power[frequency > 0.25].sum() / power.sum() < 0.01


@pytest.mark.parametrize("name", backgrounds.WITHOUT_FACES)
def test_photographs_are_large_enough_for_a_piece(name):
    assert min(backgrounds._gray(name).shape) >= backgrounds._LARGEST


# Chance and repetition


def test_more_scenes_begin_with_the_same_ones():
    few, many = scenes("faces:count=2,angles=[0,90]"), scenes("faces:count=4,angles=[0,90]")

    assert [scene.digest for scene in few] == [scene.digest for scene in many[:2]]
    assert len({scene.digest for scene in many}) == 4
    assert len({scene.name for scene in many}) == 4


def test_another_seed_makes_other_scenes():
    (one,), (other,) = scenes("faces:count=1,seed=1"), scenes("faces:count=1,seed=2")
    assert one.digest != other.digest
    assert one.name != other.name


@pytest.mark.parametrize("layout", ["mosaic", "photograph"])
def test_only_the_people_asked_for(layout):
    for scene in scenes(f"faces:{layout},count=5,people=[7,8],sizes=[50,50]"):
        small = scene.own.pixels.reshape(25, 2, 25, 2).mean(axis=(1, 3))
        assert max(likeness(small, face) for face in CROPS[7:9]) > 0.98


def test_places_are_drawn_evenly():
    """500 faces in 4 cells: each holds 125, give or take 40 (more than four standard deviations)."""
    found = scenes("faces:count=500,cells=[2,2],sizes=[8,8],others=crops")
    counts = np.unique([(scene.targets[0].x, scene.targets[0].y) for scene in found], axis=0, return_counts=True)[1]
    assert len(counts) == 4
    assert np.abs(counts - 125).max() < 40


@settings(max_examples=15, deadline=None)
@given(
    layout=st.sampled_from(["mosaic", "photograph"]),
    columns=st.integers(4, 7),
    rows=st.integers(4, 6),
    low=st.floats(8, 30),
    more=st.floats(0, 30),
    angle=st.floats(-360, 360),
)
def test_any_scene_is_a_proper_one(layout, columns, rows, low, more, angle):
    (scene,) = scenes(
        f"faces:{layout},count=1,cells=[{columns},{rows}],sizes=[{low},{low + more}],angles=[{angle},360]"
    )

    assert 0 <= scene.pixels.min() <= scene.pixels.max() <= 1
    (target,) = scene.targets
    assert scene.shape == (rows * target.height, columns * target.width)
    assert low - 0.5 <= target.width <= low + more + 0.5
    assert target.label == "face"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("faces:collage", "layout='collage' is not right: it takes one of mosaic, photograph"),
        ("faces:cells=[1,1]", r"cells=\[1, 1\] with margin=0 is not right: it needs room for 1 faces and something"),
        ("faces:faces=30", "it needs room for 30 faces and something else"),
        ("faces:margin=3", r"cells=\[6, 5\] with margin=3 is not right: it needs room for 1 faces"),
        ("faces:margin=1,faces=13", "with margin=1 is not right: it needs room for 13 faces"),
        ("faces:sizes=[96,48]", r"sizes=\[96.0, 48.0\] is not right: from 8 to 1000 px, the smaller one first"),
        ("faces:sizes=[4,48]", "from 8 to 1000 px"),
        ("faces:angles=[0,400]", "angles=.* is not right: from -360 to 360"),
        ("faces:people=[0,100]", "people=.* is not right: from 0 to 99"),
        ("faces:people=[3,4],faces=3", "at least 3 of them"),
        ("faces:photograph,faces=5,decoys=3", "faces=5 and decoys=3 are too many: a photograph takes 7 together"),
    ],
)
def test_faces_that_cannot_be(spec, message):
    with pytest.raises(ConfigurationError, match=message):
        source(spec)


@pytest.mark.parametrize("layout", ["mosaic", "photograph"])
def test_no_face_within_the_margin(layout):
    for scene in scenes(f"faces:{layout},count=30,cells=[5,4],margin=1,sizes=[20,20],faces=2,decoys=1"):
        for target in scene.targets:
            # Edges of the frame are at -0.5; a margin of one cell and half a face lie before the first centre.
            assert 29.5 <= target.x <= 5 * 20 - 30.5
            assert 29.5 <= target.y <= 4 * 20 - 30.5


def test_all_of_a_margins_room_is_used():
    """3 · 2 inner cells, two faces each time: in 60 scenes every one of them has had some."""
    found = scenes("faces:count=60,cells=[5,4],margin=1,sizes=[8,8],faces=2,others=crops")
    assert len({(target.x, target.y) for scene in found for target in scene.targets}) == 6
    assert all(len({(target.x, target.y) for target in scene.targets}) == 2 for scene in found)


def test_a_photograph_without_room():
    with pytest.raises(ConfigurationError, match="no room for so many pieces; use fewer faces"):
        scenes("faces:photograph,count=9,cells=[5,4],margin=1,faces=5,decoys=0")


# The mean face


def test_the_mean_face():
    (kernel,) = source("mean-face:size=25", Kind.SOURCE).kernels(RNG)
    np.testing.assert_allclose(kernel.pixels, CROPS[50:100].mean(axis=0), atol=1e-5)

    (kernel,) = source("mean-face:[3,4],size=50", Kind.SOURCE).kernels(RNG)
    small = kernel.pixels.reshape(25, 2, 25, 2).mean(axis=(1, 3))
    assert likeness(small, CROPS[3:5].mean(axis=0)) > 0.99


def test_a_mean_face_that_cannot_be():
    with pytest.raises(ConfigurationError, match=r"people=\[9, 8\] is not right: from 0 to 99"):
        source("mean-face:[9,8]", Kind.SOURCE)
