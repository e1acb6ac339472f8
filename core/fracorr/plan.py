"""The plan: an experiment with every spec looked up, every scene and kernel counted, and its trials in order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

import attrs

from fracorr.errors import ConfigurationError
from fracorr.exclusions import Exclusion, counting
from fracorr.experiment import Experiment
from fracorr.materials import ChainError, Materials
from fracorr.plugins import Registry, default_registry
from fracorr.randomness import fingerprint
from fracorr.resolving import Resolved, resolve, written_at
from fracorr.scene import Scene
from fracorr.selection import Chain, Selected
from fracorr.trial import Arm, KernelRef, SceneRef, Trial

#: Of kernels, in pixels; most sources have it as their default.
_USUAL_SIZE: Final = 64


@attrs.frozen(eq=False)
class Plan:
    """What will be done.

    Attributes
    ----------
    experiment : Experiment
        With everything spelled out: it repeats the run.
    scenes : tuple of SceneRef
    kernels : dict of SceneRef to tuple of KernelRef
        The kernels that meet each scene.
    chains, methods, reporters : tuples
    engine : Selected
    exclusions : tuple of Exclusion
        What the scene sources left out, and why.
    """

    experiment: Experiment
    materials: Materials
    scenes: tuple[SceneRef, ...]
    kernels: dict[SceneRef, tuple[KernelRef, ...]]
    chains: tuple[Chain, ...]
    methods: tuple[Selected, ...]
    reporters: tuple[Selected, ...]
    engine: Selected
    exclusions: tuple[Exclusion, ...] = ()

    def __len__(self) -> int:
        return sum(map(len, self.kernels.values())) * len(self.chains) * len(self.methods)

    @property
    def arms(self) -> tuple[Arm, ...]:
        return tuple(Arm(chain.spec, method.spec) for chain in self.chains for method in self.methods)

    def trials(self) -> Iterator[Trial]:
        """Yield the trials, those of one scene and of one kernel after each other so that they share work.

        They are made as they are asked for: the plan never holds them.
        """
        marks = _Marks(self.experiment.seed)
        arms = [
            (chain, method, marks.of_arm(chain, method).encode()) for chain in self.chains for method in self.methods
        ]
        number = 0
        for scene in self.scenes:
            of_scene = hashlib.sha256(marks.of_scene(scene).encode())
            for kernel in self.kernels[scene]:
                of_pair = of_scene.copy()
                of_pair.update(marks.of_kernel(kernel).encode())
                for chain, method, mark in arms:
                    identity = of_pair.copy()
                    identity.update(mark)
                    yield Trial(number, scene, kernel, chain, method, identity.hexdigest())
                    number += 1


class _Marks:
    """Fingerprints of the parts of trials, each made once: 100 000 trials are identified in half a second."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._sources: dict[str, str] = {}
        self._kernels: dict[int, str] = {}

    def of_arm(self, chain: Chain, method: Selected) -> str:
        return fingerprint([[link.identity for link in chain.links], method.identity])

    def of_scene(self, scene: SceneRef) -> str:
        return fingerprint([self._seed, self._of_source("scene", scene.source), scene.name, scene.digest])

    def of_kernel(self, kernel: KernelRef) -> str:
        if kernel.scene is not None:
            return self._made(kernel)
        # Kernels that belong to no scene are the same objects for all of them.
        if id(kernel) not in self._kernels:
            self._kernels[id(kernel)] = self._made(kernel)
        return self._kernels[id(kernel)]

    def _made(self, kernel: KernelRef) -> str:
        return fingerprint([self._of_source("kernel", kernel.source), kernel.name, kernel.digest])

    def _of_source(self, kind: str, source: Selected) -> str:
        key = f"{kind} {source.spec}"
        if key not in self._sources:
            self._sources[key] = fingerprint(source.identity)
        return self._sources[key]


def make_plan(experiment: Experiment, registry: Registry | None = None) -> Plan:
    """Look everything up before anything is computed or written, by default among the installed plugins.

    Every scene and every kernel is looked at once, one scene at a time, and nothing is transformed or correlated.

    Raises
    ------
    ConfigurationError
        If a spec is wrong, a kernel is larger than its scene, or the same thing is selected twice.
    """
    resolved = resolve(experiment, default_registry() if registry is None else registry)
    materials = Materials(experiment.seed)
    gathering = _Gathering(resolved, materials)
    scenes: list[SceneRef] = []
    kernels: dict[SceneRef, tuple[KernelRef, ...]] = {}
    exclusions: list[Exclusion] = []
    for source in resolved.scenes:
        with counting(source.spec, exclusions):
            for index, scene in enumerate(_scenes(resolved, source, materials)):
                ref = SceneRef(source, index, scene.name, scene.digest, scene.shape, scene.targets)
                scenes.append(ref)
                kernels[ref] = gathering.kernels_for(ref)
    with written_at(resolved.experiment, "scenes"):
        _check_distinct("scene", scenes)
    return Plan(
        resolved.experiment,
        materials,
        tuple(scenes),
        kernels,
        resolved.transforms,
        resolved.methods,
        resolved.reporters,
        resolved.engine,
        tuple(exclusions),
    )


