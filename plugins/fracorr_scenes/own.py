"""The kernel that a scene brings along, as a kernel source."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np

from fracorr import ConfigurationError, Kernel, Scene


@attrs.frozen
class Own:
    """The template cut from a warped picture, the template frame of a benchmark pair, the face of a portrait."""

    def kernels_of(self, scene: Scene, rng: np.random.Generator) -> Iterator[Kernel]:
        if scene.own is None:
            raise ConfigurationError(
                f"scene '{scene.name}' brings no kernel of its own; use the kernel 'own' only with scenes that do, "
                "such as samples:astronaut"
            )
        yield scene.own
