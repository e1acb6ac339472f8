"""What is searched at once: the template at one scale, as it is or mirrored."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs
import numpy as np

from fracorr.images import FloatArray
from fracorr_harmonic.bank import Bank
from fracorr_harmonic.poses import Limits
from fracorr_harmonic.refine import Aligner
from fracorr_harmonic.template import Template

#: Radius in samples of a disc of the area over which templates are compared in the coarse stage.
_RADIUS = 13.0
#: The largest steps between the angles (degrees) and between the scales of the coarse stage.
_ANGLE_STEP, _SCALE_RATIO = 5.0, 1.19


@attrs.frozen(eq=False)
class Unit:
    """The template at one scale.

    Attributes
    ----------
    template : Template
    scale : float
    resolution : float
        Samples per pixel of the template.
    bank : Bank
        For the coarse scores.
    aligner : Aligner
        For refining what they find, at the same resolution.
    """

    template: Template
    scale: float
    resolution: float
    bank: Bank
    aligner: Aligner


def units_of(templates: Sequence[Template], color: FloatArray, limits: Limits) -> list[Unit]:
    """Return the units of a search for templates whose colours are mixed as given; they share what they can."""
    made: dict[tuple[bool, tuple[int, int]], tuple[Bank, Aligner]] = {}
    units = []
    for template in templates:
        weights = coarse_weights(template.weights)
        finest = _RADIUS / math.sqrt(float(weights.sum()) / math.pi)
        for scale in _scales(limits):
            resolution = min(1.0, scale, finest)
            key = (template.mirrored, template.sampled_size(resolution))
            if key not in made:
                made[key] = _prepared(template, weights, resolution, color, limits)
            units.append(Unit(template, scale, resolution, *made[key]))
    return units


def _prepared(
    template: Template, weights: FloatArray, resolution: float, color: FloatArray, limits: Limits
) -> tuple[Bank, Aligner]:
    samples = template.at(resolution)
    gray = attrs.evolve(samples, values=samples.values @ color[:, None])
    inner = attrs.evolve(gray, weights=template.at_weights(weights, resolution))
    low, high = (math.degrees(each) for each in limits.angles)
    return Bank.of(inner, low, high, _ANGLE_STEP), Aligner(gray, limits)


def _scales(limits: Limits) -> list[float]:
    """Return scales in the middles of equal parts of the range."""
    low, high = limits.scales
    count = max(1, math.ceil((high - low) / math.log(_SCALE_RATIO) - 1e-9))
    return [math.exp(low + (high - low) * (index + 0.5) / count) for index in range(count)]


def coarse_weights(weights: FloatArray) -> FloatArray:
    """Return the support that the coarse stage uses: within the largest disc about the middle, if that is most of it.

    What looks the same at every angle needs one mean and one variance instead of one for each angle.
    """
    height, width = weights.shape
    rows, columns = np.indices(weights.shape)
    distance = np.hypot(columns - (width - 1) / 2, rows - (height - 1) / 2)
    disc = np.clip(min(height, width) / 2 - distance + 0.5, 0.0, 1.0).astype(np.float32)
    inner = weights * disc
    covers = inner.sum() >= 0.99 * disc.sum() and inner.sum() >= 0.5 * weights.sum()
    return inner if covers else weights
