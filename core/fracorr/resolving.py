"""An experiment with everything looked up: globs and sweeps spelled out, defaults filled in."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import attrs

from fracorr import parameters
from fracorr.assignments import LISTS, PLACES, Assignment, Place, assigned, typed
from fracorr.components import Kind
from fracorr.errors import ConfigurationError, FracorrError, nearest
from fracorr.experiment import Experiment
from fracorr.experiment_fields import DEFAULT_ENGINE, LOCAL_ENGINE, ComponentTable
from fracorr.plugins import Registry, default_registry
from fracorr.selection import Chain, Selected, is_relative, select, select_chains, select_one


@attrs.frozen
class Resolved:
    """The components of an experiment.

    Attributes
    ----------
    experiment : Experiment
        One that names exactly these, one by one: without globs on names, sweeps and tables.
    kernels, transforms, scenes, methods, reporters : tuples
    engine : Selected
    written : dict
        What was written down, by key and by the spec that became of it.
    """

    experiment: Experiment
    kernels: tuple[Selected, ...]
    transforms: tuple[Chain, ...]
    scenes: tuple[Selected, ...]
    methods: tuple[Selected, ...]
    reporters: tuple[Selected, ...]
    engine: Selected
    written: dict[tuple[str, str], str] = attrs.field(factory=dict, eq=False, repr=False)

    @contextmanager
    def blaming(self, key: str, source: Selected) -> Iterator[None]:
        """Let errors within this block begin with the place where a source was written down."""
        with written_at(self.experiment, key, self.written.get((key, source.spec))):
            yield

    def spelled_out(self) -> Experiment:
        """Return the experiment with every parameter of every component written down."""
        return attrs.evolve(
            self.experiment,
            kernels=tuple(each.full_spec for each in self.kernels),
            transforms=tuple(
                "+".join(each.full_spec for each in chain.links) or chain.spec for chain in self.transforms
            ),
            scenes=tuple(each.full_spec for each in self.scenes),
            methods=tuple(each.full_spec for each in self.methods),
            reporters=tuple(each.full_spec for each in self.reporters),
            engine=self.engine.full_spec,
        )


def resolve(experiment: Experiment, registry: Registry) -> Resolved:
    """Look up every component of an experiment; nothing is computed.

    Raises
    ------
    ConfigurationError
        If a spec is wrong, the same thing is selected twice, or a sweep is over something that no list has. The
        message says where it was written down.
    """
    sweep = experiment.assignments
    chains: dict[str, tuple[Chain, ...]] = {}
    written: dict[tuple[str, str], str] = {}
    for key in LISTS:
        found = list(_swept(experiment, key, _looked_up(experiment, key, registry), sweep))
        chains[key] = tuple(chain for _, chain in found)
        written |= {(key, chain.spec): text for text, chain in found}
    reporters = tuple(_reporters(experiment, registry))
    engine = _engine(experiment, registry)
    specs = {key: tuple(chain.spec for chain in each) for key, each in chains.items()}
    specs["reporters"] = tuple(each.spec for each in reporters)
    for key, spelled in specs.items():
        _check_distinct(experiment, key, spelled)
    making = [link for each in chains.values() for chain in each for link in chain.links]
    for assignment in sweep:
        if not any(assignment.concerns(key, chain) for key, each in chains.items() for chain in each):
            with written_at(experiment, f"sweep.{assignment.place}"):
                raise ConfigurationError(not_selected(assignment.place, making))
    folder = experiment.folder or pathlib.Path.cwd()
    plain = Experiment(
        kernels=specs["kernels"],
        transforms=specs["transforms"],
        scenes=specs["scenes"],
        methods=specs["methods"],
        reporters=specs["reporters"],
        seed=experiment.seed,
        engine=engine.spec,
        folder=folder if any(map(has_relative_path, [*making, *reporters, engine])) else None,
        origin=experiment.origin,
    )
    kernels, scenes, methods = (_single(chains[key]) for key in ("kernels", "scenes", "methods"))
    return Resolved(plain, kernels, chains["transforms"], scenes, methods, reporters, engine, written)


def _single(chains: tuple[Chain, ...]) -> tuple[Selected, ...]:
    return tuple(chain.links[0] for chain in chains)


def not_selected(place: Place, selected: Iterable[Selected]) -> str:
    """Say that a component stands in no list, with the nearest that does."""
    names = sorted({each.component.name for each in selected})
    where = f"'{place.list}'" if place.list else "any list"
    hint = nearest(place.component, names) or f"; there are: {', '.join(names)}"
    return f"'{place.component}' is not in {where} of this experiment{hint}"


@contextmanager
def written_at(experiment: Experiment, key: str, item: str | None = None) -> Iterator[None]:
    """Let errors within this block begin with the place where something was written down."""
    try:
        yield
    except FracorrError as error:
        error.args = (f"{experiment.place(key, item)}: {error}",)
        raise


def look_up(registry: Registry, key: str, text: str, folder: pathlib.Path | None) -> tuple[Chain, ...]:
    """Find what an item of a list stands for; what is no transform comes as a chain of one."""
    if key == "transforms":
        return select_chains(registry, text, folder)
    return tuple(Chain((each,)) for each in select(registry, PLACES[key], text, folder))


def from_table(registry: Registry, kind: Kind, table: ComponentTable, experiment: Experiment, key: str) -> Selected:
    """Find the component that a table names, its values read strictly."""
    with written_at(experiment, key):
        component = registry.get(kind, table.name)
        cls = component.load()
    given = {}
    for name, value in table.values:
        with written_at(experiment, f"{key}.{name}"):
            given[name] = typed(Place("", table.name, name).parameter_of(component), value, table.name)
    with written_at(experiment, key):
        return Selected.of(
            component, parameters.build(cls, table.name, given), registry.usable_name(component), experiment.folder
        )


def _looked_up(experiment: Experiment, key: str, registry: Registry) -> Iterator[tuple[str, Chain]]:
    for text in getattr(experiment, key):
        with written_at(experiment, key, text):
            found = look_up(registry, key, text, experiment.folder)
        for chain in found:
            yield text, chain


def _swept(
    experiment: Experiment,
    key: str,
    chains: Iterable[tuple[str, Chain]],
    sweep: tuple[Assignment, ...],
) -> Iterator[tuple[str, Chain]]:
    for text, chain in chains:
        for each in sweep:
            with written_at(experiment, f"sweep.{each.place}"):
                each.check(key, chain)
        at = ("sweep", None) if any(each.concerns(key, chain) for each in sweep) else (key, text)
        with written_at(experiment, *at):
            for varied in assigned(key, chain, sweep):
                yield text, varied


def _reporters(experiment: Experiment, registry: Registry) -> Iterator[Selected]:
    for each in experiment.reporters:
        if isinstance(each, ComponentTable):
            yield from_table(registry, Kind.REPORTER, each, experiment, f"reporters.{each.name}")
        else:
            with written_at(experiment, "reporters", each):
                yield from select(registry, Kind.REPORTER, each, experiment.folder)


def _engine(experiment: Experiment, registry: Registry) -> Selected:
    if isinstance(experiment.engine, ComponentTable):
        return from_table(registry, Kind.ENGINE, experiment.engine, experiment, "engine")
    default = DEFAULT_ENGINE if registry is default_registry() else LOCAL_ENGINE
    with written_at(experiment, "engine"):
        return select_one(registry, Kind.ENGINE, experiment.engine or default, experiment.folder)


def _check_distinct(experiment: Experiment, key: str, specs: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for spec in specs:
        if spec in seen:
            after = " once the sweep is spelled out" if experiment.sweep and key in LISTS else ""
            raise ConfigurationError(f"{experiment.place(key, spec)}: '{spec}' is selected twice{after}")
        seen.add(spec)


def has_relative_path(selected: Selected) -> bool:
    """Whether a component means something else from another folder."""
    return any(isinstance(value, pathlib.Path) and is_relative(value) for value in selected.written.values())
