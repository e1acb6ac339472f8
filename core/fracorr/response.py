"""The response: the score surface of a correlation, and the matches that are read from it."""

from __future__ import annotations

import functools
import math
import numbers
from collections.abc import Iterator, Sequence
from typing import Any, Literal, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import geometry, peaks
from fracorr.errors import ConfigurationError, ImageError
from fracorr.images import FloatArray
from fracorr.kernel import Kernel, frozen
from fracorr.opencv import cv2
from fracorr.validators import is_whole

Better: TypeAlias = Literal["higher", "lower"]
SubPixel: TypeAlias = Literal["none", "parabola", "fourier"]


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
    symmetry : int
        In how many directions of a whole turn the kernel looks the same, so that each of them is a right `angle`: 1
        where it has no such symmetry, 0 where it looks the same in all of them.
    mirrored : bool
        Whether it is the kernel with left and right exchanged that was found.
    """

    x: float
    y: float
    angle: float
    scale: float
    width: float
    height: float
    score: float
    symmetry: int = 1
    mirrored: bool = False

    def polygon(self) -> npt.NDArray[np.float64]:
        """Return the corners, (4, 2): the kernel's top left, top right, bottom right and bottom left."""
        return geometry.corners(self)

    def to_dict(self) -> dict[str, float]:
        """Return the fields by name."""
        return attrs.asdict(self)

    def _repr_html_(self) -> str:
        from fracorr.notebook import fields_html

        shown: dict[str, object] = {name: f"{value:.6g}" for name, value in self.to_dict().items()}
        shown["angle"] = f"{geometry.rounded_angle(self.angle, 3):.6g}"
        shown["mirrored"] = "yes" if self.mirrored else "no"
        return fields_html(shown, "match")


