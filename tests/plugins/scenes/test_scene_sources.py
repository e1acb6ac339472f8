"""The scene sources ``samples`` and ``file``, and the kernel source ``own``."""

import numpy as np
import pytest
import skimage.data

from fracorr import ConfigurationError, ImageError, Kernel, MissingDependencyError, Scene, Target, images
from fracorr.components import Kind
from fracorr.opencv import cv2
from fracorr.plugins import default_registry
from fracorr.selection import select_one
from fracorr_scenes import samples
from fracorr_scenes.resizing import resized

RNG = np.random.default_rng(0)


def source(spec):
    return select_one(default_registry(), Kind.SCENES, spec).instance


def scenes(spec):
    return list(source(spec).scenes(RNG))


# Photographs that come with scikit-image


# What scikit-image calls those that are called otherwise here, or that come in pairs.
LOADERS = {"motorcycle": lambda: skimage.data.stereo_motorcycle()[0]}


@pytest.mark.parametrize("name", samples.PHOTOGRAPHS)
def test_samples_are_scikit_images_photographs(name):
    (scene,) = scenes(f"samples:{name}")

    expected = LOADERS.get(name, getattr(skimage.data, name, None))()
    assert scene.name == name
    np.testing.assert_allclose(scene.pixels * 255, expected, atol=1e-4)


def test_no_sample_needs_a_download(monkeypatch):
    def refuse(*_):
        raise AssertionError("tried to reach the network")

    monkeypatch.setattr("socket.socket.connect", refuse)

    names = [scene.name for scene in source("samples").scenes(RNG)]

    assert names == list(samples.PHOTOGRAPHS)
    assert len(names) >= 16


def test_choosing_samples():
    assert [each.name for each in scenes("samples:co*")] == ["coffee", "coins"]


def test_unknown_samples():
    with pytest.raises(
        ConfigurationError, match=r"no sample photograph 'cofee'; did you mean 'coffee'\? The samples are"
    ):
        source("samples:cofee")
    with pytest.raises(ConfigurationError, match=r"no sample photograph 'zz\*'\. The samples are: astronaut, brick"):
        source("samples:zz*")


def test_a_scikit_image_that_lacks_a_picture(monkeypatch, tmp_path):
    monkeypatch.setattr(samples, "data_folder", lambda: tmp_path)

    with pytest.raises(MissingDependencyError, match=r"brings no coffee\.png, so there is no sample 'coffee'"):
        scenes("samples:coffee")


def test_the_astronauts_face_is_where_the_target_says():
    """Skin fills the target's middle, and eyes and mouth, the darkest and the reddest part, lie in it."""
    (scene,) = scenes("samples:astronaut")
    (face,) = scene.targets
    left, top = face.polygon()[0]

    assert face.label == "face"
    # Measured by hand: both pupils and the middle of the mouth.
    for x, y in ((203, 101), (246, 103), (224, 145)):
        assert face.contains(x, y)
    # Nothing of the collar, of the background, or of the crown of the head.
    for x, y in ((224, 200), (320, 100), (140, 100), (224, 30)):
        assert not face.contains(x, y)
    hsv = cv2.cvtColor(scene.pixels, cv2.COLOR_RGB2HSV)
    skin = (hsv[..., 0] < 40) & (hsv[..., 1] > 0.15) & (hsv[..., 1] < 0.6) & (hsv[..., 2] > 0.6)
    rows, columns = slice(round(top), round(top + 112)), slice(round(left), round(left + 94))
    assert skin[rows, columns].mean() > 0.6


def test_chelseas_eyes_are_where_the_targets_say():
    (scene,) = scenes("samples:chelsea")

    assert [target.label for target in scene.targets] == ["eye", "eye"]
    # Measured by hand: both pupils.
    for target, pupil in zip(scene.targets, ((172, 112), (313, 134)), strict=True):
        assert target.contains(*pupil)
        assert abs(target.x - pupil[0]) < 10
        assert abs(target.y - pupil[1]) < 10
    assert scene.targets[0].scale == 1
    assert 0.5 < scene.targets[1].scale < 1


# The kernel that a scene brings along


def own(scene):
    return list(select_one(default_registry(), Kind.SOURCE, "own").instance.kernels_of(scene, RNG))


def test_own_is_the_scenes_kernel():
    kernel = Kernel(np.eye(3), name="mine")

    assert own(Scene(np.zeros((9, 9)), own=kernel)) == [kernel]


def test_own_of_the_astronaut_is_the_face_cut_out():
    (scene,) = scenes("samples:astronaut")

    (kernel,) = own(scene)

    assert kernel.name == "astronaut-face"
    scores = cv2.matchTemplate(scene.pixels, kernel.pixels, cv2.TM_SQDIFF)
    row, column = np.unravel_index(scores.argmin(), scores.shape)
    target = scene.targets[0]
    assert (column + kernel.centre[0], row + kernel.centre[1]) == (target.x, target.y)
    assert (kernel.width, kernel.height) == (target.width, target.height)


