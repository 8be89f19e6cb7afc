"""Stressors by who produces and by who consumes: CO2, water, jobs, with one LU and no inverse."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.accounts.consumers import Consumers, consumers, sector_sums
from chainwright.accounts.factors import Dtype, Leontief, by_rows, leontief
from chainwright.errors import MissingPartError
from chainwright.sources.reading import Array
from chainwright.system import Flows, Result, Stressors, System
from chainwright.system.axis import read_only
from chainwright.tables import schema

__all__ = ["StressorAccounts", "stressor_accounts"]

Floats = npt.NDArray[np.float64]

COLUMNS = 256
"""Right-hand sides that are solved together at least; at most a quarter of the nodes."""


@dataclass(frozen=True, eq=False, repr=False)
class StressorAccounts(Result):
    r"""Accounts of stressors; ``e`` stressors, ``c`` consumers, ``R`` regions, ``S`` sectors.

    With intensities :math:`s = F \hat x^{-1}`, :math:`L = (I - A)^{-1}` and final demand
    :math:`y^c` of consumer c:

    =================  ===================================================  ==============
    here               equation                                             pymrio's name
    =================  ===================================================  ==============
    intensities        :math:`s_i = F_i / x_i`                              S
    multipliers        :math:`m = s L`                                      M
    production         :math:`F`                                            D_pba
    consumption        :math:`\sum_r m_{rp} y^c_{rp}`                       D_cba
    imports            :math:`\sum_r (m_{rp} - m^c_{rp}) y^c_{rp}`          D_imp
    exports            :math:`s_i (x_i - (L y^{c(i)})_i)`                   D_exp
    =================  ===================================================  ==============

    where :math:`m^c = s^c L` with intensities zero outside region c, and c(i) is i's own region.
    Accounts by sector leave out what final users put out themselves (:math:`F_Y`, `final_users`);
    production and consumption by region include it, as in pymrio.

    Parameters
    ----------
    stressors : Stressors
        The stressors asked about.
    consumers : Consumers
        Who consumes; the last may be abroad, where a table has a category of exports.
    output : ndarray, shape (n,) [money]
        Output x.
    intensities, multipliers, production, exports : ndarray, shape (e, n)
        By producer.
    consumption, imports : ndarray, shape (e, c, S)
        By consumer and product that is bought for final use.
    final_users : ndarray, shape (e, c)
        What final users put out themselves.
    dtype : str
        Numbers it was counted with.
    error : float
        Largest error of a solve whose solution is known to be 1 everywhere.

    Notes
    -----
    A node without output has no intensity, so its stressors stand in the accounts of production
    and in no account of consumption: `unplaced` says how much that is. Imports of a table of one
    nation come from outside it, and what they embody is not in the table: `imports` is 0 there.

    K. Stadler (2021), Pymrio - a Python based multi-regional input-output analysis toolbox,
    Journal of Open Research Software 9, 8; R. Wood et al. (2015), Sustainability 7, 138-163.
    """

    name: ClassVar[str] = "stressor_accounts"
    charted: ClassVar[str] = "consumption_account"

    stressors: Stressors
    consumers: Consumers
    output: Floats
    intensities: Floats
    multipliers: Floats
    production: Array
    exports: Floats
    consumption: Floats
    imports: Floats
    final_users: Floats
    dtype: Dtype
    error: float

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked: the numbers counted with; and what that cost in accuracy."""
        return {"dtype": self.dtype, "error": self.error}

    @cached_property
    def input_coefficients(self) -> Array:
        """Input coefficients A, shape (n, n), made when they are first asked for."""
        flows, n = self.system.flows, len(self.system.flows.nodes)
        shares: Array = np.empty((n, n), dtype=self.dtype)

        def fill(rows: slice) -> None:
            np.multiply(flows.matrix[rows], flows.per_output, out=shares[rows], casting="same_kind")

        by_rows(n, fill)
        return read_only(shares)

    @cached_property
    def unplaced(self) -> Floats:
        """Stressors of nodes without output, shape (e,)."""
        return np.asarray(self.production[:, self.output <= 0.0].sum(axis=1, dtype=np.float64))

    @cached_property
    def production_by_region(self) -> Floats:
        """Production account of each consumer as a region, with its final users, shape (e, c)."""
        return self._own(self.production) + self.final_users

    @cached_property
    def consumption_by_region(self) -> Floats:
        """Consumption account of each consumer, with its final users, shape (e, c)."""
        return np.asarray(self.consumption.sum(axis=2) + self.final_users)

    @cached_property
    def imports_by_region(self) -> Floats:
        """What each consumer's final demand causes in other regions, shape (e, c)."""
        return np.asarray(self.imports.sum(axis=2))

    @cached_property
    def exports_by_region(self) -> Floats:
        """What others' final demand causes in each consumer's own region, shape (e, c)."""
        return self._own(self.exports)

    def _own(self, by_node: Array) -> Floats:
        """Add up by the consumer that is the node's own region."""
        place, size = self.consumers.of_node, len(self.consumers)
        inside = place >= 0
        return np.stack([np.bincount(place[inside], row[inside], size) for row in by_node])

    def table(self) -> pd.DataFrame:
        """Return a row a stressor and region; within a stressor the largest consumer first."""
        e, c = len(self.stressors.axis), len(self.consumers)
        labels = self._labels(e, c)
        frame = labels.assign(
            region=np.tile(np.array(self.consumers.codes, dtype=object), e),
            production_account=self.production_by_region.ravel(),
            consumption_account=self.consumption_by_region.ravel(),
            embodied_imports=self.imports_by_region.ravel(),
            embodied_exports=self.exports_by_region.ravel(),
            final_users=self.final_users.ravel(),
            order=np.repeat(np.arange(e), c),
        )
        frame = frame.sort_values(
            ["order", "consumption_account"], ascending=[True, False], kind="stable"
        )
        return frame[[column.column for column in schema(self.name)]].reset_index(drop=True)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the accounts by region, by producer, and by product bought for final use."""
        return {
            self.name: self.table(),
            "stressor_producers": self._producers(),
            "stressor_products": self._products(),
        }

    def _labels(self, e: int, each: int) -> pd.DataFrame:
        axis = self.stressors.axis
        return pd.DataFrame(
            {
                "stressor": np.repeat(np.array(axis.codes, dtype=object), each),
                "unit": np.repeat(np.array(self.stressors.units, dtype=object), each),
            },
            index=np.arange(e * each),
        )

    def _producers(self) -> pd.DataFrame:
        e, nodes = len(self.stressors.axis), self.system.flows.nodes
        where = nodes.frame()
        frame = self._labels(e, len(nodes)).assign(
            region=np.tile(where["region"].to_numpy(dtype=object), e),
            sector=np.tile(where["sector"].to_numpy(dtype=object), e),
            production=self.production.ravel().astype(np.float64),
            intensity=self.intensities.ravel(),
            multiplier=self.multipliers.ravel(),
            embodied_exports=self.exports.ravel(),
        )
        return frame[[column.column for column in schema("stressor_producers")]]

    def _products(self) -> pd.DataFrame:
        e, c, size = self.consumption.shape
        sectors = np.array(self.system.flows.nodes.sectors.codes, dtype=object)
        frame = self._labels(e, c * size).assign(
            region=np.tile(np.repeat(np.array(self.consumers.codes, dtype=object), size), e),
            sector=np.tile(sectors, e * c),
            consumption=self.consumption.ravel(),
            embodied_imports=self.imports.ravel(),
        )
        return frame[[column.column for column in schema("stressor_products")]]

    def units_of(self, table: str) -> dict[str, str]:
        """Return the unit of each column of one of the tables that has one.

        Parameters
        ----------
        table : str
            A key of `tables`.
        """
        money = self.system.flows.money
        words = {"stressor": "as in column unit", "stressor/money": f"column unit / ({money})"}
        return {c.column: words.get(c.unit, c.unit) for c in schema(table) if c.unit}


def stressor_accounts(system: System, *, dtype: Dtype = "float64") -> StressorAccounts:
    """Return production and consumption accounts of every stressor of a table.

    One LU, then one right-hand side a consumer and one a stressor and region.

    Parameters
    ----------
    system : System
        With flows that have stressors.
    dtype : str
        ``"float64"``, or ``"float32"`` for half the memory; the answer states its error.

    Raises
    ------
    MissingPartError
        If the table has no stressors.
    InfeasibleError
        If the economy of the table is not productive.
    CapacityError
        If the factors do not fit in memory.

    Examples
    --------
    >>> rows = [("intermediate", "A", "ore", "B", "steel", 2.0, ""),
    ...         ("final", "A", "ore", "A", "household", 2.0, ""),
    ...         ("final", "B", "steel", "A", "household", 4.0, ""),
    ...         ("stressor", "", "CO2", "A", "ore", 8.0, "kt"),
    ...         ("stressor", "", "CO2", "B", "steel", 12.0, "kt")]
    >>> columns = ["block", "from_region", "from_sector", "to_region", "to_sector", "value", "unit"]
    >>> system = System.from_table(pd.DataFrame(rows, columns=columns))
    >>> answer = stressor_accounts(system)
    >>> answer.multipliers
    array([[2., 4.]])
    >>> answer.consumption_by_region, answer.imports_by_region
    (array([[20.]]), array([[12.]]))
    """
    flows = system.flows
    if flows.stressors is None:
        need = "stressors, such as CO2 by sector"
        raise MissingPartError(need, "Add rows of the block 'stressor' to the long table.")
    who = consumers(flows)
    solver = leontief(flows, dtype)
    demand = who.sums(flows.final)
    intensities = flows.stressors.matrix * flows.per_output
    needed = solver.solve(demand)
    exports = intensities * _for_others(needed, who)
    del needed
    multipliers, consumption, imports = _embodied(flows, solver, who, intensities, demand)
    return StressorAccounts(
        system=system,
        stressors=flows.stressors,
        consumers=who,
        output=flows.output,
        intensities=intensities,
        multipliers=multipliers,
        production=flows.stressors.matrix,
        exports=exports,
        consumption=consumption,
        imports=imports,
        final_users=who.sums(flows.stressors.final),
        dtype=dtype,
        error=solver.error,
    )


def _for_others(needed: Array, who: Consumers) -> Floats:
    """Return output of each node for final demand of other consumers than its own region."""
    own = np.arange(needed.shape[1]) == who.of_node[:, None]
    return np.asarray(needed.sum(axis=1, dtype=np.float64, where=~own))


def _embodied(
    flows: Flows, solver: Leontief, who: Consumers, intensities: Floats, demand: Floats
) -> tuple[Floats, Floats, Floats]:
    r"""Return multipliers, and by consumer and product what demand embodies, in all and abroad.

    The rows :math:`s^r L`, with s zero outside region r, add up to :math:`s L`, so the solves for
    the home part give the multipliers too.
    """
    e, n = intensities.shape
    regions, by_sector = len(flows.nodes.regions), sector_sums(flows.nodes)
    consumption = np.zeros((e, len(who), len(flows.nodes.sectors)))
    at_home, multipliers = np.zeros_like(consumption), np.zeros((e, n))
    together = max(max(COLUMNS, n // 4) // e, 1)
    for first in range(0, regions, together):
        batch = range(first, min(first + together, regions))
        rhs = np.zeros((len(batch), e, n), dtype=solver.dtype)
        for place, region in enumerate(batch):
            inside = flows.nodes.region == region
            rhs[place][:, inside] = intensities[:, inside]
        starts = np.repeat([int(np.argmax(flows.nodes.region == r)) for r in batch], e)
        parts = solver.solve_staggered(rhs.reshape(-1, n).T, starts).T.reshape(rhs.shape)
        multipliers += parts.sum(axis=0, dtype=np.float64)
        for place, region in enumerate(batch):
            home = who.of_node[flows.nodes.region == region][0]
            if home >= 0:
                bought = parts[place].T * demand[:, home, None]
                at_home[:, home] = (by_sector @ bought).T
    for stressor, row in enumerate(multipliers):
        consumption[stressor] = (by_sector @ (row[:, None] * demand)).T
    return multipliers, consumption, consumption - at_home
