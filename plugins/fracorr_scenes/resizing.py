"""Scenes at another size, with everything that belongs to them."""

from __future__ import annotations

import math

import attrs

from fracorr import Kernel, Scene, Target, sampling


def resized(scene: Scene, longest: int | None) -> Scene:
    """Return the scene with its longer side at `longest` pixels, its targets and its own kernel with it.

    Parameters
    ----------
    scene : Scene
    longest : int or None
        None leaves the scene as it is.

    Raises
    ------
    ConfigurationError
        If it would have more pixels than :func:`fracorr.images.pixel_limit`.
    """
    if longest is None or longest == max(scene.shape):
        return scene
    height, width = sampling.fitted_shape(scene.name, scene.shape, longest)
    pixels = sampling.resize(Kernel(scene.pixels), height, width).pixels
    across, down = width / scene.width, height / scene.height
    own = scene.own
    if own is not None:
        own = sampling.resize(own, max(1, round(own.height * down)), max(1, round(own.width * across)))
    targets = [_scaled(target, across, down) for target in scene.targets]
    return Scene(pixels, targets, own, name=scene.name)


def _scaled(target: Target, across: float, down: float) -> Target:
    # The two factors differ by the rounding to whole pixels only, so a turned box may take their mean.
    size = math.sqrt(across * down)
    return attrs.evolve(
        target,
        # Pixel centres are whole numbers, so the picture begins at -1/2.
        x=(target.x + 0.5) * across - 0.5,
        y=(target.y + 0.5) * down - 0.5,
        width=target.width * size,
        height=target.height * size,
    )
