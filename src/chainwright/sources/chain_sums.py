"""Chain maps: shares that together are more than the whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from chainwright.errors import Breach
from chainwright.params import Spec, param
from chainwright.sources.chain_rows import WORLD
from chainwright.sources.typed_rows import Rows

__all__ = ["Rounding", "sum_breaches"]


@dataclass(frozen=True)
class Rounding(Spec):
    """How far shares may add up to more than 1 because documents print them rounded.

    Parameters
    ----------
    each : float
        By how much one share may be off: half a point where whole per cents are printed.
    most : float
        By how much a sum may be off, however many shares it has.
    """

    each: float = param(0.005, unit="share", low=0, high=0.05, source="whole per cents, rounded")
    most: float = param(0.02, unit="share", low=0, high=0.1, source="assumption")

    def of(self, count: int) -> float:
        """Return by how much the sum of `count` shares may be off.

        Examples
        --------
        >>> Rounding().of(2), Rounding().of(100)
        (0.01, 0.02)
        """
        return min(self.each * count, self.most) + 1e-9


ROUNDING = Rounding()


def sum_breaches(tables: Mapping[str, Rows]) -> dict[str, list[Breach]]:
    """Return where shares add up to more than the whole, by table.

    Cost shares of the inputs of a node; and of a node, year and basis the shares of places, of
    firms, and of the firms of a place against the place. Shares of no year are added up with those
    of the same source. For ``domestic_use``, which is a share
    of each place's own use, only the firms of a place are added up.

    Parameters
    ----------
    tables : mapping of str to Rows
        The tables ``nodes``, ``links`` and ``supply``.
    """
    return {"links": [*_costs(tables["links"])], "supply": [*_supply(tables["supply"])]}


def _costs(rows: Rows) -> Iterator[Breach]:
    known = rows.frame[rows.frame["cost_share"].notna()]
    for node, group in known.groupby("to_node", sort=False):
        yield from _over(rows, group.index, "cost_share", 1.0, f"the inputs of {node!r}")


def _supply(rows: Rows) -> Iterator[Breach]:
    frame = rows.frame[rows.frame["share"].notna()]
    when = frame["year"].astype("str").where(frame["year"].notna(), frame["source"])
    for (node, year, basis), group in frame.groupby(["node", when, "basis"], sort=False):
        said = f"{node!r} in {year} by {basis}"
        whole, firms = group[group["firm"] == ""], group[group["firm"] != ""]
        for place, own in firms.groupby("place", sort=False):
            of = whole[whole["place"] == place]
            limit = float(of["share"].iloc[0]) if len(of) else 1.0
            yield from _over(rows, own.index, "share", limit, f"the firms of {place}, {said}")
        if basis == "domestic_use":
            continue
        yield from _over(rows, whole.index, "share", 1.0, f"the places of {said}")
        for firm, own in firms.groupby("firm", sort=False):
            world, parts = own[own["place"] == WORLD], own[own["place"] != WORLD]
            if len(world):
                limit = float(world["share"].iloc[0])
                yield from _over(rows, parts.index, "share", limit, f"the places of {firm}, {said}")
        if len(set(firms["place"])) > 1:  # else they have been added up above
            yield from _over(rows, _each_once(firms), "share", 1.0, f"the firms of {said}")


def _each_once(firms: pd.DataFrame) -> "pd.Index[Any]":
    """Return of each firm its row of the world, or its rows of places where they are more."""
    whole = firms["place"] == WORLD
    world = firms["share"].where(whole, 0.0).groupby(firms["firm"]).transform("sum")
    places = firms["share"].where(~whole, 0.0).groupby(firms["firm"]).transform("sum")
    return firms.index[whole == (world >= places)]


def _over(
    rows: Rows, of: "pd.Index[Any]", column: str, limit: float, said: str
) -> Iterator[Breach]:
    """Name the rows whose sum is over a limit by more than rounding explains."""
    total = float(rows.frame.loc[of, column].sum())
    if total > limit + ROUNDING.of(len(of)):
        listed = ", ".join(str(rows.numbers[int(i)]) for i in of)
        yield Breach(
            f"row{'s' if len(of) > 1 else ''} {listed}, column '{column}'",
            f"{total:.4g} in all for {said}",
            f"at most {limit:.4g}",
            "Correct a share, its year or its basis.",
        )
