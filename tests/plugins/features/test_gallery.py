"""The gallery: what it holds, how it is chosen from, and that the pictures are those that the drawing module draws."""

import pathlib

import numpy as np
import pytest
import skimage.data

from fracorr import ConfigurationError, Kernel, images
from fracorr.components import Kind
from fracorr.opencv import cv2
from fracorr.plugins import default_registry
from fracorr.selection import select_one
from fracorr_features import drawing, gallery

RNG = np.random.default_rng(0)


def kernels(spec):
    return list(select_one(default_registry(), Kind.SOURCE, spec).instance.kernels(RNG))


def names(spec):
    return [each.name for each in kernels(spec)]


def test_every_picture_has_its_size_and_a_support():
    everything = kernels("gallery")

    assert {"face", "eye", "spiral"} <= {each.name for each in everything}
    assert len({each.name for each in everything}) == len(everything)
    for kernel in everything:
        assert kernel.shape == (128, 128)
        assert kernel.is_color
        assert kernel.pixels.std() > 0.05
        assert 0.2 < kernel.support.mean() <= 1


def test_the_manifest_and_the_folder_agree():
    listed = [entry.file for entry in gallery.entries()]

    assert sorted(listed) == sorted(path.name for path in gallery.FOLDER.glob("*.png"))
    assert all(entry.tags and entry.origin for entry in gallery.entries())


def test_choosing_by_name_and_by_tag():
    assert names("gallery:face") == ["face"]
    assert "spiral" in names("gallery:s*")
    assert "face" not in names("gallery:s*")
    assert set(names("gallery:tag=eye")) >= {"eye"}
    assert names("gallery:face,tag=dr*") == ["face"]
    assert kernels("gallery:face,size=40")[0].shape == (40, 40)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("gallery:fcae", "the gallery has no picture 'fcae'; did you mean 'face'? It has: .*face"),
        ("gallery:zz*", r"the gallery has no picture 'zz\*'. It has: .*spiral"),
        ("gallery:tag=eyes", "no picture '.' with the tag 'eyes'; did you mean 'eye'? The tags are: .*spiral"),
        ("gallery:face,tag=spiral", "no picture 'face' with the tag 'spiral'"),
        ("gallery:size=0", "size=0 is not right"),
    ],
)
def test_what_the_gallery_does_not_have(spec, message):
    with pytest.raises(ConfigurationError, match=message.replace("?", r"\?")):
        kernels(spec)


@pytest.mark.parametrize("name", drawing.DRAWINGS)
def test_the_drawn_pictures_are_drawn_again_alike(name):
    pixels, support = drawing.DRAWINGS[name]()
    shipped = images.read(gallery.FOLDER / f"{name}.png")

    # Half a level from rounding to 8 bits, and a little for another version of the filters.
    assert np.abs(shipped.pixels - pixels).max() < 3 / 255
    assert np.abs(shipped.alpha - support).max() < 3 / 255


def test_drawing_into_a_folder(tmp_path, monkeypatch):
    flat = np.full((4, 4, 3), 0.5), np.ones((4, 4))
    monkeypatch.setattr(drawing, "DRAWINGS", {"one": lambda: flat, "two": lambda: flat})

    drawing.main(str(tmp_path / "new"))

    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["one.png", "two.png"]


def test_the_face_looks_like_faces():
    crops = skimage.data.lfw_subset()  # 100 human faces, then 100 other pieces of photographs, 25×25
    face = Kernel(gallery.FOLDER / "face.png").gray
    # The part that the crops show: a little forehead at the top, the chin at the bottom.
    window = cv2.resize(face[34:120, 21:107], (25, 25), interpolation=cv2.INTER_AREA).ravel()

    likeness = np.array([np.corrcoef(window, crop.ravel())[0, 1] for crop in crops])

    assert np.corrcoef(window, crops[:100].mean(axis=0).ravel())[0, 1] > 0.5
    # How often a face is more alike than another piece, over all pairs; 0.5 would be chance.
    assert (likeness[:100, None] > likeness[None, 100:]).mean() > 0.85


def test_pictures_are_package_data():
    folder = pathlib.Path(gallery.__file__).parent

    assert (folder / "images" / "manifest.toml").is_file()
    assert sum(path.stat().st_size for path in gallery.FOLDER.iterdir()) < 3_000_000
