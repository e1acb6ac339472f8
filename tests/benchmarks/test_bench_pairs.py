"""The published accuracy of the sum of squared differences on the 105 benchmark pairs, which are not part of fracorr.

``FRACORR_PAIRS=FOLDER pytest tests/benchmarks/test_bench_pairs.py`` says where they are; else the test is skipped.

T. Dekel, S. Oron, M. Rubinstein, S. Avidan and W. T. Freeman, "Best-Buddies Similarity for Robust Template Matching",
CVPR 2015: an area under the success curve of 0.46 for SSD in color.
"""

import os

import pytest

from fracorr import Experiment
from fracorr.benchmark import bench
from fracorr.plan import make_plan
from fracorr.plugins import default_registry

FOLDER = os.environ.get("FRACORR_PAIRS", "")


@pytest.mark.skipif(not FOLDER, reason="FRACORR_PAIRS does not say where the pairs are")
def test_the_published_area_under_the_success_curve():
    experiment = Experiment(kernels="own", scenes=f"pairs:{FOLDER}", methods="tm_sqdiff")

    (score,) = bench(make_plan(experiment, default_registry()))

    print(f"success AUC of SSD in color on {score.tally.on_targets} pairs: {score.tally.success_auc:.4f}")
    assert score.tally.on_targets == 105
    assert abs(score.tally.success_auc - 0.46) <= 0.01
