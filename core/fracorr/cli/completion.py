"""Completion of component names in the shell."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fracorr.components import Kind
from fracorr.plugins import default_registry


def completer(kind: Kind) -> Callable[[str], Iterator[tuple[str, str]]]:
    """Return a function that completes the names of one kind; after a ``+`` the next link of a chain."""

    def complete(incomplete: str) -> Iterator[tuple[str, str]]:
        before, plus, last = incomplete.rpartition("+")
        registry = default_registry()
        for name in registry.usable_names(kind):
            if name.startswith(last):
                yield f"{before}{plus}{name}", registry.get(kind, name).spec.summary

    return complete


def any_component(incomplete: str) -> Iterator[tuple[str, str]]:
    """Complete the name of a component of any kind, or of a plugin."""
    registry = default_registry()
    for kind in Kind:
        for name in registry.usable_names(kind):
            if name.startswith(incomplete):
                yield name, kind.label
    for record in registry.records:
        if record.name.startswith(incomplete):
            yield record.name, "plugin"
