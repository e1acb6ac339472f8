"""The pictures of a page: kernels plain and transformed, scenes with what was found in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import attrs

from fracorr import Kernel, Match, Target
from fracorr.reporting import labels
from fracorr.selection import Chain
from fracorr_html import pictures
from fracorr_html.choice import Pair

if TYPE_CHECKING:
    from fracorr.running import Run
    from fracorr.trial import Arm, TrialResult

#: Large photographs would make a page that nobody can send; a page with all its trials stays below 15 MB.
MOST_CHARACTERS = 10_000_000


@attrs.frozen
class KernelView:
    """A kernel after a chain; `picture` is empty where the chain failed."""

    chain: str
    width: int
    height: int
    picture: str


@attrs.frozen
class TrialView:
    """What one arm found: boxes and heat map in coordinates of the scene's pixels.

    Attributes
    ----------
    found : tuple of str
        The corners of the boxes found, best first, as the ``points`` of a polygon.
    heat : str
        The response as a picture; empty where there is none.
    place : (float, float, float, float)
        Left, top, width and height of the heat map.
    verdict : {"hit", "miss", "failed", "found"}
    note : str
        What stands below.
    """

    chain: str
    method: str
    found: tuple[str, ...]
    heat: str
    place: tuple[float, float, float, float]
    verdict: str
    note: str


@attrs.frozen
class PairView:
    """One kernel on one scene, through every arm that is shown."""

    scene: str
    kernel: str
    width: int
    height: int
    picture: str
    targets: tuple[str, ...]
    kernels: tuple[KernelView, ...]
    trials: tuple[TrialView, ...]


class Pictures:
    """Pictures by content: what occurs twice is on the page once. `size` is how many characters all of them have."""

    def __init__(self) -> None:
        self.size = 0
        self.addresses: dict[str, str] = {}
        self._keys: dict[str, str] = {}

    def add(self, address: str) -> str:
        """Return the key under which the page finds a picture."""
        key = self._keys.setdefault(address, f"p{len(self._keys)}")
        if key not in self.addresses:
            self.addresses[key] = address
            self.size += len(address)
        return key


def views(
    run: Run, chosen: Mapping[Pair, tuple[Arm, ...]], results: Mapping[tuple[Pair, Arm], TrialResult], store: Pictures
) -> Iterator[PairView]:
    """Draw the chosen pairs of which there are results, computing their responses again one at a time.

    When the pictures have grown too large for a page the rest is left out.
    """
    names = labels(run.plan.scenes)
    for pair, arms in chosen.items():
        if store.size > MOST_CHARACTERS:
            return
        there = [results[pair, arm] for arm in arms if (pair, arm) in results]
        if there:
            yield _pair_view(run, pair, names[pair[0]], there, store)


def _pair_view(run: Run, pair: Pair, name: str, results: list[TrialResult], store: Pictures) -> PairView:
    ref, kernel = pair
    try:
        scene = run.plan.materials.scene(ref)
    except Exception:  # its trials have failed for the same reason, and say so
        picture, targets = "", tuple[Target, ...]()
    else:
        picture, targets = store.add(pictures.scene_picture(scene)), scene.targets
    shown = {result.trial.chain.spec: result.trial.chain for result in results}
    return PairView(
        scene=name,
        kernel=labels(run.plan.kernels[ref])[kernel],
        width=ref.shape[1],
        height=ref.shape[0],
        picture=picture,
        targets=tuple(map(_points, targets)),
        kernels=tuple(_kernel_view(run, pair, chain, store) for chain in {"none": Chain(), **shown}.values()),
        trials=tuple(_trial_view(run, result, store) for result in results),
    )


def _kernel_view(run: Run, pair: Pair, chain: Chain, store: Pictures) -> KernelView:
    try:
        kernel: Kernel = run.plan.materials.kernel(pair[1], chain)
    except Exception:  # its trials have failed for the same reason, and say so
        return KernelView(chain.spec, 0, 0, "")
    return KernelView(chain.spec, kernel.width, kernel.height, store.add(pictures.kernel_picture(kernel)))


def _trial_view(run: Run, result: TrialResult, store: Pictures) -> TrialView:
    trial, nowhere = result.trial, (0.0, 0.0, 0.0, 0.0)
    if result.failure is not None:
        return TrialView(trial.chain.spec, trial.method.spec, (), "", nowhere, "failed", str(result.failure))
    found = tuple(_points(match) for match in result.matches[:1])
    verdict = {None: "found", True: "hit", False: "miss"}[result.metrics.hit]
    note = _note(result)
    try:
        response = run.evaluate(trial).response
    except Exception as error:  # the result stands; only its picture is missing
        note += f"; drawing it again: {type(error).__name__}: {error}"
        return TrialView(trial.chain.spec, trial.method.spec, found, "", nowhere, verdict, note)
    height, width = response.scores.shape
    place = (response.origin[0] - 0.5, response.origin[1] - 0.5, float(width), float(height))
    heat = store.add(pictures.heat_picture(response))
    return TrialView(trial.chain.spec, trial.method.spec, found, heat, place, verdict, note)


def _note(result: TrialResult) -> str:
    if not result.matches:
        return "nothing found"
    score = f"score {result.matches[0].score:.4g}"
    return score if result.metrics.hit is None else f"{result.metrics.rank_in_words}, {score}"


def _points(box: Match | Target) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in box.polygon())
