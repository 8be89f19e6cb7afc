"""Footprint of final demand: where what it embodies arose, by consumer."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.accounts.consumers import Consumers, consumers, region_sums
from chainwright.accounts.factors import leontief
from chainwright.errors import UnknownCodeError
from chainwright.system import Flows, Home, Regions, Result, System
from chainwright.tables import schema

__all__ = ["Footprint", "footprint"]

Floats = npt.NDArray[np.float64]

NOT_IN_TABLE = "imports come from outside the table, and what they embody is not in it"
MIXED = "imports are mixed with home deliveries, so they count as made at home"


@dataclass(frozen=True, eq=False, repr=False)
class Footprint(Result):
    r"""What the final demand of each consumer embodies, by the region where it arose.

    With an amount per output :math:`s` (value added, a stressor) and final demand :math:`y^c`, node
    i contributes :math:`s_i (L y^c)_i`. Added up over all consumers this is what the nodes with
    output have in all: nothing is counted twice and nothing is lost.

    Parameters
    ----------
    of : str
        What was asked about.
    home : Home or None
        The only consumer, if one was asked for.
    unit : str
        Unit of the amounts.
    consumers : Consumers
        The consumers.
    embodied : ndarray, shape (n, c)
        Amount that arose at each node for each consumer.
    final_users : ndarray, shape (c,)
        What final users put out themselves; NaN where it makes no sense, as for value added.
    outside : ndarray, shape (c,)
        What came from outside the table: for value added the imports, bought directly or used by
        producers; NaN for a stressor, since the table does not tell.

    Notes
    -----
    R. E. Miller and P. D. Blair (2009), Input-output analysis, chapters 3 and 10; R. Johnson and
    G. Noguera (2012), Journal of International Economics 86(2), 224-236.
    """

    name: ClassVar[str] = "footprint"
    charted: ClassVar[str] = "amount"

    of: str
    home: Home | None
    unit: str
    consumers: Consumers
    embodied: Floats
    final_users: Floats
    outside: Floats

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked about, and of whose final demand."""
        return {"of": self.of, "home": self.home.name if self.home else None}

    @property
    def by_region(self) -> Floats:
        """Amount by region where it arose and consumer, shape (regions, c)."""
        return np.asarray(region_sums(self.system.flows.nodes) @ self.embodied)

    @property
    def totals(self) -> Floats:
        """Everything that is known about each consumer, shape (c,)."""
        known = np.nan_to_num(self.final_users) + np.nan_to_num(self.outside)
        return np.asarray(self.embodied.sum(axis=0) + known)

    def table(self) -> pd.DataFrame:
        """Return a row a region and consumer, the largest amount first."""
        flows = self.system.flows
        codes = np.array(self.consumers.codes, dtype=object)
        r, c = len(flows.nodes.regions), len(codes)
        note = MIXED if flows.is_competitive else ""
        parts = [
            pd.DataFrame(
                {
                    "region": np.repeat(np.array(flows.nodes.regions.codes, dtype=object), c),
                    "consumer": np.tile(codes, r),
                    "part": "produced",
                    "amount": self.by_region.ravel(),
                    "note": note,
                }
            )
        ]
        if not np.isnan(self.final_users).all():
            parts.append(self._line(codes, codes, "final_users", self.final_users, ""))
        if flows.imports is not None:
            why = NOT_IN_TABLE if np.isnan(self.outside).all() else ""
            nowhere = np.full(c, "", dtype=object)
            parts.append(self._line(nowhere, codes, "outside", self.outside, why))
        frame = pd.concat(parts, ignore_index=True)
        frame["unit"] = self.unit
        frame["share"] = frame["amount"] / self._whole(frame["consumer"])
        frame = frame.sort_values("amount", ascending=False, kind="stable", na_position="last")
        return frame[[column.column for column in schema(self.name)]].reset_index(drop=True)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the footprint by region, and its produced part by node."""
        nodes, codes = self.system.flows.nodes, self.consumers.codes
        where, c = nodes.frame(), len(codes)
        frame = pd.DataFrame(
            {
                "region": np.repeat(where["region"].to_numpy(dtype=object), c),
                "sector": np.repeat(where["sector"].to_numpy(dtype=object), c),
                "consumer": np.tile(np.array(codes, dtype=object), len(nodes)),
                "amount": self.embodied.ravel(),
                "unit": self.unit,
            }
        )
        frame["share"] = frame["amount"] / self._whole(frame["consumer"])
        frame = frame.sort_values("amount", ascending=False, kind="stable")
        columns = [column.column for column in schema("footprint_nodes")]
        return {
            self.name: self.table(),
            "footprint_nodes": frame[columns].reset_index(drop=True),
        }

    def _line(
        self,
        regions: npt.NDArray[np.object_],
        codes: npt.NDArray[np.object_],
        part: str,
        amounts: Floats,
        note: str,
    ) -> pd.DataFrame:
        return pd.DataFrame(
            {"region": regions, "consumer": codes, "part": part, "amount": amounts, "note": note}
        )

    def _whole(self, named: "pd.Series[str]") -> "pd.Series[float]":
        totals = pd.Series(self.totals, index=list(self.consumers.codes))
        return named.map(totals.where(totals != 0.0))

    def units_of(self, table: str) -> dict[str, str]:
        """Return the unit of each column of one of the tables that has one.

        Parameters
        ----------
        table : str
            A key of `tables`.
        """
        return {
            c.column: self.unit if c.column == "amount" else c.unit for c in schema(table) if c.unit
        }


def footprint(system: System, *, of: str = "value_added", home: Regions | None = None) -> Footprint:
    """Return where that arose which final demand embodies.

    Parameters
    ----------
    system : System
        With flows.
    of : str
        ``"value_added"``, ``"output"``, a stressor or a kind of value added of the table.
    home : str or sequence of str, optional
        Whose final demand; that of each region if not given.

    Raises
    ------
    UnknownCodeError
        If the table has no such stressor or kind of value added, or no such region.
    InfeasibleError
        If the economy of the table is not productive.

    Examples
    --------
    >>> rows = [("intermediate", "A", "ore", "B", "steel", 2.0),
    ...         ("final", "A", "ore", "A", "household", 2.0),
    ...         ("final", "B", "steel", "A", "household", 4.0)]
    >>> columns = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]
    >>> answer = footprint(System.from_table(pd.DataFrame(rows, columns=columns)))
    >>> answer.table()[["region", "consumer", "part", "amount", "share"]]
      region consumer      part  amount     share
    0      A        A  produced     4.0  0.666667
    1      B        A  produced     2.0  0.333333
    """
    flows = system.flows
    amounts, direct, unit = _asked(flows, of)
    place = None if home is None else Home.of(flows, home)
    who = consumers(flows, place)
    needed = leontief(flows).solve(who.sums(flows.final))
    outside = np.full(len(who), np.nan)
    if flows.imports is not None and of == "value_added":
        used = flows.imports.matrix.sum(axis=0, dtype=np.float64) * flows.per_output
        bought = flows.imports.final.sum(axis=0, keepdims=True, dtype=np.float64)
        outside = used @ needed + who.sums(bought)[0]
    return Footprint(
        system=system,
        of=of,
        home=place,
        unit=unit,
        consumers=who,
        embodied=(amounts * flows.per_output)[:, None] * needed,
        final_users=np.full(len(who), np.nan) if direct is None else who.sums(direct)[0],
        outside=outside,
    )


def _asked(flows: Flows, of: str) -> tuple[Floats, Floats | None, str]:
    """Return the amounts by node, those of final users if there can be any, and the unit."""
    money = str(flows.money)
    if of == "value_added":
        return flows.added, None, money
    if of == "output":
        return flows.output, None, money
    found = flows.stressors
    if found is not None and of in found.axis.place:
        row = found.axis.place[of]
        direct = found.final[row : row + 1].astype(np.float64)
        return found.matrix[row].astype(np.float64), direct, found.units[row]
    kinds = flows.value_added_kinds
    if of in kinds.place:
        return flows.value_added[kinds.place[of]].astype(np.float64), None, money
    known = ["value_added", "output", *(found.axis.codes if found else ()), *kinds.codes]
    raise UnknownCodeError(of, "stressor or kind of value added of this table", known)
