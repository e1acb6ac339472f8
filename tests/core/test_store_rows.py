"""A result as a row, and back."""

import attrs
import numpy as np
from fakes import fake_registry
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import Experiment
from fracorr.metrics import Metrics
from fracorr.plan import make_plan
from fracorr.response import Match
from fracorr.rows import COLUMNS, flat_columns, flat_row, plain_row, result_of, row_of
from fracorr.trial import Failure, TrialResult

PLAN = make_plan(
    Experiment(kernels="dots", transforms=["none", "halve"], scenes="spots", methods="peak"), fake_registry()
)
TRIALS = list(PLAN.trials())

finite = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"]))
matches = st.builds(Match, *[finite] * 7)
metrics = st.builds(
    Metrics,
    hit=st.none() | st.booleans(),
    iou=st.none() | finite,
    centre_error=st.none() | finite,
    rank=st.none() | st.integers(1, 2**40),
)
failures = st.none() | st.builds(Failure, texts, texts, texts, texts)


def through_sqlite(row):
    import sqlite3

    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE t ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")
    connection.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(row))})", row)
    (back,) = connection.execute("SELECT * FROM t")
    connection.close()
    return back


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TRIALS), st.lists(matches, max_size=3), metrics, st.floats(0, 1e6), failures)
def test_every_result_comes_back_as_it_was(trial, found, scored, seconds, failure):
    result = TrialResult(trial, tuple(found), scored, seconds, failure)
    assert result_of(trial, through_sqlite(row_of(result))) == result


def test_numpy_scalars_turn_into_plain_numbers():
    match = Match(*map(np.float32, (1.5, 2.5, 0, 1, 5, 5, 0.25)))
    scored = Metrics(hit=np.bool_(True), iou=np.float64(0.5), rank=np.int64(3))
    back = result_of(TRIALS[0], through_sqlite(row_of(TrialResult(TRIALS[0], (match,), scored))))
    assert (back.metrics.hit, back.metrics.iou, back.metrics.rank) == (True, 0.5, 3)
    assert type(back.metrics.hit) is bool
    assert back.matches == (Match(1.5, 2.5, 0, 1, 5, 5, 0.25),)


def test_a_row_says_what_was_tried_and_where_the_truth_is():
    row = plain_row(list(COLUMNS), row_of(TrialResult(TRIALS[2], metrics=Metrics(hit=False))))
    trial = TRIALS[2]
    assert (row["number"], row["identity"], row["chain"]) == (2, trial.identity, trial.chain.spec)
    assert (row["kernel"], row["scene"], row["method"]) == (trial.kernel.name, trial.scene.name, "peak")
    assert row["hit"] is False
    # The fake scene's bright pixel (tests/fakes.py).
    (target,) = row["targets"]
    assert (target["x"], target["y"], target["width"], target["height"]) == (5, 10, 3, 3)


def test_a_flat_row_has_the_best_match_in_columns_of_its_own():
    best, second = Match(1, 2, 3, 4, 5, 6, 0.5), Match(7, 8, 0, 1, 5, 6, 0.25)
    result = TrialResult(TRIALS[0], (best, second))
    flat = flat_row(plain_row(list(COLUMNS), row_of(result)))
    assert list(flat) == list(flat_columns())
    assert {name: flat[f"best_{name}"] for name in ("x", "y", "score")} == {"x": 1, "y": 2, "score": 0.5}
    failed = flat_row(plain_row(list(COLUMNS), row_of(attrs.evolve(result, matches=()))))
    assert failed["best_x"] is None
    assert failed["matches"] == "[]"
