"""Trials drawn from a model in which kernels and scenes differ, with the true hit rates known."""

from __future__ import annotations

import math

import attrs
import numpy as np
from scipy import stats

#: Kernels and scenes differ by so many standard deviations of a single trial, for all arms alike.
SHARED = 0.7


@attrs.frozen
class World:
    """Hits happen where a normal variable exceeds 0: what kernel, scene, arm and chance add up to.

    Attributes
    ----------
    kernel_effects, scene_effects : float
        How much the effect of an arm varies between kernels, and between scenes.
    rate : float
        The baseline's hit rate.
    effects : dict of str to float
        What each arm other than the baseline adds.
    """

    kernels: int = 12
    scenes: int = 20
    kernel_effects: float = 0.0
    scene_effects: float = 0.0
    rate: float = 0.3
    effects: dict[str, float] = attrs.field(factory=lambda: {"fractal": 0.0})

    @property
    def _level(self) -> float:
        return float(stats.norm.ppf(self.rate)) * math.sqrt(1 + 2 * SHARED**2)

    def true_rate(self, arm: str) -> float:
        if arm == "none":
            return self.rate
        spread = math.sqrt(1 + 2 * SHARED**2 + self.kernel_effects**2 + self.scene_effects**2)
        return float(stats.norm.cdf((self._level + self.effects[arm]) / spread))

    def neutral(self) -> dict[str, float]:
        """Effects that leave every arm's true rate at the baseline's, however much it varies."""
        spread = math.sqrt(1 + 2 * SHARED**2 + self.kernel_effects**2 + self.scene_effects**2)
        same = float(stats.norm.ppf(self.rate)) * spread - self._level
        return dict.fromkeys(self.effects, same)

    def draw(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Draw the hits of each arm, (kernels, scenes)."""
        shape = (self.kernels, self.scenes)
        shared = SHARED * (rng.normal(size=(self.kernels, 1)) + rng.normal(size=(1, self.scenes)))
        hits = {"none": self._level + shared + rng.normal(size=shape) > 0}
        for arm, effect in self.effects.items():
            own = self.kernel_effects * rng.normal(size=(self.kernels, 1))
            own = own + self.scene_effects * rng.normal(size=(1, self.scenes))
            hits[arm] = self._level + shared + own + effect + rng.normal(size=shape) > 0
        return hits


def rows(hits: dict[str, np.ndarray], method: str = "m", chance: float = 0.05) -> list[dict[str, object]]:
    """Return hits as the rows of a run."""
    return [row(chain, k, s, bool(hit), method, chance=chance) for chain, of in hits.items() for (k, s), hit in
            np.ndenumerate(of)]  # fmt: skip


def row(chain: str, kernel: object, scene: object, hit: bool | None, method: str = "m", **more: object):
    """Return one trial as a row."""
    return {
        "kernel": f"k{kernel}",
        "kernel_source": "kernels",
        "scene": f"s{scene}",
        "scene_source": "scenes",
        "chain": chain,
        "method": method,
        "hit": hit,
        "iou": 0.8 if hit else 0.1,
        "rank": 1 if hit else 5,
        "chance": 0.05,
        "failure_error": None,
        **more,
    }
