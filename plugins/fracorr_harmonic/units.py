"""What is searched at once: the template at one scale, as it is or mirrored."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs
import numpy as np

from fracorr.images import FloatArray
from fracorr_harmonic.bank import Bank
from fracorr_harmonic.local_contrast import LocalContrast, extent_for
from fracorr_harmonic.poses import Limits
from fracorr_harmonic.refine import Aligner
from fracorr_harmonic.template import Template

#: Radius in samples of a disc of the area over which templates are compared in the coarse stage.
_RADIUS = 13.0
#: Shares of the energy of turned templates that may be left out, and of their local contrast, which is finer.
_LEFT_OUT, _LEFT_OUT_LOCALLY = 0.05, 0.25
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
    extent : float or None
        Of the surroundings in whose contrast everything is measured, in samples; None where it is not.
    """

    template: Template
    scale: float
    resolution: float
    bank: Bank
    aligner: Aligner
    extent: float | None


def units_of(templates: Sequence[Template], color: FloatArray, limits: Limits, local: bool) -> list[Unit]:
    """Return the units of a search for templates whose colours are mixed as given; they share what they can.

    With `local`, it is their local contrast that is looked for.
    """
    made: dict[tuple[bool, tuple[int, int]], tuple[Bank, Aligner, float | None]] = {}
    units = []
    for template in templates:
        weights = coarse_weights(template.weights)
        finest = _RADIUS / math.sqrt(float(weights.sum()) / math.pi)
        for scale in _scales(limits):
            resolution = min(1.0, scale, finest)
            key = (template.mirrored, template.sampled_size(resolution))
            if key not in made:
                made[key] = _prepared(template, weights, resolution, color, limits, local)
            units.append(Unit(template, scale, resolution, *made[key]))
    return units


def _prepared(
    template: Template, weights: FloatArray, resolution: float, color: FloatArray, limits: Limits, local: bool
) -> tuple[Bank, Aligner, float | None]:
    samples = template.at(resolution)
    gray = attrs.evolve(samples, values=samples.values @ color[:, None])
    extent = extent_for(samples.weights) if local else None
    if extent is not None:
        gray = attrs.evolve(gray, values=LocalContrast(gray.weights, extent).of(gray.values))
    inner = attrs.evolve(gray, weights=template.at_weights(weights, resolution))
    low, high = (math.degrees(each) for each in limits.angles)
    bank = Bank.of(inner, low, high, _ANGLE_STEP, _LEFT_OUT_LOCALLY if local else _LEFT_OUT)
    return bank, Aligner(gray, limits), extent


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
