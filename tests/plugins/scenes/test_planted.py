import numpy as np
import pytest
from scipy import ndimage

from fracorr import ConfigurationError, Experiment, Kernel, Target, images, run
from fracorr.components import Kind
from fracorr.plugins import default_registry
from fracorr_scenes import planting
from fracorr_scenes.planted import Planted

FACE = "gallery:face,size=48"


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    """A file with a picture that is smooth enough to be turned without losing anything."""
    rng = np.random.default_rng(0)
    smooth = np.stack([ndimage.gaussian_filter(rng.random((41, 51)), 3) for _ in range(3)], axis=2)
    smooth = (smooth - smooth.min()) / np.ptp(smooth)
    path = tmp_path_factory.mktemp("planted") / "smooth.png"
    images.write(path, smooth)
    return path


def scenes(**options):
    return list(Planted(**options).scenes(np.random.default_rng(0)))


def test_pixel_on_pixel_the_kernel_is_copied(picture):
    (scene,) = scenes(kernel=str(picture))
    (target,) = scene.targets
    left, top = round(target.x - 25), round(target.y - 20)
    copied = scene.pixels[top : top + 41, left : left + 51]
    np.testing.assert_allclose(copied, scene.own.pixels, atol=2e-6)
    assert (target.x - 25, target.y - 20) == (left, top)
    assert (target.width, target.height, target.angle, target.scale) == (51, 41, 0.0, 1.0)


@pytest.mark.parametrize(("angle", "turns"), [(90, 1), (180, 2), (270, 3)])
def test_quarter_turns_are_counter_clockwise_and_exact(picture, angle, turns):
    (scene,) = scenes(kernel=str(picture), angles=str(angle))
    (target,) = scene.targets
    turned = np.rot90(scene.own.pixels, turns)
    height, width = turned.shape[:2]
    left, top = round(target.x - (width - 1) / 2), round(target.y - (height - 1) / 2)
    np.testing.assert_allclose(scene.pixels[top : top + height, left : left + width], turned, atol=1e-4)


def test_another_angle_and_scale_agree_with_scipys_interpolation(picture):
    (scene,) = scenes(kernel=str(picture), angles="[33]", scales="[1.7]")
    (target,), kernel = scene.targets, scene.own
    turn = np.exp(1j * np.radians(33)) / 1.7  # y points down: undoing a counter-clockwise turn on the screen
    for row in range(round(target.y) - 15, round(target.y) + 16, 5):
        for column in range(round(target.x) - 15, round(target.x) + 16, 5):
            back = ((column - target.x) + 1j * (row - target.y)) * turn
            place = [[back.imag + 20], [back.real + 25]]
            expected = [ndimage.map_coordinates(kernel.pixels[..., c], place, order=3, mode="mirror") for c in range(3)]
            np.testing.assert_allclose(scene.pixels[row, column], np.ravel(expected), atol=5e-3)


def test_a_smaller_kernel_keeps_its_mean_and_is_not_aliased():
    stripes = Kernel(np.tile([0.0, 1.0], (64, 32)), name="stripes")
    pixels = planting.blended(np.zeros((80, 80), np.float32), stripes, Target(40, 40, 16, 16, 0.0, 0.25))
    inner = pixels[34:47, 34:47]
    assert inner.mean() == pytest.approx(0.5, abs=0.01)
    assert inner.std() < 0.02  # stripes one pixel wide are gray at a quarter of their size


def test_the_support_blends_into_the_background():
    support = np.tile(np.linspace(0, 1, 20), (20, 1))
    kernel = Kernel(np.ones((20, 20)), support, name="ramp")
    canvas = np.full((60, 60), 0.2, np.float32)
    pixels = planting.blended(canvas, kernel, Target(29.5, 29.5, 20, 20))
    np.testing.assert_allclose(pixels[20:40, 20:40], 0.2 + 0.8 * support, atol=1e-5)
    assert (pixels[:19] == np.float32(0.2)).all()
    assert (canvas == np.float32(0.2)).all()


