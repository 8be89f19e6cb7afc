"""The system at a glance: what home makes, buys and sells, and its largest deliveries."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.accounts.abroad import users_in
from chainwright.params import table
from chainwright.system import Flows, Home, Result, System
from chainwright.tables import schema

__all__ = ["Glance", "at_a_glance", "joined"]

Numbers = npt.NDArray[np.float64]

LINKS = 150
"""How many of the largest deliveries are listed."""

CONSUMPTION = ("household", "npish", "government", "consumption")


@dataclass(frozen=True, eq=False, repr=False)
class Glance(Result):
    """What home makes, buys and sells, by sector.

    Parameters
    ----------
    home : Home
        Whose industry.
    at_home : ndarray of int
        Home's nodes in the table of joined members.
    inputs_home, inputs_nation, inputs_abroad : ndarray [money]
        Inputs of each home sector made at home, in the rest of the nation and abroad; those from
        abroad NaN where the table does not tell.
    by_origin : DataFrame
        Inputs from abroad by origin (rows) and home sector (columns) [money].
    by_use : DataFrame
        Deliveries of home sectors (columns) by use (rows) [money].
    by_destination : DataFrame
        Exports by destination (rows) and home sector (columns) [money].
    world_added : ndarray [money]
        Value added of each sector over all regions of the table; NaN in a national table.
    """

    name: ClassVar[str] = "glance"
    charted: ClassVar[str] = "output"

    home: Home
    at_home: npt.NDArray[np.intp]
    inputs_home: Numbers
    inputs_nation: Numbers
    inputs_abroad: Numbers
    by_origin: pd.DataFrame
    by_use: pd.DataFrame
    by_destination: pd.DataFrame
    world_added: Numbers

    @property
    def parameters(self) -> dict[str, object]:
        """Home, and the nation around it."""
        return {"home": self.home.name, "nation": list(self.home.nation)}

    @property
    def output(self) -> Numbers:
        """Output of each home sector [money]."""
        return self.system.flows.output[self.at_home]

    @property
    def added(self) -> Numbers:
        """Value added of each home sector [money]."""
        return self.system.flows.added[self.at_home]

    @property
    def exports(self) -> Numbers:
        """Deliveries of each home sector abroad [money]."""
        sums: Numbers = self.by_destination.to_numpy(dtype=np.float64).sum(axis=0)
        return sums

    @property
    def inputs(self) -> Numbers:
        """All inputs of each home sector [money]; imports are among home's where not split."""
        return self.inputs_home + self.inputs_nation + np.nan_to_num(self.inputs_abroad)

    def table(self) -> pd.DataFrame:
        """Return one row a home sector, largest output first."""
        nodes = self.system.flows.nodes
        added = self.added
        columns = {
            "region": np.array(nodes.regions.codes, dtype=object)[nodes.region[self.at_home]],
            "sector": np.array(nodes.sectors.codes, dtype=object)[nodes.sector[self.at_home]],
            "output": self.output,
            "value_added": added,
            "share_of_value_added": _ratio(added, np.full_like(added, added.sum())),
            "world_share": _ratio(added, self.world_added),
            "inputs": self.inputs,
            "imported_inputs": self.inputs_abroad,
            "imported_share": _ratio(self.inputs_abroad, self.inputs),
            "exports": self.exports,
            "export_share": _ratio(self.exports, self.output),
        }
        frame = pd.DataFrame(columns)[[c.column for c in schema(self.name)]]
        return frame.sort_values("output", ascending=False, kind="stable", ignore_index=True)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the sectors, and the largest deliveries of and to home."""
        return {self.name: self.table(), "deliveries": self.deliveries()}

    def deliveries(self) -> pd.DataFrame:
        """Return the largest deliveries of and to home's sectors, with their shares."""
        flows, at = self.system.flows, self.at_home
        bought = flows.matrix[:, at].astype(np.float64)
        imports = flows.imports
        inputs = bought.sum(axis=0)
        if imports is not None:
            inputs = inputs + imports.matrix[:, at].sum(axis=0)
        elsewhere = np.setdiff1d(np.arange(len(flows.nodes)), at)
        sold, final = flows.matrix[np.ix_(at, elsewhere)], flows.final[at]
        counted = ~flows.final_of("imports", "error")
        node, user = flows.nodes.frame().to_numpy(), flows.users.frame().to_numpy()
        parts = [_largest(bought, node, node[at]), _largest(sold, node[at], node[elsewhere])]
        parts.append(_largest(final[:, counted], node[at], user[counted]))
        if imports is not None:
            parts.append(_largest(imports.matrix[:, at], imports.rows.frame().to_numpy(), node[at]))
        frame = pd.concat(parts, ignore_index=True)
        key = list(zip(frame["to_region"], frame["to_sector"], strict=True))
        need = dict(zip(map(tuple, node[at]), inputs, strict=True))
        made = dict(zip(map(tuple, node), flows.output, strict=True))
        sellers = list(zip(frame["from_region"], frame["from_sector"], strict=True))
        outside = [s not in made for s in sellers]
        frame["share_of_inputs"] = _ratio(
            frame["value"].to_numpy(), np.array([need.get(k, np.nan) for k in key])
        )
        frame["share_of_output"] = _ratio(
            frame["value"].to_numpy(),
            np.where(outside, np.nan, [made.get(s, np.nan) for s in sellers]),
        )
        frame = frame.sort_values("value", ascending=False, kind="stable", ignore_index=True)
        return frame.head(LINKS)[[c.column for c in schema("deliveries")]]


