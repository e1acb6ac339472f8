"""Scenes and kernels made from their specs, when they are needed and once as far as memory allows."""

from __future__ import annotations

import functools
import importlib.metadata
import itertools
import secrets
import weakref
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, TypeVar

from fracorr.components import Component
from fracorr.errors import ConfigurationError, FracorrError, PluginError
from fracorr.kernel import Kernel
from fracorr.memo import Shelf
from fracorr.raised import described, message
from fracorr.randomness import generator
from fracorr.scene import Scene
from fracorr.selection import Chain, Selected
from fracorr.trial import KernelRef, SceneRef

T = TypeVar("T", Kernel, Scene)

#: Bytes of scenes, and of transformed kernels, that are kept for the next trial.
CACHE_BYTES = 512 << 20


class Materials:
    """The scenes and kernels of an experiment.

    Everything is a function of the seed and of specs, so a worker in another process makes the same from the same
    references. Pickled, it is no more than its seed and its name: each process has its own, shared by all its trials.

    Parameters
    ----------
    seed : int
        The experiment's seed.
    token : str, optional
        What they are called in every process that works for the experiment.
    """

    def __init__(self, seed: int, token: str | None = None) -> None:
        self.seed = seed
        self.token = token or secrets.token_hex(16)
        _LIVING[self.token] = self
        self._accepted: dict[tuple[str, int, str], Kernel] = {}
        self.forget()

    def __reduce__(self) -> tuple[Callable[[int, str, str], Materials], tuple[int, str, str]]:
        return (_materials_named, (self.seed, self.token, _own_version()))

    def forget(self) -> None:
        """Let go of everything that can be made again, to give the memory back."""
        self._scenes = Shelf(CACHE_BYTES)
        self._transformed = Shelf(CACHE_BYTES)
        self._at_hand: tuple[Hashable, Kernel] | None = None
        self._kernels: dict[str, list[Kernel]] = {}
        self._readers: dict[str, _Reader] = {}
        self._current: Scene | None = None
        self._of_current: dict[str, list[Kernel]] = {}

    def scenes(self, source: Selected) -> Iterator[Scene]:
        """Yield the scenes of a source, one at a time."""
        rng = generator(self.seed, "scenes", source.identity)
        found = _results(source.component, lambda: source.instance.scenes(rng), Scene)
        for index, scene in enumerate(found):
            self._scenes.put((source.spec, index), scene, scene.pixels.nbytes)
            yield scene

    def scene(self, ref: SceneRef) -> Scene:
        """Return the scene that a reference names."""
        key = (ref.source.spec, ref.index)
        scene: Scene | None = self._scenes.find(key)
        if scene is None:
            scene = self._read(ref)
        if self._current is not scene:
            _check_same(ref, scene)
            if self._current is not None:
                # Spectra and window sums outweigh the picture: only the scene that is being searched keeps them.
                self._current.memo.clear()
            self._of_current.clear()
        self._current = scene
        return scene

    def _read(self, ref: SceneRef) -> Scene:
        # A source that fails, or is stopped, cannot be read on: whoever comes next begins again.
        reader = self._readers.pop(ref.source.spec, None)
        if reader is None or reader.position > ref.index:
            reader = _Reader(self.scenes(ref.source))
        scene = reader.get(ref.index)
        if scene is None:
            raise _changed(ref)
        self._readers[ref.source.spec] = reader
        return scene

    def kernels(self, source: Selected, scene: SceneRef | None = None) -> list[Kernel]:
        """Return the kernels of a source: for every scene the same, or those that belong to `scene`."""
        if scene is None:
            if source.spec not in self._kernels:
                rng = generator(self.seed, "kernels", source.identity)
                found = _results(source.component, lambda: source.instance.kernels(rng), Kernel)
                self._kernels[source.spec] = [_born(kernel, source) for kernel in found]
            return self._kernels[source.spec]
        picture = self.scene(scene)
        if source.spec not in self._of_current:
            rng = generator(self.seed, "kernels", source.identity, scene.digest)
            found = _results(source.component, lambda: source.instance.kernels_of(picture, rng), Kernel)
            self._of_current[source.spec] = [_born(kernel, source) for kernel in found]
        return self._of_current[source.spec]

    def kernel(self, ref: KernelRef, chain: Chain) -> Kernel:
        """Return the kernel that a reference names, after a chain of transforms."""
        scene = ref.scene.digest if ref.scene else ""
        key = (ref.source.spec, ref.index, ref.digest, scene, chain.spec)
        made: Kernel | ChainError | None = self._transformed.find(key)
        if self._at_hand is not None and self._at_hand[0] != key:
            # What methods keep with a kernel can outweigh it by far; now it is known how much that is.
            before, kernel = self._at_hand
            self._transformed.put(before, kernel, kernel.pixels.nbytes + kernel.support.nbytes + kernel.memo.nbytes)
            self._at_hand = None
        if made is None:
            try:
                made = apply_chain(self.plain(ref), chain, self.seed)
                self._transformed.put(key, made, made.pixels.nbytes + made.support.nbytes)
            except ChainError as error:
                if is_out_of_memory(error):
                    raise
                # What failed once fails again: every trial hears of it, nobody pays twice.
                made = _without_traceback(error)
                self._transformed.put(key, made, 1)
        if isinstance(made, ChainError):
            raise ChainError(made.link, made.said) from made.__cause__
        self._at_hand = (key, made)
        return made

    def accept(self, ref: KernelRef, kernel: Kernel) -> None:
        """Take a kernel from the process that made it, so that it need not be made here."""
        self._accepted[ref.source.spec, ref.index, ref.digest] = kernel

    def plain(self, ref: KernelRef) -> Kernel:
        """Return the kernel that a reference names, as its source gives it.

        Raises
        ------
        PluginError
            If the source does not give it any more.
        """
        accepted = self._accepted.get((ref.source.spec, ref.index, ref.digest))
        if accepted is not None:
            return accepted
        kernels = self.kernels(ref.source, ref.scene)
        kernel = kernels[ref.index] if ref.index < len(kernels) else None
        _check_same(ref, kernel)
        assert kernel is not None
        return kernel


