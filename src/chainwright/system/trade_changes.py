"""Trade with places joined to blocs, or with products of another revision; flows are summed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from chainwright.classes import bridge, bridged, classification
from chainwright.errors import Breach, LabelError, ParameterError, TableError
from chainwright.system.axis import Axis
from chainwright.system.bloc_lists import OwnBlocs, own_blocs
from chainwright.system.home import groups
from chainwright.system.trade import Exports, Trade, TradeYear
from chainwright.system.trade_assemble import Names, product_axis

__all__ = ["blocs_joined", "reclassified"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Changed:
    """Reads a year of one trade and changes it; a class, so that it can be sent elsewhere.

    Parameters
    ----------
    read : callable
        Returns a year as it was.
    change : callable
        Returns it changed.
    """

    read: Callable[..., TradeYear | Exports]
    change: Callable[..., TradeYear | Exports]

    def __call__(self, year: int | None) -> TradeYear | Exports:
        """Return a year, changed."""
        return self.change(self.read(year))


@dataclass(frozen=True)
class Sold:
    """Sums up the exports of changed flows, so that those within a bloc are in neither.

    Parameters
    ----------
    read : callable
        Returns the flows of a year, changed.
    """

    read: Callable[..., TradeYear]

    def __call__(self, year: int | None) -> Exports:
        """Return the exports of a year."""
        return self.read(year).exports()


def _changed(trade: Trade, change: Callable[..., TradeYear | Exports]) -> Trade:
    read: Callable[..., Any] | None = None if trade.read is None else Changed(trade.read, change)
    exports = Changed(trade.read_exports, change) if read is None else Sold(read)
    return replace(trade, read=read, read_exports=exports)  # type: ignore[arg-type]


def blocs_joined(trade: Trade, wanted: Sequence[str], own: OwnBlocs | None) -> Trade:
    """Return trade in which each bloc is one place.

    Parameters
    ----------
    trade : Trade
        The trade.
    wanted : sequence of str
        Named groups, such as ``"EU27"``.
    own : mapping, path or DataFrame, optional
        Blocs of the user's own, as for `own_blocs`.

    Raises
    ------
    ParameterError
        If a name is no group.
    LabelError
        If two blocs share a member.
    """
    named = groups()
    for word in wanted:
        if word not in named:
            expected = f"names of groups ({', '.join(named)}); others are given as own="
            raise ParameterError("wanted", "in_blocs", expected, word)
    blocs = {word: named[word] for word in wanted} | ({} if own is None else own_blocs(own))
    of: dict[str, str] = {}
    for name, members in blocs.items():
        for code in members:
            if code in of:
                msg = f"{code} is in both {of[code]} and {name}. Put it in one bloc."
                raise LabelError(msg)
            of[code] = name
    changed = _changed(trade, _Join(of))
    for name, members in blocs.items():
        changed = changed.noted(f"{name} counts as one place: {', '.join(members)}")
    return changed


@dataclass(frozen=True)
class _Join:
    """Joins places to blocs."""

    of: Mapping[str, str]

    def __call__(self, year: TradeYear | Exports) -> TradeYear | Exports:
        old = year.places
        codes = sorted({self.of.get(code, code) for code in old.codes})
        at = {code: i for i, code in enumerate(codes)}
        moved = np.array([at[self.of.get(code, code)] for code in old.codes], dtype=np.int16)
        names = [
            tuple(old.name(old.place[c], language) if c in old.place else c for c in codes)
            for language in ("en", "zh")
        ]  # a bloc is called by its name
        places = Axis("place", tuple(codes), *names)
        if isinstance(year, Exports):
            value = np.zeros((len(places), len(year.products)))
            np.add.at(value, moved, year.value)
            return replace(year, places=places, value=value)
        exporter, importer = moved[year.exporter], moved[year.importer]
        return _summed(
            replace(year, places=places, exporter=exporter, importer=importer),
            np.flatnonzero(exporter != importer),
        )


def reclassified(trade: Trade, to: str, *, split: str | None) -> Trade:
    """Return trade with the codes of another list.

    Parameters
    ----------
    trade : Trade
        The trade, in a list that is known here.
    to : str
        The other list.
    split : str, optional
        ``"equal"``: what is one code here and several there is parted equally, and noted. Such a
        code is refused if not given.

    Raises
    ------
    ParameterError
        If there is no bridge between the two lists.
    TableError
        If a code has several partners, or none; it lists every such code, when a year is read.
    """
    if to == trade.classification:
        return trade
    lists = bridged()
    for name in (trade.classification, to):
        if name not in lists:
            expected = f"one of {', '.join(lists)} for both lists"
            raise ParameterError("classification", "in_classification", expected, name)
    if split not in {None, "equal"}:
        raise ParameterError("split", "in_classification", "'equal' or not given", split)
    pairs = bridge(trade.classification, to)
    partners: dict[str, list[str]] = {}
    for code, other in zip(pairs["from_code"], pairs["to_code"], strict=True):
        partners.setdefault(str(code), []).append(str(other))
    kept = frozenset(classification(to).codes)
    change = _Reclassify(trade.classification, to, partners, kept, split is not None)
    note = f"codes of {trade.classification} turned into those of {to}"
    note += ", one with several partners parted equally (an assumption)" if split else ""
    changed = replace(_changed(trade, change), classification=to)
    return replace(changed, names=Names({}, to).all()).noted(note)


@dataclass(frozen=True)
class _Reclassify:
    """Turns codes of one list into those of another."""

    was: str
    to: str
    partners: Mapping[str, Sequence[str]]
    kept: frozenset[str]
    split: bool

    def __call__(self, year: TradeYear | Exports) -> TradeYear | Exports:
        old = year.products
        of = [self._of(code) for code in old.codes]
        self._refuse(old.codes, of)
        codes = sorted({code for found in of for code in found})
        at = {code: i for i, code in enumerate(codes)}
        number = np.array([len(found) for found in of], dtype=np.int64)
        first = np.concatenate([[0], np.cumsum(number)[:-1]]).astype(np.int64)
        targets = np.array([at[code] for found in of for code in found], dtype=np.int32)
        products = product_axis(codes, Names({}, self.to))
        if isinstance(year, Exports):
            source = np.repeat(np.arange(len(of)), number)
            value = np.zeros((len(products), len(year.places)))
            np.add.at(value, targets, (year.value[:, source] / number[source]).T)
            return replace(year, products=products, value=value.T.copy())
        times = number[year.product]
        rows = np.repeat(np.arange(len(year)), times)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(times) - times, times)
        product = targets[first[year.product[rows]] + within]
        share = 1.0 / times[rows]
        quantity = None if year.quantity is None else year.quantity[rows] * share
        parted = TradeYear(
            year.year, year.places, products, year.exporter[rows], year.importer[rows], product,
            year.value[rows] * share, quantity,
        )  # fmt: skip
        return _summed(parted, None)

    def _of(self, code: str) -> Sequence[str]:
        """Return the partners of a code; itself if only the other list has it besides."""
        return self.partners.get(code) or ((code,) if code in self.kept else ())

    def _refuse(self, codes: Sequence[str], of: Sequence[Sequence[str]]) -> None:
        breaches = [
            Breach(
                f"product '{code}'",
                f"no partner in {self.to}" if not found else f"{len(found)}: {', '.join(found)}",
                f"one partner in {self.to}",
                "Leave such rows out first." if not found
                else "Say split='equal' to part it equally among them, an assumption.",
            )
            for code, found in zip(codes, of, strict=True)
            if not found or (len(found) > 1 and not self.split)
        ]  # fmt: skip
        if breaches:
            raise TableError(f"trade in {self.was}", breaches)


def _summed(year: TradeYear, at: npt.NDArray[np.intp] | None) -> TradeYear:
    """Return the rows `at`, with those of one exporter, importer and product added up.

    A quantity is known only where that of each of its parts is.
    """
    places = len(year.places)
    key = year.product.astype(np.int64) if at is None else year.product[at].astype(np.int64)
    for codes in (year.exporter, year.importer):
        key *= places
        key += codes if at is None else codes[at]
    cells, cell = np.unique(key, return_inverse=True)
    rest, importer = np.divmod(cells, places)
    product, exporter = np.divmod(rest, places)

    def added(amount: Floats) -> Floats:
        taken = amount if at is None else amount[at]
        return np.bincount(cell, weights=taken, minlength=len(cells)).astype(np.float64)

    return replace(
        year,
        exporter=exporter.astype(np.int16),
        importer=importer.astype(np.int16),
        product=product.astype(np.int32),
        value=added(year.value),
        quantity=None if year.quantity is None else added(year.quantity),
    )
