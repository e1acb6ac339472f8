"""Rendering the bundled gallery again, from the recipes in its manifest."""

from __future__ import annotations

import hashlib
import itertools
import pathlib
from collections.abc import Iterator

import attrs
import numpy as np

from fracorr import images
from fracorr.errors import ConfigurationError
from fracorr.files import writable_folder
from fracorr_features import options
from fracorr_features.batches import render_in_batches
from fracorr_features.gallery import MANIFEST, chosen
from fracorr_features.models import Model, load_model
from fracorr_features.objectives import Target
from fracorr_features.recipes import Manifest, Recipe, read_manifest, write_manifest
from fracorr_features.rendering import Feature
from fracorr_features.settings import Settings

#: Colour of what is wholly transparent: any would do, one keeps the files small.
_NEUTRAL = 0.5
#: Digits of the activations in the manifest.
_DIGITS = 5


def make_gallery(
    weights: pathlib.Path, output: pathlib.Path, pattern: str = "*", manifest: pathlib.Path = MANIFEST
) -> Iterator[tuple[str, float]]:
    """Render pictures of a gallery and write them, with a manifest, into a folder.

    Parameters
    ----------
    weights : path
        A folder with the networks' files; they are recognised by their sha256, in subfolders too.
    output : path
        The folder to write to.
    pattern : str, optional
        Which pictures; the new manifest lists all of them.
    manifest : path, optional
        Whose recipes; by default those of the bundled gallery.

    Yields
    ------
    name : str
    activation : float
        What the objective reached.

    Raises
    ------
    ConfigurationError
        If weights are missing, or no picture has such a name.
    """
    known = read_manifest(manifest)
    wanted = chosen(known.recipes, pattern)
    files = _files_by_hash(weights)
    folder = writable_folder(output)
    models = {name: _model(name, known, files) for name in sorted({recipe.network for recipe in wanted})}
    reached: dict[str, float] = {}
    with options.progress_bar(sum(recipe.settings.steps for recipe in wanted)) as advance:
        for (network, layer, settings), group in itertools.groupby(sorted(wanted, key=_order), key=_kind):
            recipes = list(group)
            targets = tuple(Target(recipe.unit) for recipe in recipes)
            features = render_in_batches(models[network], layer, targets, settings, advance)
            for recipe, feature in zip(recipes, features, strict=True):
                _write(folder / f"{recipe.name}.png", feature)
                reached[recipe.name] = float(f"{feature.activation:.{_DIGITS}g}")
                yield recipe.name, feature.activation
    recipes = [attrs.evolve(each, activation=reached.get(each.name, each.activation)) for each in known.recipes]
    write_manifest(folder / "manifest.toml", attrs.evolve(known, recipes=tuple(recipes)))


def _kind(recipe: Recipe) -> tuple[str, str, Settings]:
    return recipe.network, recipe.layer, recipe.settings


def _order(recipe: Recipe) -> tuple[str, str, str]:
    return recipe.network, recipe.layer, repr(recipe.settings)


def _model(name: str, manifest: Manifest, files: dict[str, pathlib.Path]) -> Model:
    wanted = manifest.origins[name].weights_sha256
    if wanted not in files:
        raise ConfigurationError(
            f"none of the {len(files)} .safetensors files has the weights of '{name}': sha256 {wanted}"
        )
    return load_model(name, files[wanted])


def _files_by_hash(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    found = sorted(folder.rglob("*.safetensors")) if folder.is_dir() else []
    if not found:
        raise ConfigurationError(f"'{folder}' is no folder with .safetensors files")
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in found}


def _write(path: pathlib.Path, feature: Feature) -> None:
    if feature.support is None:
        images.write(path, feature.pixels)
        return
    clear = feature.support < 0.5 / 255
    pixels = np.where(clear[..., None], np.float32(_NEUTRAL), feature.pixels)
    images.write(path, pixels, feature.support)
