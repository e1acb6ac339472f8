"""Where things stand on a figure: upright rectangles in points, and scenes seen through them."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt


@attrs.frozen
class Frame:
    """An upright rectangle on a figure, in points (1/72 inch) from its top left corner, y down."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    def fitted(self, shape: tuple[int, int]) -> Frame:
        """Return the largest frame in the middle of this one that shows a picture of `shape` (H, W) undistorted."""
        factor = min(self.height / shape[0], self.width / shape[1])
        height, width = shape[0] * factor, shape[1] * factor
        return Frame(self.x + (self.width - width) / 2, self.y + (self.height - height) / 2, width, height)


@attrs.frozen
class View:
    """A scene of `shape` (H, W) pixels as it stands in a frame."""

    frame: Frame
    shape: tuple[int, int]

    @property
    def points_per_pixel(self) -> float:
        return self.frame.width / self.shape[1]

    def place(self, points: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return the places on the figure of points (…, 2) of the scene."""
        # The centre of the scene's top left pixel is (0, 0), so its corner is half a pixel before.
        corner = np.array([self.frame.x, self.frame.y])
        return np.asarray(corner + (np.asarray(points, dtype=np.float64) + 0.5) * self.points_per_pixel)

    def window(self, x: float, y: float, shape: tuple[int, int]) -> Frame:
        """Return the frame of `shape` (H, W) pixels, the first of which is centred on `x`, `y` of the scene."""
        left, top = self.place((x - 0.5, y - 0.5))
        return Frame(left, top, shape[1] * self.points_per_pixel, shape[0] * self.points_per_pixel)
