"""How things look in a notebook: kernels, scenes and responses as pictures, experiments and runs as tables."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from fracorr import images
from fracorr.arm_words import ABOUT_TIMES, arm_words
from fracorr.experiment_fields import DEFAULT_ENGINE
from fracorr.opencv import cv2
from fracorr.sheets import over_checkers

if TYPE_CHECKING:
    from fracorr.arms import ArmTally
    from fracorr.experiment import Experiment
    from fracorr.kernel import Kernel
    from fracorr.response import Response
    from fracorr.scene import Scene

#: Small pictures are enlarged to about this, large ones made smaller than that, in pixels.
_SMALL, _LARGE = 128, 800
#: More arms than these are not looked at in a notebook.
_MOST_ARMS = 40
_ARM_HEADINGS = ("transform", "method", "hits", "hit rate", "95 % interval", "mean overlap", "ms per trial", "failed")
#: The color of targets, RGB: the sky blue of the figures.
_TARGET = (0.34, 0.71, 0.91)


def kernel_png(kernel: Kernel) -> bytes:
    """Return a kernel as a PNG, over a checkerboard where it has no support; a small one enlarged pixel by pixel."""
    return images.encode(_fitted(over_checkers(kernel)))


def scene_png(scene: Scene) -> bytes:
    """Return a scene as a PNG, with the boxes of its targets."""
    picture = np.ascontiguousarray(images.to_rgb(scene.pixels), dtype=np.float32).copy()
    thickness = max(1, max(scene.shape) // 250)
    for target in scene.targets:
        corners = np.rint(target.polygon()).astype(np.int32)
        cv2.polylines(picture, [corners], isClosed=True, color=_TARGET, thickness=thickness)
    return images.encode(_fitted(picture))


def response_png(response: Response) -> bytes:
    """Return a response as a PNG, bright (yellow) where it is good and dark (violet) where it is not."""
    shades = images.to_bytes(response.display())
    colors = cv2.applyColorMap(shades, cv2.COLORMAP_VIRIDIS)[..., ::-1]
    return images.encode(_fitted(np.divide(colors, 255, dtype=np.float32)))


def table_html(headings: Sequence[str], rows: Sequence[Sequence[object]], caption: str = "") -> str:
    """Return a table as HTML, whatever stands in its cells."""
    head = "".join(f"<th>{html.escape(each)}</th>" for each in headings)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(str(each))}</td>" for each in row) + "</tr>" for row in rows)
    title = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def fields_html(fields: Mapping[str, object], caption: str) -> str:
    """Return names and values as a table of two columns."""
    return table_html(("", caption), list(fields.items()))


def experiment_html(experiment: Experiment) -> str:
    """Return what is tried as a table."""
    lists = ("kernels", "transforms", "scenes", "methods", "reporters")
    fields: dict[str, object] = {name: ", ".join(map(str, getattr(experiment, name))) for name in lists}
    fields |= {"seed": experiment.seed, "engine": experiment.engine or DEFAULT_ENGINE}
    fields |= {f"sweep {name}": values for name, values in experiment.sweep}
    return fields_html(fields, "experiment")


def arms_html(arms: Iterable[ArmTally], caption: str) -> str:
    """Return the arms of a run, or the first of them, as a table."""
    tallies = [tally for tally in arms if tally.trials]
    left_out = f"; {len(tallies) - _MOST_ARMS} more arms are left out" if len(tallies) > _MOST_ARMS else ""
    words = map(arm_words, tallies[:_MOST_ARMS])
    rows = [[each[heading] for heading in _ARM_HEADINGS] for each in words]
    note = f"<p>{html.escape(ABOUT_TIMES)}</p>" if rows else ""
    return table_html(_ARM_HEADINGS, rows, f"{caption}{left_out}") + note


def _fitted(pixels: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    side = max(pixels.shape[:2])
    if side < _SMALL:
        factor = -(-_SMALL // side)
        return np.repeat(np.repeat(pixels, factor, axis=0), factor, axis=1)
    if side <= _LARGE:
        return pixels
    height, width = (max(1, round(each * _LARGE / side)) for each in pixels.shape[:2])
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), dtype=np.float32)
