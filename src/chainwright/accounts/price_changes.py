"""Costs handed down the chain as prices, and supply pushed down it: transposed solves of one LU."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.accounts.factors import leontief
from chainwright.errors import MissingPartError, ParameterError, UnknownCodeError
from chainwright.system import Flows, Nodes, Result, System
from chainwright.tables import schema

__all__ = ["SUPPLY_PUSH", "PriceChange", "SupplyPush", "ghosh", "prices"]

Floats = npt.NDArray[np.float64]

SUPPLY_PUSH = (
    "Ghosh's model hands each change of primary inputs on to the buyers in fixed shares of sales, "
    "as if any input could stand in for any other and buyers took whatever comes: output of steel "
    "rises with more coal alone. Read it as a cost-push of values (Dietzenbacher 1997), or as how "
    "closely buyers are tied to a seller; never as the output lost when an input runs short."
)
"""What the supply-push model cannot say."""


@dataclass(frozen=True, eq=False, repr=False)
class PriceChange(Result):
    r"""How much prices rise when costs do and every seller hands them on in full.

    With prices 1 before and a rise of cost per unit of output :math:`\Delta v`, prices rise by
    :math:`\Delta p = \Delta v (I - A)^{-1}`. Quantities stay as they are: no buyer turns to
    another seller, no profit gives way. So it is an upper bound of the rise in the short run.

    Parameters
    ----------
    cost_push : dict of str to float
        Relative rise by code, as it was asked.
    of : str
        What rises: ``value_added``, ``output`` (all costs), a kind of value added, or ``imports``.
    cost_change : ndarray, shape (n,)
        Rise of cost per unit of output, before it is handed on.
    price_change : ndarray, shape (n,)
        Relative rise of each node's price.
    user_price_change : ndarray, shape (m,)
        Relative rise of what each final user pays for the same purchases; NaN where it buys
        nothing, and for changes of stocks, subtracted imports and errors, which nobody pays.

    Notes
    -----
    W. Leontief (1946), Wages, profits and prices, Quarterly Journal of Economics 61(1), 26-39;
    R. E. Miller and P. D. Blair (2009), Input-output analysis, chapter 2.
    """

    name: ClassVar[str] = "price_change"
    charted: ClassVar[str] = "price_change"

    cost_push: dict[str, float]
    of: str
    cost_change: Floats
    price_change: Floats
    user_price_change: Floats

    @property
    def parameters(self) -> dict[str, object]:
        """Which costs rise, and by how much."""
        return {"cost_push": self.cost_push, "of": self.of}

    def table(self) -> pd.DataFrame:
        """Return a row a node, the largest rise of price first."""
        flows = self.system.flows
        frame = flows.nodes.frame().assign(
            output=flows.output, cost_change=self.cost_change, price_change=self.price_change
        )
        frame = frame.sort_values("price_change", ascending=False, kind="stable", key=abs)
        return frame[[column.column for column in schema(self.name)]].reset_index(drop=True)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the rise of each node's price, and of what each final user pays."""
        flows = self.system.flows
        users = flows.users.frame().rename(columns={"sector": "category"})
        users["purchases"] = _purchases(flows)
        users["price_change"] = self.user_price_change
        users = users.sort_values("price_change", ascending=False, kind="stable", key=abs)
        columns = [column.column for column in schema("price_change_users")]
        return {
            self.name: self.table(),
            "price_change_users": users[columns].reset_index(drop=True),
        }


