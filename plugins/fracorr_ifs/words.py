"""Words: the maps of a system composed with each other.

The system of all words of a given length, or of all words that have just become small enough, has the same attractor
as the system itself (Hutchinson 1981, doi:10.1512/iumj.1981.30.30055, section 3.1). Drawing words instead of letters
means fewer, larger steps, and so less blur.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from fracorr_ifs.maps import IDENTITY, AffineMap, System


@attrs.frozen
class Word:
    """Some maps of a system, composed.

    Attributes
    ----------
    map : AffineMap
        The composition; the last letter acts first.
    weight : float
        The product of the letters' probabilities. Where there is condensation, the picture itself counts as one more
        map; then the weights of all words, complete or not, sum to 1, else those of the complete ones do.
    length : int
        How many letters it has.
    complete : bool
        Whether the cut ends here. An incomplete word is the beginning of others: where there is condensation, the
        picture itself is drawn there.
    """

    map: AffineMap = IDENTITY
    weight: float = 1.0
    length: int = 0
    complete: bool = False


class TooManyWordsError(Exception):
    """A cut has more words than are allowed."""


def cut(system: System, done: Callable[[Word], bool], limit: int) -> tuple[Word, ...]:
    """List the shortest words for which `done` holds, each preceded by the beginnings that lead to it.

    Parameters
    ----------
    system : System
    done : callable
        Whether a word is long enough.
    limit : int
        The most words.

    Returns
    -------
    tuple of Word
        In the order in which they are painted: a beginning first, then map by map.

    Raises
    ------
    TooManyWordsError
        If there are more than `limit`.
    """
    own = 1 / (1 + len(system.maps)) if system.condensation else 0.0
    letters = [(each, (1 - own) * share) for each, share in zip(system.maps, system.probabilities, strict=True)]
    words: list[Word] = []
    pending = [Word()]
    while pending:
        word = pending.pop()
        complete = done(word)
        words.append(attrs.evolve(word, weight=word.weight * (1.0 if complete else own), complete=complete))
        if len(words) > limit:
            raise TooManyWordsError
        if not complete:
            pending.extend(
                Word(word.map @ letter, word.weight * share, word.length + 1) for letter, share in reversed(letters)
            )
    return tuple(words)


def of_length(system: System, length: int, limit: int) -> tuple[Word, ...]:
    """List all words of `length` letters (see :func:`cut`)."""
    return cut(system, lambda word: word.length >= length, limit)


def of_ratio(system: System, ratio: float, limit: int) -> tuple[Word, ...]:
    """List the shortest words, of one letter at least, that shrink distances to `ratio` or less (see :func:`cut`)."""
    return cut(system, lambda word: word.length > 0 and word.map.norm <= ratio, limit)


def of_weight(system: System, weight: float, longest: int, limit: int) -> tuple[Word, ...]:
    """List the shortest words that weigh `weight` or less, or have `longest` letters (see :func:`cut`)."""
    return cut(system, lambda word: word.length > 0 and (word.weight <= weight or word.length >= longest), limit)
