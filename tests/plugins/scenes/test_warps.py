"""The scene source ``warps``: its truth is measured in the pixels, by code that shares nothing with it."""

import cmath
import math

import attrs
import numpy as np
import pytest
import scipy.ndimage
import skimage.data

from fracorr import ConfigurationError, Scene, images
from fracorr.components import Kind
from fracorr.plugins import default_registry
from fracorr.selection import select_one

RNG = np.random.default_rng(0)


def warps(spec):
    return list(select_one(default_registry(), Kind.SCENES, spec).instance.scenes(RNG))


def goes_to(target, kernel):
    """Return where the template's pixels are in the scene, with the imaginary axis pointing up."""
    rows, columns = np.mgrid[: kernel.height, : kernel.width]
    own = (columns - (kernel.width - 1) / 2) - 1j * (rows - (kernel.height - 1) / 2)
    z = own * target.scale * cmath.exp(1j * math.radians(target.angle)) + complex(target.x, -target.y)
    return -z.imag, z.real


def error_of_truth(scene):
    """Measure by least squares how far the picture is from where the target says.

    One step of Gauss and Newton over shift, turn, growth, gain and offset: residual = gradient · motion.

    Returns x and y in pixels of the template, the turn in degrees, and the logarithm of the scale.
    """
    template = scene.own.gray.astype(float)
    seen = scipy.ndimage.map_coordinates(scene.gray.astype(float), goes_to(scene.targets[0], scene.own), order=3)
    down, across = np.gradient(template)
    y, x = np.mgrid[: scene.own.height, : scene.own.width] - (scene.own.height - 1) / 2
    motions = [across, down, across * y - down * x, across * x + down * y, template, np.ones_like(template)]
    inner = (slice(2, -2), slice(2, -2))
    design = np.stack([motion[inner].ravel() for motion in motions], axis=1)
    solution = np.linalg.lstsq(design, seen[inner].ravel(), rcond=None)[0]
    dx, dy, turn, growth = solution[:4] / solution[4]
    return dx, dy, math.degrees(turn), growth


@pytest.mark.parametrize("scales", ["[1,1]", "[0.6,1]", "[1,2]"])
def test_the_truth_is_where_the_pixels_are(scales):
    errors = np.array([error_of_truth(scene) for scene in warps(f"warps:count=12,scales={scales},color=false")])

    # Eight bits and the scene's own pixels allow no more; half a pixel of shift would show as 0.5.
    assert np.median(np.abs(errors), axis=0).max() < 0.01
    assert np.abs(errors[:, :2]).max() < 0.1
    assert np.abs(errors[:, 2]).max() < 0.15
    assert np.abs(errors[:, 3]).max() < 0.003


def test_a_shift_of_the_truth_would_be_noticed():
    scene = warps("warps:count=3,scales=[1,1],blur=1")[2]
    assert scene.targets[0].label == "gravel"
    target = scene.targets[0]
    wrong = attrs.evolve(target, x=target.x + 0.3, angle=target.angle + 0.5)
    dx, dy, turn, _ = error_of_truth(Scene(scene.pixels, [wrong], scene.own))

    assert math.hypot(dx, dy) == pytest.approx(0.3, abs=0.1)
    assert abs(turn) == pytest.approx(0.5, abs=0.2)


def test_scenes_keep_to_their_ranges():
    scenes = warps("warps:count=40,angles=[30,60],scales=[0.7,1.4],template=[48,64],size=[500,400],color=false")

    assert {scene.own.shape for scene in scenes} == {(48, 48), (64, 64)}
    for scene in scenes:
        (target,) = scene.targets
        corners = target.polygon()
        assert scene.shape == (400, 500)
        assert 30 <= target.angle <= 60
        assert 0.7 <= target.scale <= 1.4
        assert target.width == target.height == pytest.approx(scene.own.width * target.scale)
        assert corners.min() >= -0.5
        assert (corners.max(axis=0) <= (499.5, 399.5)).all()
        assert scene.own.gray.std() * 255 >= 10
        assert not scene.is_color
    assert len({scene.name for scene in scenes}) == 40
    # Evenly by the logarithm: about as many below 1 as above.
    assert 8 < sum(scene.targets[0].scale < 1 for scene in scenes) < 32


def test_fewer_scenes_are_the_first_of_many():
    few, many = warps("warps:count=3"), warps("warps:count=6")

    assert [scene.digest for scene in few] == [scene.digest for scene in many[:3]]
    assert [scene.own.digest for scene in few] == [scene.own.digest for scene in many[:3]]
    assert len({scene.digest for scene in many}) == 6


def test_another_seed_gives_other_scenes():
    assert {scene.digest for scene in warps("warps:count=2")}.isdisjoint(
        scene.digest for scene in warps("warps:count=2,seed=1")
    )


def test_conditions_change_the_looks_but_not_the_places():
    (plain,) = warps("warps:count=1,color=false")
    (taken,) = warps("warps:count=1,color=false,noise=20,blur=1,jpeg=30,brightness=20,contrast=0.7,occlusion=0.2")

    assert taken.targets == plain.targets
    np.testing.assert_array_equal(taken.own.pixels, plain.own.pixels)
    assert np.abs(taken.pixels - plain.pixels).mean() > 0.02


def levels(spec):
    (scene,) = warps(f"warps:count=1,color=false,seed=4,{spec}")
    return np.rint(scene.pixels.astype(float) * 255)


