"""The transform: its parameters, and the steps from a kernel to its image fractal."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

import attrs
import numpy as np

from fracorr import Kernel, parameter, validators
from fracorr.errors import ConfigurationError
from fracorr.images import PIXEL_LIMIT_VARIABLE, pixel_limit
from fracorr.sampling import centre_square, crop_to_support
from fracorr_orbit import background
from fracorr_orbit.fractal import Drawing, Fractal
from fracorr_orbit.nothing import nothing_trapped
from fracorr_orbit.presets import PRESETS, Preset, PresetName
from fracorr_orbit.rules import RuleName
from fracorr_orbit.texture import Texture
from fracorr_orbit.trap import SquareTrap
from fracorr_orbit.window import Window

SetName: TypeAlias = Literal["julia", "mandelbrot"]
InterpolationName: TypeAlias = Literal["nearest", "bilinear"]
AutocropName: TypeAlias = Literal["none", "cut", "fit"]

#: A kernel of one pixel has no size of its own: one pixel of the window would only show the window's corner.
_SIZE_FOR_ONE_PIXEL = 64
#: Farther out than this nothing of a set of degree 2 to 9 is left to see, and doubles lose the pixels.
_FAR: Final = 1e6
_POINT: Final = validators.complex_number(
    _FAR, right=f"it takes a complex number such as 0.6-0.04i, of absolute value at most {_FAR:g}"
)


@attrs.frozen
class OrbitTrap:
    """The image fractal of M. Christersson (*Make Fractals of Images*, malinc.se, 2015).

    The kernel's middle square, of S × S pixels, fills a square trap of side 2F around t. Each pixel of the output is a
    point z of the window. Up to `iterations` times z ← z^d + c. With dx + i·dy = z − t, the first z that has
    −F < dx < F and −F < dy < F (the start is not tested) takes the kernel's pixel at row ⌊½(dy + F)/F·S⌋ and column
    ⌊½(dx + F)/F·S⌋. For the Mandelbrot set z starts at 0 and c is the pixel. There is no bail-out. The defaults are the
    published program's, pixel for pixel; everything else is an addition. What was trapped is the support of the
    result, times the kernel's own support where it was looked up.

    Whole degrees are multiplied out as Python's ``z**d`` does it, rounded the same on every machine. Fractional ones
    take the principal branch, z^d = exp(d Log z) with arguments in (−π, π], and so have a cut along the negative real
    axis.

    Notes
    -----
    A Julia set of whole degree d is symmetric under turns by 360°/d about 0. Pixel i of n shows −2 + 4i/n, so its
    centre of symmetry is pixel n/2 and not the kernel's centre at (n − 1)/2; `centred` moves it there.

    Over an opaque background, pixels of partial support (antialiased or from the kernel) are painted as one sees them;
    in a transparent one they keep their own color, which is what a transform further down the chain wants.
    """

    preset: PresetName = attrs.field(
        default="default",
        validator=validators.one_of(*get_args(PresetName)),
        metadata=parameter("Which c and degree to use where they are not given", main=True),
    )
    degree: float | None = attrs.field(
        default=None,
        validator=validators.optional(validators.number(low=2, high=9)),
        metadata=parameter("The power d, from 2 to 9, fractional too; none takes the preset's (5 by default)"),
    )
    c: complex | None = attrs.field(
        default=None,
        validator=validators.optional(_POINT),
        metadata=parameter("The constant of a Julia set; none takes the preset's (0.616-0.04i by default)"),
    )
    set: SetName = attrs.field(
        default="julia",
        validator=validators.one_of(*get_args(SetName)),
        metadata=parameter("Julia set (z starts at the pixel) or Mandelbrot set (c is the pixel)"),
    )
    rule: RuleName = attrs.field(
        default="first",
        validator=validators.one_of(*get_args(RuleName)),
        metadata=parameter(
            "Which hit counts: first, last, nearest (to the trap's centre), average (of all), or alpha (all, the first "
            "on top, until they are opaque)"
        ),
    )
    iterations: int = attrs.field(
        default=100, validator=validators.whole(1, 100_000), metadata=parameter("How often an orbit moves on at most")
    )
    trap_side: float = attrs.field(
        default=1.0,
        validator=validators.number(above=0, high=_FAR),
        metadata=parameter("Side of the trap (of each tile) in the plane"),
    )
    trap_centre: complex = attrs.field(
        default=0j, validator=_POINT, metadata=parameter("Centre of the trap; imaginary parts point down")
    )
    trap_angle: float = attrs.field(
        default=0.0,
        validator=validators.number(low=-_FAR, high=_FAR),
        metadata=parameter("How far the trap is turned, counter-clockwise", unit="degrees"),
    )
    tiles: int = attrs.field(
        default=1,
        validator=validators.whole(1, 999),
        metadata=parameter("Copies of the kernel along each side of the trap"),
    )
    mirror: bool = attrs.field(
        default=False,
        validator=validators.flag(),
        metadata=parameter("Mirror every second tile, so that tiles join without a seam"),
    )
    centre: complex = attrs.field(default=0j, validator=_POINT, metadata=parameter("Centre of the window"))
    extent: float = attrs.field(
        default=4.0,
        validator=validators.number(above=0, high=_FAR),
        metadata=parameter("Side of the window in the plane"),
    )
    zoom: float = attrs.field(
        default=1.0,
        validator=validators.number(low=1e-3, high=1e12),
        metadata=parameter("How often smaller than the extent the window is; beyond 1e12 doubles see no detail"),
    )
    centred: bool = attrs.field(
        default=False,
        validator=validators.flag(),
        metadata=parameter("Put the window's centre at the centre of the output, half a pixel from the published grid"),
    )
    size: int | None = attrs.field(
        default=None,
        validator=validators.optional(validators.whole(1, 1_000_000)),
        metadata=parameter("Side of the output; none takes the kernel's shorter side (64 if that is 1)", unit="px"),
    )
    autocrop: AutocropName = attrs.field(
        default="none",
        validator=validators.one_of(*get_args(AutocropName)),
        metadata=parameter("Cut the output to its support (cut), or draw the support again at full size (fit)"),
    )
    background: float | str = attrs.field(
        default="black",
        validator=background.check,
        metadata=parameter(
            "What is seen where nothing was trapped: a color (black, teal, #20a0ff), a gray from 0 to 1, mean (of what "
            "was trapped), or transparent"
        ),
    )
    interpolation: InterpolationName = attrs.field(
        default="nearest",
        validator=validators.one_of(*get_args(InterpolationName)),
        metadata=parameter("How the kernel is looked up; nearest is the published way"),
    )
    supersample: int = attrs.field(
        default=1,
        validator=validators.whole(1, 32),
        metadata=parameter("Samples along each side of a pixel, averaged: against jagged edges"),
    )

    def __attrs_post_init__(self) -> None:
        if self.set == "mandelbrot" and self.c is not None:
            raise ConfigurationError(
                f"'orbit-trap': c={self.c} does not go with set=mandelbrot, where c is the pixel; leave one of them out"
            )

    def apply(self, kernel: Kernel, rng: np.random.Generator) -> Kernel:
        """Return the image fractal of a kernel.

        Parameters
        ----------
        kernel : Kernel
            Its largest middle square is used.
        rng : numpy.random.Generator
            Not used: there is no chance in it.

        Returns
        -------
        Kernel
            `size` × `size` pixels (smaller with autocrop=cut), gray or RGB as the kernel.

        Raises
        ------
        ConfigurationError
            If nothing is trapped, or the output would have more pixels than ``FRACORR_MAX_PIXELS``.
        """
        square = centre_square(kernel)
        fractal = self._fractal(square)
        window = self._window(square)
        drawing = self._draw(fractal, window, kernel)
        if self.autocrop == "fit":
            drawing = self._draw(fractal, window.around(drawing.support), kernel)
        low, high = float(kernel.pixels.min()), float(kernel.pixels.max())
        background.paint(drawing.color, drawing.support, self.background, low, high)
        color = drawing.color if kernel.is_color else drawing.color[..., 0]
        result = kernel.derive(color, drawing.support)
        return crop_to_support(result) if self.autocrop == "cut" else result

    def _draw(self, fractal: Fractal, window: Window, kernel: Kernel) -> Drawing:
        drawing = fractal.draw(window)
        if not drawing.hit:
            raise nothing_trapped(fractal, window)
        if not drawing.support.any():
            raise ConfigurationError(
                f"'orbit-trap' traps nothing that shows: orbits hit the trap only where the support of kernel "
                f"'{kernel.name}' is 0; use rule=alpha, which lets them go on from there, or a larger trap_side"
            )
        return drawing

    def _fractal(self, square: Kernel) -> Fractal:
        preset = self._preset()
        half = self.trap_side * self.tiles / 2
        return Fractal(
            degree=float(preset.degree),
            c=None if self.set == "mandelbrot" else complex(preset.c),
            iterations=self.iterations,
            rule=self.rule,
            trap=SquareTrap(half, complex(self.trap_centre), float(self.trap_angle)),
            texture=Texture(square, half, self.tiles, self.mirror, self.interpolation),
        )

    def _preset(self) -> Preset:
        preset = PRESETS[self.preset]
        return Preset(
            preset.degree if self.degree is None else self.degree,
            preset.c if self.c is None else self.c,
        )

    def _window(self, square: Kernel) -> Window:
        size = self.size or (square.width if square.width > 1 else _SIZE_FOR_ONE_PIXEL)
        limit = pixel_limit()
        if size * size > limit:
            raise ConfigurationError(
                f"'orbit-trap': size={size} would make {size * size:,} pixels, more than the limit of {limit:,}; use "
                f"at most size={int(limit**0.5)}, or set {PIXEL_LIMIT_VARIABLE} to allow it"
            )
        return Window(complex(self.centre), float(self.extent) / float(self.zoom), size, self.supersample, self.centred)
