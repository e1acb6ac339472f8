"""The reporter ``invariance``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
from attrs import validators

from fracorr import parameter
from fracorr.files import slug, write_text
from fracorr.invariance import Invariance, Poses
from fracorr_matplotlib.choice import PART
from fracorr_matplotlib.curves import draw_curves
from fracorr_matplotlib.style import fracorr_style

if TYPE_CHECKING:
    from fracorr.running import Run
    from fracorr.trial import TrialResult

#: More lines than this cannot be told apart.
_CHAINS_PER_FIGURE = 8
_FOLDER = "invariance"


@attrs.define(eq=False)
class InvarianceReport:
    """Draws hit rate and response over the target's rotation and scale, into the folder ``invariance``.

    A figure for each method, as PNG and as SVG, with a line for each chain, and all numbers as ``invariance.json``. The
    scene source ``planted`` makes scenes for it; any whose targets differ in angle or scale will do.
    """

    dpi: int = attrs.field(
        default=120,
        validator=validators.and_(validators.ge(30), validators.le(400)),
        metadata=parameter("Resolution of the PNG", unit="pixels per inch", main=True),
    )
    _run: Run | None = attrs.field(default=None, init=False, repr=False)
    _poses: Poses = attrs.field(factory=Poses, init=False, repr=False)

    def begin(self, run: Run) -> None:
        run.need_directory()
        self._run = run
        self._poses = Poses()

    def record(self, result: TrialResult) -> None:
        self._poses.add_result(result)

    def end(self) -> None:
        if self._run is None:
            return
        known = {arm: self._poses.invariance(arm) for arm in self._poses.arms}
        # The plan's order puts what belongs together side by side.
        found = [known[arm] for arm in self._run.plan.arms if arm in known]
        curves = [each for each in found if each.rotation is not None or each.scale is not None]
        folder = self._run.need_directory() / _FOLDER
        if not curves:
            why = "the targets differ neither in angle nor in scale; the scenes planted:… do"
            self._run.output.write(f"No curves of invariance: {why}.\n")
            return
        for method in dict.fromkeys(each.arm.method for each in curves):
            some = [each for each in curves if each.arm.method == method]
            for number, start in enumerate(range(0, len(some), _CHAINS_PER_FIGURE), start=1):
                ending = f"--page-{number}" if len(some) > _CHAINS_PER_FIGURE else ""
                self._draw(some[start : start + _CHAINS_PER_FIGURE], f"{slug(method, PART)}{ending}")
        data = json.dumps([each.to_dict() for each in curves], allow_nan=False, indent=1)
        write_text(folder / "invariance.json", data + "\n")

    def _draw(self, curves: Sequence[Invariance], name: str) -> None:
        if self._run is None:
            return
        folder = self._run.need_directory() / _FOLDER
        with fracorr_style():
            draw_curves(curves, [folder / f"{name}.png", folder / f"{name}.svg"], self.dpi)
