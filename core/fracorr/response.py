"""The response: the score surface of a correlation, and the matches that are read from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import geometry
from fracorr.errors import ImageError
from fracorr.images import FloatArray
from fracorr.kernel import Kernel, frozen
from fracorr.opencv import cv2

Better: TypeAlias = Literal["higher", "lower"]


@attrs.frozen
class Match:
    """One found pose.

    Attributes
    ----------
    x, y : float
        The kernel's centre in the scene, in pixels.
    angle : float
        Degrees, counter-clockwise as seen on the screen.
    scale : float
        Size in the scene / size of the kernel.
    width, height : float
        The size of the found box along its own axes, in pixels.
    score : float
        In the sense of its response.
    """

    x: float
    y: float
    angle: float
    scale: float
    width: float
    height: float
    score: float

    def polygon(self) -> npt.NDArray[np.float64]:
        """Return the corners, (4, 2): the kernel's top left, top right, bottom right and bottom left."""
        return geometry.corners(self)

    def to_dict(self) -> dict[str, float]:
        """Return the fields by name."""
        return attrs.asdict(self)


@attrs.frozen(init=False, eq=False, repr=False)
class Response:
    """A score for every place of the kernel in the scene.

    Parameters
    ----------
    scores : (H, W) array
        Finite.
    better : {"higher", "lower"}
        Which scores are good.
    origin : (float, float)
        Scene coordinates x, y of the kernel's centre at ``scores[0, 0]``.
    size : (float, float)
        Width and height of the kernel in pixels.
    angle, scale : (H, W) arrays, optional
        The best angle (degrees) and scale at each place, from methods that find them.
    poses : sequence of Match, optional
        The matches themselves, best first, from methods that find them directly; they take precedence over the peaks
        of `scores`.

    Raises
    ------
    ImageError
        If the scores are not a finite, non-empty 2-D array, or a map has another shape.
    """

    scores: FloatArray
    better: Better
    origin: tuple[float, float]
    size: tuple[float, float]
    angle: FloatArray | None
    scale: FloatArray | None
    poses: tuple[Match, ...] | None

    def __init__(
        self,
        scores: npt.ArrayLike,
        better: Better,
        origin: tuple[float, float],
        size: tuple[float, float],
        angle: npt.ArrayLike | None = None,
        scale: npt.ArrayLike | None = None,
        poses: Sequence[Match] | None = None,
    ) -> None:
        surface = np.asarray(scores, dtype=np.float32)
        if surface.ndim != 2 or surface.size == 0:
            raise ImageError(f"a response needs (H, W) scores, not shape {surface.shape}")
        if not np.isfinite(surface).all():
            raise ImageError("a response must be finite, but some scores are NaN or infinite")
        if better not in ("higher", "lower"):
            raise ImageError(f"a response's better is 'higher' or 'lower', not {better!r}")
        self.__attrs_init__(
            scores=frozen(surface),
            better=better,
            origin=(float(origin[0]), float(origin[1])),
            size=(float(size[0]), float(size[1])),
            angle=_map(angle, surface.shape, "angle"),
            scale=_map(scale, surface.shape, "scale"),
            poses=None if poses is None else tuple(poses),
        )

    @classmethod
    def sliding(cls, scores: npt.ArrayLike, kernel: Kernel, better: Better = "higher", **maps: Any) -> Response:
        """Make the response of a kernel that slid over every place where it fits wholly: ``scores[0, 0]`` is the
        top left corner.
        """
        return cls(scores, better, kernel.centre, (kernel.width, kernel.height), **maps)

    @property
    def goodness(self) -> FloatArray:
        """The scores with the sign turned where lower is better, so that higher always is."""
        return self.scores if self.better == "higher" else -self.scores

    def best(self) -> Match:
        """Return the best match."""
        if self.poses:
            return self.poses[0]
        row, column = np.unravel_index(int(np.argmax(self.goodness)), self.scores.shape)
        return self.match_at(int(row), int(column))

    def matches(self, n: int = 1, max_overlap: float = 0.3) -> tuple[Match, ...]:
        """Return the best matches, none overlapping a better one by more than `max_overlap`.

        Parameters
        ----------
        n : int, optional
            At most so many.
        max_overlap : float, optional
            Largest intersection over union of two boxes that both stay, in [0, 1].

        Returns
        -------
        tuple of Match
            Best first.
        """
        if n < 1:
            return ()
        kept: list[Match] = []
        for match in self.poses if self.poses is not None else self._peak_matches():
            if all(geometry.overlap(match, other) <= max_overlap for other in kept):
                kept.append(match)
            if len(kept) == n:
                break
        return tuple(kept)

    def peaks(self) -> npt.NDArray[np.intp]:
        """Return the places that are best within half a kernel's width and height around them.

        Returns
        -------
        (N, 2) int array
            Rows and columns, best first.
        """
        surface = self.goodness
        reach = [max(1, round(side / 2)) for side in self.size]
        window = np.ones((2 * reach[1] + 1, 2 * reach[0] + 1), np.uint8)
        rows, columns = np.nonzero(surface >= cv2.dilate(surface, window))
        order = np.argsort(-surface[rows, columns], kind="stable")
        return np.stack([rows[order], columns[order]], axis=1)

    def match_at(self, row: int, column: int) -> Match:
        """Return the match at one place of the surface."""
        scale = 1.0 if self.scale is None else float(self.scale[row, column])
        return Match(
            x=self.origin[0] + column,
            y=self.origin[1] + row,
            angle=0.0 if self.angle is None else float(self.angle[row, column]),
            scale=scale,
            width=self.size[0] * scale,
            height=self.size[1] * scale,
            score=float(self.scores[row, column]),
        )

    def _peak_matches(self) -> Iterator[Match]:
        for row, column in self.peaks():
            yield self.match_at(int(row), int(column))

    def __repr__(self) -> str:
        height, width = self.scores.shape
        return f"Response({width}×{height}, {self.better} is better, best {self.best().score:.4g})"


def _map(values: npt.ArrayLike | None, shape: tuple[int, ...], what: str) -> FloatArray | None:
    if values is None:
        return None
    array = np.asarray(values, dtype=np.float32)
    if array.shape != shape:
        raise ImageError(f"a response's {what} map has shape {array.shape}, its scores {shape}")
    return frozen(array)
