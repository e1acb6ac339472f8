"""The entry point: names the components, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

from fracorr import ComponentSpec, hookimpl