def _ratio(part: Numbers, whole: Numbers) -> Numbers:
    shares: Numbers = np.full(len(part), np.nan)
    np.divide(part, whole, out=shares, where=np.asarray(whole) > 0.0)
    return shares


def _largest(block: npt.NDArray[np.floating], rows: object, columns: object) -> pd.DataFrame:
    """Return the largest cells of `block` as rows of a frame."""
    flat = np.asarray(block, dtype=np.float64).ravel()
    count = min(LINKS, flat.size)
    places = np.argsort(-flat, kind="stable")[:count]
    places = places[flat[places] > 0.0]
    i, j = np.divmod(places, max(block.shape[1], 1))
    sellers, buyers = np.asarray(rows, dtype=object), np.asarray(columns, dtype=object)
    return pd.DataFrame(
        {
            "from_region": sellers[i, 0],
            "from_sector": sellers[i, 1],
            "to_region": buyers[j, 0],
            "to_sector": buyers[j, 1],
            "value": flat[places],
        }
    )


def joined(system: System, home: Home) -> System:
    """Return the system with the members of home as one region, named as home was asked for.

    Parameters
    ----------
    system : System
        The system.
    home : Home
        Whose members are joined; a home of one region leaves the system as it is.
    """
    if len(home.regions) == 1:
        return system
    return system.aggregated({f"region:{code}": home.name for code in home.regions})


def at_a_glance(system: System, *, home: Home) -> Glance:
    """Return what home makes, buys and sells, its members joined to one.

    Parameters
    ----------
    system : System
        The system.
    home : Home
        Whose industry, as codes of this system.
    """
    whole = joined(system, home)
    flows = whole.flows
    own = home.regions if len(home.regions) == 1 else (home.name,)
    around = tuple(dict.fromkeys((*own, *(r for r in home.nation if r not in home.regions))))
    at = np.flatnonzero(flows.nodes.mask(regions=own))
    near = flows.nodes.mask(regions=around)
    is_own = flows.nodes.mask(regions=own)
    bought = flows.matrix[:, at].astype(np.float64)
    sectors = [flows.nodes.sectors.codes[s] for s in flows.nodes.sector[at]]
    origins = _origins(flows, at, near)
    split = not flows.is_competitive and not (flows.is_national and flows.imports is None)
    from_abroad = origins.sum(axis=0) if split else np.full(len(at), np.nan)
    world: Numbers = np.zeros(len(flows.nodes.sectors))
    np.add.at(world, flows.nodes.sector, flows.added)
    return Glance(
        system=whole,
        home=home,
        at_home=at,
        inputs_home=bought[is_own].sum(axis=0),
        inputs_nation=bought[near & ~is_own].sum(axis=0),
        inputs_abroad=from_abroad,
        by_origin=pd.DataFrame(origins, columns=sectors).set_axis(_origin_codes(flows, near)),
        by_use=pd.DataFrame(_uses(flows, at, is_own, near, around), columns=sectors).set_axis(
            ["inputs_home", "inputs_nation", "consumption", "investment", "nation"]
        ),
        by_destination=_destinations(flows, at, near, around, sectors),
        world_added=np.full(len(at), np.nan)
        if flows.is_national or near.all()
        else world[flows.nodes.sector[at]],
    )


