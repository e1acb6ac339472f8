"""Random generators that depend on what is computed, never on when or where."""

from __future__ import annotations

import hashlib
import json

import numpy as np


def canonical(value: object) -> str:
    """Write plain data as JSON in one way only: sorted keys, no spaces, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def fingerprint(value: object) -> str:
    """Return the sha256 of plain data, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def generator(seed: int, *identity: object) -> np.random.Generator:
    """Return the random generator that belongs to a seed and the identity of a piece of work.

    Parameters
    ----------
    seed : int
        The experiment's seed.
    *identity
        Plain data that says what is computed.
    """
    return np.random.default_rng(np.random.SeedSequence(int(fingerprint([seed, *identity]), 16)))
