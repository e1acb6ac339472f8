"""The entry point: names the components, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_kernel_sources() -> Iterator[ComponentSpec]:
    """Offer the kernel that a scene brings along, and the mean of the faces that scenes are composed of."""
    yield ComponentSpec("own", "The kernel that the scene brings along", "fracorr_scenes.own:Own")
    yield ComponentSpec(
        "mean-face", "Control: the mean of small photographs of faces", "fracorr_scenes.mean_face:MeanFace"
    )


@hookimpl
def fracorr_scene_sources() -> Iterator[ComponentSpec]:
    """Offer the sample photographs and image files as scenes."""
    yield ComponentSpec("samples", "Photographs that come with scikit-image", "fracorr_scenes.samples:Samples")
    yield ComponentSpec("file", "Image files, folders and patterns", "fracorr_scenes.files:File")
    yield ComponentSpec(
        "warps", "Photographs turned, scaled and shifted at random, with the exact truth", "fracorr_scenes.warps:Warps"
    )
    yield ComponentSpec(
        "faces", "Faces among other things, composed of small photographs", "fracorr_scenes.faces:Faces"
    )
    yield ComponentSpec(
        "folder", "Your photographs with boxes: COCO, Pascal VOC, YOLO or CSV", "fracorr_scenes.folder:Folder"
    )
    yield ComponentSpec(
        "pairs", "Benchmark pairs: a template and the picture it is searched in", "fracorr_scenes.pairs:Pairs"
    )
    yield ComponentSpec(
        "planted", "A kernel planted on backgrounds at given angles and scales", "fracorr_scenes.planted:Planted"
    )
