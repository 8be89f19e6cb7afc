"""Reliance on foreign inputs and markets: at face value, and looking through the whole chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.accounts.abroad import (
    final_by_region,
    marks,
    need_home_deliveries,
    origins,
    own_users,
    summed_by_origin,
)
from chainwright.accounts.factors import leontief
from chainwright.errors import MissingPartError
from chainwright.system import Flows, Home, Nodes, Regions, Result, System

__all__ = ["Reliance", "reliance"]

Numbers = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]

MANUFACTURING = "C"
"""Section of ISIC Rev.4 that the industrial variant counts."""


@dataclass(frozen=True, eq=False, repr=False)
class Reliance(Result):
    """How much each node rests on each region, for its inputs and for its sales.

    S suppliers are the regions of the table, then the origins of its imports.

    Parameters
    ----------
    system : System
        The system that was asked about.
    home : Home or None
        Whose deliveries among themselves are domestic; each region by itself if None.
    industry : tuple of str
        Sectors of the industrial variant; those of manufacturing if empty.
    suppliers : tuple of str, S
        Codes of the supplying regions.
    part : ndarray of int8, shape (n, S)
        What a supplier is to a node: 0 home, 1 the rest of its nation, 2 abroad.
    face, look_through : ndarray, shape (n, S) [share of output]
        Inputs per output from each supplier, bought directly, and through the whole chain; the
        latter counts deliveries, or value where the table ends at the border.
    industrial_face, industrial_look_through : ndarray, shape (n, S) [share of output]
        The same, of products of manufacturing alone; the latter NaN where the table ends at the
        border.
    value_added : ndarray, shape (n, S) [share of output]
        Value added of each region in a unit of output; of an origin of imports their content.
    market_face, market_look_through : ndarray, shape (n,) [share]
        Share of intermediate sales that goes abroad, directly and through the whole chain; NaN
        where the table does not say what exports are used for.
    final_use_abroad : ndarray, shape (n,) [share]
        Share of output that is finally used abroad, sold there directly or inside other products.
    """

    name: ClassVar[str] = "reliance"
    charted: ClassVar[str] = "foreign_input_look_through"

    home: Home | None
    industry: tuple[str, ...]
    suppliers: tuple[str, ...]
    part: npt.NDArray[np.int8]
    face: Numbers
    look_through: Numbers
    industrial_face: Numbers
    industrial_look_through: Numbers
    value_added: Numbers
    market_face: Numbers
    market_look_through: Numbers
    final_use_abroad: Numbers

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        home = self.home
        return {
            "home": home.name if home else None,
            "nation": list(home.nation) if home and home.nation != home.regions else None,
            "industry": list(self.industry) or None,
        }

    @property
    def origin(self) -> dict[str, object]:
        """All that it takes to make this answer again, and what the look-through counts."""
        closed = self.system.flows.imports is None
        basis = "deliveries (L - I)" if closed else "value: v (L - I) inside the table, m L imports"
        return {**super().origin, "look_through_counts": basis}

    @property
    def chosen(self) -> Marks:
        """Which nodes the tables show, shape (n,): those at home, or all."""
        flows = self.system.flows
        return self.home.mask(flows) if self.home else np.ones(len(flows.nodes), dtype=np.bool_)

    def share(self, inputs: Numbers, part: int = 2) -> Numbers:
        """Return the share of `inputs` that comes from one part: 2 abroad, 1 the nation, 0 home.

        Parameters
        ----------
        inputs : ndarray, shape (n, S)
            `face`, `look_through` or an industrial variant.
        part : int
            Which part.

        Returns
        -------
        ndarray, shape (n,) [share]
            NaN for a node without such inputs.
        """
        return _ratio(np.where(self.part == part, inputs, 0.0).sum(axis=1), inputs.sum(axis=1))

    @property
    def foreign_value_added(self) -> Numbers:
        """Value added from abroad in a unit of output, shape (n,) [share]; NaN without output."""
        found = np.where(self.part == 2, self.value_added, 0.0).sum(axis=1)
        return np.where(self.system.flows.output > 0.0, found, np.nan)

    def _columns(self, over: Sequence[npt.NDArray[np.intp]] | None = None) -> dict[str, Numbers]:
        """Return the measures of each node, or of groups of nodes weighted by output."""
        x = self.system.flows.output
        has_nation = self.home is not None and self.home.nation != self.home.regions

        def of(inputs: Numbers, part: int) -> Numbers:
            if over is None:
                return self.share(inputs, part)
            shown, of_all = np.where(self.part == part, inputs, 0.0).sum(axis=1), inputs.sum(axis=1)
            return _ratio(
                np.array([shown[g] @ x[g] for g in over]),
                np.array([of_all[g] @ x[g] for g in over]),
            )

        face, look = of(self.face, 2), of(self.look_through, 2)
        added, sold = self.foreign_value_added, self.final_use_abroad
        if over is not None:
            known = [g[x[g] > 0.0] for g in over]
            weights = np.array([x[g].sum() for g in known])
            added = _ratio(np.array([added[g] @ x[g] for g in known]), weights)
            sold = _ratio(np.array([sold[g] @ x[g] for g in known]), weights)
        empty = np.full(len(face), np.nan)
        return {
            "foreign_input_face": face,
            "foreign_input_look_through": look,
            "hidden": look - face,
            "nation_input_face": of(self.face, 1) if has_nation else empty,
            "nation_input_look_through": of(self.look_through, 1) if has_nation else empty,
            "industrial_input_face": of(self.industrial_face, 2),
            "industrial_input_look_through": of(self.industrial_look_through, 2),
            "foreign_value_added": added,
            "final_use_abroad": sold,
        }

    def table(self) -> pd.DataFrame:
        """Return one row a node, the most reliant on foreign inputs first."""
        frame = self.system.flows.nodes.frame()
        frame["output"] = self.system.flows.output
        for column, numbers in self._columns().items():
            frame[column] = numbers
        frame["foreign_market_face"] = self.market_face
        frame["foreign_market_look_through"] = self.market_look_through
        return frame[self.chosen].sort_values(
            "foreign_input_look_through", ascending=False, kind="stable", ignore_index=True
        )

    def by_supplier(self) -> pd.DataFrame:
        """Return one row a node and supplying region, the largest supplier of a node first."""
        flows = self.system.flows
        nodes = np.flatnonzero(self.chosen & (flows.output > 0.0))
        face = _ratio(self.face[nodes], self.face[nodes].sum(axis=1)[:, None])
        look = _ratio(self.look_through[nodes], self.look_through[nodes].sum(axis=1)[:, None])
        order = np.argsort(-np.nan_to_num(look), axis=1, kind="stable")
        frame = flows.nodes.frame().iloc[np.repeat(nodes, order.shape[1])].reset_index(drop=True)
        frame["supplier_region"] = np.array(self.suppliers, dtype=object)[order].ravel()
        parts = np.array(["home", "nation", "abroad"], dtype=object)[self.part[nodes]]
        frame["part"] = np.take_along_axis(parts, order, axis=1).ravel()
        shown = {"face": face, "look_through": look, "hidden": look - face}
        shown["value_added"] = self.value_added[nodes]
        for column, numbers in shown.items():
            frame[column] = np.take_along_axis(numbers, order, axis=1).ravel()
        composite = {c for c in self.suppliers if c in flows.composite}
        frame["composite"] = frame["supplier_region"].isin(composite)
        return frame

    def by_region(self) -> pd.DataFrame:
        """Return the shares of whole regions, weighted by output, and of their manufacturing."""
        flows = self.system.flows
        at_home = [self.chosen] if self.home else list(marks(flows.nodes).T > 0.0)
        names = [self.home.name] if self.home else list(flows.nodes.regions.codes)
        rows = []
        for group, sectors in (("all", None), ("manufacturing", self._made(flows.nodes))):
            over = [np.flatnonzero(m if sectors is None else m & sectors) for m in at_home]
            frame = pd.DataFrame({"region": names, "sectors": group})
            frame["output"] = [float(flows.output[g].sum()) for g in over]
            for column, numbers in self._columns(over).items():
                frame[column] = numbers
            rows.append(frame)
        both = pd.concat(rows, ignore_index=True)
        return both.sort_values(
            ["sectors", "foreign_input_look_through"],
            ascending=[True, False],
            kind="stable",
            ignore_index=True,
        )

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the shares by node, by node and supplying region, and of whole regions."""
        return {
            self.name: self.table(),
            "reliance_by_supplier": self.by_supplier(),
            "reliance_by_region": self.by_region(),
        }

    def _made(self, nodes: Nodes) -> Marks:
        return _industrial(nodes, self.industry)


