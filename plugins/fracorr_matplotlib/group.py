"""Drawing a group: one kernel on one scene, through every chain and under every method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fracorr import Scene
from fracorr.files import slug
from fracorr.trial import Arm
from fracorr_matplotlib.choice import PART, Group, Share
from fracorr_matplotlib.layout import pages
from fracorr_matplotlib.output import Output
from fracorr_matplotlib.sheet import Sheet
from fracorr_matplotlib.shown import Shown, kernel_of, look_again, scene_of
from fracorr_matplotlib.trial_figure import draw_trial

if TYPE_CHECKING:
    from fracorr.running import Run
    from fracorr.trial import TrialResult


def draw_group(run: Run, group: Group, results: Mapping[Arm, TrialResult], share: Share, output: Output) -> None:
    """Draw the sheet, on several pages if need be, and the figures of single trials on the way.

    Each response is computed once, drawn wherever it belongs, and let go.
    """
    scene = scene_of(run, group[0])
    own_figure = set(run.plan.arms[: share.trials])
    all_pages = pages([chain.spec for chain in run.plan.chains], [method.spec for method in run.plan.methods])
    for number, page in enumerate(all_pages, start=1):
        note = f"Page {number} of {len(all_pages)}." if len(all_pages) > 1 else ""
        sheet = Sheet(share, scene, page, output.dpi, note) if share.sheet else None
        for arm in (Arm(chain, method) for chain in page.chains for method in page.methods):
            if arm in results and (sheet or arm in own_figure):
                shown = look_again(run, results[arm])
                if sheet:
                    sheet.trial(shown)
                if arm in own_figure:
                    _draw_own(scene, shown, share, output)
            elif sheet:
                sheet.missing(arm)
        if sheet:
            for chain in run.plan.chains:
                if chain.spec in page.chains:
                    sheet.kernel(chain.spec, kernel_of(run, group[1], chain))
            ending = f"--page-{number}" if len(all_pages) > 1 else ""
            sheet.save(output.paths(f"{share.file_name}{ending}"))


def _draw_own(scene: Scene, shown: Shown, share: Share, output: Output) -> None:
    arm = shown.trial.arm
    canvas = draw_trial(scene, shown, share, output.dpi)
    name = f"{share.file_name}--{slug(arm.chain, PART)}--{slug(arm.method, PART)}"
    canvas.save(output.paths(f"trials/{name}"))
