"""The scene: the image that is searched, and the truth about it where that is known."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import geometry
from fracorr.errors import ConfigurationError
from fracorr.images import FloatArray, ImageLike
from fracorr.kernel import Kernel
from fracorr.memo import Memo
from fracorr.raster import Raster, digest, frozen, named_picture


def _positive(_: object, attribute: attrs.Attribute[float], value: float) -> None:
    if not 0 < value < math.inf:
        raise ConfigurationError(f"a target's {attribute.name} must be above 0 and finite, not {value}")


def _finite(_: object, attribute: attrs.Attribute[float], value: float) -> None:
    if not math.isfinite(value):
        raise ConfigurationError(f"a target's {attribute.name} must be finite, not {value}")


@attrs.frozen
class Target:
    """A place in a scene where a match is right.

    Attributes
    ----------
    x, y : float
        The centre, in pixels of the scene.
    width, height : float
        Its size along its own axes, in pixels.
    angle : float
        How far it is turned, in degrees, counter-clockwise as seen on the screen.
    scale : float
        Its size over the size of the scene's own kernel.
    label : str
        What it is.

    Raises
    ------
    ConfigurationError
        If a number is not finite, or a size or the scale is not above 0.
    """

    x: float = attrs.field(validator=_finite)
    y: float = attrs.field(validator=_finite)
    width: float = attrs.field(validator=_positive)
    height: float = attrs.field(validator=_positive)
    angle: float = attrs.field(default=0.0, validator=_finite)
    scale: float = attrs.field(default=1.0, validator=_positive)
    label: str = ""

    @classmethod
    def from_box(cls, left: float, top: float, width: float, height: float, label: str = "") -> Target:
        """Make an upright target from the first column and row that it covers and the number of columns and rows."""
        return cls(left + (width - 1) / 2, top + (height - 1) / 2, width, height, label=label)

    def polygon(self) -> npt.NDArray[np.float64]:
        """Return the four corners, (4, 2)."""
        return geometry.corners(self)

    def contains(self, x: float, y: float) -> bool:
        """Whether a point is inside."""
        return geometry.contains(self, x, y)


@attrs.frozen(init=False, eq=False, repr=False)
class Scene(Raster):
    """An image to search.

    Parameters
    ----------
    pixels : array or path
        Gray (H, W) or RGB (H, W, 3); uint8, or float in [0, 1]. An alpha channel is ignored.
    targets : sequence of Target, optional
        Where the thing looked for really is.
    own : Kernel, optional
        The kernel that the scene brings along: what the kernel source ``own`` gives.
    name : str, optional
        What to call it; by default the file's name, or ``"scene"``.

    Attributes
    ----------
    pixels : (H, W) or (H, W, 3) float32 array
        Read-only.
    memo : Memo
        Derived arrays (spectrum, window sums), shared by the trials on this scene.

    Raises
    ------
    ImageError
        If the pixels are no picture.
    ConfigurationError
        If a target is no :class:`Target`, `own` no Kernel, or the name no text.
    """

    pixels: FloatArray
    targets: tuple[Target, ...]
    own: Kernel | None
    name: str
    memo: Memo

    def __init__(
        self,
        pixels: ImageLike,
        targets: Sequence[Target] = (),
        own: Kernel | None = None,
        *,
        name: str = "",
    ) -> None:
        picture, name = named_picture(pixels, "scene", name)
        if own is not None and not isinstance(own, Kernel):
            raise ConfigurationError(
                f"a scene's own kernel is a Kernel, such as Kernel(array), not {type(own).__name__}"
            )
        self.__attrs_init__(
            pixels=frozen(picture.pixels),
            targets=_checked_targets(targets),
            own=own,
            name=name,
            memo=Memo(),
        )

    @property
    def digest(self) -> str:
        """The sha256 of pixels and targets, in hexadecimal."""
        return self.memo.get("digest", lambda: digest(self.pixels, repr(self.targets)))

    def _repr_png_(self) -> bytes:
        from fracorr.notebook import scene_png

        return scene_png(self)

    def __repr__(self) -> str:
        count = f", {len(self.targets)} target{'s' if len(self.targets) != 1 else ''}" if self.targets else ""
        return f"Scene({self.describe()}{count})"


def _checked_targets(targets: Sequence[Target]) -> tuple[Target, ...]:
    if not isinstance(targets, Iterable):
        raise ConfigurationError(f"a scene's targets are a sequence of Target, not {type(targets).__name__}")
    checked = tuple(targets)
    for each in checked:
        if not isinstance(each, Target):
            raise ConfigurationError(
                f"a scene's targets are Target(x, y, width, height, …) or Target.from_box(…), not {each!r}"
            )
    return checked


def as_scene(scene: Scene | ImageLike) -> Scene:
    """Return a scene as it is, and make one of an array or a path."""
    return scene if isinstance(scene, Scene) else Scene(scene)
