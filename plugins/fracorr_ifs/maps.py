"""Affine maps of the plane and systems of them.

A map is x′ = ax + by + e, y′ = cx + dy + f (Barnsley, *Fractals Everywhere*, 2nd ed. 1993, chapter III), with y
pointing up as in the literature. The same type also carries pixels to the plane and back.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import ConfigurationError

Points: TypeAlias = npt.NDArray[np.float64]

#: Share of the chaos game that a map of area 0 gets beside the others (a fern's stem): Barnsley 1993, section III.8.
_SMALLEST_SHARE = 0.01


@attrs.frozen
class AffineMap:
    """The map x′ = ax + by + e, y′ = cx + dy + f."""

    a: float
    b: float
    c: float
    d: float
    e: float = 0.0
    f: float = 0.0

    def __matmul__(self, other: AffineMap) -> AffineMap:
        """Return the composition: `other` first, then this map."""
        return AffineMap(
            self.a * other.a + self.b * other.c,
            self.a * other.b + self.b * other.d,
            self.c * other.a + self.d * other.c,
            self.c * other.b + self.d * other.d,
            self.a * other.e + self.b * other.f + self.e,
            self.c * other.e + self.d * other.f + self.f,
        )

    def __call__(self, points: npt.ArrayLike) -> Points:
        """Map points, (N, 2) x and y."""
        array = np.asarray(points, dtype=np.float64)
        return array @ self.matrix[:, :2].T + self.matrix[:, 2]

    @property
    def matrix(self) -> Points:
        """The map as OpenCV takes it, (2, 3)."""
        return np.array([[self.a, self.b, self.e], [self.c, self.d, self.f]])

    @property
    def determinant(self) -> float:
        """By how much it changes areas; negative where it mirrors."""
        return self.a * self.d - self.b * self.c

    @property
    def norm(self) -> float:
        """The spectral norm: the most by which it stretches a distance.

        The larger singular value of a 2 × 2 matrix, in closed form (Golub and Van Loan, *Matrix Computations*,
        4th ed. 2013, section 8.6).
        """
        squares = self.a**2 + self.b**2 + self.c**2 + self.d**2
        difference = math.hypot(self.a**2 + self.b**2 - self.c**2 - self.d**2, 2 * (self.a * self.c + self.b * self.d))
        return math.sqrt((squares + difference) / 2)

    @property
    def smallest_stretch(self) -> float:
        """The least by which it stretches a distance: the smaller singular value."""
        norm = self.norm
        return abs(self.determinant) / norm if norm > 0 else 0.0

    def inverse(self) -> AffineMap:
        """Return the map that undoes this one, which must have a determinant other than 0."""
        a, b, c, d = (value / self.determinant for value in (self.d, -self.b, -self.c, self.a))
        return AffineMap(a, b, c, d, -a * self.e - b * self.f, -c * self.e - d * self.f)

    def fixed_point(self) -> Points:
        """Return the point that stays where it is, (2,); there is one wherever the map contracts."""
        return np.asarray(np.linalg.solve(np.eye(2) - self.matrix[:, :2], self.matrix[:, 2]), dtype=np.float64)


IDENTITY = AffineMap(1.0, 0.0, 0.0, 1.0)


def scaling(factor: float, x: float = 0.0, y: float = 0.0) -> AffineMap:
    """Return the map that scales by `factor` and then moves the origin to (`x`, `y`)."""
    return AffineMap(factor, 0.0, 0.0, factor, x, y)


def similarity(ratio: float, degrees: float, x: float = 0.0, y: float = 0.0) -> AffineMap:
    """Return the map that scales by `ratio`, turns counter-clockwise, and then moves the origin to (`x`, `y`)."""
    cosine, sine = ratio * math.cos(math.radians(degrees)), ratio * math.sin(math.radians(degrees))
    return AffineMap(cosine, -sine, sine, cosine, x, y)


def _some(_: object, __: attrs.Attribute[tuple[AffineMap, ...]], maps: tuple[AffineMap, ...]) -> None:
    if not maps:
        raise ConfigurationError("an iterated function system needs at least one map [a,b,c,d,e,f], but there is none")
    for number, each in enumerate(maps, 1):
        if not all(math.isfinite(value) for value in attrs.astuple(each)):
            raise ConfigurationError(f"map {number} holds NaN or an infinite number: {attrs.astuple(each)}")


@attrs.frozen
class System:
    """An iterated function system.

    Parameters
    ----------
    maps : tuple of AffineMap
        At least one.
    shares : tuple of float, optional
        How often the chaos game plays each map, and its weight under measure compositing; any scale, at least 0. By
        default in proportion to the area that a map leaves, |det| (Barnsley 1993, section III.8).
    name : str, optional
        For messages.
    condensation : bool, optional
        Whether the picture itself belongs to the fractal (Barnsley and Demko 1985, doi:10.1098/rspa.1985.0057).
    initial : (left, bottom, right, top), optional
        Where the picture lies, in the coordinates of the maps; by default around the attractor.

    Raises
    ------
    ConfigurationError
        If there is no map, or a number is not finite, or the shares do not fit.
    """

    maps: tuple[AffineMap, ...] = attrs.field(validator=_some)
    shares: tuple[float, ...] = ()
    name: str = "the system"
    condensation: bool = False
    initial: tuple[float, float, float, float] | None = None

    def __attrs_post_init__(self) -> None:
        if self.shares and len(self.shares) != len(self.maps):
            raise ConfigurationError(f"{self.name}: {len(self.shares)} probabilities for {len(self.maps)} maps")
        for number, share in enumerate(self.shares, 1):
            if not (math.isfinite(share) and share >= 0):
                raise ConfigurationError(f"{self.name}: the probability of map {number} is {share:g}; it must be ≥ 0")
        if self.shares and sum(self.shares) <= 0:
            raise ConfigurationError(f"{self.name}: the probabilities of all maps are 0; at least one must be above")

    @property
    def probabilities(self) -> tuple[float, ...]:
        """The shares, made to sum to 1."""
        shares = self.shares
        if not shares:
            areas = [abs(each.determinant) for each in self.maps]
            least = _SMALLEST_SHARE * (sum(areas) or 1.0)
            shares = tuple(max(area, least) for area in areas)
        return tuple(share / sum(shares) for share in shares)
