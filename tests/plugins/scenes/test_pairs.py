"""The scene source ``pairs``, on pairs made up here in the benchmark's format."""

import numpy as np
import pytest

from fracorr import ConfigurationError, Experiment, images
from fracorr.components import Kind
from fracorr.exclusions import counting
from fracorr.plugins import default_registry
from fracorr.running import results
from fracorr.selection import select_one


def write_pair(folder, name, first, second, boxes, title="bolt"):
    """The second frame's text is named like the first's, as in the benchmark."""
    images.write(folder / f"{name}_frm1_{title}_0032.png", first)
    images.write(folder / f"{name}_frm2_{title}_0052.png", second)
    for frame, box in zip(("0032", "0052"), boxes, strict=True):
        (folder / f"{name}_frm1_{title}_{frame}.txt").write_text(",".join(f"{each:.6f}" for each in box) + "\n")


@pytest.fixture
def frames():
    """Two frames of noise; what is in the first at (10.4, 20.6) is in the second at (33, 7)."""
    rng = np.random.default_rng(5)
    first, second = rng.integers(0, 256, (2, 50, 70, 3), dtype=np.uint8)
    second[7:23, 33:45] = first[21:37, 10:22]
    return first, second


def read(spec):
    found = []
    with counting("pairs", found):
        scenes = list(select_one(default_registry(), Kind.SCENES, spec).instance.scenes(np.random.default_rng(0)))
    return scenes, {exclusion.reason: list(exclusion.names) for exclusion in found}


def test_template_scene_and_target(tmp_path, frames):
    write_pair(tmp_path, "pair0007", *frames, [(10.4, 20.6, 12.25, 15.75), (33.0, 7.0, 24.5, 31.5)])

    ((scene,), left_out) = read(f"pairs:{tmp_path}")

    assert scene.name == "pair0007"
    np.testing.assert_allclose(scene.pixels * 255, frames[1], atol=1e-4)
    # 10.4 → 10, 20.6 → 21, 12.25 → 12, 15.75 → 16.
    np.testing.assert_allclose(scene.own.pixels * 255, frames[0][21:37, 10:22], atol=1e-4)
    (target,) = scene.targets
    assert (target.x, target.y) == pytest.approx((33 + 11.75, 7 + 15.25))
    assert (target.width, target.height, target.scale) == pytest.approx((24.5, 31.5, 2.0))
    assert left_out == {}


def test_the_overlap_of_a_found_pair(tmp_path, frames):
    """Found exactly, so the overlap is that of the rounded box with the true one."""
    write_pair(tmp_path, "pair0001", *frames, [(10.4, 20.6, 12.25, 15.75), (33.5, 7.0, 12.0, 16.0)])

    for result in results(Experiment(kernels="own", scenes=f"pairs:{tmp_path}", methods=["tm_sqdiff", "tm_ccoeff"])):
        assert result.metrics.hit
        # 11.5 of 12 columns are common.
        assert result.metrics.iou == pytest.approx(11.5 / 12.5)


def test_pairs_come_in_order_and_can_be_chosen(tmp_path, frames):
    for name, title in (("pair0002", "a"), ("pair0010", "b"), ("pair0001", "c")):
        write_pair(tmp_path, name, *frames, [(1, 2, 12, 16), (3, 4, 12, 16)], title)

    assert [scene.name for scene in read(f"pairs:{tmp_path}")[0]] == ["pair0001", "pair0002", "pair0010"]
    assert [scene.name for scene in read(f"pairs:{tmp_path},names=pair000*")[0]] == ["pair0001", "pair0002"]
    with pytest.raises(ConfigurationError, match=r"no pair in .* is called 'pair9'; such as: pair0001"):
        read(f"pairs:{tmp_path},names=pair9")


@pytest.mark.parametrize(
    "boxes",
    [
        [(-1, 2, 12, 16), (3, 4, 12, 16)],
        [(1, 2, 12, 16), (60, 4, 12, 16)],
        [(1, 2, 12, 49), (3, 4, 12, 16)],
        [(1, 2, 0.2, 16), (3, 4, 12, 16)],
    ],
)
def test_boxes_beyond_the_picture_are_left_out_and_counted(tmp_path, frames, boxes):
    write_pair(tmp_path, "pair0001", *frames, [(1, 2, 12, 16), (58, 34, 12, 16)])
    write_pair(tmp_path, "pair0002", *frames, boxes)

    scenes, left_out = read(f"pairs:{tmp_path}")

    assert [scene.name for scene in scenes] == ["pair0001"]
    assert left_out == {"pairs with a box that is empty or reaches beyond its picture": ["pair0002"]}


@pytest.mark.parametrize("text", ["", "1,2,3\n", "1,2,3,four\n", "1;2;3;4\n"])
def test_a_text_file_that_is_no_box(tmp_path, frames, text):
    write_pair(tmp_path, "pair0001", *frames, [(1, 2, 12, 16), (3, 4, 12, 16)])
    (tmp_path / "pair0001_frm1_bolt_0052.txt").write_text(text)

    with pytest.raises(ConfigurationError, match=r"frm1_bolt_0052\.txt', line 1: it takes four numbers x,y,w,h"):
        read(f"pairs:{tmp_path}")


def test_a_box_of_negative_size(tmp_path, frames):
    write_pair(tmp_path, "pair0001", *frames, [(1, 2, 12, -16), (3, 4, 12, 16)])

    with pytest.raises(ConfigurationError, match=r"0032\.txt', line 1: a box from \(1, 2\), 12 wide and -16 high"):
        read(f"pairs:{tmp_path}")


@pytest.mark.parametrize(
    "missing", ["pair0001_frm2_bolt_0052.png", "pair0001_frm1_bolt_0032.png", "pair0001_frm1_bolt_0032.txt"]
)
def test_a_pair_that_is_not_whole(tmp_path, frames, missing):
    for name in ("pair0001", "pair0002"):
        write_pair(tmp_path, name, *frames, [(1, 2, 12, 16), (3, 4, 12, 16)])
    (tmp_path / missing).unlink()

    with pytest.raises(
        ConfigurationError, match="pair0001 in .* needs one picture frm1, one picture frm2 and two text"
    ):
        read(f"pairs:{tmp_path}")


def test_places_without_pairs(tmp_path):
    with pytest.raises(ConfigurationError, match="is not a folder; it takes one with pairNNNN_frm1_"):
        read(f"pairs:{tmp_path / 'none'}")
    with pytest.raises(ConfigurationError, match="holds no file that ends in"):
        read(f"pairs:{tmp_path}")
    images.write(tmp_path / "holiday.png", np.zeros((4, 4)))
    (tmp_path / "holiday.txt").write_text("nice")
    with pytest.raises(ConfigurationError, match="holds no pair"):
        read(f"pairs:{tmp_path}")
