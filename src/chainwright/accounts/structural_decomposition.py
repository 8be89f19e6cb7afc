"""Structural decomposition: what changed between two years, and which change did it."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.accounts.abroad import users_in
from chainwright.accounts.factors import leontief
from chainwright.accounts.intensities import amounts_of, unit_of
from chainwright.errors import LabelError, MoneyError
from chainwright.system import Axis, Flows, Home, Regions, Result, System

__all__ = ["CURRENT_PRICES", "Decomposition", "decomposition"]

Numbers = npt.NDArray[np.float64]

CURRENT_PRICES = (
    "Both tables are taken in the prices that they are in. In current prices the effects hold "
    "changes of prices and exchange rates besides changes of quantities; deflate the tables to "
    "tell them apart."
)
"""How effects between tables of current prices are to be read."""

EFFECTS = ("intensity", "structure", "demand")


@dataclass(frozen=True, eq=False, repr=False)
class Decomposition(Result):
    """What changed from one year to another, by effect and by the node where it arises.

    Parameters
    ----------
    system : System
        The later system.
    earlier : System
        The earlier one.
    of : str
        What is decomposed: ``"value_added"``, ``"output"`` or a stressor.
    users : str or tuple of str or None
        Whose final demand it is for; everybody's if None.
    before, after : ndarray, shape (n,)
        Amounts of the two years.
    effects : ndarray, shape (3, n)
        Change due to intensity, structure and demand; together the whole change.
    """

    name: ClassVar[str] = "decomposition"
    charted: ClassVar[str] = "change"

    earlier: System
    of: str
    users: str | tuple[str, ...] | None
    before: Numbers
    after: Numbers
    effects: Numbers

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        users = self.users
        return {
            "of": self.of,
            "users": list(users) if isinstance(users, tuple) else users,
            "earlier": self.earlier.origin,
        }

    @property
    def origin(self) -> dict[str, object]:
        """All that it takes to make this answer again, and how to read it."""
        return {**super().origin, "reading": CURRENT_PRICES}

    def units_of(self, table: str) -> dict[str, str]:
        """Return the unit of each column that has one; of amounts that of `of`.

        Parameters
        ----------
        table : str
            A key of `tables`.
        """
        unit, money = unit_of(self.system.flows, self.of), str(self.system.flows.money)
        found = super().units_of(table)
        return {column: unit if u == money else u for column, u in found.items()}

    def _frame(self, into: npt.NDArray[np.int32] | None = None, size: int = 0) -> pd.DataFrame:
        """Return the columns of amounts, of nodes or summed into groups."""
        columns = {
            "before": self.before,
            "after": self.after,
            "change": self.after - self.before,
            **{f"{e}_effect": row for e, row in zip(EFFECTS, self.effects, strict=True)},
        }
        if into is not None:
            columns = {name: np.bincount(into, row, size) for name, row in columns.items()}
        return pd.DataFrame(columns)

    def _of(self, axis: Axis, into: npt.NDArray[np.int32]) -> pd.DataFrame:
        frame = self._frame(into, len(axis))
        frame.insert(0, axis.kind, axis.codes)
        return _largest_first(frame)

    def table(self) -> pd.DataFrame:
        """Return one row a node, the largest change first."""
        return _largest_first(pd.concat([self.system.flows.nodes.frame(), self._frame()], axis=1))

    def by_effect(self) -> pd.DataFrame:
        """Return the change due to each effect, and all together."""
        change = np.append(self.effects.sum(axis=1), (self.after - self.before).sum())
        frame = pd.DataFrame({"effect": [*EFFECTS, "all"], "change": change})
        frame["share_of_before"] = change / (self.before.sum() or np.nan)
        return frame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the change by node, by region, by sector and by effect."""
        nodes = self.system.flows.nodes
        return {
            self.name: self.table(),
            "decomposition_by_region": self._of(nodes.regions, nodes.region),
            "decomposition_by_sector": self._of(nodes.sectors, nodes.sector),
            "decomposition_by_effect": self.by_effect(),
        }


def _largest_first(frame: pd.DataFrame) -> pd.DataFrame:
    order = np.argsort(-np.abs(frame["change"].to_numpy()), kind="stable")
    return frame.iloc[order].reset_index(drop=True)


