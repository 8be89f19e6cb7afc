"""What is checked of the rows of a long table, each check one function that yields breaches."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, near
from chainwright.params import table
from chainwright.sources.rows import Codes, Rows, some

__all__ = [
    "BLOCKS",
    "blocks",
    "breaches",
    "clashes",
    "is_category",
    "lost",
    "money_unit",
    "repeats",
    "split_unit",
    "unit_of",
]

BLOCKS = ("intermediate", "final", "import", "value_added", "stressor")
"""What a row may be; only the first two must be there."""

NEEDED = {
    "from_region": (0, 1),
    "from_sector": (0, 1, 2, 3, 4),
    "to_region": (0, 1, 2, 3, 4),
    "to_sector": (0, 1, 2, 3, 4),
}
"""Blocks, as places in `BLOCKS`, in which a label may not be empty."""


def blocks(rows: Rows) -> Codes:
    """Return the place of each row's block in `BLOCKS`, -1 if it is none of them.

    Parameters
    ----------
    rows : Rows
        The table.
    """
    text = rows.text["block"]
    place = np.array([BLOCKS.index(w) if w in BLOCKS else -1 for w in text.words], dtype=np.int32)
    return place[text.codes] if len(place) else np.zeros(0, np.int32)


def breaches(rows: Rows, block: Codes, currency: str | None) -> Iterator[Breach]:
    """Yield unknown blocks, absent blocks, empty labels and units that contradict each other.

    Parameters
    ----------
    rows : Rows
        The table.
    block : ndarray of int32, shape (rows,)
        What `blocks` returned.
    currency : str, optional
        What was said on reading.
    """
    yield from _blocks(rows, block)
    yield from _labels(rows, block)
    yield from _money(rows, block, currency)
    yield from _stressor_units(rows, block)


def _blocks(rows: Rows, block: Codes) -> Iterator[Breach]:
    text = rows.text["block"]
    yield from some(
        np.flatnonzero(block < 0),
        lambda row: Breach(
            f"row {rows.number(row)}, column 'block'",
            f"'{text.at(row)}'",
            f"one of {', '.join(BLOCKS)}",
            f"Write one of them.{near(text.at(row), BLOCKS)}",
        ),
        "unknown blocks",
    )
    if len(block):
        for place in (0, 1):
            if not (block == place).any():
                yield Breach(
                    "column 'block'",
                    f"no row '{BLOCKS[place]}'",
                    "rows of both intermediate and final",
                    "Give who delivers what to whom, and what goes to final users.",
                )


def _labels(rows: Rows, block: Codes) -> Iterator[Breach]:
    for column, places in NEEDED.items():
        text = rows.text[column]
        empty = text.codes == (text.words.index("") if "" in text.words else -1)
        word = "region" if column.endswith("region") else "label"
        remedy = (
            "Write one code, such as CHN, in every row of a table of one nation."
            if word == "region"
            else "Any one label serves where only a total is known, such as 'all'."
        )
        yield from some(
            np.flatnonzero(empty & np.isin(block, places)),
            lambda row, column=column, word=word, remedy=remedy: Breach(  # type: ignore[misc]
                f"row {rows.number(row)}, column '{column}'",
                "nothing",
                f"a {word} of the {BLOCKS[block[row]]} row",
                remedy,
            ),
            "empty labels",
        )


def _first_of_each(codes: Codes, words: Sequence[str]) -> list[tuple[str, int]]:
    """Words that `codes` mention, each with the first place where it stands."""
    found, first = np.unique(codes, return_index=True)
    order = np.argsort(first)
    return [(words[found[o]], int(first[o])) for o in order]


def _money(rows: Rows, block: Codes, currency: str | None) -> Iterator[Breach]:
    if "unit" not in rows.text:
        return
    chosen = np.flatnonzero((block >= 0) & (block != BLOCKS.index("stressor")))
    text = rows.text["unit"]
    found = _first_of_each(text.codes[chosen], text.words)
    if len(found) > 1:
        named = " and ".join(
            f"'{word}' (row {rows.number(int(chosen[i]))})" for word, i in found[:4]
        )
        yield Breach(
            "column 'unit'",
            f"{len(found)} units of money: {named}",
            "one unit for all rows of money",
            "Convert the amounts to one unit before, at a rate that you can name.",
        )
        return
    stated = split_unit(found[0][0])[1] if found else None
    if stated and currency and stated != currency:
        yield Breach(
            "column 'unit'",
            f"'{found[0][0]}'",
            f"amounts in {currency}, as was said on reading",
            f"Say currency {stated}, or none; amounts are converted afterwards by in_money.",
        )


def _stressor_units(rows: Rows, block: Codes) -> Iterator[Breach]:
    if "unit" not in rows.text:
        return
    text, names = rows.text["unit"], rows.text["from_sector"]
    chosen = np.flatnonzero(block == BLOCKS.index("stressor"))
    for name in np.unique(names.codes[chosen]):
        of = chosen[names.codes[chosen] == name]
        found = _first_of_each(text.codes[of], text.words)
        if len(found) > 1:
            named = " and ".join(f"'{w}' (row {rows.number(int(of[i]))})" for w, i in found[:4])
            yield Breach(
                f"stressor '{names.words[name]}', column 'unit'",
                f"{len(found)} units: {named}",
                "one unit a stressor",
                "Convert its values to one unit, or give the other rows another name.",
            )


@cache
def _currencies() -> frozenset[str]:
    return frozenset(row["code"] for row in table("currencies"))


def split_unit(unit: str) -> tuple[str, str | None]:
    """Return a unit without the currency that it ends in, and that currency.

    Parameters
    ----------
    unit : str
        In words.

    Examples
    --------
    >>> split_unit("million USD"), split_unit("M.EUR"), split_unit("10^4 yuan")
    (('million', 'USD'), ('M', 'EUR'), ('10^4 yuan', None))
    """
    ends = re.fullmatch(r"(?:(.*)[^A-Za-z])?([A-Z]{3})", unit)
    if ends and ends[2] in _currencies():
        return (ends[1] or "").strip(" ._-"), ends[2]
    return unit, None


def money_unit(rows: Rows, block: Codes) -> tuple[str, str | None]:
    """Return the unit of the amounts, and the currency that it ends in, if it does.

    Parameters
    ----------
    rows : Rows
        A table with one unit of money.
    block : ndarray of int32, shape (rows,)
        What `blocks` returned.
    """
    if "unit" not in rows.text:
        return "", None
    first = int(np.flatnonzero(block != BLOCKS.index("stressor"))[0])
    return split_unit(rows.text["unit"].at(first))


def unit_of(rows: Rows, of: npt.NDArray[np.bool_], stressor: str) -> str:
    """Return the unit of a stressor.

    Parameters
    ----------
    rows : Rows
        A table with one unit a stressor.
    of : ndarray of bool, shape (rows,)
        Rows of stressors.
    stressor : str
        Its name.
    """
    if "unit" not in rows.text:
        return ""
    names = rows.text["from_sector"]
    first = int(np.flatnonzero(of & (names.codes == names.words.index(stressor)))[0])
    return rows.text["unit"].at(first)


@cache
def _categories() -> frozenset[str]:
    return frozenset(
        r["code"].casefold() for r in table("final_categories") if r["role"] != "total"
    )


def is_category(label: str) -> bool:
    """Return whether a label is the name of a final category in any table that is known here.

    Parameters
    ----------
    label : str
        Such as ``"inventories"`` or ``"FU201"``.
    """
    return label.casefold() in _categories()


def lost(
    rows: Rows, places: npt.NDArray[np.intp], known: Sequence[tuple[str, str]]
) -> Iterator[Breach]:
    """Yield the rows whose target is neither a producer nor, where it may be, a final user.

    Parameters
    ----------
    rows : Rows
        The table.
    places : ndarray of int
        The rows.
    known : sequence of (region, label)
        Producers and final users.
    """
    codes = [f"{region}:{label}" for region, label in known]

    def make(row: int) -> Breach:
        code = f"{rows.text['to_region'].at(row)}:{rows.text['to_sector'].at(row)}"
        added = rows.text["block"].at(row) == "value_added"
        return Breach(
            f"row {rows.number(row)}, columns 'to_region' and 'to_sector'",
            f"'{code}'",
            f"a producer{'' if added else ' or a final user'} "
            "of the rows 'intermediate' and 'final'",
            f"Correct the code, or give the producer's deliveries.{near(code, codes)}",
        )

    yield from some(places, make, "targets that are not known")


def clashes(rows: Rows, places: npt.NDArray[np.intp]) -> Iterator[Breach]:
    """Yield the rows whose target is a producer and a final user by the same name.

    Parameters
    ----------
    rows : Rows
        The table.
    places : ndarray of int
        The rows.
    """
    yield from some(
        places,
        lambda row: Breach(
            f"row {rows.number(row)}, columns 'to_region' and 'to_sector'",
            f"'{rows.text['to_region'].at(row)}:{rows.text['to_sector'].at(row)}', "
            "which is a producer and a final category",
            "a name that is one of the two",
            "Give the final category another code.",
        ),
        "targets of two meanings",
    )


def repeats(rows: Rows, pairs: npt.NDArray[np.intp]) -> Iterator[Breach]:
    """Yield the rows whose key stands in a row before.

    Parameters
    ----------
    rows : Rows
        The table.
    pairs : ndarray of int, shape (any, 2)
        A row, and the row before with the same key.
    """
    before = dict(map(tuple, pairs.tolist()))

    def make(row: int) -> Breach:
        text = rows.text
        seller = ":".join(filter(None, (text["from_region"].at(row), text["from_sector"].at(row))))
        buyer = f"{text['to_region'].at(row)}:{text['to_sector'].at(row)}"
        return Breach(
            f"row {rows.number(row)}",
            f"the key '{text['block'].at(row)}, {seller} -> {buyer}' "
            f"of row {rows.number(before[row])} again",
            "each key once",
            "Add the two values up in one row, or take one of them out.",
        )

    yield from some(pairs[:, 0], make, "repeated keys")
