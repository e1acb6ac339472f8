"""The two things that one does with images directly: make a fractal of one, and correlate one with another."""

from __future__ import annotations

import pathlib
import re

from fracorr.components import Kind
from fracorr.errors import ConfigurationError, FracorrError, ImageError, PluginError
from fracorr.images import ImageLike
from fracorr.kernel import Kernel, as_kernel
from fracorr.materials import ChainError, Materials, apply_chain
from fracorr.plugins import Registry, default_registry
from fracorr.raised import described
from fracorr.response import Response
from fracorr.scene import Scene, as_scene
from fracorr.selection import Chain, select_chains, select_one


def fractalize(image: Kernel | ImageLike, chain: str, *, seed: int = 0, registry: Registry | None = None) -> Kernel:
    """Put an image through a chain of transforms.

    Parameters
    ----------
    image : Kernel, array, path, or spec of a kernel source
        Gray or RGB, uint8 or float in [0, 1]; alpha becomes the support. ``"gallery:face"`` works as well as
        ``"face.png"``.
    chain : str
        Specs joined with ``+``, for example ``"orbit-trap:degree=3+droste"``.
    seed : int, optional
        For transforms that draw at random.
    registry : Registry, optional
        The plugins to use; by default those installed.

    Returns
    -------
    Kernel
        The fractal: pixels and support.

    Raises
    ------
    ConfigurationError
        If the chain is wrong or stands for several.
    ImageError
        If the image is none.
    PluginError
        If a transform breaks.

    Examples
    --------
    >>> import numpy as np
    >>> fractalize(np.eye(64), "orbit-trap:degree=3").shape
    (64, 64)
    """
    if not isinstance(chain, str):
        raise ConfigurationError(f"a chain is text such as 'orbit-trap+droste', not {type(chain).__name__}")
    registry = default_registry() if registry is None else registry
    chains = select_chains(registry, chain)
    if len(chains) > 1:
        raise ConfigurationError(f"'{chain}' stands for {len(chains)} chains; choose one")
    kernel = kernel_from(image, registry, seed)
    if not isinstance(image, Kernel) and not -1 <= kernel.pixels.min() <= kernel.pixels.max() <= 2:
        raise ImageError(
            f"the image reaches from {kernel.pixels.min():g} to {kernel.pixels.max():g}; floating-point pixels are in "
            "[0, 1]: divide by 255, or pass uint8"
        )
    return transform(kernel, chains[0], seed)


def kernel_from(image: Kernel | ImageLike, registry: Registry, seed: int) -> Kernel:
    """Return a kernel as it is, from an image, or from the one kernel that a source's spec gives."""
    name = re.match(r"[^:,]*", image).group() if isinstance(image, str) else ""  # type: ignore[union-attr]
    if name not in registry.usable_names(Kind.SOURCE) or pathlib.Path(str(image)).exists():
        return as_kernel(image)
    source = select_one(registry, Kind.SOURCE, str(image))
    kernels = Materials(seed).kernels(source)
    if len(kernels) > 1:
        raise ConfigurationError(f"'{image}' gives {len(kernels)} kernels; name one, such as {name}:{kernels[0].name}")
    return kernels[0]


def transform(kernel: Kernel, chain: Chain, seed: int = 0) -> Kernel:
    """Apply a chain, with what goes wrong told as the transform's error."""
    try:
        return apply_chain(kernel, chain, seed)
    except ChainError as error:
        cause = error.__cause__
        if isinstance(cause, FracorrError):
            # Most errors name their component themselves.
            if f"'{error.link.component.name}'" in str(cause):
                raise cause from None
            told = ConfigurationError(f"transform '{error.link.spec}': {cause}")
            told.exit_code = cause.exit_code
            raise told from cause
        raise PluginError(
            f"transform '{error.link.spec}' ({error.link.component.origin}) failed: "
            f"{type(cause).__name__}: {error.said}"
        ) from cause


def correlate(
    scene: Scene | ImageLike,
    kernel: Kernel | ImageLike,
    method: str = "tm_ccoeff_normed",
    *,
    registry: Registry | None = None,
) -> Response:
    """Slide a kernel over a scene.

    Parameters
    ----------
    scene : Scene, array or path
        The image to search.
    kernel : Kernel, array or path
        What to look for.
    method : str, optional
        Spec of a correlation method.
    registry : Registry, optional
        The plugins to use; by default those installed.

    Returns
    -------
    Response
        Its ``best()`` and ``matches(n)`` are the places found.

    Raises
    ------
    ConfigurationError
        If the method is not known.
    ImageError
        If an image is none, or the kernel is larger than the scene and the method cannot cope.
    PluginError
        If the method breaks.

    Examples
    --------
    >>> import numpy as np
    >>> scene = np.random.default_rng(0).random((60, 80))
    >>> found = correlate(scene, scene[20:36, 30:46]).best()
    >>> found.x, found.y
    (37.5, 27.5)
    """
    selected = select_one(default_registry() if registry is None else registry, Kind.METHOD, method)
    picture, template = as_scene(scene), as_kernel(kernel)
    check_same_range(picture, template)
    try:
        response = selected.instance.correlate(picture, template)
    except FracorrError:
        raise
    except Exception as error:
        raise PluginError(
            f"method '{selected.spec}' ({selected.component.origin}) failed: {described(error)}"
        ) from error
    if not isinstance(response, Response):
        raise PluginError(
            f"method '{selected.spec}' ({selected.component.origin}) returned {type(response).__name__}, not a Response"
        )
    return response


def check_same_range(scene: Scene, kernel: Kernel) -> None:
    """Refuse one picture in [0, 255] beside another in [0, 1]: their differences would mean nothing."""
    reach = {"scene": float(scene.pixels.max()), "kernel": float(kernel.pixels.max())}
    low, high = sorted(reach, key=lambda each: reach[each])
    if reach[low] <= 1 and 2 < reach[high] <= 255:
        raise ImageError(
            f"the {high} reaches {reach[high]:g}, the {low} {reach[low]:g}; floating-point pixels are in [0, 1]: "
            "divide by 255, or pass uint8"
        )
