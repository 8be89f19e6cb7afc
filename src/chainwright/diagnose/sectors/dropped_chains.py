"""Dropped chains: what stops at the users if one supplier delivers less."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.accounts import DEMAND_SIDE, extraction
from chainwright.diagnose.sectors.deliveries import products_of
from chainwright.diagnose.sectors.discrimination import alike_notes, tells_apart
from chainwright.diagnose.sectors.sector_classes import SECTOR_CLASSES
from chainwright.diagnose.sectors.shortage import Links, links, spread
from chainwright.diagnose.sectors.suppliers import (
    classes_of,
    delivered_by,
    imports_of,
    places_of,
    supplier_codes,
    supplier_frame,
)
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.params import Spec, param
from chainwright.system import Axis, Flows, Home, Regions, Result, System
from chainwright.system.bars import bars
from chainwright.system.essentials import Essential, Rule, essential_inputs
from chainwright.tables import schema

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Cut", "DroppedChains", "dropped_chains"]

Numbers = npt.NDArray[np.float64]

MIXED = (
    "Imports are mixed with home deliveries: a cut is of home and imported supply together.",
    "该表进口与本国供给未分开：削减指本国与进口供给一并减少。",
)
"""Note of a competitive table."""

Stocks = float | Mapping[str, float]
"""Days of use in stock: one number, or one by product (a sector's code, a section, ``*``)."""


@dataclass(frozen=True)
class Cut(Spec):
    """A supplier that delivers less for a time.

    Parameters
    ----------
    cut : float
        Share of its deliveries that fail.
    least : float
        Users whose input from it is below this share of their output are left out.
    days : float
        How long it lasts.
    """

    cut: float = param(0.1, unit="share", low=0.0, high=1.0, source="assumption: a graded cut")
    least: float = param(0.01, unit="share", low=0.0, high=1.0, source="assumption: 1 % of output")
    days: float = param(
        365.0, unit="day", low=1.0, high=3650.0, source="the year that the table is of"
    )


@dataclass(frozen=True, eq=False, repr=False)
class DroppedChains(Result):
    """What `dropped_chains` found, for ``s`` suppliers: the nodes, then rows of imports.

    The shortages are a supply side, the losses a demand side (`DEMAND_SIDE`): they are set side by
    side and never added.

    Parameters
    ----------
    system : System
        The system that was asked about.
    home : Home or None
        Whose users are counted; all if not given.
    question : Cut
        How much fails, for how long, and from where on a user counts.
    stock_days : ndarray, shape (p,) [day]
        Stocks of each product at its users, in days of use.
    essential : Essential
        Which inputs output stops without.
    links : Links
        Deliveries that count, at the users that are counted or not.
    shortage_first : ndarray, shape (s,) [money]
        Output that first-round users lose.
    shortage_all : ndarray, shape (s,) [money]
        Output that all users lose, repeated until nothing moves: an upper bound.
    rounds : int
        Most rounds that took.
    loss_direct : ndarray, shape (s,) [money]
        Output of the node itself, at home if home is given; NaN for imports.
    loss_total : ndarray, shape (s,) [money]
        Output lost on extraction of the node, at home if home is given; NaN for imports.
    """

    name: ClassVar[str] = "dropped_chains"

    home: Home | None
    question: Cut
    stock_days: Numbers = field(repr=False)
    essential: Essential = field(repr=False)
    links: Links = field(repr=False)
    shortage_first: Numbers
    shortage_all: Numbers
    rounds: int
    loss_direct: Numbers
    loss_total: Numbers

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system, and how the answer is to be read."""
        days = dict(zip(self.links.products.codes, self.stock_days.tolist(), strict=True))
        same = set(days.values())
        return {
            "home": self.home.name if self.home else None,
            **{f.name: getattr(self.question, f.name) for f in fields(self.question)},
            "stock_days": same.pop() if len(same) == 1 else days,
            "essential": self.essential.rule,
            "origins": "pooled by product, none replaces another",
            "imports": imports_of(self.system.flows),
            "rounds": self.rounds,
            "notes": [en for en, _ in self.notes],
        }

    @property
    def origin(self) -> dict[str, object]:
        """All that it takes to make this answer again, and how to read its losses."""
        return {**super().origin, "reading_of_losses": DEMAND_SIDE}

    @cached_property
    def counted(self) -> npt.NDArray[np.bool_]:
        """Users whose losses are counted, shape (n,)."""
        return _counted(self.system.flows, self.home)

    @cached_property
    def shortage_all_share(self) -> Numbers:
        """`shortage_all` of the output of all counted users but the supplier, shape (s,)."""
        x = np.where(self.counted, self.system.flows.output, 0.0)
        others = np.full(len(self.shortage_all), x.sum())
        others[: len(x)] -= x
        share = np.zeros_like(others)
        np.divide(self.shortage_all, others, out=share, where=others > 0.0)
        return share

    @property
    def discriminates(self) -> bool:
        """Whether `shortage_all` tells the suppliers apart that stop anyone.

        Not so if more than half of all, or of those that stop anyone, reach the same result.
        """
        return tells_apart(self.shortage_all_share)

    @cached_property
    def notes(self) -> tuple[tuple[str, str], ...]:
        """What must be known to read the answer, each in English and in Chinese."""
        goods = classes_of(self.system.flows, self.links.products) == 0
        told = alike_notes(self.shortage_all_share, goods)
        if imports_of(self.system.flows) == "mixed":
            told.append(MIXED)
        return tuple(told)

    def users_of(self, supplier: str) -> pd.DataFrame:
        """Return the first-round users of one supplier, the largest shortage first.

        Parameters
        ----------
        supplier : str
            A node, such as ``"CHN:c14"``; of imports ``"origin:product"``, ``":03"`` if the table
            says only that they come from abroad.

        Raises
        ------
        UnknownCodeError
            If there is no such supplier.
        """
        flows = self.system.flows
        codes = supplier_codes(flows)
        if supplier not in codes:
            raise UnknownCodeError(supplier, "supplier", codes)
        found = self.links
        chosen = (found.supplier == codes.index(supplier)) & self._first_round
        order = np.flatnonzero(chosen)
        order = order[np.argsort(-self._shortages[order], kind="stable")]
        frame = flows.nodes.frame().iloc[found.user[order]].reset_index(drop=True)
        frame["share_of_input"] = found.share[order]
        frame["essential"] = found.essential[order]
        frame["shortage"] = self._shortages[order]
        return frame

    @cached_property
    def _first_round(self) -> npt.NDArray[np.bool_]:
        found = self.links
        return _first_round(found, self.counted)

    @cached_property
    def _shortages(self) -> Numbers:
        stock = self.stock_days / self.question.days
        return _shortages(self.links, self.question.cut, stock)

    def table(self) -> pd.DataFrame:
        """Return one row a supplier: goods first, each class by `shortage_first`."""
        flows, found = self.system.flows, self.links
        size, first = found.suppliers, self._first_round
        by = found.supplier[first]
        users = np.bincount(by, minlength=size)
        stopping = np.bincount(by, weights=found.essential[first], minlength=size).astype(np.int64)
        output = np.bincount(by, weights=found.output[found.user[first]], minlength=size)
        reached = np.bincount(
            by, weights=found.output[found.user[first]] * found.share[first], minlength=size
        )
        share = np.divide(reached, output, out=np.full(size, np.nan), where=output > 0.0)
        top, top_share = self._top_user()
        frame = supplier_frame(flows)
        classes = classes_of(flows, found.products)
        frame["sector_class"] = np.array(list(SECTOR_CLASSES), dtype=object)[classes]
        frame["place"] = places_of(flows, self.home)
        frame["composite"] = frame["region"].isin([*flows.composite, ""]).to_numpy()
        whole = float(found.output[self.counted].sum()) or float("nan")
        columns = {
            "output": delivered_by(flows),
            "users": users,
            "essential_users": stopping,
            "users_output": output,
            "share_of_input": share,
            "top_user": top,
            "top_user_share": top_share,
            "shortage_first": self.shortage_first,
            "shortage_first_share": self.shortage_first / whole,
            "shortage_all": self.shortage_all,
            "shortage_all_share": self.shortage_all_share,
            "loss_direct": self.loss_direct,
            "loss_total": self.loss_total,
        }
        for name, values in columns.items():
            frame[name] = values
        order = np.lexsort((-output, -self.shortage_all, -self.shortage_first, classes))
        frame = frame.iloc[order].reset_index(drop=True)
        frame["rank"] = frame.groupby("sector_class", sort=False).cumcount() + 1
        return frame[[column.column for column in schema(self.name)]]

    def plot(self) -> "Figure":
        """Return a chart of the first ten suppliers of goods; those abroad if home is given."""
        table = self.table()
        abroad = table["place"] == "abroad"
        if abroad.any():
            table = table[abroad]
        goods = table[table["sector_class"] == "goods"]
        first = (goods if len(goods) else table).head(10)
        axis = self.links.products
        names = [axis.name(int(i)) for i in axis.index(first["sector"])]
        who = "supplier abroad" if abroad.any() else "supplier"
        return bars(
            [f"{r or 'abroad'}: {s}" for r, s in zip(first["region"], names, strict=True)],
            first["shortage_first"].to_numpy(),
            title=f"First-round shortage if one {who} delivers {self.question.cut:.0%} less",
            axis=str(self.system.flows.money),
        )

    def _top_user(self) -> tuple[npt.NDArray[np.object_], Numbers]:
        """Return the first-round user that loses most by each supplier, and its share of input."""
        flows, found = self.system.flows, self.links
        codes = np.array([*flows.nodes.codes, ""], dtype=object)
        user = np.full(found.suppliers, -1)
        share = np.full(found.suppliers, np.nan)
        places = np.flatnonzero(self._first_round)
        lost = self._shortages[places]
        order = places[np.lexsort((found.output[found.user[places]], lost))]
        user[found.supplier[order]] = found.user[order]  # the last one written loses most
        share[found.supplier[order]] = found.share[order]
        return codes[user], share

    def __repr__(self) -> str:
        told = "".join(f"\n{en}" for en, _ in self.notes)
        return super().__repr__() + told


def dropped_chains(
    system: System,
    *,
    home: Regions | None = None,
    cut: float = 0.1,
    stock_days: Stocks = 0.0,
    days: float = 365.0,
    least: float = 0.01,
    essential: Rule | None = None,
) -> DroppedChains:
    r"""Return what stops at the users if one supplier delivers less, for every supplier in turn.

    Supplier (r, p) delivers `cut` less. A user j whose input from it is at least `least` of its
    output misses the share :math:`W^p_{rj} \cdot` cut of input p, W being the supplier's share of
    all that j buys of p: origins of a product pool, and no other one makes up for the loss. Stocks
    cover the first `stock_days` of `days`. If p is essential to j, output falls by what is missing
    of the scarcest such input: :math:`x_j \le \min_p` available / needed.

    ``shortage_first`` adds up :math:`x_j (W^p_{rj} \text{cut} - \text{stock}_p / \text{days})^+`
    over the first-round users, the supplier itself left out. ``shortage_all`` lets users hand
    their losses on, round after round until nothing moves: an upper bound, since nobody finds
    another supplier and each loss is shared by all users alike. Beside them, and never added,
    ``loss_direct`` and ``loss_total`` are the node's own output and what is lost on its extraction
    whole, its weight in the network.

    Parameters
    ----------
    system : System
        With flows. Rows of imports, in a table of one nation, are suppliers too.
    home : str or sequence of str, optional
        Whose users are counted: a region, several, or a named group; suppliers are those of the
        whole table.
    cut : float
        Share of the supplier's deliveries that fail, 0 to 1.
    stock_days : float or mapping of str to float
        Days of use in stock: one number, or by product (a sector's code before its ISIC Rev.4
        section before ``*``; 0 if not named). None by default: tables do not tell stocks.
    days : float
        How long the cut lasts.
    least : float
        Users whose input from the supplier is below this share of their output are left out, in
        the first round and in all that follow.
    essential : DataFrame or path, optional
        Another rule of essential inputs: see `essential_inputs`.

    Raises
    ------
    ParameterError
        If a number is outside its range.
    UnknownCodeError
        If home is no region of the table, or stocks are given for an unknown product.

    References
    ----------
    Hallegatte, S. (2008), An adaptive regional input-output model, Risk Analysis 28, 779-799;
    Pichler, A. et al. (2022), Forecasting the propagation of pandemic shocks, Journal of Economic
    Dynamics and Control 144, 104527.

    Examples
    --------
    >>> from chainwright import System
    >>> found = dropped_chains(System.demo("country"), home="44")
    >>> bool((found.shortage_all >= found.shortage_first - 1e-6).all())
    True
    """
    flows = system.flows
    question = Cut(cut=cut, least=least, days=days)
    chosen = None if home is None else Home.of(flows, home)
    products = products_of(flows)
    rule = essential_inputs(products, flows.nodes.sectors, essential)
    stocks = _stocks(products, stock_days)
    found = links(flows, rule, least=least)
    counted = _counted(flows, chosen)
    first = _first_round(found, counted)
    lost = _shortages(found, cut, stocks / days)
    shortage_first = np.zeros(found.suppliers)
    np.add.at(shortage_first, found.supplier[first], lost[first])
    through = spread(found, cut=cut, stock=stocks / days, counted=counted)
    weights = extraction(system, home=home)
    total = weights.output_lost if chosen is None else weights.home_output_lost
    unknown = np.full(found.suppliers - len(flows.nodes), np.nan)
    return DroppedChains(
        system,
        chosen,
        question,
        stocks,
        rule,
        found,
        shortage_first,
        np.maximum(through.lost, shortage_first),  # equal but for rounding where none hands on
        through.rounds,
        np.concatenate([np.where(counted, flows.output, 0.0), unknown]),
        np.concatenate([total, unknown]),
    )


def _shortages(found: Links, cut: float, stock: Numbers) -> Numbers:
    """Return what each link's user loses by the cut of its supplier alone, shape (k,)."""
    missing = np.maximum(found.share * cut - stock[found.product], 0.0)
    return np.where(found.essential, found.output[found.user] * missing, 0.0)


def _first_round(found: Links, counted: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return which links go to a counted user other than the supplier itself, shape (k,)."""
    chosen: npt.NDArray[np.bool_] = counted[found.user] & (found.supplier != found.user)
    return chosen


def _counted(flows: Flows, home: Home | None) -> npt.NDArray[np.bool_]:
    return np.ones(len(flows.nodes), dtype=np.bool_) if home is None else home.mask(flows)


def _stocks(products: Axis, given: Stocks) -> Numbers:
    """Return days of use in stock by product, shape (p,)."""
    by = dict(given) if isinstance(given, Mapping) else {"*": given}
    sections = products.parents or ("",) * len(products)
    for word, value in by.items():
        if word != "*" and word not in products.place and word not in sections:
            raise UnknownCodeError(word, "product", products.codes)
        if not 0.0 <= value < np.inf:
            raise ParameterError("stock_days", "dropped_chains", "days of use, 0 or more", value)
    return np.array(
        [
            by.get(code, by.get(section, by.get("*", 0.0)))
            for code, section in zip(products.codes, sections, strict=True)
        ]
    )