def test_light():
    plain = levels("scales=[1,1]")

    np.testing.assert_allclose(levels("scales=[1,1],brightness=50"), np.minimum(plain + 50, 255), atol=1.01)
    np.testing.assert_allclose(levels("scales=[1,1],contrast=0.5"), 127.5 + (plain - 127.5) / 2, atol=1.01)


def test_noise_has_the_size_that_was_asked_for():
    plain = levels("contrast=0.5")
    noise = levels("contrast=0.5,noise=10") - plain

    # A contrast of one half keeps everything far from black and white.
    assert noise.std() == pytest.approx(10, rel=0.02)
    assert abs(noise.mean()) < 0.1


def test_blur_is_that_of_a_gaussian():
    plain, blurred = levels("scales=[1,1]"), levels("scales=[1,1],blur=2")

    expected = scipy.ndimage.gaussian_filter(plain, 2, mode="nearest")
    assert np.abs(blurred - expected).mean() < 0.5
    assert np.abs(plain - expected).mean() > 2


def test_jpeg_keeps_colors_in_their_order():
    (plain,) = warps("warps:count=1,seed=3")
    (jpeg,) = warps("warps:count=1,seed=3,jpeg=95")

    assert plain.is_color
    assert np.ptp(plain.pixels.mean(axis=(0, 1))) > 0.02
    np.testing.assert_allclose(jpeg.pixels.mean(axis=(0, 1)), plain.pixels.mean(axis=(0, 1)), atol=0.005)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_occlusion_covers_its_share_of_the_target_and_nothing_else(share):
    for plain, covered in zip(
        warps("warps:count=4,color=false"), warps(f"warps:count=4,color=false,occlusion={share}"), strict=True
    ):
        changed = plain.pixels != covered.pixels
        target = plain.targets[0]
        rows, columns = np.nonzero(changed)

        # Some pixels of the cover happen to be as bright as what they cover.
        assert 0.8 * share <= changed.sum() / (target.width * target.height) <= 1.15 * share
        assert all(target.contains(x * 0.99 + target.x * 0.01, y * 0.99 + target.y * 0.01)
                   for x, y in zip(columns[::50], rows[::50], strict=True))  # fmt: skip


def test_the_template_is_cut_out_of_the_photograph_and_shown_once():
    scene = next(each for each in warps("warps:count=5") if each.targets[0].label == "chelsea")
    photograph = images.from_array(skimage.data.chelsea()).pixels
    template = scene.own.pixels

    corner = np.abs(photograph - template[0, 0]).sum(axis=2) < 1e-6
    found = [
        (row, column)
        for row, column in np.argwhere(corner[: 300 - 95, : 451 - 95])
        if np.array_equal(photograph[row : row + 96, column : column + 96], template)
    ]
    assert len(found) == 1


def test_a_folder_of_ones_own(tmp_path):
    for number, name in enumerate(("one", "two")):
        images.write(tmp_path / f"{name}.png", np.random.default_rng(number).random((150, 200)))
    scenes = warps(f"warps:count=5,photographs={tmp_path},template=[40],size=[200,160],scales=[0.5,1]")

    assert {scene.targets[0].label for scene in scenes} == {"one", "two"}
    assert all(scene.shape == (160, 200) for scene in scenes)


def test_large_photographs_are_shrunk_first(tmp_path):
    # A chessboard of 40-pixel squares has 10-pixel squares at a quarter of its size.
    board = np.kron(np.indices((10, 16)).sum(axis=0) % 2, np.ones((40, 40)))
    for name in ("one", "two"):
        images.write(tmp_path / f"{name}.png", board)
    (scene,) = warps(f"warps:count=1,photographs={tmp_path},longest=160,template=[64],scales=[1,1]")

    changes = np.abs(np.diff(scene.own.gray, axis=1)).mean(axis=0) > 0.2
    assert np.ptp(np.diff(np.flatnonzero(changes))) <= 1
    assert np.diff(np.flatnonzero(changes)).max() == 10


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("warps:count=0", "count=0 is not right: it takes a whole number at least 1"),
        ("warps:scales=[0,1]", r"scales=\[0.*\] is not right: two numbers above 0, the smaller one first"),
        ("warps:scales=[2,1]", "the smaller one first"),
        ("warps:angles=[90,0]", "the first must not be above the second"),
        ("warps:template=[4]", "sides of at least 8 px"),
        ("warps:occlusion=1", "occlusion=1.0 is not right"),
        ("warps:jpeg=0", "jpeg=0 is not right"),
        ("warps:size=[0,5]", "width and height are at least 1 px"),
    ],
)
def test_wrong_parameters(spec, message):
    with pytest.raises(ConfigurationError, match=message):
        warps(spec)


def test_a_scene_too_small_for_the_template():
    with pytest.raises(
        ConfigurationError, match=r"128 px does not fit into scenes of 100×100 px at scales from 1 to 2"
    ):
        warps("warps:template=[128],scales=[1,2],size=[100,100]")


def test_pictures_without_structure_or_company(tmp_path):
    images.write(tmp_path / "one.png", np.full((100, 100), 0.5))
    with pytest.raises(ConfigurationError, match="holds one picture"):
        warps(f"warps:photographs={tmp_path}")
    images.write(tmp_path / "two.png", np.full((100, 100), 0.5))
    with pytest.raises(ConfigurationError, match="no template of 96 px with any structure"):
        warps(f"warps:photographs={tmp_path}")