def test_a_scene_without_a_kernel_of_its_own():
    with pytest.raises(ConfigurationError, match="scene 'fog' brings no kernel of its own"):
        own(Scene(np.zeros((9, 9)), name="fog"))


# Files


@pytest.fixture
def folder(tmp_path):
    for place in ("b.png", "a.png", "more/a.png", "words.txt"):
        path = tmp_path / place
        path.parent.mkdir(exist_ok=True)
        path.write_text("words") if path.suffix == ".txt" else images.write(path, np.full((4, 6, 3), 99, np.uint8))
    return tmp_path


def test_files_folders_and_patterns(folder):
    def names(spec):
        return [each.name for each in scenes(spec)]

    assert names(str(folder / "b.png")) == ["b"]
    assert names(f"file:{folder}") == ["a", "b"]
    assert names(f"{folder}/**/*.png") == [f"{folder.name}/a.png", "b", "more/a.png"]


def test_an_alpha_channel_is_ignored(tmp_path):
    path = images.write(tmp_path / "x.png", np.full((3, 3, 3), 51, np.uint8), np.full((3, 3), 0.5))

    np.testing.assert_allclose(scenes(f"file:{path}")[0].pixels, 0.2, atol=1e-6)


def test_files_are_read_one_at_a_time(folder):
    (folder / "b.png").write_text("no picture")

    running = iter(source(f"file:{folder}").scenes(RNG))

    assert next(running).name == "a"
    with pytest.raises(ImageError, match=r"b\.png' is not an image"):
        next(running)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("no.png", "there is no file"),
        ("*.jpg", "matches no file"),
        ("words.txt", "is not an image that can be read"),
        ("b.png,size=0", "size=0 is not right: it takes a whole number at least 1"),
        ("b.png,sizes=5", "no parameter 'sizes'; did you mean 'size'?"),
    ],
)
def test_files_that_cannot_be_used(folder, place, message):
    with pytest.raises((ConfigurationError, ImageError), match=message):
        scenes(f"file:{folder}/{place}")


# Size


@pytest.mark.parametrize(
    ("name", "size", "largest"),
    # √10⁸ = 10000 for 512×512 pixels; √(10⁸ · 600 / 400) = 12247.4 for 600×400.
    [("astronaut", "200000", 10000), ("coffee", "200000", 12247), ("astronaut", "9" * 400, 10000)],
)
def test_a_size_beyond_the_pixel_limit(name, size, largest):
    message = (
        f"size={size} is too large for '{name}' of .* limit of 100000000 pixels it takes at most about size={largest}; "
        "FRACORR_MAX_PIXELS"
    )
    with pytest.raises(ConfigurationError, match=message):
        scenes(f"samples:{name},size={size}")


def test_a_files_size_is_held_to_the_pixel_limit(folder, monkeypatch):
    monkeypatch.setenv("FRACORR_MAX_PIXELS", "10000")
    images.write(folder / "square.png", np.zeros((20, 20)))

    assert scenes(f"file:{folder}/square.png,size=100")[0].shape == (100, 100)
    with pytest.raises(ConfigurationError, match="size=101 is too large for 'square' of 20×20 .* about size=100;"):
        scenes(f"file:{folder}/square.png,size=101")


@pytest.mark.parametrize(("longest", "height", "width"), [(30, 20, 30), (120, 80, 120), (60, 40, 60), (7, 5, 7)])
def test_the_longest_side(longest, height, width):
    scene = Scene(np.random.default_rng(1).random((40, 60)), name="x")

    result = resized(scene, longest)

    assert result.shape == (height, width)
    assert result.name == "x"
    assert 0 <= result.pixels.min() <= result.pixels.max() <= 1
    assert result.pixels.mean() == pytest.approx(scene.pixels.mean(), abs=0.03)


def test_targets_move_with_the_pixels():
    """A white box is painted and its target measured again from the resized pixels."""
    for longest in (40, 80, 320, 411):
        pixels = np.zeros((120, 160))
        pixels[24:64, 40:104] = 1
        scene = resized(Scene(pixels, [Target.from_box(40, 24, 64, 40)], Kernel(pixels[24:64, 40:104])), longest)

        rows, columns = np.mgrid[: scene.height, : scene.width]
        total = scene.pixels.sum(dtype=np.float64)
        target = scene.targets[0]
        assert target.x == pytest.approx((columns * scene.pixels).sum() / total, abs=0.05)
        assert target.y == pytest.approx((rows * scene.pixels).sum() / total, abs=0.05)
        assert target.width * target.height == pytest.approx(total, rel=0.02)
        assert abs(scene.own.width - target.width) <= 0.6
        assert abs(scene.own.height - target.height) <= 0.6


def test_size_of_a_sample():
    (scene,) = scenes("samples:chelsea,size=226")

    assert scene.shape == (150, 226)
    (whole,) = scenes("samples:chelsea")
    ratio = 226 / 451
    assert scene.targets[0].x == pytest.approx((whole.targets[0].x + 0.5) * ratio - 0.5, abs=1e-9)
