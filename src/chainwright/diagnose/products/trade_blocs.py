"""One year of trade in which each bloc is one place: its members summed, its inner flows apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.errors import LabelError
from chainwright.system import Regions
from chainwright.system.axis import Axis
from chainwright.system.places import Bloc, bloc, joined
from chainwright.system.trade import TradeYear

__all__ = ["BlocYear", "blocs_among", "chunks", "exports_of_one", "in_year", "with_blocs"]

Floats = npt.NDArray[np.float64]

CHUNK = 1 << 20
"""Rows that are worked on at once: few enough that what is made of them stays small."""


@dataclass(frozen=True, eq=False)
class BlocYear:
    """A year of trade with blocs as places.

    Parameters
    ----------
    flows : TradeYear
        Each (exporter, importer, product) once; no flow from a place to itself.
    blocs : tuple of Bloc
        The blocs, in the order asked for.
    place : ndarray of int32, shape (blocs,)
        Position of each bloc among the places.
    inner : ndarray, shape (blocs, P)
        Value of the flows between the members of each bloc.
    """

    flows: TradeYear
    blocs: tuple[Bloc, ...]
    place: npt.NDArray[np.int32]
    inner: Floats


def blocs_among(
    places: Axis, wanted: Sequence[Regions], *, apart_from: Sequence[str] = ()
) -> tuple[Bloc, ...]:
    """Return those of the wanted blocs that have members here.

    A group that has none, or that holds one of the places that stay apart, is left out: it cannot
    count as one place.

    Parameters
    ----------
    places : Axis
        The places at hand.
    wanted : sequence
        Groups, places, or codes joined by ``+``.
    apart_from : sequence of str
        Places that must stay as they are: the members of home.

    Raises
    ------
    UnknownCodeError
        If a word is neither a place nor a group.

    Examples
    --------
    >>> few = Axis("place", ("CHN", "DEU", "FRA"))
    >>> [b.name for b in blocs_among(few, ["EU27"])], blocs_among(few, ["EU27"], apart_from=["DEU"])
    (['EU27'], ())
    """
    found = []
    for each in wanted:
        try:
            one = bloc(places, each)
        except LabelError:  # a named group without a member among these places
            continue
        if not set(one.members) & set(apart_from):
            found.append(one)
    return tuple(found)


def in_year(places: Axis, one: Bloc) -> Bloc:
    """Return a bloc with those of its members that are places of another year; maybe none.

    Parameters
    ----------
    places : Axis
        The places of that year.
    one : Bloc
        The bloc as it was found in some year.

    Examples
    --------
    >>> in_year(Axis("place", ("CHN", "FRA")), Bloc("EU27", ("DEU", "FRA"), ("MLT",)))
    Bloc(name='EU27', members=('FRA',), missing=('DEU', 'MLT'))
    """
    every = (*one.members, *one.missing)
    return Bloc(
        one.name,
        tuple(code for code in every if code in places.place),
        tuple(code for code in every if code not in places.place),
    )


def chunks(rows: int) -> Iterator[slice]:
    """Return slices that cover so many rows in turn.

    Parameters
    ----------
    rows : int
        How many rows there are.

    Examples
    --------
    >>> list(chunks(3))
    [slice(0, 3, None)]
    """
    for first in range(0, rows, CHUNK):
        yield slice(first, min(first + CHUNK, rows))


def with_blocs(year: TradeYear, blocs: Sequence[Bloc], *, quantity: bool = False) -> BlocYear:
    """Return a year of trade in which each bloc is one place.

    Flows of members are summed before anything is squared, and flows between members leave the
    table, so they count neither as imports nor as world exports. Flows from a place to itself
    (re-imports) leave it too. A summed quantity counts the known ones alone; it is NaN where none
    is known.

    Parameters
    ----------
    year : TradeYear
        The flows.
    blocs : sequence of Bloc
        What counts as one place, without shared members; one without members is left out.
    quantity : bool
        Whether quantities are kept; they cost as much memory as values.

    Raises
    ------
    LabelError
        If two blocs share a member.
    """
    blocs = [b for b in blocs if b.members]
    axis, new = joined(year.places, blocs)
    products = len(year.products)
    at = np.array(
        [axis.place[b.name if len(b.members) > 1 else b.members[0]] for b in blocs], dtype=np.int32
    )
    wide = np.zeros(len(axis), dtype=np.bool_)
    wide[[p for p, b in zip(at, blocs, strict=True) if len(b.members) > 1]] = True
    inner = np.zeros((len(blocs), products))
    kinds = {"value": year.value}
    if quantity and year.quantity is not None:
        kinds["quantity"] = year.quantity
    kept: list[tuple[npt.NDArray[np.generic], ...]] = []
    sums = _Sums(len(axis), products, at[wide[at]], tuple(kinds))
    to = new.astype(np.int16)
    for part in chunks(len(year)):
        source, target = to[year.exporter[part]], to[year.importer[part]]
        product = year.product[part]
        amounts = {kind: amount[part] for kind, amount in kinds.items()}
        abroad = source != target
        touched = (wide[source] | wide[target]) & abroad
        plain = abroad & ~touched
        kept.append(
            (source[plain], target[plain], product[plain], *(a[plain] for a in amounts.values()))
        )
        inside = ~abroad & (year.exporter[part] != year.importer[part])
        for b, place in enumerate(at):
            mine = inside & (source == place)
            inner[b] += np.bincount(product[mine], amounts["value"][mine], products)
        sums.add(
            source[touched],
            target[touched],
            product[touched],
            {kind: a[touched] for kind, a in amounts.items()},
        )
    kept.append(sums.rows())
    columns = [np.concatenate(column) for column in zip(*kept, strict=True)]
    flows = TradeYear(
        year.year,
        axis,
        year.products,
        columns[0],
        columns[1],
        columns[2],
        columns[3],
        columns[4] if "quantity" in kinds else None,
    )
    return BlocYear(flows, tuple(blocs), at, inner)


def exports_of_one(year: TradeYear, one: Bloc) -> tuple[Floats, int]:
    """Return the exports of each place by product, a bloc as one exporter among countries.

    Parameters
    ----------
    year : TradeYear
        The flows.
    one : Bloc
        What counts as one place; flows between its members are no exports.

    Returns
    -------
    ndarray, int
        Value, shape (C, P), and the row of the bloc.
    """
    axis, new = joined(year.places, [one])
    c, p = len(axis), len(year.products)
    found = np.zeros(c * p)
    for part in chunks(len(year)):
        source, target = new[year.exporter[part]], new[year.importer[part]]
        abroad = source != target
        cell = source[abroad].astype(np.int64) * p + year.product[part][abroad]
        found += np.bincount(cell, year.value[part][abroad], c * p)
    return found.reshape(c, p), int(new[year.places.place[one.members[0]]])


class _Sums:
    """Dense sums of the flows of blocs: bloc x other place x product, in and out."""

    def __init__(
        self, places: int, products: int, blocs: npt.NDArray[np.int32], kinds: tuple[str, ...]
    ) -> None:
        self.blocs, self.products, self.kinds = blocs, products, kinds
        self.wide = np.zeros(places, dtype=np.bool_)
        self.wide[blocs] = True
        shape = (len(blocs), 2, places * products)
        self.sums = {kind: np.zeros(shape) for kind in kinds}
        self.known = np.zeros(shape if "quantity" in kinds else 0, dtype=np.bool_)

    def add(
        self,
        source: npt.NDArray[np.int16],
        target: npt.NDArray[np.int16],
        product: npt.NDArray[np.int32],
        amounts: dict[str, Floats],
    ) -> None:
        """Add flows that touch a bloc; one between two blocs is an import of the second."""
        size = self.sums["value"].shape[2]
        for b, place in enumerate(self.blocs):
            ways = ((target == place, source), ((source == place) & ~self.wide[target], target))
            for way, (mine, other) in enumerate(ways):
                cell = other[mine].astype(np.int64) * self.products + product[mine]
                for kind in self.kinds:
                    amount = amounts[kind][mine]
                    if kind == "quantity":
                        said = ~np.isnan(amount)
                        self.known[b, way, cell[said]] = True
                        amount = np.where(said, amount, 0.0)
                    self.sums[kind][b, way] += np.bincount(cell, amount, size)

    def rows(self) -> tuple[npt.NDArray[np.generic], ...]:
        """Return exporter, importer, product and amounts of all sums that are not 0."""
        b, way, cell = np.nonzero(self.sums["value"])
        other = (cell // self.products).astype(np.int16)
        own = self.blocs[b].astype(np.int16)
        amounts = [self.sums[kind][b, way, cell] for kind in self.kinds]
        if "quantity" in self.kinds:
            amounts[1][~self.known[b, way, cell]] = np.nan
        return (
            np.where(way == 0, other, own),
            np.where(way == 0, own, other),
            (cell % self.products).astype(np.int32),
            *amounts,
        )
