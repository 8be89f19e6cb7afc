"""Chain maps: shares that together are more than the whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

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
        return min(self.each * count, self.most)


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
    frame = rows.frame
    of: dict[str, list[_Share]] = {}
    for number, node, share in zip(
        rows.numbers, frame["to_node"], frame["cost_share"], strict=True
    ):
        if not np.isnan(share):
            of.setdefault(node, []).append(_Share(number, share))
    for node, shares in of.items():
        yield from _over(shares, "cost_share", 1.0, f"the inputs of {node!r}")


@dataclass(frozen=True, slots=True)
class _Share:
    """A share, and the row that it stands in."""

    number: int
    share: float
    place: str = ""
    firm: str = ""


def _supply(rows: Rows) -> Iterator[Breach]:
    frame = rows.frame
    when = frame["year"].astype("str").where(frame["year"].notna(), frame["source"])
    columns = (frame[c] for c in ("share", "place", "firm"))
    groups: dict[tuple[str, str, str], list[_Share]] = {}
    keys = zip(frame["node"], when, frame["basis"], strict=True)
    for key, number, *cells in zip(keys, rows.numbers, *columns, strict=True):
        share = _Share(number, *cells)
        if not np.isnan(share.share):
            groups.setdefault(key, []).append(share)
    for (node, year, basis), shares in groups.items():
        said = f"{node!r} in {year} by {basis}"
        whole = [s for s in shares if not s.firm]
        firms = [s for s in shares if s.firm]
        yield from _in_places(whole, firms, said)
        if basis != "domestic_use":
            yield from _over(whole, "share", 1.0, f"the places of {said}")
            yield from _in_the_world(firms, said)


def _in_places(whole: list[_Share], firms: list[_Share], said: str) -> Iterator[Breach]:
    """Hold the firms of each place against the place."""
    limits = {s.place: s.share for s in whole}
    for place in dict.fromkeys(s.place for s in firms):
        own = [s for s in firms if s.place == place]
        yield from _over(own, "share", limits.get(place, 1.0), f"the firms of {place}, {said}")


def _in_the_world(firms: list[_Share], said: str) -> Iterator[Breach]:
    """Hold the places of each firm against the firm, and all firms against the whole."""
    counted: list[_Share] = []
    for firm in dict.fromkeys(s.firm for s in firms):
        world = [s for s in firms if s.firm == firm and s.place == WORLD]
        places = [s for s in firms if s.firm == firm and s.place != WORLD]
        if world:
            limit = world[0].share
            yield from _over(places, "share", limit, f"the places of {firm}, {said}")
        counted += world or places
    if len({s.place for s in firms}) > 1:  # else they have been added up as firms of a place
        yield from _over(counted, "share", 1.0, f"the firms of {said}")


def _over(shares: list[_Share], column: str, limit: float, said: str) -> Iterator[Breach]:
    """Name the rows whose sum is over a limit by more than rounding explains."""
    total = sum(s.share for s in shares)
    if total > limit + ROUNDING.of(len(shares)) + 1e-9:  # sums of floats are off by less
        listed = ", ".join(str(s.number) for s in shares)
        yield Breach(
            f"row{'s' if len(shares) > 1 else ''} {listed}, column '{column}'",
            f"{total:.4g} in all for {said}",
            f"at most {limit:.4g}",
            "Correct a share, its year or its basis.",
        )
