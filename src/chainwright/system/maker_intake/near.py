"""Words that are nearly alike, found without comparing each with each."""

from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np
from scipy.sparse import csr_array

__all__ = ["CONTAINED", "MOST", "NEAR", "near_ones"]

NEAR = 0.8
"""Least likeness that makes a candidate: 2 x letters in common, in order, / letters of both."""

CONTAINED = 0.8
"""Likeness of a name that stands whole inside a longer one, as a short name does."""

MOST = 3
"""Candidates that are offered."""

VERIFIED = 8
"""Words with most letter groups in common that are compared letter by letter."""

COMMON = 500
"""A letter group that more known words have than this tells none from another."""

SHARED = 0.35
"""Least share of letter groups in common that is worth a comparison; half where one holds the
other, so that whole names are found by their short ones."""

CHUNK = 2_000


def near_ones(
    words: Sequence[str],
    known: Sequence[str],
    *,
    marks: tuple[Sequence[object], Sequence[object]] | None = None,
    inside: bool = True,
) -> list[list[tuple[int, float]]]:
    """Return the known words that each word is near to, the nearest first.

    Words are compared only with those that share groups of letters with them (two Han characters,
    three others), so that the work grows with the words and not with their product.

    Parameters
    ----------
    words, known : sequence of str
        Keys, as `code_key` or `name_key` make them.
    marks : tuple of two sequences, optional
        Something of each word and of each known one; those with another are never near: plant 1
        is not plant 2 (`marks_of`).
    inside : bool
        Whether a word that stands whole inside another is near to it.

    Returns
    -------
    list of list
        For each word places in `known` with their likeness, from 0 to 1.

    Examples
    --------
    >>> near_ones(["northelectronic", "zzz"], ["northelectronics", "riverseats"])
    [[(0, 0.967741935483871)], []]
    """
    found: list[list[tuple[int, float]]] = [[] for _ in words]
    if not words or not known:
        return found
    have, of_known = _grams(known)
    of_words = _sizes(words)
    for start in range(0, len(words), CHUNK):
        chunk = words[start : start + CHUNK]
        shared = csr_array(_rows(chunk, have) @ of_known[0].T)
        for i, word in enumerate(chunk):
            span = slice(shared.indptr[i], shared.indptr[i + 1])
            places, counts = shared.indices[span], shared.data[span]
            least = np.minimum(of_words[start + i], of_known[1][places])
            both = of_words[start + i] + of_known[1][places]
            alike = np.maximum(2.0 * counts / both, inside * 0.5 * counts / least)
            order = np.lexsort((places, -alike))[:VERIFIED]
            told = [
                (int(places[j]), _likeness(word, known[places[j]], inside=inside))
                for j in order
                if alike[j] >= SHARED
                and (marks is None or marks[0][start + i] == marks[1][places[j]])
            ]
            kept = [(place, like) for place, like in told if like >= NEAR]
            found[start + i] = sorted(kept, key=lambda pair: (-pair[1], pair[0]))[:MOST]
    return found


def _likeness(word: str, other: str, *, inside: bool) -> float:
    """Return 2 x letters in common, in order, / letters of both; more for one inside the other."""
    ratio = SequenceMatcher(None, other, word, autojunk=False).ratio()
    short, long = sorted((word, other), key=len)
    least = 2 if any(c > "\u2e7f" for c in short) else 4
    held = inside and len(short) >= least and short in long
    return max(ratio, CONTAINED) if held else ratio


def _groups(word: str) -> list[str]:
    """Return the groups of letters of a word, each once."""
    size = 2 if any(c > "\u2e7f" for c in word) else 3
    padded = word if len(word) > size else f"^{word}$"
    return list(dict.fromkeys(padded[i : i + size] for i in range(len(padded) - size + 1)))


def _sizes(words: Sequence[str]) -> np.ndarray:
    return np.array([max(1, len(_groups(word))) for word in words], dtype=np.float64)


def _grams(known: Sequence[str]) -> tuple[dict[str, int], tuple[csr_array, np.ndarray]]:
    """Return letter groups by number, and which known words have them, without common ones."""
    held: dict[str, int] = {}
    groups = [_groups(word) for word in known]
    columns = np.array([held.setdefault(g, len(held)) for gs in groups for g in gs], dtype=np.int64)
    rows = np.repeat(np.arange(len(known)), [len(gs) for gs in groups])
    often = np.bincount(columns, minlength=len(held))
    kept = often[columns] <= COMMON
    matrix = csr_array(
        (np.ones(int(kept.sum())), (rows[kept], columns[kept])), shape=(len(known), len(held))
    )
    return held, (matrix, _sizes(known))


def _rows(words: Sequence[str], have: dict[str, int]) -> csr_array:
    places = [[have[g] for g in _groups(word) if g in have] for word in words]
    columns = np.array([place for row in places for place in row], dtype=np.int64)
    rows = np.repeat(np.arange(len(words)), [len(row) for row in places])
    return csr_array((np.ones(len(columns)), (rows, columns)), shape=(len(words), len(have)))
