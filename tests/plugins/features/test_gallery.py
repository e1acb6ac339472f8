"""The gallery: what it holds, and how it is chosen from."""

import pathlib

import numpy as np
import pytest
import skimage.data

from fracorr import ConfigurationError, Kernel
from fracorr.components import Kind
from fracorr.opencv import cv2
from fracorr.plugins import default_registry
from fracorr.selection import select_one
from fracorr_features import gallery
from fracorr_features.networks import NETWORKS

RNG = np.random.default_rng(0)


def kernels(spec):
    return list(select_one(default_registry(), Kind.SOURCE, spec).instance.kernels(RNG))


def names(spec):
    return [each.name for each in kernels(spec)]


def test_there_are_enough_pictures_of_the_right_size():
    everything = kernels("gallery")

    assert len(everything) >= 48
    assert {"face", "eye", "spiral"} <= {each.name for each in everything}
    assert len({each.name for each in everything}) == len(everything)
    for kernel in everything:
        assert kernel.shape == (128, 128)
        assert kernel.is_color
        assert kernel.pixels.std() > 0.05


def test_objects_have_a_support_in_the_middle_and_nothing_outside():
    objects = kernels("gallery:tag=object")

    assert len(objects) >= 16
    for kernel in objects:
        inside = kernel.support[32:96, 32:96].mean()
        rim = np.concatenate([kernel.support[[0, -1]].ravel(), kernel.support[:, [0, -1]].ravel()]).mean()
        assert 0.08 < kernel.support.mean() < 0.95
        assert inside > 0.3
        assert inside > 1.15 * rim


def test_tiles_fill_their_square():
    objects = set(names("gallery:tag=object"))

    assert all(kernel.has_full_support for kernel in kernels("gallery") if kernel.name not in objects)


def test_every_kind_and_every_network_is_there():
    tags = {tag for entry in gallery.entries() for tag in entry.tags}

    assert {"curve", "spiral", "circle", "texture", "eye", "cat", "dog", "bird", "face", "wheel"} <= tags
    assert {entry.recipe.network for entry in gallery.entries()} == set(NETWORKS)
    assert len({(entry.recipe.network, entry.recipe.layer) for entry in gallery.entries()}) >= 10


def test_every_recipe_is_complete():
    for entry in gallery.entries():
        facts = entry.facts()
        assert facts["layer"]
        assert facts["steps"] > 0
        assert facts["seed"] >= 0
        assert facts["objective"] in ("neuron", "channel", "logit")
        assert facts["activation"] > 0
        assert len(facts["sha256 of the weights"]) == 64
        assert facts["license of the weights"] in ("Apache-2.0", "BSD-2-Clause", "MIT")


def test_the_manifest_and_the_folder_agree():
    listed = [entry.path.name for entry in gallery.entries()]

    assert sorted(listed) == sorted(path.name for path in gallery.FOLDER.glob("*.png"))
    assert all(entry.tags for entry in gallery.entries())


def test_choosing_by_name_and_by_tag():
    assert names("gallery:face") == ["face"]
    assert {"face", "face-2"} <= set(names("gallery:face*"))
    assert "spiral" in names("gallery:s*")
    assert "face" not in names("gallery:s*")
    assert set(names("gallery:tag=eye")) >= {"eye"}
    assert names("gallery:face,tag=per*") == ["face"]
    assert kernels("gallery:face,size=40")[0].shape == (40, 40)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("gallery:fcae", "the gallery has no picture 'fcae'; did you mean 'face'? It has: .*face"),
        ("gallery:zz*", r"the gallery has no picture 'zz\*'. It has: .*spiral"),
        ("gallery:tag=eyes", "no picture '.' with the tag 'eyes'; did you mean 'eye'? The tags are: .*spiral"),
        ("gallery:face,tag=spiral", "no picture 'face' with the tag 'spiral'"),
        ("gallery:size=0", "size=0 is not right"),
        # The square root of 10⁸.
        ("gallery:face,size=99999999", "size=99999999 is too large for 'face' of 128×128 pixels: .* about size=10000;"),
    ],
)
def test_what_the_gallery_does_not_have(spec, message):
    with pytest.raises(ConfigurationError, match=message.replace("?", r"\?")):
        kernels(spec)


def test_the_face_looks_like_faces():
    crops = skimage.data.lfw_subset()  # 100 human faces, then 100 other pieces of photographs, 25×25
    face = Kernel(gallery.FOLDER / "face.png").gray
    likeness = []
    # The crops show the face alone; where it is in the picture differs a little.
    for margin in (8, 16, 24):
        window = face[margin : 128 - margin, margin : 128 - margin]
        small = cv2.resize(np.ascontiguousarray(window), (25, 25), interpolation=cv2.INTER_AREA).ravel()
        likeness.append([np.corrcoef(small, crop.ravel())[0, 1] for crop in crops])
    best = np.max(likeness, axis=0)

    # How often a face is more alike than another piece, over all pairs; 0.5 would be chance.
    assert (best[:100, None] > best[None, 100:]).mean() > 0.75


def test_pictures_are_package_data_of_less_than_3_megabytes():
    folder = pathlib.Path(gallery.__file__).parent

    assert (folder / "images" / "manifest.toml").is_file()
    assert sum(path.stat().st_size for path in gallery.FOLDER.iterdir()) < 3_000_000