def test_a_gaussian_edge_fades(picture):
    (scene,) = scenes(kernel=str(picture), edge="gaussian", backgrounds=("gray",))
    support = scene.own.support
    assert support[20, 25] == pytest.approx(1.0, abs=0.01)
    # Half a side is 2.5 sigma.
    assert support[20, 0] == pytest.approx(np.exp(-(2.5**2) / 2), abs=1e-3)
    assert support.max() <= 1


def test_poses_in_turn_and_as_a_grid():
    star = Planted(FACE, angles="0..270:4", scales="0.5..2:3")
    assert star.poses == [(0, 1), (90, 1), (180, 1), (270, 1), (0, 0.5), (0, 2)]
    grid = Planted(FACE, angles="[0,90]", scales="0.25..4:5", grid=True)
    assert len(grid.poses) == 10
    assert [scale for angle, scale in grid.poses if angle == 0] == [0.25, 0.5, 1, 2, 4]


def test_names_are_distinct_and_a_background_keeps_its_place():
    made = scenes(kernel=FACE, angles="0..345:4", scales="0.5..2:3", backgrounds=("coffee", "noise", "black"))
    assert len({scene.name for scene in made}) == len(made) == 18
    for background in ("coffee", "noise", "black"):
        places = {(scene.targets[0].x, scene.targets[0].y) for scene in made if background in scene.name}
        assert len(places) == 1
    again = scenes(kernel=FACE, angles="0..345:4", scales="0.5..2:3", backgrounds=("coffee", "noise", "black"))
    assert [scene.digest for scene in again] == [scene.digest for scene in made]
    assert {scene.digest for scene in scenes(kernel=FACE, seed=1)}.isdisjoint(scene.digest for scene in made)


def test_every_pose_lies_in_the_scene():
    for scene in scenes(kernel=FACE, angles="0..345:24", scales="0.25..4:5", size=(300, 280), backgrounds=("gray",)):
        corners = scene.targets[0].polygon()
        assert (corners >= -0.5 - 1e-6).all()
        assert (corners <= np.array([299.5, 279.5]) + 1e-6).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scales": "8"}, "does not fit into scenes of 480×480 px; use larger scenes"),
        ({"scales": "0"}, "scales are above 0"),
        ({"scales": "[1,1]"}, "a value twice"),
        ({"angles": "north"}, "north"),
        ({"backgrounds": ("cofee",)}, "no background 'cofee'; did you mean 'coffee'"),
        ({"backgrounds": ()}, "at least one"),
        ({"size": (0, 10)}, "at least 1 px"),
        ({"edge": "soft"}, "one of support, gaussian"),
        ({"kernel": "galery:face"}, "galery"),
    ],
)
def test_what_is_wrong_is_said(options, message):
    with pytest.raises(Exception, match=message) as raised:
        scenes(**{"kernel": "gallery:face", **options})
    assert type(raised.value).__module__ == ConfigurationError.__module__


def test_a_planted_kernel_is_found_by_every_method():
    methods = sorted(default_registry().usable_names(Kind.METHOD))
    done = run(
        Experiment(
            kernels="own",
            scenes="planted:kernel='gallery:face,size=64',backgrounds=[black,gray],size=[240,200]",
            methods=methods,
            engine="serial",
        )
    )
    assert {tally.arm.method: tally.hit_rate for tally in done.arms.values()} == dict.fromkeys(methods, 1.0)


def test_on_photographs_a_planted_kernel_is_found_by_what_is_normalised():
    methods = ["tm_ccoeff_normed", "tm_sqdiff", "tm_sqdiff_normed", "tm_ccorr_normed", "edges", "phase", "harmonic"]
    done = run(
        Experiment(
            kernels="own",
            scenes="planted:kernel='gallery:face,size=64',backgrounds=[coffee,rocket,noise],size=[240,200]",
            methods=methods,
            engine="serial",
        )
    )
    assert {tally.arm.method: tally.hit_rate for tally in done.arms.values()} == dict.fromkeys(methods, 1.0)
