"""OpenCV, imported in one place: with a clear error where its system libraries are missing.

Every module of fracorr that needs OpenCV says ``from fracorr.opencv import cv2``.
"""

from __future__ import annotations

from fracorr.errors import MissingDependencyError

try:
    import cv2
except ImportError as error:  # pragma: no cover - needs a machine without the libraries
    missing = str(error)
    if "libGL" in missing or "libglib" in missing or "libgthread" in missing:
        raise MissingDependencyError(
            f"OpenCV cannot start: {missing}. Install the system packages libgl1 and libglib2.0-0 (Debian, Ubuntu: "
            "apt-get install libgl1 libglib2.0-0), or replace the wheel: pip uninstall opencv-python && "
            "pip install opencv-python-headless"
        ) from error
    raise MissingDependencyError(f"OpenCV is missing or broken: {missing}. Run: pip install opencv-python") from error

__all__ = ["cv2"]
