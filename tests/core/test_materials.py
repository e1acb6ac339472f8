"""What is kept for the next trial stays within its bounds, whatever methods keep with kernels."""

import numpy as np

from fracorr import Experiment
from fracorr import materials as keeping
from fracorr.plan import make_plan
from fracorr.plugins import default_registry


def test_kernels_with_large_memos_are_let_go(monkeypatch):
    monkeypatch.setattr(keeping, "CACHE_BYTES", 5_000_000)
    experiment = Experiment(
        kernels=[f"ring:size={side}" for side in range(9, 21)],
        transforms="silhouette",
        scenes="samples:astronaut,size=64",
        methods="tm_sqdiff",
        engine="serial",
    )
    plan = make_plan(experiment, default_registry())
    held = []
    for trial in plan.trials():
        kernel = plan.materials.kernel(trial.kernel, trial.chain)
        kernel.memo.get("bank", lambda: np.zeros(125_000))  # a megabyte
        held.append(kernel)
    again = [plan.materials.kernel(trial.kernel, trial.chain) for trial in reversed(list(plan.trials()))]
    kept = sum(one is other for one, other in zip(again, reversed(held), strict=True))
    assert len(held) == 12
    assert 1 <= kept <= 5
    for one, other in zip(again, reversed(held), strict=True):
        np.testing.assert_array_equal(one.pixels, other.pixels)
