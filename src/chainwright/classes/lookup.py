"""Search of all classifications by code, Chinese or English name, with near misses."""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import cache

import pandas as pd

from chainwright.classes.code_lists import HS
from chainwright.classes.index import Entry, entries, folded, keywords, tokens
from chainwright.classes.places import place_codes
from chainwright.errors import ParameterError

__all__ = ["MATCHES", "search"]

MATCHES = ("exact code", "code prefix", "name", "keyword", "part of name", "near")
"""What a hit can be, the best first."""

ALIKE = 0.75
"""Least likeness of two English words that counts as near: 2 x letters in common / letters."""

SHARED = 0.5
"""Least share of a query's pairs of Han characters that a near Chinese name has."""

LONG = 4
"""Latin letters from which a query may stand inside a word: `chn` is not looked for in others."""

HAN = re.compile(r"[\u3400-\u9fff]")

Hit = tuple[tuple[float | str, ...], str, Entry]


def search(text: str, *, within: str | None = None, limit: int = 20) -> pd.DataFrame:
    """Return the codes that a word, a name or a code may mean, the best first.

    Case, full-width letters and digits, dots in codes and the order of English words do not matter.
    Near misses (letters swapped, one character too many) are looked for if nothing else is found.
    The words of trade that no official name has, such as photoresist or 隔膜, are in the fact table
    ``class_words``: our own assignment to codes of HS 2022 and GB/T 4754-2017.

    Parameters
    ----------
    text : str
        Part of a code, a Chinese or an English name.
    within : str, optional
        Name of one list (`lists`); all lists if not given, where a code of the Harmonized System
        stands once, under the newest revision that has it.
    limit : int, optional
        Most rows that are given back, at least 1.

    Returns
    -------
    DataFrame
        ``list``, ``code``, ``name_en``, ``name_zh``, ``level``, ``parent`` and ``match``: one of
        ``exact code``, ``code prefix``, ``name``, ``keyword``, ``part of name``, ``near``.

    Raises
    ------
    ParameterError
        If `text` is blank or `limit` is below 1.
    UnknownCodeError
        If there is no list `within`.

    Examples
    --------
    >>> search("锂离子电池", limit=1)[["list", "code", "match"]].to_numpy().tolist()
    [['GBT4754', '3841', 'part of name']]
    >>> search("lithium carbonate")["code"].iloc[0]
    '283691'
    """
    query = folded(text)
    if not query:
        raise ParameterError("text", "search", "a code or a word", text)
    if limit < 1:
        raise ParameterError("limit", "search", "at least 1", limit)
    known = entries(within)
    hits = sorted(_hits(query, known), key=lambda hit: hit[0]) or sorted(
        _near(query, known, within), key=lambda hit: hit[0]
    )
    best: dict[tuple[str, str], tuple[str, Entry]] = {}
    for _, match, entry in hits:
        best.setdefault((entry.key, entry.code), (match, entry))
    shown = list(best.values())[:limit]
    return pd.DataFrame(
        [(e.key, e.code, e.name_en, e.name_zh, e.level, e.parent, match) for match, e in shown],
        columns=["list", "code", "name_en", "name_zh", "level", "parent", "match"],
    ).astype({"level": "int64"})


def _rank(match: str, entry: Entry, *better: float) -> tuple[float | str, ...]:
    """Return what a hit is sorted by: kind of match, how good, list, shortness, code."""
    named = match not in {"exact code", "code prefix"}
    length = min(len(n) for n in (entry.english, entry.chinese) if n) if named else 0
    return (MATCHES.index(match), *better, entry.order, length, entry.code)