#: Those of this process that somebody holds, by name.
_LIVING: weakref.WeakValueDictionary[str, Materials] = weakref.WeakValueDictionary()


def _materials_named(seed: int, token: str, version: str) -> Materials:
    return _LIVING.get(token) or _made_for_worker(seed, token, version)


@functools.lru_cache(maxsize=1)
def _made_for_worker(seed: int, token: str, version: str) -> Materials:
    """Make the materials of a worker, and hold those of the experiment at hand between its trials."""
    if version != _own_version():
        raise PluginError(
            f"the run uses fracorr {version}, a process that should work for it has {_own_version()}; "
            "install the same version everywhere"
        )
    return Materials(seed, token)


@functools.cache
def _own_version() -> str:
    return importlib.metadata.version("fracorr")


def _check_same(ref: SceneRef | KernelRef, made: Scene | Kernel | None) -> None:
    """Refuse to work with something else than what was planned: a file that changed, a source that throws dice."""
    if made is None or made.digest != ref.digest:
        raise _changed(ref)


def _changed(ref: SceneRef | KernelRef) -> PluginError:
    return PluginError(
        f"{ref.source.component.kind.label} '{ref.source.spec}' ({ref.source.component.origin}) does not give "
        f"'{ref.name}' as it did when the run was planned: did a file change, or does the source draw at random "
        "without the generator that it is given?"
    )


def is_out_of_memory(error: BaseException | None) -> bool:
    """Whether an error says that memory ran out, directly or as its cause."""
    while error is not None:
        if isinstance(error, MemoryError) or (type(error).__module__ == "cv2" and getattr(error, "code", 0) == -4):
            return True
        error = error.__cause__
    return False


def _without_traceback(error: ChainError) -> ChainError:
    """Free what the frames of a traceback hold."""
    cause: BaseException | None = error
    while cause is not None:
        cause = cause.with_traceback(None).__cause__
    return error


class ChainError(Exception):
    """A transform failed inside a chain; `link` is whose it was, ``__cause__`` its error and `said` what that said."""

    def __init__(self, link: Selected, said: str) -> None:
        super().__init__(link.spec)
        self.link = link
        self.said = said


def apply_chain(kernel: Kernel, chain: Chain, seed: int) -> Kernel:
    """Apply the transforms of a chain in a row.

    Raises
    ------
    ChainError
        From whatever a transform raised.
    """
    for position, link in enumerate(chain.links):
        rng = generator(seed, "transform", position, link.identity, kernel.digest)
        try:
            result = link.instance.apply(kernel, rng)
            if not isinstance(result, Kernel):
                raise PluginError(f"apply() returned {type(result).__name__}, not a Kernel")
        except (Exception, SystemExit) as error:
            raise ChainError(link, message(error)) from error
        kernel = _linked(result, kernel, link.spec)
    return kernel


def _linked(result: Kernel, before: Kernel, spec: str) -> Kernel:
    return result.labelled(result.name, (*before.lineage, spec))


def _born(kernel: Kernel, source: Selected) -> Kernel:
    lineage = kernel.lineage or (f"{source.component.name}:{kernel.name}",)
    return kernel.labelled(kernel.name, lineage)


def _results(component: Component, call: Callable[[], Iterable[Any]], kind: type[T]) -> Iterator[T]:
    """Iterate over what a source yields; what goes wrong is the source's, and says so."""
    names: set[str] = set()
    try:
        for item in call():
            if not isinstance(item, kind):
                raise PluginError(
                    f"{component.kind.label} '{component.name}' ({component.origin}) yields {type(item).__name__}, "
                    f"not {kind.__name__}"
                )
            if item.name in names:
                raise PluginError(
                    f"{component.kind.label} '{component.name}' ({component.origin}) yields the name '{item.name}' "
                    "twice; names must be distinct"
                )
            names.add(item.name)
            yield item
    except FracorrError:
        raise
    except (Exception, SystemExit) as error:
        raise PluginError(
            f"{component.kind.label} '{component.name}' ({component.origin}) failed: {described(error)}"
        ) from error
    if not names:
        raise ConfigurationError(f"{component.kind.label} '{component.name}' ({component.origin}) yields nothing")


class _Reader:
    """A source that is being read from front to back."""

    def __init__(self, items: Iterator[Scene]) -> None:
        self._items = items
        self.position = 0

    def get(self, index: int) -> Scene | None:
        """Return a scene at `position` or after it; None where there are not so many any more."""
        scene = next(itertools.islice(self._items, index - self.position, None), None)
        self.position = index + 1
        return scene