def decomposition(
    before: System, after: System, *, of: str = "value_added", users: Regions | None = None
) -> Decomposition:
    r"""Return what changed between two years, split into three effects without a rest.

    For :math:`m = s L y`, s the amount per output and y final demand, the mean of the two polar
    forms:

    .. math::

        \tfrac12 [\Delta s (L_1 y_1 + L_0 y_0)] \;+\;
        \tfrac12 [s_0 \Delta L\, y_1 + s_1 \Delta L\, y_0] \;+\;
        \tfrac12 [(s_0 L_0 + s_1 L_1) \Delta y],

    intensity, structure (who buys what from whom) and demand. It is exact, node by node, and no
    inverse is formed: :math:`\Delta L\, y = L_1 y - L_0 y`.

    The mean of the polar forms is one of several exact splits; with large changes others differ.
    In current prices the effects hold price changes: see `CURRENT_PRICES`.

    Parameters
    ----------
    before, after : System
        Two years with the same regions and sectors, in one stated currency and unit.
    of : str
        ``"value_added"``, ``"output"`` or the name of a stressor.
    users : str or sequence of str, optional
        Only what the final demand of these regions needs.

    Raises
    ------
    LabelError
        If regions and sectors differ.
    MoneyError
        If currencies or units differ or are not stated, or the stressor's units differ.
    UnknownCodeError
        If there is no such stressor or region.

    References
    ----------
    .. [1] Dietzenbacher, E. and Los, B. (1998), Structural decomposition techniques: sense and
       sensitivity, Economic Systems Research 10, 307-324.

    Examples
    --------
    >>> from chainwright import System
    >>> first, second = System.demo("country"), System.demo("country", seed=8)
    >>> found = decomposition(first, second, of="value_added").by_effect()
    >>> bool(abs(found["change"][:3].sum() - found["change"][3]) < 1e-6 * second.flows.added.sum())
    True
    """
    old, new = before.flows, after.flows
    _need_same_labels(old, new)
    old.money.need_same(new.money, "A decomposition of two years")
    s0, s1 = (amounts_of(flows, of) * flows.per_output for flows in (old, new))
    if unit_of(old, of) != unit_of(new, of) and of not in ("value_added", "output"):
        msg = f"The stressor {of!r} is in {unit_of(old, of)} and then in {unit_of(new, of)}."
        raise MoneyError(f"{msg} Bring both tables to one unit first.")
    demands = np.stack([_demand(old, users), _demand(new, users)], axis=1)
    first, second = (leontief(f).solve(demands).astype(np.float64).T for f in (old, new))
    # first: L0 y0, L0 y1; second: L1 y0, L1 y1
    effects = 0.5 * np.stack(
        [
            (s1 - s0) * (second[1] + first[0]),
            s0 * (second[1] - first[1]) + s1 * (second[0] - first[0]),
            s0 * (first[1] - first[0]) + s1 * (second[1] - second[0]),
        ]
    )
    named = users if users is None or isinstance(users, str) else tuple(users)
    return Decomposition(after, before, of, named, s0 * first[0], s1 * second[1], effects)


def _demand(flows: Flows, users: Regions | None) -> Numbers:
    if users is None:
        return np.asarray(flows.demand)
    chosen = users_in(flows, Home.of(flows, users).regions)
    return np.asarray(flows.final @ chosen.astype(flows.final.dtype), dtype=np.float64)


def _need_same_labels(old: Flows, new: Flows) -> None:
    """Refuse two tables whose nodes are not the same in the same order."""
    if old.nodes.codes == new.nodes.codes:
        return
    gone = [c for c in old.nodes.codes if c not in set(new.nodes.codes)]
    come = [c for c in new.nodes.codes if c not in set(old.nodes.codes)]
    if gone or come:
        msg = (
            f"The two years differ in nodes: only before {len(gone)} ({', '.join(gone[:8])}), "
            f"only after {len(come)} ({', '.join(come[:8])}). Join or rename codes so that both "
            "have the same: system.aggregated(...)."
        )
    else:
        msg = "The two years list the same nodes in another order. Read both from one edition."
    raise LabelError(msg)
