"""Trade in value added: what of exports is made at home, and whose work final demand buys."""

from dataclasses import dataclass
from functools import cached_property
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
from chainwright.system import Flows, Result, System

__all__ = [
    "ProductOrigin",
    "TradeInValueAdded",
    "product_origin",
    "region_exports",
    "trade_in_value_added",
]

Numbers = npt.NDArray[np.float64]

OPEN = (
    "the table does not say what its exports are used for, so value added exports, what returns "
    "home and what others export are not known"
)


@dataclass(frozen=True, eq=False, repr=False)
class TradeInValueAdded(Result):
    """What each region's exports hold of its own value added, and what final demand is made of.

    Parameters
    ----------
    system : System
        The system that was asked about.
    exports : ndarray, shape (n,) [money]
        Deliveries out of the region of each node, intermediate and final.
    domestic : ndarray, shape (n,) [money]
        Value added that the region's exports need at home, by the node where it arises.
    used_abroad : ndarray, shape (R,) [money]
        Value added of each region that is finally used abroad (VAX); NaN if the table is open.
    in_foreign_exports : ndarray, shape (R,) [money]
        Value added of each region inside other regions' exports; NaN if the table is open.
    origin_of_demand : ndarray, shape (R + O, RU) [money]
        Value added (of origins of imports O their content) in each user region's final demand.
    """

    name: ClassVar[str] = "trade_in_value_added"
    charted: ClassVar[str] = "value_added_exports"

    exports: Numbers
    domestic: Numbers
    used_abroad: Numbers
    in_foreign_exports: Numbers
    origin_of_demand: Numbers

    def table(self) -> pd.DataFrame:
        """Return one row a region, the largest exporter first."""
        nodes = self.system.flows.nodes
        exports = _by_region(self.exports, self.system.flows)
        domestic = _by_region(self.domestic, self.system.flows)
        sells = exports > 0.0

        def per_exports(amount: Numbers) -> Numbers:
            empty = np.full(len(exports), np.nan)
            return np.asarray(np.divide(amount, exports, out=empty, where=sells))

        frame = pd.DataFrame({"region": nodes.regions.codes})
        frame["exports"] = exports
        frame["domestic_value_added"] = domestic
        frame["domestic_share"] = per_exports(domestic)
        frame["foreign_share"] = 1.0 - per_exports(domestic)
        frame["value_added_exports"] = self.used_abroad
        frame["value_added_export_ratio"] = per_exports(self.used_abroad)
        frame["returned"] = domestic - self.used_abroad
        frame["reexported"] = self.in_foreign_exports
        frame["reexported_share"] = per_exports(self.in_foreign_exports)
        frame["note"] = np.where(np.isnan(self.used_abroad), OPEN, "")
        return frame.sort_values("exports", ascending=False, kind="stable", ignore_index=True)

    def origin_table(self) -> pd.DataFrame:
        """Return one row a user region and origin: the largest user, then its largest origin."""
        flows = self.system.flows
        users, sources = flows.users.regions.codes, (*flows.nodes.regions.codes, *origins(flows))
        found = self.origin_of_demand.T
        total = found.sum(axis=1)
        rows = np.argsort(-total, kind="stable")
        order = np.argsort(-found[rows], axis=1, kind="stable")
        amount = np.take_along_axis(found[rows], order, axis=1)
        shares = np.full(amount.shape, np.nan)
        np.divide(amount, total[rows, None], out=shares, where=total[rows, None] > 0.0)
        return pd.DataFrame(
            {
                "user_region": np.repeat(np.array(users, dtype=object)[rows], order.shape[1]),
                "origin_region": np.array(sources, dtype=object)[order].ravel(),
                "value_added": amount.ravel(),
                "share": shares.ravel(),
            }
        )

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the content of exports by region, and the origin of final demand."""
        return {self.name: self.table(), "value_added_origin": self.origin_table()}


def _by_region(numbers: Numbers, flows: Flows) -> Numbers:
    return np.bincount(flows.nodes.region, numbers, len(flows.nodes.regions)).astype(np.float64)


def region_exports(flows: Flows) -> Numbers:
    """Return what each node of `flows` delivers out of its region, shape (n,) [money]."""
    region = marks(flows.nodes)
    between = np.where(region > 0.0, 0.0, flows.matrix @ region).sum(axis=1)
    foreign = np.column_stack([~own_users(flows), np.ones(len(flows.nodes.regions), dtype=bool)])
    final = np.where(foreign[flows.nodes.region], final_by_region(flows), 0.0).sum(axis=1)
    return np.asarray(between + final, dtype=np.float64)


def trade_in_value_added(system: System) -> TradeInValueAdded:
    r"""Return the domestic content of exports, value added exports and the origin of final demand.

    With v value added per output, :math:`A_{rr}` the inputs of region r from itself, e exports
    and :math:`X = L Y` the output that each region's final demand needs:

    - domestic value added in exports :math:`v_r (I - A_{rr})^{-1} e_r`; the rest of exports is
      content from abroad;
    - value added exports (VAX) :math:`\sum_{c \ne r} v_r X_{rc}`;
    - what returns: the first less the second;
    - in the exports of others :math:`v_r \sum_{s \ne r} L_{rs} e_s`;
    - the origin of region c's final demand, :math:`v_r X_{rc}` over all r.

    In a national table (or any with exports as a final category) only the first can be said, and
    the origin of home's own final demand with imports by their origin; the rest is NaN, and the
    column note says why. Value added is output less inputs where the file has no rows of it, and
    then holds taxes less subsidies on products.

    Parameters
    ----------
    system : System
        With flows of several regions, or of a nation with its imports apart.

    Raises
    ------
    MissingPartError
        If imports are mixed with home deliveries.

    References
    ----------
    .. [1] Hummels, D., Ishii, J. and Yi, K.-M. (2001), The nature and growth of vertical
       specialization in world trade, Journal of International Economics 54, 75-96.
    .. [2] Johnson, R. C. and Noguera, G. (2012), Accounting for intermediates: production sharing
       and trade in value added, Journal of International Economics 86, 224-236.
    .. [3] Koopman, R., Powers, W., Wang, Z. and Wei, S.-J. (2010), Give credit where credit is
       due, NBER Working Paper 16426.

    Examples
    --------
    >>> from chainwright import System
    >>> found = trade_in_value_added(System.demo("country")).table()
    >>> bool(found["domestic_share"].between(0.0, 1.0).all())
    True
    """
    flows = system.flows
    need_home_deliveries(flows, "trade in value added")
    network, region = leontief(flows), marks(flows.nodes)
    value = flows.added * flows.per_output
    exports = region_exports(flows)
    domestic = value * home_rounds(flows, exports)
    final = final_by_region(flows)
    closed = flows.imports is None and not flows.final_of("exports").any()
    needed = network.solve(np.concatenate([final, region * exports[:, None]], axis=1))
    size = final.shape[1]
    content = region.T @ (value[:, None] * needed)  # who earns what, by region
    of_demand, in_exports = content[:, : size - 1], content[:, size:]
    size_r = len(flows.nodes.regions)
    if closed:
        used = np.where(own_users(flows), 0.0, of_demand).sum(axis=1)
        reexported = in_exports.sum(axis=1) - np.diagonal(in_exports)
    else:
        used = reexported = np.full(size_r, np.nan)
    outside = np.zeros((len(origins(flows)), size - 1))
    if flows.imports is not None:
        per_unit = summed_by_origin(flows) * flows.per_output
        outside = per_unit @ needed[:, : size - 1] + _final_imports(flows, size)
    return TradeInValueAdded(
        system,
        exports,
        domestic,
        used,
        reexported,
        np.concatenate([of_demand, outside]),
    )


def home_rounds(flows: Flows, demand: Numbers) -> Numbers:
    r"""Return :math:`(I - A_{rr})^{-1} d_r` for each region r: what home makes of a demand on it.

    Parameters
    ----------
    flows : Flows
        The table.
    demand : ndarray, shape (n,) or (n, k) [money]
        Demand on each node.
    """
    found = np.zeros(demand.shape)
    for region in range(len(flows.nodes.regions)):
        own = np.flatnonzero(flows.nodes.region == region)
        shares = flows.matrix[np.ix_(own, own)] * flows.per_output[own]
        found[own] = np.linalg.solve(np.eye(len(own)) - shares, demand[own])
    return found


def _final_imports(flows: Flows, size: int) -> Numbers:
    """Return what final users of each region import directly, by origin, shape (O, RU) [money]."""
    if flows.imports is None:
        return np.zeros((0, size - 1))
    to = np.where(flows.final_of("exports"), size - 1, flows.users.region)
    into = (to[:, None] == np.arange(size - 1)).astype(np.float64)
    return np.asarray(marks(flows.imports.rows).T @ flows.imports.final @ into, dtype=np.float64)


@dataclass(frozen=True, eq=False, repr=False)
class ProductOrigin(Result):
    """Whose value added one unit of a final product is made of.

    Parameters
    ----------
    system : System
        The system that was asked about.
    product : str
        Code of the node that sells the final product.
    value_added : ndarray, shape (n,) [share]
        Of each node.
    imports : ndarray, shape (O,) [share]
        Content of deliveries from outside the table, by origin.
    """

    name: ClassVar[str] = "product_origin"
    charted: ClassVar[str] = "value_added"

    product: str
    value_added: Numbers
    imports: Numbers

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {"product": self.product}

    @cached_property
    def domestic_share(self) -> float:
        """Share of the product's own region."""
        nodes = self.system.flows.nodes
        own = nodes.region == nodes.region[nodes.find(self.product)]
        return float(self.value_added[own].sum())

    def table(self) -> pd.DataFrame:
        """Return one row a node, and one an origin of imports, the largest share first."""
        flows = self.system.flows
        nodes = flows.nodes
        frame = nodes.frame()
        frame["value_added"] = self.value_added
        frame["domestic"] = nodes.region == nodes.region[nodes.find(self.product)]
        if len(self.imports):
            outside = pd.DataFrame({"region": origins(flows), "sector": ""})
            outside["value_added"] = self.imports
            outside["domestic"] = False
            frame = pd.concat([frame, outside], ignore_index=True)
        return frame.sort_values("value_added", ascending=False, kind="stable", ignore_index=True)


