"""The plan: an experiment with every spec looked up, every scene and kernel counted, and its trials in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import attrs

from fracorr.components import Kind
from fracorr.errors import ConfigurationError
from fracorr.exclusions import Exclusion, counting
from fracorr.experiment import Experiment
from fracorr.materials import ChainError, Materials
from fracorr.plugins import Registry
from fracorr.randomness import fingerprint
from fracorr.selection import Chain, Selected, select, select_chains, select_one
from fracorr.trial import Arm, KernelRef, SceneRef, Trial

T = TypeVar("T", Chain, Selected)


@attrs.frozen(eq=False)
class Plan:
    """What will be done.

    Attributes
    ----------
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
        """Yield the trials, those of one scene and of one kernel after each other so that they share work."""
        number = 0
        for scene in self.scenes:
            for kernel in self.kernels[scene]:
                for chain in self.chains:
                    for method in self.methods:
                        identity = _identity(self.experiment.seed, scene, kernel, chain, method)
                        yield Trial(number, scene, kernel, chain, method, identity)
                        number += 1


def make_plan(experiment: Experiment, registry: Registry) -> Plan:
    """Look everything up before anything is computed or written.

    Raises
    ------
    ConfigurationError
        If a spec is wrong, a kernel is larger than its scene, or the same thing is selected twice.
    """
    chains = _distinct("transforms", [c for text in experiment.transforms for c in select_chains(registry, text)])
    methods = _distinct("methods", _select_all(registry, Kind.METHOD, experiment.methods))
    reporters = _distinct("reporters", _select_all(registry, Kind.REPORTER, experiment.reporters))
    kernel_sources = _distinct("kernels", _select_all(registry, Kind.SOURCE, experiment.kernels))
    scene_sources = _distinct("scenes", _select_all(registry, Kind.SCENES, experiment.scenes))
    engine = select_one(registry, Kind.ENGINE, experiment.engine)
    materials = Materials(experiment.seed)

    scenes: list[SceneRef] = []
    kernels: dict[SceneRef, tuple[KernelRef, ...]] = {}
    exclusions: list[Exclusion] = []
    for source in scene_sources:
        with counting(source.spec, exclusions):
            for index, scene in enumerate(materials.scenes(source)):
                ref = SceneRef(source, index, scene.name, scene.digest, scene.shape, len(scene.targets), scene.targets)
                scenes.append(ref)
                kernels[ref] = tuple(each for kernel in kernel_sources for each in _kernel_refs(materials, kernel, ref))
                _check_distinct("kernel", kernels[ref])
    _check_distinct("scene", scenes)
    plan = Plan(experiment, materials, tuple(scenes), kernels, chains, methods, reporters, engine, tuple(exclusions))
    _check_sizes(plan)
    return plan


def _select_all(registry: Registry, kind: Kind, texts: tuple[str, ...]) -> list[Selected]:
    return [each for text in texts for each in select(registry, kind, text)]


def _distinct(what: str, items: list[T]) -> tuple[T, ...]:
    seen: set[str] = set()
    for item in items:
        if item.spec in seen:
            raise ConfigurationError(f"{what}: '{item.spec}' is selected twice")
        seen.add(item.spec)
    return tuple(items)


def _check_distinct(what: str, refs: Sequence[SceneRef] | Sequence[KernelRef]) -> None:
    """Refuse one thing that came in by two ways: it would count twice."""
    seen: dict[tuple[str, str], SceneRef | KernelRef] = {}
    for ref in refs:
        before = seen.setdefault((ref.name, ref.digest), ref)
        if before is not ref:
            raise ConfigurationError(
                f"{what} '{ref.name}' is selected twice: by '{before.source.spec}' and by '{ref.source.spec}'"
            )


def _kernel_refs(materials: Materials, source: Selected, scene: SceneRef) -> Iterator[KernelRef]:
    bound = scene if hasattr(source.instance, "kernels_of") else None
    for index, kernel in enumerate(materials.kernels(source, bound)):
        yield KernelRef(source, index, kernel.name, kernel.digest, bound)


def _check_sizes(plan: Plan) -> None:
    """Refuse a kernel larger than its scene, unless every method says that it can cope."""
    strict = [method for method in plan.methods if not getattr(method.instance, "any_size", False)]
    if not strict:
        return
    shapes: dict[tuple[KernelRef, str], tuple[int, int]] = {}
    for scene in plan.scenes:
        for kernel in plan.kernels[scene]:
            for chain in plan.chains:
                if (kernel, chain.spec) not in shapes:
                    shapes[kernel, chain.spec] = _shape_after(plan.materials, kernel, chain)
                height, width = shapes[kernel, chain.spec]
                if height > scene.shape[0] or width > scene.shape[1]:
                    after = f" after '{chain.spec}'" if chain.links else ""
                    raise ConfigurationError(
                        f"kernel '{kernel.name}'{after} is {width}×{height} px, larger than scene '{scene.name}' with "
                        f"{scene.shape[1]}×{scene.shape[0]} px; method '{strict[0].spec}' needs it to fit inside: "
                        "make the kernel smaller (most kernel sources take size=64), or leave the scene out"
                    )


def _shape_after(materials: Materials, kernel: KernelRef, chain: Chain) -> tuple[int, int]:
    try:
        return materials.kernel(kernel, chain).shape
    except ChainError:
        return (0, 0)  # a transform that fails makes failed trials; it is no reason to try nothing


def _identity(seed: int, scene: SceneRef, kernel: KernelRef, chain: Chain, method: Selected) -> str:
    return fingerprint(
        {
            "seed": seed,
            "scene": [scene.source.identity, scene.name, scene.digest],
            "kernel": [kernel.source.identity, kernel.name, kernel.digest],
            "chain": [link.identity for link in chain.links],
            "method": method.identity,
        }
    )
