"""What reporters draw of some trials of a run: sheets, chosen by a rule and not by looking, and curves over poses."""

from __future__ import annotations

import io
import pathlib
import shutil
import tempfile
from collections.abc import Iterable, Sequence

import attrs
from claim_figures.evidence import Evidence

from fracorr.components import Kind
from fracorr.plan import Plan
from fracorr.plugins import default_registry
from fracorr.running import Run
from fracorr.selection import select_one
from fracorr.store import Store
from fracorr.stored import StoredRun
from fracorr.trial import SceneRef, TrialResult

#: How many sheets there are: the first kernel on the first scene of each of the first so many scene sources.
SHEETS = 3


def draw_sheets(run: Evidence, chains: Sequence[str], folder: pathlib.Path, stem: str) -> list[str]:
    """Draw a sheet of some chains for each of the first scene sources, and return the files' names."""
    plan = run.plan
    parts = [
        attrs.evolve(
            plan,
            scenes=(scene,),
            kernels={scene: plan.kernels[scene][:1]},
            chains=tuple(chain for chain in plan.chains if chain.spec in chains),
        )
        for scene in first_scenes(plan)
    ]
    results = _results_in(run.stored, plan, parts)
    names: list[str] = []
    for part, some in zip(parts, results, strict=True):
        names += _drawn(part, some, "figures:trials=none,limit=1,dpi=90", folder, f"{stem}-{len(names) + 1}")
    return names


def draw_curves(run: Evidence, folder: pathlib.Path, stem: str) -> list[str]:
    """Draw curves over the targets' rotation and scale, and return the files' names."""
    with Store.open(run.stored.directory) as store:
        return _drawn(run.plan, store.results(run.plan), "invariance:90", folder, stem)


def first_scenes(plan: Plan) -> list[SceneRef]:
    """Return the first scene of each of the first scene sources."""
    first = {scene.source.spec: scene for scene in reversed(plan.scenes)}
    sources = list(dict.fromkeys(scene.source.spec for scene in plan.scenes))
    return [first[source] for source in sources[:SHEETS]]


def _results_in(stored: StoredRun, plan: Plan, parts: Sequence[Plan]) -> list[list[TrialResult]]:
    """Return the results that belong to each part of a plan."""
    wanted = {(part.scenes[0], part.kernels[part.scenes[0]][0]): list[TrialResult]() for part in parts}
    chains = {chain.spec for chain in parts[0].chains}
    with Store.open(stored.directory) as store:
        for result in store.results(plan):
            group = (result.trial.scene, result.trial.kernel)
            if group in wanted and result.trial.chain.spec in chains:
                wanted[group].append(result)
    return list(wanted.values())


def _drawn(plan: Plan, results: Iterable[TrialResult], spec: str, folder: pathlib.Path, stem: str) -> list[str]:
    """Let a reporter draw results, and take over its pictures."""
    reporter = select_one(default_registry(), Kind.REPORTER, spec).instance
    with tempfile.TemporaryDirectory() as name:
        reporter.begin(Run(plan, pathlib.Path(name), io.StringIO()))
        for result in results:
            reporter.record(result)
        reporter.end()
        pictures = sorted(pathlib.Path(name).rglob("*.png"))
        names = [f"{stem}{f'-{number}' if len(pictures) > 1 else ''}.png" for number in range(1, len(pictures) + 1)]
        for picture, wanted in zip(pictures, names, strict=True):
            shutil.copyfile(picture, folder / wanted)
    return names