def _ratio(part: Numbers, whole: Numbers) -> Numbers:
    part, whole = np.broadcast_arrays(part, whole)
    empty = np.full(part.shape, np.nan)
    return np.asarray(np.divide(part, whole, out=empty, where=whole > 0.0))


def _industrial(nodes: Nodes, industry: tuple[str, ...]) -> Marks:
    """Return which nodes make products of industry, shape (n,)."""
    if not industry:
        return np.asarray(nodes.section == MANUFACTURING)
    wanted = np.array([code in industry for code in nodes.sectors.codes], dtype=np.bool_)
    return wanted[nodes.sector]


def reliance(
    system: System,
    *,
    home: Regions | None = None,
    nation: Regions | None = None,
    industry: Sequence[str] = (),
) -> Reliance:
    r"""Return how much each node rests on foreign inputs and markets, by region.

    With A the input coefficients, :math:`L = (I - A)^{-1}`, B and G the same by rows (Ghosh), v
    value added per output, Y final deliveries:

    - at face value :math:`\sum_{i\ foreign} A_{ij} / \sum_i A_{ij}`;
    - looking through the chain :math:`\sum_{i\ foreign} (L - I)_{ij} / \sum_i (L - I)_{ij}`;
      what this adds is hidden;
    - of industrial inputs alone, both sums over products of manufacturing;
    - foreign value added in a unit of output, :math:`\sum_{i\ foreign} v_i L_{ij}`;
    - of sales to producers the foreign share, from B and from :math:`G - I`;
    - the share of output finally used abroad, :math:`\sum_{k\ foreign} (L Y)_{ik} / x_i`.

    One transposed solve a region and measure; no inverse is formed.

    A table with imports as rows of their own ends at the border, so there the chain is followed
    by value: imports m per unit of output count where they cross it, as :math:`m L`, and
    suppliers inside the table with their value added :math:`v (L - I)`. (Deliveries L - I would
    count home's goods again at each stage and imports once.) It leaves out what stands behind
    imports abroad; of industrial inputs, and of what exports are used for, the chain is not known
    and NaN.

    Shares tell how much, not how badly: an input that is small may be one that nothing replaces.

    Parameters
    ----------
    system : System
        With flows of several regions, or of a nation with its imports apart.
    home : str or sequence of str, optional
        A region, several, or a named group: deliveries inside it are domestic, and the tables
        show its nodes. Without it all nodes are shown, each with its own region as home.
    nation : str or sequence of str, optional
        The nation around home: what comes from the rest of it is neither home nor foreign.
    industry : sequence of str, optional
        Codes of the sectors that the industrial variant counts, where the table's codes do not
        tell what is manufacturing.

    Raises
    ------
    MissingPartError
        If imports are mixed with home deliveries, or nothing comes from abroad in the table.
    UnknownCodeError
        If the table has no such region or sector.

    References
    ----------
    .. [1] Baldwin, R., Freeman, R. and Theodorakopoulos, A. (2022), Horses for courses: measuring
       foreign supply chain exposure, NBER Working Paper 30525.
    .. [2] Imbs, J. and Pauwels, L. (2022), Measuring openness, CEPR Discussion Paper 17230.

    Examples
    --------
    >>> from chainwright import System
    >>> found = reliance(System.demo("country"), home="31")
    >>> table = found.table()
    >>> bool((table["foreign_input_look_through"] >= 0.0).all())
    True
    """
    flows = system.flows
    need_home_deliveries(flows, "reliance on foreign inputs")
    if flows.is_national and flows.imports is None:
        raise MissingPartError(
            part="deliveries from abroad",
            remedy="The table holds one region and no imports: give them as rows of their own.",
        )
    flows.nodes.sectors.index(industry)
    sectors = tuple(industry)
    chosen = None if home is None else Home.of(flows, home, nation)
    if home is None and nation is not None:
        raise MissingPartError(part="a home inside the nation", remedy="Name it: home=...")
    network, per, x = leontief(flows), flows.per_output, flows.output
    region, made = marks(flows.nodes), _industrial(flows.nodes, sectors).astype(np.float64)
    out = None if flows.imports is None else _industrial(flows.imports.rows, sectors)
    bought, bought_made = summed_by_origin(flows) * per, summed_by_origin(flows, out) * per
    added = flows.added * per
    size = region.shape[1]
    own, own_made = region.T, (region * made[:, None]).T
    inputs = np.concatenate([own, own_made, own * added, bought])
    through = network.solve_transposed(inputs.T).T.astype(np.float64)
    look, look_made, value, from_out = np.split(through, np.cumsum([size, size, size]))
    if flows.imports is None:
        inside, inside_made = look - own, look_made - own_made
    else:  # the chain ends at the border: follow it by value
        inside, inside_made = value - own * added, np.full(own.shape, np.nan)
    face = (region.T @ flows.matrix) * per
    face_made = ((region * made[:, None]).T @ flows.matrix) * per
    own_part, users_part = _parts(flows, chosen)
    market, market_through, abroad = _sales(flows, own_part, users_part)
    part = np.concatenate([own_part, np.full((size, len(bought)), 2, dtype=np.int8)], axis=1)
    return Reliance(
        system,
        chosen,
        sectors,
        (*flows.nodes.regions.codes, *origins(flows)),
        part[flows.nodes.region],
        np.concatenate([face, bought]).T,
        np.concatenate([inside, from_out]).T * (x > 0.0)[:, None],
        np.concatenate([face_made, bought_made]).T,
        np.concatenate([inside_made, bought_made]).T * (x > 0.0)[:, None],
        np.concatenate([value, from_out]).T,
        market,
        market_through,
        abroad,
    )


