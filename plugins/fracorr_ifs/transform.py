"""The transform ``ifs``."""

from __future__ import annotations

import math
import pathlib
import warnings
from collections.abc import Callable
from typing import Any, Literal

import attrs
import numpy as np

from fracorr import ConfigurationError, ImageError, Kernel, images, parameter
from fracorr.images import FloatArray
from fracorr_ifs import chaos, plan, presets, random_systems, reading, rendering
from fracorr_ifs.chaos import Colors
from fracorr_ifs.compositing import Compositing, scaled_to_opaque
from fracorr_ifs.contractivity import Contraction, check
from fracorr_ifs.framing import Box, View, attractor_box, initial_box
from fracorr_ifs.maps import System

#: Copies of the kernel stay at least about this large, in pixels, where nothing else shows what it is.
_LEGIBLE = 16.0
#: How often a drawing is planned, until the size of its pixels is known well enough.
_GUESSES = 4
#: Points of the chaos game for each pixel.
_DENSITY = 16
#: OpenCV counts the rows and columns of warped pictures with 16 bits.
_LONGEST_SIDE = 32_000
#: A pixel of less support than this has no colour worth restoring.
_TRANSPARENT = 1e-6


def _between(low: float, high: float) -> Callable[[object, attrs.Attribute[Any], Any], None]:
    def validate(_: object, attribute: attrs.Attribute[Any], value: float | None) -> None:
        if value is not None and not (math.isfinite(value) and low <= value <= high):
            raise ConfigurationError(f"'ifs': {attribute.name} is {value}; it must be from {low:,g} to {high:,g}")

    return validate


