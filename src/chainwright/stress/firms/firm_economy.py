"""Firms as nodes of the model with inventories: links by buyer and input, at rest at the start."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from chainwright.errors import InfeasibleError, ParameterError
from chainwright.stress.firms.sector_sections import with_sections
from chainwright.system import Axis, Links
from chainwright.system.axis import read_only

__all__ = ["FirmEconomy", "Pooling"]

DAYS_PER_YEAR = 365.0

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int32]
Starts = npt.NDArray[np.int64]
Notes = tuple[tuple[str, str], ...]
Pooling = Literal["market", "suppliers"]
"""Who delivers when a supplier fails: any firm of its market, or the buyer's other suppliers."""


@dataclass(frozen=True, eq=False, repr=False)
class FirmEconomy:
    """A network of firms in equilibrium: ``n`` firms, ``E`` links, ``G`` stocks.

    A stock is a buyer and an input: the products of one sector (of one market of it, where markets
    deliver). Nothing is laid out that is larger than the links.

    Parameters
    ----------
    links : Links
        The network.
    pooling : str
        ``"market"`` or ``"suppliers"``.
    step_days : float
        Length of a step [day].
    products : Axis, S
        Sectors of the firms, with their sections where the codes tell them.
    order : ndarray of int64, shape (E,)
        Links by stock: ``order[i]`` is a place in `links`.
    stock_starts : ndarray of int64, shape (G + 1,)
        Where the links of each stock begin in `order`.
    buyer_starts : ndarray of int64, shape (n + 1,)
        Where the stocks of each buyer begin.
    stock_product : ndarray of int32, shape (G,)
        Sector of each stock's suppliers.
    stock_market : ndarray of int32, shape (G,)
        Market of the first of each stock's suppliers: of all of them where markets deliver.
    stock_of_link : ndarray of int64, shape (E,)
        Stock that each link of `links` fills.
    A : ndarray, shape (G,)
        Input a unit of the buyer's output; 0 where the buyer makes nothing.
    x0, Y : ndarray, shape (n,) [money / step]
        Output, and what of it goes to final users: output less sales, and all sales to firms that
        make nothing.
    VA, K : ndarray, shape (n,) [money / year], [money]
        Value added (output less purchases, not below zero) and productive capital.
    notes : tuple of (str, str)
        What was assumed of output, in English and Chinese.
    """

    links: Links
    pooling: Pooling
    step_days: float
    products: Axis
    order: Starts
    stock_starts: Starts
    buyer_starts: Starts
    stock_product: Places
    stock_market: Places
    stock_of_link: Starts
    A: Numbers
    x0: Numbers
    Y: Numbers
    VA: Numbers
    K: Numbers
    notes: Notes

    @classmethod
    def of(
        cls,
        links: Links,
        *,
        step_days: float = 1.0,
        pooling: Pooling = "suppliers",
        capital_ratio: float = 4.0,
    ) -> "FirmEconomy":
        """Return the economy of a network of firms, a year being 365 days.

        Output that is not known is taken as sales or purchases, whichever is more; output below
        the sales in the links is raised to them. `notes` says how often.

        Parameters
        ----------
        links : Links
            The network.
        step_days : float
            Length of a step [day].
        pooling : str
            ``"market"``: every buyer is served by all firms of a market in proportion to their
            sales, so that each replaces any other; ``"suppliers"``: firms order from the suppliers
            that they have, those of a sector replace each other, and no new one is found.
        capital_ratio : float
            Capital over yearly value added.

        Raises
        ------
        ParameterError
            If the step has no length, or there is no such pooling.
        InfeasibleError
            If no firm makes anything.

        Examples
        --------
        >>> from chainwright import System
        >>> made = System.demo("firms", firms=300, links=900)
        >>> economy = FirmEconomy.of(made.links)
        >>> bool(economy.Y.min() >= 0.0), economy.n
        (True, 300)
        """
        if not 0.0 < step_days < np.inf:
            raise ParameterError("step_days", "an economy of firms", "days above zero", step_days)
        if pooling not in {"market", "suppliers"}:
            expected = "one of market, suppliers"
            raise ParameterError("pooling", "an economy of firms", expected, pooling)
        x, notes = _output(links)
        if not x.any():
            msg = "No firm makes anything: there is no link, and no output above 0 is given."
            raise InfeasibleError(msg)
        n, live = links.n, x > 0.0
        inputs = links.sector.astype(np.int64)
        if pooling == "market":
            of_both = inputs * len(links.markets) + links.market
            inputs = np.unique(of_both, return_inverse=True)[1].astype(np.int64)
        width = int(inputs.max()) + 1
        key = links.buyer.astype(np.int64) * width + inputs[links.supplier]
        order = np.argsort(key, kind="stable")
        key = key[order]
        first = np.flatnonzero(np.diff(key, prepend=-1))
        stock_starts = np.append(first, len(key)).astype(np.int64)
        stock_of_link = np.empty(len(key), dtype=np.int64)
        stock_of_link[order] = np.repeat(np.arange(len(first)), np.diff(stock_starts))
        buyer = (key[first] // width).astype(np.int64)
        bought = np.add.reduceat(links.value[order], first) if len(first) else np.zeros(0)
        A = np.divide(bought, x[buyer], out=np.zeros(len(first)), where=live[buyer])
        to_idle = np.bincount(links.supplier, links.value * ~live[links.buyer], n)
        final = np.maximum(x - links.sales, 0.0) + to_idle
        added = np.where(live, np.maximum(x - links.purchases, 0.0), 0.0)
        steps = DAYS_PER_YEAR / step_days
        return cls(
            links=links,
            pooling=pooling,
            step_days=float(step_days),
            products=with_sections(links.sectors),
            order=order,
            stock_starts=stock_starts,
            buyer_starts=np.searchsorted(buyer, np.arange(n + 1)).astype(np.int64),
            stock_product=links.sector[links.supplier[order[first]]],
            stock_market=links.market[links.supplier[order[first]]],
            stock_of_link=stock_of_link,
            A=read_only(A),
            x0=read_only(x / steps),
            Y=read_only(final / steps),
            VA=read_only(added),
            K=read_only(capital_ratio * added),
            notes=notes,
        )

    @property
    def n(self) -> int:
        """Number of firms."""
        return self.links.n

    @property
    def G(self) -> int:  # noqa: N802 (the letter of the equations)
        """Number of stocks."""
        return len(self.A)

    @property
    def steps_per_year(self) -> float:
        """Steps in a year of 365 days."""
        return DAYS_PER_YEAR / self.step_days

    @cached_property
    def stock_buyer(self) -> Starts:
        """Firm that holds each stock, shape (G,)."""
        return read_only(np.repeat(np.arange(self.n), np.diff(self.buyer_starts)))

    @cached_property
    def seller(self) -> Places:
        """Supplier of each link, links by stock, shape (E,)."""
        return read_only(self.links.supplier[self.order])

    @cached_property
    def sold(self) -> Numbers:
        """Yearly value of each link, links by stock, shape (E,) [money / year]."""
        return read_only(self.links.value[self.order])


def _output(links: Links) -> tuple[Numbers, Notes]:
    """Return yearly output, at least the sales in the links, and what was assumed."""
    stated = links.output
    unknown = np.isnan(stated)
    assumed = np.maximum(links.sales, links.purchases)
    x = np.where(unknown, assumed, stated)
    low = ~unknown & (x < links.sales * (1.0 - ROUNDING))
    x = np.maximum(x, links.sales)
    notes = []
    if unknown.any():
        notes.append(_not_known(int(unknown.sum()), links.n))
    if low.any():
        notes.append(_raised(int(low.sum()), links.n))
    return x, tuple(notes)


ROUNDING = 1e-9
"""Share of sales by which output may fall short of them without a word: rounding."""


def _not_known(firms: int, n: int) -> tuple[str, str]:
    return (
        f"Output of {firms:,} of {n:,} firms is not given: it is taken as their sales or purchases "
        "in the links, whichever is more (an assumption), so little or nothing of it goes to final "
        "users.",
        f"{n:,} 家企业中有 {firms:,} 家未给出产出，按其在交易网络中的销售额与采购额之较大者计"
        "（假设），因此几乎没有产出流向最终用户。",
    )


def _raised(firms: int, n: int) -> tuple[str, str]:
    return (
        f"The stated output of {firms:,} of {n:,} firms is below their sales in the links; it is "
        "taken as these sales, and nothing of it goes to final users.",
        f"{n:,} 家企业中有 {firms:,} 家给出的产出低于其在交易网络中的销售额，按该销售额计，"
        "且没有产出流向最终用户。",
    )
