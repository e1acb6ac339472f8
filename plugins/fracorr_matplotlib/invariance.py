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
from fracorr.specs import NO_TRANSFORM
from fracorr_matplotlib.choice import PART
from fracorr_matplotlib.curves import draw_curves
from fracorr_matplotlib.style import fracorr_style

if TYPE_CHECKING:
    from fracorr.running import Run
    from fracorr.trial import TrialResult

#: More lines than this cannot be told apart.
_LINES = 8
_FOLDER = "invariance"


@attrs.define(eq=False)
class InvarianceReport:
    """Draws hit rate and response over the target's rotation and scale, into the folder ``invariance``.

    A figure for each method, as PNG and as SVG, with a line for each chain, or one figure with a line for each method
    where there is but one chain; and all numbers as ``invariance.json``. The scene source ``planted`` makes scenes for
    it; any with one target each will do, if these differ in angle or scale.
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
            if self._poses.several_targets and not known:
                why = "only scenes with exactly one target count, and none has; the scenes planted:… do"
            self._run.output.write(f"No curves of invariance: {why}.\n")
            return
        # With a single chain the methods are what differs.
        title, line = ("method", "chain") if len({each.arm.chain for each in curves}) > 1 else ("chain", "method")
        for name in dict.fromkeys(getattr(each.arm, title) for each in curves):
            self._draw([each for each in curves if getattr(each.arm, title) == name], name, line)
        data = json.dumps([each.to_dict() for each in curves], allow_nan=False, indent=1)
        write_text(folder / "invariance.json", data + "\n")

    def _draw(self, arms: Sequence[Invariance], title: str, line: str) -> None:
        if self._run is None:
            return
        folder = self._run.need_directory() / _FOLDER
        pages = [arms[start : start + _LINES] for start in range(0, len(arms), _LINES)]
        for number, page in enumerate(pages, start=1):
            name = slug(title, PART) + (f"--page-{number}" if len(pages) > 1 else "")
            paths = [folder / f"{name}.{kind}" for kind in ("png", "svg")]
            shown = "the plain kernel" if title == NO_TRANSFORM else title
            with fracorr_style():
                draw_curves(page, [getattr(each.arm, line) for each in page], shown, paths, self.dpi)
