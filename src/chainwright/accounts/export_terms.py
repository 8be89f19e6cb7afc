"""Gross exports in nine terms: where their value added comes from and where it goes."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.accounts.abroad import (
    final_by_region,
    marks,
    need_home_deliveries,
    only_using,
    own_users,
)
from chainwright.accounts.factors import leontief
from chainwright.accounts.value_added_trade import home_rounds, region_exports
from chainwright.errors import MissingPartError
from chainwright.system import Flows, Result, System

__all__ = ["TERMS", "ExportSplit", "export_split"]

Numbers = npt.NDArray[np.float64]

TERMS = (
    "domestic_in_final",
    "domestic_in_intermediate",
    "domestic_reexported",
    "returned_in_final",
    "returned_in_intermediate",
    "domestic_double_counted",
    "foreign_in_final",
    "foreign_in_intermediate",
    "foreign_double_counted",
)
"""The nine terms, in the order of Koopman, Wang and Wei."""


@dataclass(frozen=True, eq=False, repr=False)
class ExportSplit(Result):
    """Gross exports of each region in nine terms.

    Parameters
    ----------
    system : System
        The system that was asked about.
    exports : ndarray, shape (R,) [money]
        Gross exports.
    terms : ndarray, shape (9, R) [money]
        The terms, in the order of `TERMS`.
    """

    name: ClassVar[str] = "export_split"
    charted: ClassVar[str] = "exports"

    exports: Numbers
    terms: Numbers

    @property
    def value_added_exports(self) -> Numbers:
        """Value added exports of each region, the sum of the first three terms [money]."""
        return np.asarray(self.terms[:3].sum(axis=0))

    def table(self) -> pd.DataFrame:
        """Return one row a region, the largest exporter first."""
        frame = pd.DataFrame({"region": self.system.flows.nodes.regions.codes})
        frame["exports"] = self.exports
        for term, amounts in zip(TERMS, self.terms, strict=True):
            frame[term] = amounts
        frame["residual"] = self.exports - self.terms.sum(axis=0)
        return frame.sort_values("exports", ascending=False, kind="stable", ignore_index=True)


def export_split(system: System) -> ExportSplit:
    r"""Return the gross exports of each region split into nine terms.

    For exporter q, with :math:`L_{rt}` and :math:`A_{rt}` blocks, :math:`H_r = (I - A_{rr})^{-1}`,
    :math:`Y_{rt}` final goods from r used in t, e exports, and r, t other than q:

    ==  ==============================================================
    1   :math:`v_q L_{qq} \sum Y_{qr}`
    2   :math:`v_q \sum L_{qr} Y_{rr}`
    3   :math:`v_q \sum_r L_{qr} \sum_{t \ne q, r} Y_{rt}`
    4   :math:`v_q \sum L_{qr} Y_{rq}`
    5   :math:`v_q \sum L_{qr} A_{rq} H_q Y_{qq}`
    6   :math:`v_q \sum L_{qr} A_{rq} H_q e_q`
    7   :math:`(\sum v_t L_{tq}) \sum Y_{qr}`
    8   :math:`(\sum v_t L_{tq}) \sum A_{qr} H_r Y_{rr}`
    9   :math:`(\sum v_t L_{tq}) \sum A_{qr} H_r e_r`
    ==  ==============================================================

    1 to 3 are value added exports, 4 and 5 come home again, 6 and 9 are counted more than once at
    borders, 7 and 8 are foreign value added. The terms are of a region's exports as a whole, not
    of single exporting sectors. They add up to gross exports where value added and inputs add up
    to output; what is left of a file's rounding is in the column residual.

    Parameters
    ----------
    system : System
        With flows of several regions that hold all trade between them.

    Raises
    ------
    MissingPartError
        If the table is not closed: one region, or exports or imports that leave the table, or
        regions that only use.

    References
    ----------
    .. [1] Koopman, R., Wang, Z. and Wei, S.-J. (2014), Tracing value-added and double counting in
       gross exports, American Economic Review 104(2), 459-494.

    Examples
    --------
    >>> import pandas as pd
    >>> from chainwright import System
    >>> rows = [("intermediate", "A", "m", "B", "m", 2.0),
    ...         ("intermediate", "B", "m", "A", "m", 1.0),
    ...         ("final", "A", "m", "A", "household", 4.0),
    ...         ("final", "B", "m", "B", "household", 5.0),
    ...         ("final", "A", "m", "B", "household", 1.0)]
    >>> columns = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]
    >>> split = export_split(System.from_table(pd.DataFrame(rows, columns=columns))).table()
    >>> split[["region", "exports", "domestic_in_final", "foreign_in_final"]].round(3)
      region  exports  domestic_in_final  foreign_in_final
    0      A      3.0                0.9               0.1
    1      B      1.0                0.0               0.0
    """
    flows = system.flows
    need_home_deliveries(flows, "the split of exports")
    _need_closed(flows)
    network, region = leontief(flows), marks(flows.nodes)
    value = flows.added * flows.per_output
    own = region > 0.0
    final = final_by_region(flows)[:, : len(flows.users.regions)] @ own_users(flows).T
    exports = region_exports(flows)
    at_home = np.where(own, final, 0.0)  # Y_rr in column r, rows of r
    used_abroad = np.where(own, 0.0, final).sum(axis=1)  # sum over t of Y_rt
    shares = flows.matrix * flows.per_output
    rounds = home_rounds(flows, np.stack([at_home.sum(axis=1), exports], axis=1))
    # column q holds, in the rows of r other than q, A_rq H_q of home's demand and of exports
    returned = [np.where(own, 0.0, shares @ (region * rounds[:, [k]])) for k in range(2)]
    rhs = [at_home, region * used_abroad[:, None], np.where(own, 0.0, final), *returned]
    solved = network.solve(np.concatenate(rhs, axis=1)).astype(np.float64)
    earned = region.T @ (value[:, None] * solved)  # rows: region where value added arises
    size = region.shape[1]
    of_home, of_abroad, of_final, of_inputs, of_exports = np.split(earned, 5, axis=1)
    others = ~np.eye(size, dtype=bool)
    back = np.diagonal(of_final)  # v_q sum over r other than q of L_qr Y_rq
    per_unit = network.solve_transposed(region * value[:, None]).astype(np.float64)
    home_value = per_unit[np.arange(len(value)), flows.nodes.region]  # v_q L_qq
    foreign_value = per_unit.sum(axis=1) - home_value
    # what q sells abroad for the use, and for the exports, of the direct importer
    importer = [
        np.where(own, 0.0, shares @ (region * rounds[:, [k]])).sum(axis=1) for k in range(2)
    ]

    def by_region(numbers: Numbers) -> Numbers:
        return region.T @ numbers

    terms = [
        by_region(home_value * used_abroad),
        np.where(others, of_home, 0.0).sum(axis=1),
        np.where(others, of_abroad, 0.0).sum(axis=1) - back,
        back,
        np.diagonal(of_inputs),
        np.diagonal(of_exports),
        by_region(foreign_value * used_abroad),
        by_region(foreign_value * importer[0]),
        by_region(foreign_value * importer[1]),
    ]
    return ExportSplit(system, by_region(exports), np.stack(terms))


def _need_closed(flows: Flows) -> None:
    leaves = flows.imports is not None or flows.final_of("exports").any()
    shared = bool(only_using(flows)) and bool((own_users(flows).sum(axis=0) != 1).any())
    if flows.is_national or leaves or shared:
        raise MissingPartError(
            part="all trade between the regions of the table",
            remedy=(
                "Nine terms need a table of several regions that is closed, each with its own "
                "final users. For a nation: trade_in_value_added(system); for a table with split "
                "countries: read it with fold=True."
            ),
        )