@attrs.frozen(init=False, eq=False, repr=False)
class Response:
    """A score for every place of the kernel in the scene.

    Parameters
    ----------
    scores : (H, W) array
        Finite. The array is copied, unless it is float32 and read-only already.
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
        surface = _owned(scores)
        if surface.ndim != 2 or surface.size == 0:
            raise ImageError(f"a response needs (H, W) scores, not shape {surface.shape}")
        # One number that is not finite makes the sum so; float64 can hold the sum of any float32.
        if not math.isfinite(cv2.sumElems(surface)[0]):
            raise ImageError("a response must be finite, but some scores are NaN or infinite")
        if better not in ("higher", "lower"):
            raise ImageError(f"a response's better is 'higher' or 'lower', not {better!r}")
        self.__attrs_init__(
            scores=surface,
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
        """Return the best match.

        Where the method finds poses itself and found none, this is the best place of the surface, so that there is
        always an answer to measure; that nothing was found, :meth:`matches` says by being empty.
        """
        if self.poses:
            return self.poses[0]
        return self.match_at(*self._best_place())

    def matches(self, n: int = 1, max_overlap: float = 0.3, subpixel: SubPixel = "none") -> tuple[Match, ...]:
        """Return the best matches, none overlapping a better one by more than `max_overlap`.

        Parameters
        ----------
        n : int, optional
            At most so many.
        max_overlap : float, optional
            Largest intersection over union of two boxes, turned as they are, that both stay, in [0, 1].
        subpixel : {"none", "parabola", "fourier"}, optional
            How places between the pixels are found (see :meth:`refined`); poses that a method found itself stay as
            they are.

        Returns
        -------
        tuple of Match
            Best first.

        Raises
        ------
        ConfigurationError
            If `n` is no whole number of at least 0, or `max_overlap` is not in [0, 1].
        """
        if not is_whole(n) or n < 0:
            raise ConfigurationError(f"n={n!r} is not right: it takes a whole number of at least 0")
        if not isinstance(max_overlap, numbers.Real) or not 0 <= max_overlap <= 1:
            raise ConfigurationError(f"max_overlap={max_overlap!r} is not right: it takes a number from 0 to 1")
        kept: list[Match] = []
        centres = np.empty((0, 2))
        largest = self._largest_radius
        for match in self.poses if self.poses is not None else self._peak_matches():
            if len(kept) >= n:
                break
            # Only boxes that are close enough can overlap: most are not, and are not looked at one by one.
            reach = np.hypot(match.width, match.height) / 2 + largest
            near = np.flatnonzero(np.hypot(*(centres - (match.x, match.y)).T) < reach)
            if all(geometry.overlap(match, kept[each]) <= max_overlap for each in near):
                kept.append(match)
                centres = np.vstack([centres, (match.x, match.y)])
        if self.poses is None and subpixel != "none":
            kept = [self.refined(match, subpixel) for match in kept]
        return tuple(kept)

    @property
    def _largest_radius(self) -> float:
        """Half the diagonal of the largest box that a match can have."""
        if self.poses is not None:
            return max((float(np.hypot(each.width, each.height)) / 2 for each in self.poses), default=0.0)
        scale = 1.0 if self.scale is None else float(self.scale.max())
        return float(np.hypot(*self.size)) / 2 * scale

    def peaks(self) -> npt.NDArray[np.intp]:
        """Return the places that are best within half a kernel's width and height around them.

        Returns
        -------
        (N, 2) int array
            Rows and columns, best first; every place of a plateau is one. Read-only.
        """
        return self._found_peaks

    @functools.cached_property
    def _found_peaks(self) -> npt.NDArray[np.intp]:
        # Matches and metrics both ask for them, and they take as long as a correlation.
        found = peaks.find_peaks(self.goodness, self._reach)
        found.flags.writeable = False
        return found

    @property
    def _reach(self) -> tuple[int, int]:
        return max(1, round(self.size[1] / 2)), max(1, round(self.size[0] / 2))

    def refined(self, match: Match, how: SubPixel = "parabola") -> Match:
        """Return a match at a peak of the surface moved to where the peak is between the pixels.

        Parameters
        ----------
        match : Match
            From this response.
        how : {"parabola", "fourier", "none"}, optional
            ``"parabola"``: through the peak and its neighbours, quick, with a bias of up to some hundredths of a pixel.
            ``"fourier"``: the highest place of the band-limited surface through 21 × 21 scores (Guizar-Sicairos et al.
            2008, doi:10.1364/OL.33.000156).

        Returns
        -------
        Match
            With `x`, `y` and the score there; angle and size stay.
        """
        if how == "none":
            return match
        offset = {"parabola": peaks.parabola_offset, "fourier": peaks.fourier_offset}.get(how)
        if offset is None:
            raise ConfigurationError(f"sub-pixel places are found by 'parabola' or 'fourier', not by {how!r}")
        row, column = self._place(match)
        down, right, rise = offset(self.goodness, row, column)
        score = float(self.scores[row, column]) + (rise if self.better == "higher" else -rise)
        return attrs.evolve(match, x=match.x + right, y=match.y + down, score=score)

    def peak_to_sidelobe(self, match: Match | None = None, *, region: int = 21, peak: int = 5) -> float:
        """Return by how many standard deviations a match stands out from the scores around it.

        Parameters
        ----------
        match : Match, optional
            From this response; by default the best place of the surface.
        region, peak : int, optional
            Sides in pixels of the square that is looked at, and of the one in its middle that belongs to the peak.

        Returns
        -------
        float
            At least 0; 0 where the scores around are all the same (see :func:`fracorr.peaks.peak_to_sidelobe`).
        """
        row, column = self._best_place() if match is None else self._place(match)
        return peaks.peak_to_sidelobe(self.goodness, row, column, region=region, peak=peak)

    def display(self) -> FloatArray:
        """Return the scores for the eye: (H, W) float32 in [0, 1], 1 the best and 0 the worst of this surface.

        A surface that is the same everywhere is 0: nothing stands out.
        """
        goodness = self.goodness.astype(np.float64)
        low, high = float(goodness.min()), float(goodness.max())
        if high == low:
            return np.zeros(goodness.shape, np.float32)
        return np.asarray((goodness - low) / (high - low), dtype=np.float32)

    def _best_place(self) -> tuple[int, int]:
        place = np.argmax(self.scores) if self.better == "higher" else np.argmin(self.scores)
        return divmod(int(place), int(self.scores.shape[1]))

    def _place(self, match: Match) -> tuple[int, int]:
        row, column = round(match.y - self.origin[1]), round(match.x - self.origin[0])
        if not (0 <= row < self.scores.shape[0] and 0 <= column < self.scores.shape[1]):
            raise ConfigurationError(f"the match at ({match.x:g}, {match.y:g}) is not on this response's surface")
        return row, column

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
        for row, column in peaks.thinned(self.peaks(), self._reach):
            yield self.match_at(int(row), int(column))

    def _repr_png_(self) -> bytes:
        from fracorr.notebook import response_png

        return response_png(self)

    def __repr__(self) -> str:
        height, width = self.scores.shape
        return f"Response({width}×{height}, {self.better} is better, best {self.best().score:.4g})"


def _map(values: npt.ArrayLike | None, shape: tuple[int, ...], what: str) -> FloatArray | None:
    if values is None:
        return None
    array = _owned(values)
    if array.shape != shape:
        raise ImageError(f"a response's {what} map has shape {array.shape}, its scores {shape}")
    return array


def _owned(values: npt.ArrayLike) -> FloatArray:
    """Return values as a read-only float32 array that its maker cannot write to either."""
    shared = isinstance(values, np.ndarray) and not values.flags.writeable
    return frozen(np.asarray(values, dtype=np.float32) if shared else np.array(values, dtype=np.float32))
