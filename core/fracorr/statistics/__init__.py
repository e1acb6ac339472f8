"""Arms compared on the same kernels and scenes: intervals, tests, effect sizes.

Everything works on rows, plain mappings as a run's store gives them, with one kernel on one scene as the unit.
"""

from __future__ import annotations

from fracorr.statistics.comparison import compare
from fracorr.statistics.contrasts import Comparison, Contrast, Estimate
from fracorr.statistics.outcomes import Outcomes

__all__ = ["Comparison", "Contrast", "Estimate", "Outcomes", "compare"]
