"""Which chains are controls, and of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fracorr.errors import ConfigurationError
from fracorr.specs import split_chain
from fracorr.statistics.comparison import chosen_names


def roles_of(names: Sequence[str], controls: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the role of each chain that is a control; the first that fits."""
    roles: dict[str, str] = {}
    for role, patterns in controls.items():
        for pattern in patterns:
            for name in _matching(names, pattern):
                roles.setdefault(name, role)
    return roles


def _matching(names: Sequence[str], pattern: str) -> list[str]:
    try:
        return chosen_names(names, [pattern])
    except ConfigurationError:
        return []  # an experiment need not have every control that a role allows


def controls_of(chain: str, chains: Sequence[str], roles: Mapping[str, str]) -> list[str]:
    """Return the controls that a chain is held against, `chains` being all that are claimed to be better."""
    return [control for control in roles if chain in _bound_to(control, chains)]


def _bound_to(control: str, chains: Sequence[str]) -> list[str]:
    """Return the chains that a control is a control of: those that it shares most transforms with, or all.

    Of several that share as many the ones that have nothing else: ``ifs+silhouette`` belongs to ``ifs`` and not to
    ``ifs+droste``.
    """
    links = split_chain(control)
    closeness: dict[str, tuple[int, int]] = {}
    for chain in chains:
        own = split_chain(chain)
        shared = _longest_common(links, own)
        closeness[chain] = (shared, shared - len(own) if shared else 0)
    best = max(closeness.values(), default=(0, 0))
    return [chain for chain in chains if closeness[chain] == best]


def _longest_common(first: Sequence[str], second: Sequence[str]) -> int:
    """Return how many items two sequences share in the same order."""
    lengths = [0] * (len(second) + 1)
    for item in first:
        before = lengths[:]
        for place, other in enumerate(second, start=1):
            lengths[place] = before[place - 1] + 1 if item == other else max(before[place], lengths[place - 1])
    return lengths[-1]
