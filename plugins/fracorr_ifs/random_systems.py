"""Systems drawn at random, in such a way that they are worth looking at."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fracorr_ifs.maps import AffineMap, System

#: A map whose norm is 1 would not contract.
_LARGEST = 0.99


def draw(maps: int, rng: np.random.Generator) -> System:
    """Draw a system at random.

    Each matrix is A = U Σ V with random turns and mirrors U, V. The singular values are at most 1 and satisfy
    Σ (σ₁ + 2σ₂) = α with α uniform in [(5 + N)/2, (6 + N)/2], where most systems of N maps are neither dust nor blots
    (Anderson and Farrell 2022, *Improving Fractal Pre-training*, WACV, arXiv:2110.03091, section 3.2).
    Translations are uniform in [−1, 1]².

    Parameters
    ----------
    maps : int
        How many maps, at least 1.
    rng : numpy.random.Generator
    """
    complexity = min(rng.uniform((5 + maps) / 2, (6 + maps) / 2), 3 * maps * _LARGEST * 0.9)
    stretches = _singular_values(maps, complexity, rng)
    drawn = []
    for stretch in stretches:
        matrix = _turn(rng) @ np.diag(stretch) @ _turn(rng)
        drawn.append(AffineMap(*(float(value) for value in matrix.ravel()), *map(float, rng.uniform(-1, 1, 2))))
    return System(tuple(drawn), name=f"a random system of {maps} maps")


def _singular_values(maps: int, total: float, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return pairs σ₁ ≥ σ₂ in [0, `_LARGEST`] whose sum of σ₁ + 2σ₂ is `total`, (N, 2)."""
    pairs = []
    for left in range(maps, 0, -1):
        # What this pair must leave, at least, for the others not to need more than they can have.
        others = 3 * (left - 1) * _LARGEST
        low, high = max(0.0, total - others), min(total, 3 * _LARGEST)
        share = total if left == 1 else float(rng.uniform(low, high))
        # σ₁ + 2σ₂ = share with σ₂ ≤ σ₁ ≤ the largest.
        smaller = float(rng.uniform(max(0.0, (share - _LARGEST) / 2), share / 3))
        pairs.append((share - 2 * smaller, smaller))
        total -= share
    return np.array(pairs)


def _turn(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return a random orthogonal matrix, (2, 2)."""
    angle = rng.uniform(-np.pi, np.pi)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(rotation * rng.choice([-1.0, 1.0], size=2), dtype=np.float64)