def _parts(flows: Flows, home: Home | None) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]]:
    """Return what regions (R, R) and final users' regions (R, RU) are to each producing region."""
    codes = flows.nodes.regions.codes
    groups = [
        np.array([c in g for c in codes]) for g in ((home.regions, home.nation) if home else ())
    ]
    users_own = own_users(flows)
    part = np.full((len(codes), len(codes)), 2, dtype=np.int8)
    users = np.full(users_own.shape, 2, dtype=np.int8)
    for value, group in zip((1, 0), reversed(groups), strict=False):
        inside = np.flatnonzero(groups[0]) if groups else np.array([], dtype=np.intp)
        part[np.ix_(inside, np.flatnonzero(group))] = value
        using = np.flatnonzero(users_own[group].any(axis=0))
        users[np.ix_(inside, using)] = value
    np.fill_diagonal(part, 0)
    users[users_own] = 0
    return part, users


def _sales(
    flows: Flows, part: npt.NDArray[np.int8], users: npt.NDArray[np.int8]
) -> tuple[Numbers, Numbers, Numbers]:
    """Return the foreign share of sales to producers, face and through, and of final use."""
    network, x, region = leontief(flows), flows.output, flows.nodes.region
    made = (x > 0.0)[:, None]
    of_user = marks(flows.nodes)
    final = final_by_region(flows)
    rhs = np.concatenate([x[:, None] * of_user, final], axis=1)
    solved = network.solve(rhs).astype(np.float64)
    reached, used = solved[:, : of_user.shape[1]], solved[:, of_user.shape[1] :]
    foreign = part[region] == 2
    face = flows.matrix @ of_user
    through = reached * flows.per_output[:, None] - of_user * made
    open_table = flows.imports is not None or bool(flows.final_of("exports").any())
    unsaid = np.full(len(x), np.nan)
    abroad_users = np.concatenate(
        [users[region] == 2, np.ones((len(x), 1), dtype=np.bool_)], axis=1
    )
    return (
        unsaid
        if open_table
        else _ratio(np.where(foreign, face, 0.0).sum(axis=1), face.sum(axis=1)),
        unsaid
        if open_table
        else _ratio(np.where(foreign, through, 0.0).sum(axis=1), through.sum(axis=1)),
        _ratio(np.where(abroad_users, used, 0.0).sum(axis=1), x),
    )