def _origin_codes(flows: Flows, near: npt.NDArray[np.bool_]) -> list[str]:
    whole = _wholes()
    abroad = [c for i, c in enumerate(flows.nodes.regions.codes) if not _is_near(flows, near, i)]
    more = flows.imports.rows.regions.codes if flows.imports is not None else ()
    return list(dict.fromkeys(whole.get(c, c) for c in (*abroad, *more)))


def _wholes() -> dict[str, str]:
    """Return the country of each part of one, such as CN1: a part is no supplier by itself."""
    return {row["code"]: row["part_of"] for row in table("regions") if row["kind"] == "part"}


def _is_near(flows: Flows, near: npt.NDArray[np.bool_], region: int) -> bool:
    return bool(near[flows.nodes.region == region].any())


def _origins(flows: Flows, at: npt.NDArray[np.intp], near: npt.NDArray[np.bool_]) -> Numbers:
    """Return inputs from abroad by origin and home sector, shape (origins, s)."""
    codes, whole = _origin_codes(flows, near), _wholes()
    place = {code: i for i, code in enumerate(codes)}
    sums = np.zeros((len(codes), len(at)))
    rows = np.flatnonzero(~near)
    made = [place.get(whole.get(c, c), -1) for c in flows.nodes.regions.codes]
    to = np.array(made)[flows.nodes.region[rows]]
    np.add.at(sums, to, flows.matrix[np.ix_(rows, at)])
    if flows.imports is not None:
        nodes = flows.imports.rows
        to = np.array([place[whole.get(c, c)] for c in nodes.regions.codes])[nodes.region]
        np.add.at(sums, to, flows.imports.matrix[:, at])
    return sums


def _uses(
    flows: Flows,
    at: npt.NDArray[np.intp],
    own: npt.NDArray[np.bool_],
    near: npt.NDArray[np.bool_],
    around: tuple[str, ...],
) -> Numbers:
    """Return deliveries inside the nation by use and home sector, shape (5, s)."""
    final = flows.final[at].astype(np.float64)
    mine = users_in(flows, around[:1]) & ~flows.final_of("imports", "error")
    nation = users_in(flows, around) & ~flows.final_of("imports", "error") & ~mine
    consumed = flows.final_of(*CONSUMPTION)
    invested = ~consumed
    return np.stack(
        [
            flows.matrix[np.ix_(at, np.flatnonzero(own))].sum(axis=1, dtype=np.float64),
            flows.matrix[np.ix_(at, np.flatnonzero(near & ~own))].sum(axis=1, dtype=np.float64),
            final[:, mine & consumed].sum(axis=1),
            final[:, mine & invested].sum(axis=1),
            final[:, nation].sum(axis=1),
        ]
    )


def _destinations(
    flows: Flows,
    at: npt.NDArray[np.intp],
    near: npt.NDArray[np.bool_],
    around: tuple[str, ...],
    sectors: list[str],
) -> pd.DataFrame:
    """Return deliveries abroad by destination and home sector; "" where it is not stated."""
    abroad = [c for i, c in enumerate(flows.nodes.regions.codes) if not _is_near(flows, near, i)]
    sums = {code: np.zeros(len(at)) for code in abroad}
    for code in abroad:
        out = np.flatnonzero(flows.nodes.mask(regions=[code]))
        sums[code] += flows.matrix[np.ix_(at, out)].sum(axis=1, dtype=np.float64)
    exported = flows.final_of("exports")
    # CHN, where CN1 and CN2 produce, is where the final users of either live
    outside = ~exported & ~flows.final_of("imports", "error") & ~users_in(flows, around)
    for i, code in enumerate(flows.users.regions.codes):
        column = (flows.users.region == i) & outside
        if column.any():
            sums.setdefault(code, np.zeros(len(at)))
            sums[code] += flows.final[np.ix_(at, np.flatnonzero(column))].sum(axis=1)
    if exported.any():
        sums[""] = flows.final[np.ix_(at, np.flatnonzero(exported))].sum(axis=1)
    return pd.DataFrame(list(sums.values()) or np.zeros((0, len(at))), columns=sectors).set_axis(
        list(sums)
    )
