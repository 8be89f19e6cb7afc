"""Bridges: which codes of one classification are which of another."""

from collections import Counter
from functools import cache

import pandas as pd

from chainwright.classes.code_lists import HS, classification
from chainwright.errors import UnknownCodeError
from chainwright.params import table

__all__ = ["bridge", "bridged", "translated"]

Pairs = list[tuple[str, str, str]]
"""From code, to code, source key."""

HUB = "ISIC4"
ANY = "HS"
BY_HAND = "gbt4754-isic4"
SIX = 6
"""Digits of a subheading of the Harmonized System."""
DIVISION = 2
"""Digits of a division of ISIC."""


def bridged() -> tuple[str, ...]:
    """Return the lists that `bridge` takes; ``"HS"`` is every revision of it together.

    Examples
    --------
    >>> bridged()
    ('ISIC4', 'NACE2', 'GBT4754', 'HS', 'HS1992', 'HS2017', 'HS2022')
    """
    return (HUB, "NACE2", "GBT4754", ANY, *HS)


def bridge(from_list: str, to_list: str) -> pd.DataFrame:
    """Return which codes of one list are which of another, one row a pair.

    Two revisions of the Harmonized System are joined by the conversion tables of the United
    Nations, which give one older code for each newer; the other way round they are read
    backwards, so that a newer code that shares an older one with others is found and a newer one
    that also took from another older code is not. All other pairs go through ISIC Rev.4: HS by
    the concordance of all its revisions, NACE Rev.2 at every level, GB/T 4754-2017 by division,
    by hand (the fact table ``bridge_gbt4754_isic4`` has the notes). The concordance of HS is wide:
    it was made through ISIC Rev.3 and gives all classes that a code may come from. Between HS and
    NACE or GB/T, classes that make no goods (support to mining, repair, services) are left out
    where another is left, and of a division of GB/T only its main division of ISIC is taken; to
    ISIC itself, both are given as they are.

    Parameters
    ----------
    from_list, to_list : str
        Two of `bridged`.

    Returns
    -------
    DataFrame
        ``from_code``, ``to_code``; ``kind``: ``1:1``, ``n:1`` (several of the first are one of the
        second), ``1:n`` or ``n:n``; ``source``: keys of the fact table ``references``, joined by
        ``+`` where the bridge has two legs. Codes without a partner have no row. Sorted by
        ``from_code``; of a division of GB/T 4754 its main division of ISIC stands first.

    Raises
    ------
    UnknownCodeError
        If one is not in `bridged`.

    Examples
    --------
    >>> found = bridge("HS2017", "GBT4754")
    >>> found[found["from_code"] == "850760"][["to_code", "kind"]].to_numpy().tolist()
    [['38', 'n:1']]
    """
    _refuse_others(from_list, to_list)
    return _bridge(from_list, to_list).copy()


def _refuse_others(*names: str) -> None:
    for name in names:
        if name not in bridged():
            raise UnknownCodeError(name, "list with a bridge", bridged())


@cache
def _bridge(from_list: str, to_list: str) -> pd.DataFrame:
    """Return what `bridge` gives copies of."""
    if from_list == to_list != ANY:
        same = classification(from_list)
        pairs = [(code, code, same.source) for code in same.codes]
    elif from_list in HS and to_list in HS:
        pairs = _revised(from_list, to_list)
    elif HUB in {from_list, to_list}:
        pairs = _to_hub(to_list if from_list == HUB else from_list)
        pairs = _backwards(pairs) if from_list == HUB else pairs
    else:
        first, second = _to_hub(from_list), _to_hub(to_list)
        if from_list.startswith(ANY) or to_list.startswith(ANY):
            first, second = _narrowed(first), _narrowed(second)
        pairs = _through(first, _backwards(second))
    pairs = sorted(dict.fromkeys(pairs), key=lambda pair: pair[0])
    starts, ends = Counter(p[0] for p in pairs), Counter(p[1] for p in pairs)
    kinds = {(False, False): "1:1", (False, True): "n:1", (True, False): "1:n", (True, True): "n:n"}
    return pd.DataFrame(
        {
            "from_code": [a for a, _, _ in pairs],
            "to_code": [b for _, b, _ in pairs],
            "kind": [kinds[starts[a] > 1, ends[b] > 1] for a, b, _ in pairs],
            "source": [s for _, _, s in pairs],
        },
        dtype="str",
    )


