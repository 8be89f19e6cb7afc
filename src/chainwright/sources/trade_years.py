"""From the columns of a trade file to the checked rows of each year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, TableError
from chainwright.sources import trade_checks as checks
from chainwright.sources.trade_codes import Places, places_of, unknown_places
from chainwright.sources.trade_products import Products, products_of
from chainwright.sources.trade_reading import TradeRequest, YearRows
from chainwright.sources.trade_rows import Gathered, counts

__all__ = ["Checked", "checked"]

IMPORTS = frozenset({"m", "1", "import", "imports"})
EXPORTS = frozenset({"x", "2", "export", "exports"})
"""How UN Comtrade writes the two flows; re-exports and re-imports are parts of them."""

Rows = npt.NDArray[np.intp]

_Code = TypeVar("_Code", np.int16, np.int32)


@dataclass(frozen=True, eq=False)
class Checked:
    """The rows of a file by year, and what was found out on the way.

    Parameters
    ----------
    years : mapping of int or None to YearRows
        The rows.
    classification : str
        List of the product codes.
    currency, unit, quantity_unit : str
        Of values and quantities.
    notes : tuple of str
        What was left out, and how many rows of it.
    names : mapping of str to str
        Names of products, if they were read.
    """

    years: Mapping[int | None, YearRows]
    classification: str
    currency: str | None
    unit: str
    quantity_unit: str
    notes: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


def checked(
    rows: Gathered, ask: TradeRequest, *, own: Mapping[str, str], classification: str
) -> Checked:
    """Return the rows by year, or every breach at once.

    Parameters
    ----------
    rows : Gathered
        The columns of a file.
    ask : TradeRequest
        What is asked for.
    own : mapping of str to str
        Codes of places from the list that came with the file.
    classification : str
        List of product codes that the file's name or request tells; empty if none.

    Raises
    ------
    TableError
        If anything is not as it must be.
    """
    breaches = [*rows.breaches, *checks.years(rows), *checks.amounts(rows)]
    if not len(rows.value) and not ask.saved:
        lost = [f"{count:,} rows left out: {why}" for why, count in rows.left_out.items()]
        breaches.append(_empty(lost))
        raise TableError(rows.batches.name, breaches)
    role = rows.layout.role("value")
    told, wrong = checks.one_word(rows, "currency", "currencies")
    currency, unit, more = checks.currency_of(
        " ".join(filter(None, (role.unit if role else "", told))),
        ask.currency,
        rows.column("currency" if told else "value"),
    )
    breaches += [*wrong, *more]
    quantity_unit, wrong = checks.one_word(rows, "quantity unit", "units of quantity")
    breaches += wrong
    taken = rows.layout.role("quantity")
    quantity_unit = quantity_unit or (taken.unit if taken else "")
    if rows.layout.bilateral and rows.layout.role("year") is None and ask.year is None:
        breaches.append(_undated(rows))
    notes = [f"{count:,} rows left out: {why}" for why, count in rows.left_out.items()]
    keep, wrong = _one_level(rows, notes)
    breaches += wrong
    ends, keep, wrong = _ends(rows, ask, own, keep, notes)
    breaches += wrong
    if keep is not None and not len(keep):
        breaches.append(_empty(notes))
    products = products_of(rows, classification, keep, _first_year(rows, ask))
    breaches += products.breaches
    if breaches:
        raise TableError(rows.batches.name, breaches)
    notes += products.notes
    years = _by_year(rows, ask, ends, products, keep)
    names = _names(rows)
    return Checked(
        years, products.classification, currency, unit, quantity_unit, tuple(notes), names
    )


def _first_year(rows: Gathered, ask: TradeRequest) -> int | None:
    """Return the first year of the rows; words that are none were told before."""
    text = rows.words.get("year")
    years = [int(w) for w in text.words if len(w) == 4 and w.isdecimal()] if text else []
    return min(years, default=ask.year)


def _empty(lost: Sequence[str]) -> Breach:
    shown = "; ".join(lost)
    return Breach(
        "the table",
        f"no row of trade{f' ({shown})' if shown else ''}",
        "rows of flows",
        "Give the whole file, and one that holds totals of its breakdowns.",
    )


def _undated(rows: Gathered) -> Breach:
    return Breach(
        "row 1",
        f"no column of years among {', '.join(map(repr, rows.batches.header))}",
        "a column 'year', a year in the file's name, or the year said on reading",
        "Say it, as year=2022.",
    )


def _and(keep: Rows | None, mask: npt.NDArray[np.bool_]) -> Rows:
    """Return the rows that are kept so far and have the mask, which is over all rows."""
    return np.flatnonzero(mask) if keep is None else keep[mask[keep]]


def _one_level(rows: Gathered, notes: list[str]) -> tuple[Rows | None, list[Breach]]:
    """Return the rows of the finest level of codes, where a file has totals of coarser ones."""
    role = rows.layout.role("product")
    if role is None or role.keep != "level":
        return None, []
    text = rows.words["product"]
    used = counts(text.codes, len(text.place)) > 0
    length = np.array([len(w) if w.isdigit() or len(w) >= 6 else 0 for w in text.words])
    finest = 6 if (length[used] == 6).any() else int(length[used].max(initial=0))
    if finest == 0:
        breach = Breach(
            f"column '{role.column}'", "totals alone", "codes of products", "Ask for HS codes."
        )
        return None, [breach]
    wanted = length == finest
    if wanted[used].all():
        return None, []
    mask = wanted[text.codes]
    lost = int(len(mask) - mask.sum())
    notes.append(f"{lost:,} rows left out: {role.column} of other than {finest} digits, totals")
    return np.flatnonzero(mask), []


def _ends(
    rows: Gathered,
    ask: TradeRequest,
    own: Mapping[str, str],
    keep: Rows | None,
    notes: list[str],
) -> tuple["_Ends", Rows | None, list[Breach]]:
    """Return both ends of each flow as positions among the codes of places."""
    first, *second = rows.layout.ends
    known: dict[str, Places] = {}
    breaches: list[Breach] = []
    given = ask.given or not rows.layout.bilateral
    for role in rows.layout.ends:
        text = rows.words[role]
        used = counts(text.codes if keep is None else text.codes[keep], len(text.place))
        words = [word for word, count in zip(text.words, used, strict=True) if count]
        known[role] = places_of(words, given=given, own=own)
        breaches += unknown_places(rows, role, known[role])
        totals = [text.place[word] for word in known[role].groups]
        if totals:
            mask = ~np.isin(text.codes, totals)
            lost = len(mask if keep is None else keep)
            keep = _and(keep, mask)
            listed = ", ".join(sorted(known[role].groups))
            notes.append(f"{lost - len(keep):,} rows left out: {listed} stands for several places")
    codes = sorted({code for each in known.values() for code in each.code.values()})
    place = {code: i for i, code in enumerate(codes)}

    def positions(role: str) -> npt.NDArray[np.int16]:
        text = rows.words[role]
        table = np.array(
            [place.get(known[role].code.get(word, ""), -1) for word in text.place], dtype=np.int16
        )
        return table[text.codes]

    seller = positions(first)
    buyer = positions(second[0]) if second else None
    if first == "reporter" and buyer is not None:
        side, keep = _side(rows, ask, keep, notes)
        if side == "importers":
            seller, buyer = buyer, seller
    if buyer is not None and not ask.saved:
        own_trade = seller == buyer
        if own_trade.any():
            lost = len(own_trade if keep is None else keep)
            keep = _and(keep, ~own_trade)
            if lost > len(keep):
                notes.append(
                    f"{lost - len(keep):,} rows left out: exporter and importer are the same"
                )
    return _Ends(tuple(codes), seller, buyer), keep, breaches


@dataclass(frozen=True, eq=False)
class _Ends:
    codes: tuple[str, ...]
    seller: npt.NDArray[np.int16]
    buyer: npt.NDArray[np.int16] | None


def _side(
    rows: Gathered, ask: TradeRequest, keep: Rows | None, notes: list[str]
) -> tuple[str, Rows]:
    """Return whose reports are taken, and the rows that are such reports."""
    text = rows.words["flow"]
    flows = [word.casefold() for word in text.words]
    bought = np.array([f in IMPORTS for f in flows])[text.codes]
    sold = np.array([f in EXPORTS for f in flows])[text.codes]
    both = {"importers": int(bought.sum()), "exporters": int(sold.sum())}
    other = "exporters" if ask.reporters == "importers" else "importers"
    side = ask.reporters if both[ask.reporters] else other
    mask = bought if side == "importers" else sold
    why = "as asked for" if both[side] and side == ask.reporters else f"no {ask.reporters} report"
    if side == "importers" and ask.reporters == "importers":
        why = "by default: values include insurance and freight (CIF)"
    left = len(mask) - int(mask.sum())
    notes.append(f"flows are those that {side} report ({why}); {left:,} rows of others left out")
    return side, _and(keep, mask)


@dataclass(frozen=True, eq=False)
class _Flows:
    """The rows that count, as positions among the codes of the whole file."""

    seller: npt.NDArray[np.int16]
    buyer: npt.NDArray[np.int16] | None
    product: npt.NDArray[np.int32]
    value: npt.NDArray[np.float64]
    quantity: npt.NDArray[np.float64] | None
    year: npt.NDArray[np.signedinteger] | None

    def at(self, rows: Rows | None) -> "_Flows":
        """Return some of the rows; all of them, not copied, if not given."""
        if rows is None:
            return self
        return _Flows(
            self.seller[rows],
            None if self.buyer is None else self.buyer[rows],
            self.product[rows],
            self.value[rows],
            None if self.quantity is None else self.quantity[rows],
            None if self.year is None else self.year[rows],
        )


def _by_year(
    rows: Gathered, ask: TradeRequest, ends: _Ends, products: Products, keep: Rows | None
) -> dict[int | None, YearRows]:
    """Return each year; flows that come twice are refused, of all years at once."""
    text, product = rows.words.get("year"), products.position[rows.words["product"].codes]
    dated = None if text is None else text.codes
    flows = _Flows(ends.seller, ends.buyer, product, rows.value, rows.quantity, dated).at(keep)
    key: list[tuple[npt.NDArray[np.signedinteger], int]] = [
        (flows.product, len(products.codes)),
        (flows.seller, len(ends.codes)),
    ]
    if flows.buyer is not None:
        key.append((flows.buyer, len(ends.codes)))
    used = np.zeros(0) if text is None else counts(_whole(flows.year), len(text.place))
    if text is not None and np.count_nonzero(used) > 1:
        key.insert(0, (_whole(flows.year), len(text.place)))
    repeats = checks.repeated(rows, key, keep)
    if repeats:
        raise TableError(rows.batches.name, repeats)
    if text is None:
        return {ask.year: _year(flows, ask.year, ends, products)}
    found = sorted((int(word), code) for word, code in text.place.items() if used[code])
    if len(found) == 1:
        return {found[0][0]: _year(flows, found[0][0], ends, products)}
    return {
        year: _year(flows.at(np.flatnonzero(flows.year == code)), year, ends, products)
        for year, code in found
    }


def _whole(years: npt.NDArray[np.signedinteger] | None) -> npt.NDArray[np.signedinteger]:
    return np.zeros(0, dtype=np.int16) if years is None else years


def _year(flows: _Flows, year: int | None, ends: _Ends, products: Products) -> YearRows:
    """Return one year on its own axes."""
    met = counts(flows.seller, len(ends.codes))
    if flows.buyer is not None:
        met += counts(flows.buyer, len(ends.codes))
    places, place = _used(ends.codes, met)
    goods, good = _used(products.codes, counts(flows.product, len(products.codes)))
    return YearRows(
        year=year,
        places=places,
        products=goods,
        exporter=_moved(flows.seller, place),
        importer=None if flows.buyer is None else _moved(flows.buyer, place),
        product=_moved(flows.product, good),
        value=flows.value,
        quantity=flows.quantity,
    )


def _moved(codes: npt.NDArray[_Code], position: npt.NDArray[np.intp]) -> npt.NDArray[_Code]:
    """Return the new position of each code; the same array where no code moves."""
    if not len(position) or position[-1] == len(position) - 1:
        return codes
    return position.astype(codes.dtype)[codes]


def _used(
    codes: tuple[str, ...], met: npt.NDArray[np.intp]
) -> tuple[tuple[str, ...], npt.NDArray[np.intp]]:
    """Return the codes that are met, and the new position of each old one."""
    return tuple(c for c, n in zip(codes, met, strict=True) if n), np.cumsum(met > 0) - 1


def _names(rows: Gathered) -> dict[str, str]:
    """Return the name of each product that a column tells; the first, where it tells several."""
    text, names = rows.words["product"], rows.words.get("product name")
    if names is None:
        return {}
    used, first = np.unique(text.codes, return_index=True)
    words, told = text.words, names.words
    return {words[c]: told[names.codes[i]] for c, i in zip(used, first, strict=True)}