@attrs.frozen
class IFS:
    """Copies of the kernel in the shape of an iterated function system's attractor.

    Deterministic iteration applies the Hutchinson operator W(I) = T₁(I) ∪ … ∪ T_N(I) again and again to the kernel's
    picture (Hutchinson 1981, doi:10.1512/iumj.1981.30.30055; Barnsley 1993, *Fractals Everywhere*). The chaos game
    draws points of the limit and gives them colours stolen from the kernel.

    What only one of the two ways needs (depth, detail; points, colors) has no effect on the other.

    The kernel's picture lies around the attractor, or where the system says: the trunk of the Pythagoras tree is the
    unit square. The result shows all that is drawn, upright, as large as possible; its support is where the fractal
    is.

    Raises
    ------
    ConfigurationError
        If a parameter is out of range, a file cannot be understood, or the maps do not contract.
    """

    preset: str | None = attrs.field(
        default=None, metadata=parameter(f"A known fractal: {', '.join(presets.names())}", main=True)
    )
    file: pathlib.Path | None = attrs.field(
        default=None, metadata=parameter("File of maps: Fractint's .ifs (a b c d e f p), or .toml with maps = [[…], …]")
    )
    system: str | None = attrs.field(default=None, metadata=parameter("Which of several systems in the file"))
    maps: tuple[tuple[float, ...], ...] | None = attrs.field(
        default=None, metadata=parameter("The maps themselves, [[a,b,c,d,e,f],…] or with a probability each")
    )
    random: int | None = attrs.field(
        default=None, validator=_between(1, 32), metadata=parameter("Draw so many maps at random")
    )
    seed: int | None = attrs.field(
        default=None,
        validator=_between(0, 2**63),
        metadata=parameter("Seed of the maps drawn at random; by default each trial draws its own"),
    )
    mode: Literal["deterministic", "chaos"] = attrs.field(
        default="deterministic", metadata=parameter("Copy the kernel, or play the chaos game with its colours")
    )
    depth: int | None = attrs.field(
        default=None,
        validator=_between(0, 100_000),
        metadata=parameter("How often all is copied; by default until the copies are as small as 'detail'"),
    )
    detail: float | None = attrs.field(
        default=None,
        validator=_between(0.25, 1e6),
        metadata=parameter(
            "Without a depth: divide copies larger than this; by default 16, with condensation 1; 1 gives the limit",
            unit="px",
        ),
    )
    compositing: Compositing = attrs.field(
        default="over",
        metadata=parameter("Where copies overlap: later over earlier, the larger, the mean, or the measure Σ pᵢ Tᵢ I"),
    )
    condensation: bool | None = attrs.field(
        default=None, metadata=parameter("Whether the kernel itself stays, under its copies; by default as the system")
    )
    initial: tuple[float, float, float, float] | None = attrs.field(
        default=None,
        metadata=parameter("Where the kernel lies, [left,bottom,right,top] in the maps' coordinates, y up"),
    )
    points: int | None = attrs.field(
        default=None,
        validator=_between(1, 10**10),
        metadata=parameter("Points of the chaos game; by default 16 for each pixel"),
    )
    colors: Colors = attrs.field(
        default="tiles",
        metadata=parameter("Chaos game: colours stolen by a system that tiles the kernel, or those of the same place"),
    )
    size: int | None = attrs.field(
        default=None,
        validator=_between(1, _LONGEST_SIDE),
        metadata=parameter("Longer side of the result; by default as the kernel", unit="px"),
    )
    margin: float = attrs.field(
        default=0.0, validator=_between(0.0, 10.0), metadata=parameter("Empty margin, as a part of the fractal's size")
    )
    _given: System | None = attrs.field(init=False, default=None, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        chosen = [name for name in ("preset", "file", "maps", "random") if getattr(self, name) is not None]
        if len(chosen) > 1:
            raise ConfigurationError(f"'ifs': {' and '.join(chosen)} exclude each other; give one of them")
        if self.system is not None and self.file is None:
            raise ConfigurationError(f"'ifs': system={self.system} chooses from a file; give it with file=…")
        if self.initial is not None:
            reading.check_initial(self.initial, "'ifs': initial")
        if self.mode == "chaos" and self.compositing == "max":
            raise ConfigurationError(
                "'ifs': compositing=max needs mode=deterministic; the chaos game averages the points of a pixel "
                "(over, mean) or counts them (measure)"
            )
        system = self._read()
        if system is not None:
            self._check(system)
            object.__setattr__(self, "_given", system)

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        """Return the fractal.

        Raises
        ------
        ConfigurationError
            If the result, or a picture on the way, would exceed the pixel limit.
        ImageError
            If nothing that is drawn has any support.
        """
        system = self._given
        if system is None:
            drawing = rng if self.seed is None else np.random.default_rng(self.seed)
            system = self._completed(random_systems.draw(self.random or 1, drawing))
        height, width = self._size_of(kernel)
        initial = initial_box(system, kernel.width, kernel.height)
        if self.mode == "chaos":
            stacked = self._play(system, kernel, initial, height, width, rng)
        else:
            stacked = self._iterate(system, kernel, initial, height, width)
        return _as_kernel(stacked, kernel)

    def _iterate(self, system: System, kernel: Kernel, initial: Box, height: int, width: int) -> FloatArray:
        detail = self.detail if self.detail is not None else (1.0 if system.condensation else _LEGIBLE)
        # How large a pixel is decides when to stop, but is known only when it is known what is drawn. That the box of
        # attractor and kernel is drawn is a good guess, except where little of the plane is left after few iterations.
        view = View.showing(attractor_box(system).union(initial), width, height, self.margin)
        for _ in range(_GUESSES):
            guess, pixel = view.pitch, view.pitch / max(initial.width, initial.height)
            drawing = plan.make(system, initial, pixel, depth=self.depth, detail=detail)
            view = View.showing(drawing.box, width, height, self.margin)
            if view.pitch > guess / 2:
                break
        stacked = rendering.render(drawing, kernel, view, self.compositing)
        return scaled_to_opaque(stacked) if self.compositing == "measure" else stacked

    def _play(
        self, system: System, kernel: Kernel, initial: Box, height: int, width: int, rng: np.random.Generator
    ) -> FloatArray:
        box = attractor_box(system)
        if system.condensation and check(system).contraction is Contraction.AVERAGE:
            box = box.union(initial)
        elif system.condensation:
            # Without the pixels, the plan only says how far the copies reach.
            box = plan.make(system, initial, 1 / max(height, width)).box
        view = View.showing(box, width, height, self.margin)
        points = self.points if self.points is not None else _DENSITY * height * width
        return chaos.play(system, kernel, initial, view, points, rng, colors=self.colors, compositing=self.compositing)

    def _read(self) -> System | None:
        """Return the system, or None if it is drawn anew each time."""
        if self.random is not None:
            return None
        if self.file is not None:
            return self._completed(reading.read(self.file, self.system))
        if self.maps is not None:
            return self._completed(reading.from_rows(self.maps, "'ifs': maps"))
        return self._completed(presets.get(self.preset or "sierpinski"))

    def _completed(self, system: System) -> System:
        """Return the system with what the parameters say about the picture."""
        changes: dict[str, Any] = {}
        if self.condensation is not None:
            changes["condensation"] = self.condensation
        if self.initial is not None:
            changes["initial"] = self.initial
        return attrs.evolve(system, **changes)

    def _check(self, system: System) -> None:
        verdict = check(system)
        if verdict.contraction is Contraction.AVERAGE and self.mode == "deterministic":
            raise ConfigurationError(f"{verdict.warning}. Only mode=chaos can draw it")
        if verdict.warning:
            warnings.warn(verdict.warning, stacklevel=4)

    def _size_of(self, kernel: Kernel) -> tuple[int, int]:
        """Return height and width of the result."""
        factor = 1.0 if self.size is None else self.size / max(kernel.shape)
        height, width = (max(1, round(side * factor)) for side in kernel.shape)
        if height * width > images.pixel_limit():
            raise ConfigurationError(
                f"'ifs': a result of {width}×{height} pixels is more than the limit of {images.pixel_limit():,}; "
                f"make size smaller, or set {images.PIXEL_LIMIT_VARIABLE} to allow it"
            )
        return height, width


def _as_kernel(stacked: FloatArray, kernel: Kernel) -> Kernel:
    """Undo the premultiplication; what has no support is black."""
    support = np.minimum(stacked[..., 3], np.float32(1.0))
    if not support.any():
        raise ImageError(
            f"'ifs': the fractal lies wholly where kernel '{kernel.name}' has no support, so nothing of it is left; "
            "crop the kernel to its support, or use more points or another mode"
        )
    factor = np.divide(np.float32(1.0), support, out=np.zeros_like(support), where=support > _TRANSPARENT)
    pixels = np.empty((*support.shape, 3 if kernel.is_color else 1), np.float32)
    for channel in range(pixels.shape[2]):
        # Plane by plane, as NumPy is slow on short last axes.
        np.multiply(stacked[..., channel], factor, out=pixels[..., channel])
    # Dividing by a small support can leave the range by a rounding error.
    np.clip(pixels, min(0.0, float(kernel.pixels.min())), float(kernel.pixels.max()), out=pixels)
    return kernel.derive(pixels, support)
