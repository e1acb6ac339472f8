"""The gallery's manifest: what each picture is called, and how to make it again."""

from __future__ import annotations

import pathlib
import tomllib
from collections.abc import Mapping
from typing import Any, Final

import attrs

from fracorr.errors import ConfigurationError
from fracorr.files import write_text
from fracorr.parameters import build, values_of
from fracorr_features.settings import Settings

_HEAD: Final = """\
# The gallery: which network each picture comes from and how it was rendered. What a recipe does not say is the
# default of fracorr_features.settings; "activation" is what the objective reached on the finished picture.
#
# To render everything again:  fracorr features gallery --weights FOLDER --output FOLDER
"""
#: Settings that a manifest names even where they are the default.
_ALWAYS: Final = ("objective", "seed", "steps")


@attrs.frozen
class Origin:
    """A network that pictures come from.

    Attributes
    ----------
    title, license, source : str
        What it is, under which licence its weights were published, and by whom.
    weights_sha256 : str
        Of the file of weights.
    """

    title: str
    license: str
    source: str
    weights_sha256: str


@attrs.frozen
class Recipe:
    """How one picture was rendered.

    Attributes
    ----------
    name : str
        Of the kernel; its file is NAME.png.
    tags : tuple of str
    network : str
        One of :data:`fracorr_features.networks.NETWORKS`.
    layer : str
        Empty for the network's output.
    unit : int
    settings : Settings
        Everything else.
    activation : float
        The objective on the finished picture.
    """

    name: str
    tags: tuple[str, ...]
    network: str
    layer: str
    unit: int
    settings: Settings
    activation: float = 0.0


@attrs.frozen
class Manifest:
    """All recipes of a gallery, and the networks that they need."""

    origins: Mapping[str, Origin]
    recipes: tuple[Recipe, ...]


def read_manifest(path: pathlib.Path) -> Manifest:
    """Read a manifest.

    Raises
    ------
    ConfigurationError
        If it is no such file.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        origins = {name: Origin(**values) for name, values in table["network"].items()}
        recipes = tuple(_recipe(dict(each)) for each in table["image"])
    except OSError as error:
        raise ConfigurationError(f"the manifest '{path}' cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ConfigurationError(f"'{path}' is no manifest of a gallery: {error}") from error
    return Manifest(origins, recipes)


def write_manifest(path: pathlib.Path, manifest: Manifest) -> None:
    """Write a manifest that :func:`read_manifest` reads back."""
    blocks = [_HEAD]
    for name, origin in manifest.origins.items():
        blocks.append(f"[network.{name}]\n" + _lines(attrs.asdict(origin)))
    usual = values_of(Settings())
    for recipe in manifest.recipes:
        values = values_of(recipe.settings)
        own = {key: value for key, value in values.items() if key in _ALWAYS or value != usual[key]}
        named = {"name": recipe.name, "tags": list(recipe.tags), "network": recipe.network}
        place = {"layer": recipe.layer, "unit": recipe.unit}
        blocks.append("[[image]]\n" + _lines({**named, **place, **own, "activation": recipe.activation}))
    write_text(path, "\n".join(blocks))


def _recipe(values: dict[str, Any]) -> Recipe:
    own = {key: values.pop(key) for key in ("name", "network", "layer", "unit", "activation")}
    tags = tuple(values.pop("tags"))
    settings: Settings = build(Settings, own["name"], values)
    return Recipe(tags=tags, settings=settings, **own)


def _lines(values: Mapping[str, object]) -> str:
    return "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    if isinstance(value, int | float):
        return repr(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