def _scenes(resolved: Resolved, source: Selected, materials: Materials) -> Iterator[Scene]:
    with resolved.blaming("scenes", source):
        yield from materials.scenes(source)


class _Gathering:
    """The kernels of a plan: those that meet every scene are counted once, the others for each scene."""

    def __init__(self, resolved: Resolved, materials: Materials) -> None:
        self._resolved = resolved
        self._materials = materials
        self._of_scenes = any(_belongs_to_scene(source) for source in resolved.kernels)
        self._common: dict[str, list[_Counted]] = {}
        self._counted: list[_Counted] = []
        self._refs: tuple[KernelRef, ...] = ()

    def kernels_for(self, scene: SceneRef) -> tuple[KernelRef, ...]:
        if self._of_scenes or not self._refs:
            self._counted = [each for source in self._resolved.kernels for each in self._count(source, scene)]
            self._refs = tuple(each.ref for each in self._counted)
            with written_at(self._resolved.experiment, "kernels"):
                _check_distinct("kernel", self._refs)
        self._check_sizes(scene)
        return self._refs

    def _count(self, source: Selected, scene: SceneRef) -> list[_Counted]:
        bound = scene if _belongs_to_scene(source) else None
        if bound is None and source.spec in self._common:
            return self._common[source.spec]
        with self._resolved.blaming("kernels", source):
            kernels = self._materials.kernels(source, bound)
        found = [
            _Counted(KernelRef(source, index, kernel.name, kernel.digest, bound), kernel.shape)
            for index, kernel in enumerate(kernels)
        ]
        if bound is None:
            self._common[source.spec] = found
        return found

    def _check_sizes(self, scene: SceneRef) -> None:
        """Refuse a kernel larger than its scene, unless every method says that it can cope.

        Only a kernel that does not fit as it is gets transformed for this, since the transform may shrink it. One
        that a transform makes too large fails its trials: to know it here would take every transform of every kernel.
        """
        strict = [each for each in self._resolved.methods if not getattr(each.instance, "any_size", False)]
        for each in self._counted if strict else ():
            if _fits(each.shape, scene):
                continue
            for chain in self._resolved.transforms:
                shape = self._shape_after(each.ref, chain)
                if not _fits(shape, scene):
                    with self._resolved.blaming("kernels", each.ref.source):
                        raise ConfigurationError(_too_large(each, chain, shape, scene, strict[0]))

    def _shape_after(self, kernel: KernelRef, chain: Chain) -> tuple[int, int]:
        try:
            return self._materials.kernel(kernel, chain).shape
        except ChainError:
            return (0, 0)  # a transform that fails makes failed trials; it is no reason to try nothing


@attrs.frozen
class _Counted:
    ref: KernelRef
    shape: tuple[int, int]


def _belongs_to_scene(source: Selected) -> bool:
    return hasattr(source.instance, "kernels_of")


def _fits(shape: tuple[int, int], scene: SceneRef) -> bool:
    return shape[0] <= scene.shape[0] and shape[1] <= scene.shape[1]


def _too_large(kernel: _Counted, chain: Chain, shape: tuple[int, int], scene: SceneRef, method: Selected) -> str:
    after = f" after '{chain.spec}'" if chain.links else ""
    return (
        f"kernel '{kernel.ref.name}'{after} is {shape[1]}×{shape[0]} px, larger than scene '{scene.name}' with "
        f"{scene.shape[1]}×{scene.shape[0]} px; method '{method.spec}' needs it to fit inside: make the kernel smaller"
        f"{_smaller(kernel, shape, scene)}, or leave the scene out by naming the others one by one in place of "
        f"'{scene.source.spec}'"
    )


def _smaller(kernel: _Counted, shape: tuple[int, int], scene: SceneRef) -> str:
    """Name the spec of a kernel that fits, where its source takes a size."""
    source = kernel.ref.source
    # How a transform that changes the size would change that of another kernel, nobody knows.
    if "size" in source.written and shape == kernel.shape:
        with suppress(ConfigurationError):  # there is none so small
            return f", such as '{source.with_values({'size': min(_USUAL_SIZE, *scene.shape)}).spec}'"
    return ""


def _check_distinct(what: str, refs: Sequence[SceneRef] | Sequence[KernelRef]) -> None:
    """Refuse one thing that came in by two ways: it would count twice."""
    seen: dict[tuple[str, str], SceneRef | KernelRef] = {}
    for ref in refs:
        before = seen.setdefault((ref.name, ref.digest), ref)
        if before is not ref:
            raise ConfigurationError(
                f"{what} '{ref.name}' is selected twice: by '{before.source.spec}' and by '{ref.source.spec}'"
            )