def prices(
    system: System, cost_push: Mapping[str, float], *, of: str = "value_added"
) -> PriceChange:
    """Return how prices rise when costs do and every seller hands them on in full.

    Parameters
    ----------
    system : System
        With flows.
    cost_push : mapping of str to float
        Relative rise, 0.1 for 10 %, by node (``"CHN:c14"``), sector or region; the narrower word
        counts. With ``of="imports"`` by origin and product, product, or origin of deliveries from
        outside the table.
    of : str
        What rises: ``"value_added"``, ``"output"`` (a cost of that share of output, such as a
        levy), a kind of value added of the table, or ``"imports"``.

    Raises
    ------
    UnknownCodeError
        If a code, or `of`, is not known.
    ParameterError
        If nothing rises, or a rise is not a number above -1.
    MissingPartError
        If imports are to rise and the table has none.

    Examples
    --------
    >>> rows = [("intermediate", "A", "ore", "B", "steel", 2.0),
    ...         ("final", "A", "ore", "A", "household", 2.0),
    ...         ("final", "B", "steel", "A", "household", 4.0)]
    >>> columns = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]
    >>> system = System.from_table(pd.DataFrame(rows, columns=columns))
    >>> prices(system, {"A:ore": 0.10}).table()
      region sector  output  cost_change  price_change
    0      A    ore     4.0          0.1          0.10
    1      B  steel     4.0          0.0          0.05
    """
    flows = system.flows
    if of == "imports":
        if flows.imports is None:
            need = "deliveries from outside the table"
            raise MissingPartError(need, "In a table of the world name the node that sells.")
        rise = _spread(flows.imports.rows, cost_push, "import")
        cost = rise @ flows.imports.matrix * flows.per_output
        paid_abroad = rise @ flows.imports.final
    else:
        per_output = _cost(flows, of) * flows.per_output
        cost = _spread(flows.nodes, cost_push, "node") * per_output
        paid_abroad = np.zeros(len(flows.users))
    change = leontief(flows).solve_transposed(cost).astype(np.float64)
    bought = _purchases(flows)
    paid = np.full(len(bought), np.nan)
    pays = (bought > 0.0) & ~flows.final_of("inventories", "imports", "error")
    np.divide(change @ flows.final + paid_abroad, bought, out=paid, where=pays)
    return PriceChange(
        system=system,
        cost_push={code: float(value) for code, value in cost_push.items()},
        of=of,
        cost_change=cost,
        price_change=change,
        user_price_change=paid,
    )


def _purchases(flows: Flows) -> Floats:
    """Return what each final user buys, from the table and from outside it, shape (m,)."""
    bought = flows.final.sum(axis=0, dtype=np.float64)
    if flows.imports is not None:
        bought = bought + flows.imports.final.sum(axis=0, dtype=np.float64)
    return np.asarray(bought)


def _cost(flows: Flows, of: str) -> Floats:
    """Return the cost that rises, by node."""
    if of == "value_added":
        return flows.added
    if of == "output":
        return flows.output
    kinds = flows.value_added_kinds
    if of not in kinds.place:
        known = ["value_added", "output", "imports", *kinds.codes]
        raise UnknownCodeError(of, "cost of this table", known)
    return np.asarray(flows.value_added[kinds.place[of]], dtype=np.float64)


def _spread(nodes: Nodes, given: Mapping[str, float], kind: str) -> Floats:
    """Return a number a node from numbers by node, sector or region; the narrower word counts."""
    if not given:
        raise ParameterError(
            parameter="cost_push", owner="this question", expected="at least one rise", got=given
        )
    spread = np.zeros(len(nodes))
    words: list[tuple[int, str, Callable[[str], npt.NDArray[np.bool_]]]] = []
    position = {code: i for i, code in enumerate(nodes.codes)}
    for code, value in given.items():
        if isinstance(value, bool) or not np.isfinite(value) or value <= -1.0:
            expected = "a number above -1, such as 0.1 for 10 % more"
            raise ParameterError(
                parameter=f"cost_push[{code!r}]",
                owner="this question",
                expected=expected,
                got=value,
            )
        if code in position:
            words.append((2, code, lambda c: np.arange(len(nodes)) == position[c]))
        elif code in nodes.sectors.place:
            words.append((1, code, lambda c: nodes.mask(sectors=[c])))
        elif code in nodes.regions.place:
            words.append((0, code, lambda c: nodes.mask(regions=[c])))
        else:
            known = [*nodes.sectors.codes, *nodes.regions.codes, *nodes.codes]
            raise UnknownCodeError(code, f"{kind} of this table", known)
    for _, code, chosen in sorted(words, key=lambda word: word[0]):
        spread[chosen(code)] = given[code]
    return spread


