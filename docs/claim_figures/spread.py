"""How much of an interval comes from scenes, how much from kernels; and what cannot hit at all."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
from claim_figures.evidence import Evidence

from fracorr.statistics.clusters import Clusters, robust_variance


def standard_errors(run: Evidence, chain: str) -> tuple[float, float]:
    """Return the standard error of the difference to the baseline by differences between scenes, and kernels, alone."""
    hits: defaultdict[tuple[str, str], dict[str, list[bool]]] = defaultdict(lambda: {chain: [], run.baseline: []})
    for row in run.rows:
        if row["chain"] in (chain, run.baseline) and row["hit"] is not None:
            hits[row["kernel"], row["scene"]][row["chain"]].append(row["hit"])
    units = {unit: each for unit, each in hits.items() if all(each.values())}
    values = np.array([np.mean(each[chain]) - np.mean(each[run.baseline]) for each in units.values()])
    kernels, scenes = zip(*units, strict=True)
    alone = np.zeros(values.size, dtype=int)
    by_scenes = robust_variance(values, Clusters(alone, scenes))[0]
    by_kernels = robust_variance(values, Clusters(kernels, alone))[0]
    return float(np.sqrt(by_scenes)), float(np.sqrt(by_kernels))


def flat_shares(run: Evidence) -> dict[str, float]:
    """Return by method in which share of the compared treatments' trials all places have the same score."""
    tried, flat = Counter[str](), Counter[str]()
    for row in run.rows:
        if row["chain"] in run.compared and row["chance"]:
            tried[row["method"]] += 1
            flat[row["method"]] += row["truth_prominence"] == 0
    return {method: flat[method] / count for method, count in tried.items()}
