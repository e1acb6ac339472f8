"""Refusing a kernel that cannot slide."""

from __future__ import annotations

from fracorr import ImageError, Kernel, Scene


def require_fit(scene: Scene, kernel: Kernel) -> None:
    """Check that a kernel is not larger than a scene.

    Raises
    ------
    ImageError
        If it is.
    """
    if kernel.height > scene.height or kernel.width > scene.width:
        raise ImageError(
            f"kernel '{kernel.name}' ({kernel.width}×{kernel.height} px) is larger than scene '{scene.name}' "
            f"({scene.width}×{scene.height} px): shrink the kernel or take a larger scene"
        )