@dataclass(frozen=True, eq=False, repr=False)
class SupplyPush(Result):
    r"""What a change of primary inputs is worth further down the chain, after Ghosh.

    With output coefficients :math:`B = \hat x^{-1} Z` and a change of value added
    :math:`\Delta w`, the value of output changes by :math:`\Delta w (I - B)^{-1}`. `SUPPLY_PUSH`
    says what this is not.

    Parameters
    ----------
    supply_push : dict of str to float
        Relative change by code, as it was asked.
    primary_change : ndarray, shape (n,) [money]
        Change of value added.
    output_change : ndarray, shape (n,) [money]
        Change of the value of output.

    Notes
    -----
    A. Ghosh (1958), Input-output approach in an allocation system, Economica 25, 58-64;
    J. Oosterhaven (1988), On the plausibility of the supply-driven input-output model, Journal of
    Regional Science 28, 203-217; E. Dietzenbacher (1997), In vindication of the Ghosh model,
    Journal of Regional Science 37, 629-651.
    """

    name: ClassVar[str] = "supply_push"
    charted: ClassVar[str] = "output_change"
    caveat: ClassVar[str] = SUPPLY_PUSH

    supply_push: dict[str, float]
    primary_change: Floats
    output_change: Floats

    @property
    def parameters(self) -> dict[str, object]:
        """Which primary inputs change, by how much, and what the model cannot say."""
        return {"supply_push": self.supply_push, "caveat": SUPPLY_PUSH}

    @cached_property
    def relative_change(self) -> Floats:
        """Change of output per output, shape (n,); NaN without output."""
        x = self.system.flows.output
        relative = np.full(len(x), np.nan)
        np.divide(self.output_change, x, out=relative, where=x > 0.0)
        return relative

    def table(self) -> pd.DataFrame:
        """Return a row a node, the largest relative change first."""
        flows = self.system.flows
        frame = flows.nodes.frame().assign(
            output=flows.output,
            primary_change=self.primary_change,
            output_change=self.output_change,
            relative_change=self.relative_change,
        )
        frame = frame.sort_values("relative_change", ascending=False, kind="stable", key=abs)
        return frame[[column.column for column in schema(self.name)]].reset_index(drop=True)


def ghosh(system: System, supply_push: Mapping[str, float]) -> SupplyPush:
    """Return what a change of primary inputs is worth further down the chain, after Ghosh.

    Read `SUPPLY_PUSH` first: it is no model of a shortage.

    Parameters
    ----------
    system : System
        With flows.
    supply_push : mapping of str to float
        Relative change of value added, -0.1 for 10 % less, by node, sector or region; the
        narrower word counts.

    Raises
    ------
    UnknownCodeError
        If a code is not known.
    ParameterError
        If nothing changes, or a change is not a number above -1.

    Examples
    --------
    >>> rows = [("intermediate", "A", "ore", "B", "steel", 2.0),
    ...         ("final", "A", "ore", "A", "household", 2.0),
    ...         ("final", "B", "steel", "A", "household", 4.0)]
    >>> columns = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]
    >>> system = System.from_table(pd.DataFrame(rows, columns=columns))
    >>> ghosh(system, {"A:ore": -0.10}).table()
      region sector  output  primary_change  output_change  relative_change
    0      A    ore     4.0            -0.4           -0.4            -0.10
    1      B  steel     4.0             0.0           -0.2            -0.05
    """
    flows = system.flows
    primary = _spread(flows.nodes, supply_push, "node") * flows.added
    return SupplyPush(
        system=system,
        supply_push={code: float(value) for code, value in supply_push.items()},
        primary_change=primary,
        output_change=leontief(flows).ghosh_transposed(primary),
    )
