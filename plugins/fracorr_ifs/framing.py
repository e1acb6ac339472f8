"""Where the attractor is, and which part of the plane the picture shows."""

from __future__ import annotations

import functools
import math

import attrs
import numpy as np

from fracorr.opencv import cv2
from fracorr_ifs.contractivity import Contraction, check, contracting_words
from fracorr_ifs.maps import AffineMap, Points, System

#: The attractor's box is right to this part of its size.
_PRECISION = 1e-8
#: Pixels smaller than this cannot be told apart, at coordinates of size 1.
_RESOLUTION = 1e-13
#: So many compositions of maps are handled with ease.
_FEW = 128
#: Unit vectors all around, (2, 512): how far a hull reaches in each.
_DIRECTIONS = np.stack([np.cos(np.arange(512) * np.pi / 256), np.sin(np.arange(512) * np.pi / 256)])
#: Share of the chaos game's points that the frame of a system without bounds leaves out at each side.
_LEFT_OUT = 0.005


@attrs.frozen
class Box:
    """An upright rectangle of the plane, y up."""

    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def around(cls, points: Points) -> Box:
        """Return the smallest box that holds all points, (N, 2)."""
        (left, bottom), (right, top) = points.min(axis=0), points.max(axis=0)
        return cls(float(left), float(bottom), float(right), float(top))

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def centre(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    @property
    def corners(self) -> Points:
        """The corners, (4, 2)."""
        return np.array(
            [(self.left, self.bottom), (self.right, self.bottom), (self.right, self.top), (self.left, self.top)]
        )

    def union(self, other: Box) -> Box:
        """Return the smallest box around both."""
        return Box.around(np.concatenate([self.corners, other.corners]))

    def with_aspect(self, width: float, height: float) -> Box:
        """Return the smallest box around this one, with the same centre, whose sides are as `width` to `height`."""
        unit = max(self.width / width, self.height / height)
        x, y = self.centre
        return Box(x - unit * width / 2, y - unit * height / 2, x + unit * width / 2, y + unit * height / 2)


@attrs.frozen
class Ball:
    """A disc: its centre and radius."""

    x: float
    y: float
    radius: float


def ball_bound(system: System) -> Ball:
    """Return a disc around the attractor.

    Maps Tᵢ with contraction ratios sᵢ take the disc around c of radius max |Tᵢ(c) − c| / (1 − sᵢ) into itself
    (Hepting, Prusinkiewicz and Saupe 1991, *Rendering methods for iterated function systems*). Boxes cannot be used
    like that: on the Heighway dragon, whose maps turn by 45°, the box around the images of a box is never smaller than
    the box itself.
    """
    maps = _contracting(system)
    centre = np.mean([each.fixed_point() for each in maps], axis=0)
    reaches = [float(np.linalg.norm(each(centre) - centre)) / (1 - each.norm) for each in maps]
    return Ball(float(centre[0]), float(centre[1]), max(reaches))


@functools.lru_cache(maxsize=64)
def attractor_box(system: System) -> Box:
    """Return the smallest upright box around the attractor.

    The convex hull of the attractor is the limit of the hulls of the images of points of the attractor. The ball
    bound says how far from it they can still be, and so when to stop.

    A system that contracts only on the average may have no such box; then it is the box of the middle 99 % of its
    chaos game in x and in y.
    """
    if check(system).contraction is Contraction.AVERAGE:
        return _box_of_sample(system)
    maps = _contracting(system)
    ratio = max(each.norm for each in maps)
    steps = 1 if ratio == 0 else math.ceil(math.log(_PRECISION) / math.log(ratio))
    enough = _PRECISION * ball_bound(system).radius * (1 - ratio)
    hull = np.array([each.fixed_point() for each in maps])
    reach = (hull @ _DIRECTIONS).max(axis=0)
    for _ in range(steps):
        hull = convex_hull(np.concatenate([each(hull) for each in maps]))
        previous, reach = reach, (hull @ _DIRECTIONS).max(axis=0)
        # The hulls only grow, each time by at most `ratio` of the time before.
        if np.abs(reach - previous).max() <= enough:
            break
    return Box.around(hull)


def convex_hull(points: Points) -> Points:
    """Return those of the points, (N, 2), that are corners of their convex hull.

    It is right to one part in 10⁷ of its size; to one in 10⁴ if it is so round that it has more than 512 corners.
    """
    centred = points - points.mean(axis=0)
    size = float(np.abs(centred).max())
    if size == 0.0:
        return points[:1]
    # OpenCV computes in float32, but here it only chooses: the points themselves keep their digits.
    chosen = cv2.convexHull((centred / size).astype(np.float32), returnPoints=False)
    hull: Points = points[np.asarray(chosen).ravel()]
    if len(hull) > _DIRECTIONS.shape[1]:
        hull = hull[np.unique((hull @ _DIRECTIONS).argmax(axis=0))]
    return hull


def initial_box(system: System, width: int, height: int) -> Box:
    """Return where a picture of `width` × `height` pixels lies: the system says so, or else around the attractor."""
    if system.initial is not None:
        return Box(*system.initial)
    attractor = attractor_box(system)
    if max(attractor.width, attractor.height) < _PRECISION * (1 + max(map(abs, attrs.astuple(attractor)))):
        # The attractor is a single point and says nothing about size.
        x, y = attractor.centre
        attractor = Box(x - 0.5, y - 0.5, x + 0.5, y + 0.5)
    return attractor.with_aspect(width, height)


@attrs.frozen
class View:
    """A grid of square pixels on the plane.

    Attributes
    ----------
    left, top : float
        The outer corner of the first pixel, in the plane, y up.
    pitch : float
        The side of a pixel, in the plane.
    width, height : int
        In pixels.
    """

    left: float
    top: float
    pitch: float
    width: int
    height: int

    @classmethod
    def showing(cls, box: Box, width: int, height: int, margin: float = 0.0) -> View:
        """Return the grid of `width` × `height` pixels that shows a box in its middle, `margin` of its size around."""
        pitch = max(box.width / width, box.height / height) * (1 + 2 * margin)
        x, y = box.centre
        if pitch <= _RESOLUTION * max(1.0, abs(x), abs(y)):
            # There is only a point to be seen: any size is as good.
            pitch = max(1.0, abs(x), abs(y)) / max(width, height)
        return cls(x - pitch * width / 2, y + pitch * height / 2, pitch, width, height)

    @classmethod
    def covering(cls, box: Box, pitch: float, padding: int) -> View:
        """Return the smallest grid of pixels of side `pitch` that holds a box and `padding` pixels around it."""
        # The box begins at a pixel's edge, so that what fits the pixels exactly stays sharp.
        width = max(1, math.ceil(box.width / pitch - 1e-6)) + 2 * padding
        height = max(1, math.ceil(box.height / pitch - 1e-6)) + 2 * padding
        return cls(box.left - padding * pitch, box.top + padding * pitch, pitch, width, height)

    @property
    def to_plane(self) -> AffineMap:
        """The map from pixel coordinates (x right, y down, the first pixel's centre at 0) to the plane."""
        half = self.pitch / 2
        return AffineMap(self.pitch, 0.0, 0.0, -self.pitch, self.left + half, self.top - half)

    @property
    def to_pixels(self) -> AffineMap:
        """The map from the plane to pixel coordinates."""
        return self.to_plane.inverse()


def _contracting(system: System) -> list[AffineMap]:
    """Return maps that contract, by half if possible, and have the system's attractor."""
    composed = contracting_words(system, limit=_FEW)
    if composed is None and check(system).contraction is Contraction.EVERY_MAP:
        return list(system.maps)
    return [word.map for word in composed or contracting_words(system) or () if word.complete]


def _box_of_sample(system: System) -> Box:
    rng = np.random.default_rng(0)
    points = np.zeros((4096, 2))
    for _ in range(200):
        played = rng.choice(len(system.maps), size=len(points), p=system.probabilities)
        for number, each in enumerate(system.maps):
            points[played == number] = each(points[played == number])
    low, high = np.quantile(points, [_LEFT_OUT, 1 - _LEFT_OUT], axis=0)
    return Box.around(np.stack([low, high]))