def product_origin(system: System, product: str) -> ProductOrigin:
    r"""Return whose value added one unit of a final product is made of.

    :math:`v_i L_{ij}` of each node i for the product of node j, one solve. The shares add up to
    one where value added and inputs add up to output.

    Parameters
    ----------
    system : System
        With flows.
    product : str
        Code of the node that sells it, such as ``"DEU:c15"``.

    Raises
    ------
    UnknownCodeError
        If there is no such node.
    MissingPartError
        If imports are mixed with home deliveries.

    References
    ----------
    .. [1] Timmer, M. P., Erumban, A. A., Los, B., Stehrer, R. and de Vries, G. J. (2014), Slicing
       up global value chains, Journal of Economic Perspectives 28(2), 99-118.

    Examples
    --------
    >>> from chainwright import System
    >>> china = System.demo("country")
    >>> 0.0 < product_origin(china, china.flows.nodes.codes[0]).domestic_share < 1.0
    True
    """
    flows = system.flows
    need_home_deliveries(flows, "the origin of a product")
    unit = np.zeros(len(flows.nodes))
    unit[flows.nodes.find(product)] = 1.0
    needed = leontief(flows).solve(unit).astype(np.float64)
    outside = (summed_by_origin(flows) * flows.per_output) @ needed
    return ProductOrigin(
        system, product, flows.added * flows.per_output * needed, np.asarray(outside)
    )