def _hits(query: str, known: Iterable[Entry]) -> Iterator[Hit]:
    """Yield the codes that `query` means as it is written."""
    compact = query.replace(".", "").replace(" ", "")
    numeric = any(letter.isdigit() for letter in compact)
    country = place_codes().get(query.upper())
    words = tokens(query)
    exact, partly = _assigned(query)
    for entry in known:
        code = entry.code.casefold().replace(".", "")
        if code == compact or (entry.key == "ISO3166" and entry.code == country):
            yield _rank("exact code", entry, 0.0), "exact code", entry
        elif numeric and code.startswith(compact):
            yield _rank("code prefix", entry, float(entry.level)), "code prefix", entry
        elif query in {entry.english, entry.chinese}:
            yield _rank("name", entry, 0.0), "name", entry
        elif _kept(entry) in exact:
            yield _rank("keyword", entry, 0.0), "keyword", entry
        elif _part(query, entry):
            apart = query in tokens(entry.english) or query in entry.chinese
            yield _rank("part of name", entry, 0.0 if apart else 1.0), "part of name", entry
        elif words and _has_words(words, entry.english):
            yield _rank("part of name", entry, 2.0), "part of name", entry
        elif _kept(entry) in partly:
            yield _rank("part of name", entry, 3.0), "keyword", entry


def _part(query: str, entry: Entry) -> bool:
    """Return whether a name has the query; of a few Latin letters, as the beginning of a word."""
    if HAN.search(query) or len(query) >= LONG:
        return query in entry.chinese or query in entry.english
    return query in entry.english and any(w.startswith(query) for w in tokens(entry.english))


def _kept(entry: Entry) -> tuple[str, str]:
    """Return an entry as our own search words name it: any revision of HS is HS."""
    return ("HS" if entry.key in HS else entry.key, entry.code)


def _assigned(query: str) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Return the codes of our own search words that are a query, and of those that hold it."""
    exact: set[tuple[str, str]] = set()
    partly: set[tuple[str, str]] = set()
    for word, codes in keywords():
        if query == word:
            exact |= codes
        elif query in (word if HAN.search(query) else tokens(word)):
            partly |= codes
    return exact, partly


def _has_words(words: list[str], name: str) -> bool:
    """Return whether each word begins a word of the name."""
    if not all(word in name for word in words):
        return False
    held = tokens(name)
    return all(any(part.startswith(word) for part in held) for word in words)


def _near(query: str, known: Iterable[Entry], within: str | None) -> Iterator[Hit]:
    """Yield the codes whose names are nearly `query`."""
    meant = {kept for word, codes in keywords() if _ratio(query, word) >= ALIKE for kept in codes}
    for entry in known:
        if _kept(entry) in meant:
            yield _rank("near", entry, -ALIKE), "near", entry
    pairs = {query[i : i + 2] for i in range(len(query) - 1) if HAN.match(query[i])}
    if pairs:
        for entry in known:
            shared = sum(pair in entry.chinese for pair in pairs) / len(pairs)
            if shared >= SHARED:
                yield _rank("near", entry, -shared), "near", entry
        return
    alike = [_alike(word, within) for word in tokens(query)]
    for entry in known:
        held = tokens(entry.english)
        each = [max((like.get(part, 0.0) for part in held), default=0.0) for like in alike]
        if each and min(each) > 0.0:
            yield _rank("near", entry, -sum(each) / len(each)), "near", entry


def _ratio(one: str, other: str) -> float:
    """Return how alike two words are: 2 x letters in common / letters."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


@cache
def _vocabulary(within: str | None) -> tuple[str, ...]:
    """Return all words of the English names."""
    return tuple(sorted({word for entry in entries(within) for word in tokens(entry.english)}))


def _alike(word: str, within: str | None) -> dict[str, float]:
    """Return the words of the names that are nearly `word`, with their likeness."""
    matcher = SequenceMatcher(b=word, autojunk=False)
    found: dict[str, float] = {}
    for other in _vocabulary(within):
        if abs(len(other) - len(word)) > max(1, len(word) // 3):
            continue
        matcher.set_seq1(other)
        if matcher.quick_ratio() >= ALIKE and (ratio := matcher.ratio()) >= ALIKE:
            found[other] = ratio
    return found