def translated(code: str, from_list: str, to_list: str) -> pd.DataFrame:
    """Return what one code is in another list: rows of `bridge`.

    Parameters
    ----------
    code : str
        A code of `from_list`. Where the bridge does not know it, the code that holds it is looked
        for, and so on upwards: GB/T 4754 has a bridge at its divisions alone.
    from_list, to_list : str
        Two of `bridged`, `from_list` other than ``"HS"``.

    Returns
    -------
    DataFrame
        The columns of `bridge`; ``from_code`` is the code that the bridge knows. No rows if it
        knows none of them.

    Raises
    ------
    UnknownCodeError
        If the list lacks the code, or there is no such list.

    Examples
    --------
    >>> list(translated("3841", "GBT4754", "ISIC4")["to_code"])
    ['27', '26', '28']
    """
    _refuse_others(from_list, to_list)
    pairs = _bridge(from_list, to_list)
    for above in classification(from_list).line(code):
        found = pairs[pairs["from_code"] == above]
        if not found.empty:
            return found.reset_index(drop=True)
    return pairs.iloc[:0]


def _stored(name: str) -> Pairs:
    """Return the pairs of a fact table of bridges."""
    return [
        (row["from_code"], to, row["source"])
        for row in table(name)
        for to in row["to_codes"].split(";")
    ]


def _to_hub(name: str) -> Pairs:
    """Return the pairs of a list with ISIC Rev.4; of ISIC its codes with themselves."""
    if name == HUB:
        return [(code, code, HUB.lower()) for code in classification(HUB).codes]
    if name == "NACE2":
        return _backwards(_stored("bridge_isic4_nace2"))
    if name == "GBT4754":
        return _stored("bridge_gbt4754_isic4")
    pairs = _stored("bridge_hs_isic4")
    return pairs if name == ANY else [p for p in pairs if p[0] in classification(name)]


def _revised(old: str, new: str) -> Pairs:
    """Return the pairs of two different revisions of the Harmonized System."""
    first, last = sorted((HS.index(old), HS.index(new)))
    legs = [_converted(HS[i + 1], HS[i]) for i in range(first, last)]
    found = legs[-1]  # newest first
    for leg in reversed(legs[:-1]):
        found = _through(found, leg)
    return found if HS.index(old) == last else _backwards(found)


def _converted(newer: str, older: str) -> Pairs:
    """Return the older code of each six-digit code of a revision of the Harmonized System.

    The fact table has the codes that changed; every other one is the same code in both.
    """
    changed = {a: b for a, b, _ in _stored(f"bridge_{newer.lower()}_{older.lower()}")}
    source = f"{newer.lower()}-{older.lower()}"
    codes = (code for code in classification(newer).codes if len(code) == SIX)
    return [(code, changed.get(code, code), source) for code in codes]


def _backwards(pairs: Pairs) -> Pairs:
    """Return the pairs the other way round."""
    return [(b, a, s) for a, b, s in pairs]


def _narrowed(pairs: Pairs) -> Pairs:
    """Return the pairs of a list with ISIC Rev.4 that matter to goods.

    Of HS codes those with classes that make goods, where there are any: the concordance also gives
    support to mining, repair and services, which ISIC split off from the makers of the same goods.
    Of GB/T 4754 those with the main ISIC division of each, which stands first.
    """
    kept: dict[str, Pairs] = {}
    for pair in pairs:
        kept.setdefault(pair[0], []).append(pair)
    found: Pairs = []
    for of in kept.values():
        made = [pair for pair in of if _makes_goods(pair[1])]
        found += of[:1] if of[0][2] == BY_HAND else made or of
    return found


def _makes_goods(code: str) -> bool:
    return (code[:DIVISION] < "33" and code[:DIVISION] != "09") or code[:DIVISION] == "35"


def _through(first: Pairs, second: Pairs) -> Pairs:
    """Return the pairs of two bridges, one after the other.

    Where the two share no code in the middle, as one has divisions and the other classes, both are
    cut to divisions.
    """
    if not {middle for _, middle, _ in first} & {middle for middle, _, _ in second}:
        first = [(a, b[:DIVISION], s) for a, b, s in first]
        second = [(a[:DIVISION], b, s) for a, b, s in second]
    onward: dict[str, dict[tuple[str, str], None]] = {}  # in order, each once
    for middle, end, source in second:
        onward.setdefault(middle, {})[end, source] = None
    return [
        (start, end, "+".join((one, other)))
        for start, middle, one in first
        for end, other in onward.get(middle, ())
    ]
