"""References that do not hold a scene.

What a scene's memo keeps would hold the scene, and the scene its memo: both would stay until garbage is collected, and
pictures in a loop pile up until then.
"""

from __future__ import annotations

import weakref

from fracorr.scene import Scene


def weakly(scene: Scene) -> weakref.ref[Scene]:
    """Return a reference that does not hold a scene."""
    return weakref.ref(scene)


def alive(scene: weakref.ref[Scene]) -> Scene:
    """Return a scene that somebody else holds."""
    held = scene()
    assert held is not None
    return held
