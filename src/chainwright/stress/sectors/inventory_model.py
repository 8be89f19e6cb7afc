"""Parameters of the sector model with inventories (ARIO), each with its unit and source."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.params import Spec, param
from chainwright.stress.sectors.economy import Economy, Notes

__all__ = ["InventoryModel", "StockTargets"]

Numbers = npt.NDArray[np.float64]

BOARIO = "BoARIO 0.7.2, default"
CHOICES = {
    "scarcity": ("code", "documented"),
    "orders": ("alt", "noalt"),
    "rationing": ("proportional", "priority"),
    "step": ("day", "week"),
    "inputs": ("all", "essential"),
}


@dataclass(frozen=True, eq=False)
class StockTargets:
    """Stocks that users hold of each product, in steps of use.

    Parameters
    ----------
    steps : ndarray, shape (S,) [step]
        Target of each product; infinite where its stock never ends.
    restoration : ndarray, shape (S,) [step]
        Time in which a gap in the stock of each is refilled.
    notes : tuple of (str, str)
        What was raised or assumed, in English and Chinese.
    """

    steps: Numbers
    restoration: Numbers
    notes: Notes


@dataclass(frozen=True)
class InventoryModel(Spec):
    """How producers hold stocks, order, ration and stretch their capacity.

    Parameters
    ----------
    psi : float [share]
        Share of the target stock below which production is limited.
    stock_days : float or mapping of str to float, optional [day]
        Target stock in days of use: one number, or by input sector (all of them); infinite is
        allowed. Not given: the sourced table by input. Stocks of one step or less are raised to
        two steps, which a note says: weeks suit no question about inputs that hardly keep.
    restoration_days : float [day]
        Time in which a gap in stocks is refilled. With the sourced table of stock days at most
        as long as the stock itself lasts (an assumption, which a note names): a stock of 3 days
        that takes 60 to refill lets production ratchet down from any small shortage to nothing.
    overproduction_base, overproduction_max : float [1]
        Capacity over capacity at rest: where it relaxes to, and its ceiling.
    overproduction_days : float [day]
        How fast it responds to scarcity.
    scarcity : str
        ``"code"``: as BoARIO 0.7.2 executes it, capacity also falls by the same rule when demand
        falls short, and relaxes only at exactly no scarcity. ``"documented"``: as its text says,
        it relaxes to the base whenever there is no scarcity. A rise in both is
        ``(max - alpha) * scarcity / overproduction_days``.
    orders : str
        ``"alt"``: orders of a product go to origins by deliveries at rest and capacity left;
        ``"noalt"``: by deliveries at rest alone.
    rationing : str
        ``"priority"``: orders of producers first, then final demand, then rebuilding;
        ``"proportional"``: all demand of a node is served alike, as BoARIO does. Then a shortage
        that households could bear starves producers, and output can fall to nothing and stay there.
    replaceable : float [share]
        Of what is cut off, how much can be ordered of other origins: 1, any origin replaces any
        other; 0, nobody replaces it: that part of an order goes to nobody, and as long as the cut
        lasts nobody is asked to fill the hole that this leaves in the stock. Origins that are open
        keep their usual orders. Stocks in hand are pooled, so what users hold of other origins
        stands in while it lasts. A lasting cut of the share c of a product settles the output of
        its users at ``(1 - c) min(1, k / (c + (1 - c) psi k))`` of rest, k being stock days over
        restoration days (half for half, with k = 1); afterwards the hole is filled as any gap.
        Final demand moves in the same share. A second source that a system holds raises it for
        its users. Runs by origin are told by their elasticity what replaces what; there it is
        read of pooled products alone.
    rebuild_cap : float [share]
        Most that is asked of a node for rebuilding in a step, as a share of its output at rest.
    capital_ratio : float [1]
        Productive capital over yearly value added.
    step : str
        ``"day"`` or ``"week"``.
    inputs : str
        ``"all"`` inputs limit production, or only ``"essential"`` ones (an assumption by ISIC
        Rev.4 section); of the others a producer uses what there is.
    cutoff : float [1]
        Input per unit of output up to which an input does not limit.
    early_stop_days : float [day]
        The run ends when the economy has been at rest that long; infinite: at its horizon only.
    early_stop_tolerance : float [share]
        What counts as at rest, of output at rest and of target stocks.

    Examples
    --------
    >>> InventoryModel(psi=0.9).psi, InventoryModel.boario().stock_days
    (0.9, 90.0)
    >>> InventoryModel(orders="both")
    Traceback (most recent call last):
    chainwright.errors.ParameterError: The 'orders' parameter of InventoryModel must be one of \
alt, noalt. Got 'both'.
    """

    psi: float = param(0.8, unit="share", low=0.0, high=1.0, source=BOARIO)
    stock_days: float | Mapping[str, float] | tuple[tuple[str, float], ...] | None = None
    restoration_days: float = param(60.0, unit="day", low=1e-3, high=1e6, source=BOARIO)
    overproduction_base: float = param(1.0, unit="1", low=1.0, high=10.0, source=BOARIO)
    overproduction_max: float = param(1.25, unit="1", low=1.0, high=10.0, source=BOARIO)
    overproduction_days: float = param(365.0, unit="day", low=1.0, high=1e6, source=BOARIO)
    scarcity: Literal["code", "documented"] = "code"
    orders: Literal["alt", "noalt"] = "alt"
    rationing: Literal["proportional", "priority"] = "priority"
    replaceable: float = param(
        1.0, unit="share", low=0.0, high=1.0, source="assumption: any origin replaces any other"
    )
    rebuild_cap: float = param(inf, unit="share", low=0.0, high=inf, source="assumption: no cap")
    capital_ratio: float = param(4.0, unit="1", low=1e-6, high=1e3, source=BOARIO)
    step: Literal["day", "week"] = "day"
    inputs: Literal["all", "essential"] = "all"
    cutoff: float = param(
        2.7e-8, unit="1", low=0.0, high=1.0, source="BoARIO 0.7.2: 1e-5 of yearly inputs / 365"
    )
    early_stop_days: float = param(inf, unit="day", low=1.0, high=inf, source="assumption: none")
    early_stop_tolerance: float = param(
        1e-6, unit="share", low=1e-15, high=1.0, source="assumption"
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                expected = f"one of {', '.join(allowed)}"
                raise ParameterError(name, type(self).__name__, expected, getattr(self, name))
        if self.overproduction_base > self.overproduction_max:
            owner = type(self).__name__
            ceiling = f"at most the ceiling, {self.overproduction_max:g}"
            raise ParameterError("overproduction_base", owner, ceiling, self.overproduction_base)
        self._check_stocks()

    def _check_stocks(self) -> None:
        """Refuse stocks that are negative or no numbers; keep a mapping as pairs."""
        given = self.stock_days
        if isinstance(given, Mapping):
            given = tuple((str(k), v) for k, v in given.items())
            object.__setattr__(self, "stock_days", given)
        pairs = given if isinstance(given, tuple) else () if given is None else (("", given),)
        for code, days in pairs:
            number = isinstance(days, int | float | np.number) and not isinstance(days, bool)
            if not (number and days >= 0.0):  # not a number fails here too
                of = f" of {code}" if code else ""
                owner = type(self).__name__
                raise ParameterError("stock_days", owner, f"days of use{of}, not negative", days)

    @classmethod
    def boario(cls) -> "InventoryModel":
        """Return the defaults of BoARIO 0.7.2: 90 days of everything, all demand served alike.

        Examples
        --------
        >>> InventoryModel.boario().restoration_days
        60.0
        """
        return cls(stock_days=90.0, rationing="proportional")

    @property
    def step_days(self) -> float:
        """Length of a step [day]."""
        return 7.0 if self.step == "week" else 1.0

    def stock_targets(self, economy: Economy) -> StockTargets:
        """Return the target stock of each product in steps of use, shape (S,).

        A target of one step or less is raised to two steps, and a note says so: a stock that does
        not last from one delivery to the next would stop its user in the steady state.

        Parameters
        ----------
        economy : Economy
            With the products.

        Raises
        ------
        UnknownCodeError
            If a sector is named that the table lacks.
        ParameterError
            If stocks are given by sector and one is left out.
        """
        products, given = economy.products, self.stock_days
        notes: list[tuple[str, str]] = []
        if given is None:
            from chainwright.stress.sectors.stock_days import days_by_input  # noqa: PLC0415

            days, source = days_by_input(products)
            notes.append(source)
        elif isinstance(given, tuple):
            days = _by_sector(given, products.codes)
        elif isinstance(given, Mapping):
            days = _by_sector(tuple(given.items()), products.codes)
        else:
            days = np.full(len(products), float(given))
        steps = np.asarray(days, np.float64) / economy.step_days
        low = np.flatnonzero(steps <= 1.0)
        if len(low):
            steps[low] = 2.0
            notes.append(_raised([products.codes[p] for p in low], 2.0 * economy.step_days))
        restoration = np.full(len(products), self.restoration_days / economy.step_days)
        if given is None:
            quick = steps < restoration
            restoration = np.maximum(np.minimum(restoration, steps), 1.0)
            if quick.any():
                notes.append(_refilled(int(quick.sum()), self.restoration_days))
        return StockTargets(steps, restoration, tuple(notes))

    def notes(self, economy: Economy) -> Notes:
        """Return what to know about these parameters on this economy, in English and Chinese.

        Parameters
        ----------
        economy : Economy
            With its step.
        """
        told: list[tuple[str, str]] = []
        if self.restoration_days <= economy.step_days:
            told.append(BULLWHIP)
        if self.inputs == "essential":
            told.append(ESSENTIAL)
        if self.replaceable < 1.0:
            share = f"{100.0 * self.replaceable:.3g}"
            told.append((NOT_REPLACED[0].format(share=share), NOT_REPLACED[1].format(share=share)))
        return tuple(told)


NOT_REPLACED = (
    "Where stocks are pooled, {share} % of what is cut off can be ordered of other origins (an "
    "assumption), more where a second source is held; the rest is replaced by nobody while it is "
    "cut off, but stocks in hand of other origins stand in while they last.",
    "库存合并时，断供部分仅 {share}% 可改向其他来源订货（假设），有第二来源者更多；"
    "其余在断供期间无人替代，但手中其他来源的库存在耗尽之前可以顶替。",
)

BULLWHIP = (
    "Stocks are refilled within one step: orders then swing, and a spike of demand can come long "
    "after the event. Take a longer restoration_days to see whether it stays.",
    "库存在一个时间步内补足：订单会剧烈波动，事件过后很久仍可能出现需求尖峰。"
    "可取更长的 restoration_days 检验其是否依然存在。",
)

ESSENTIAL = (
    "Only inputs that a rule by ISIC Rev.4 section calls essential limit production (an "
    "assumption).",
    "仅按 ISIC Rev.4 门类规则判定为关键的投入才限制生产：此为假设。",
)


def _refilled(products: int, days: float) -> tuple[str, str]:
    return (
        f"The stocks of {products} products last less than the {days:g} days of restoration: a "
        "gap in them is refilled in as many days as they last (an assumption).",
        f"{products} 种产品的库存不足 {days:g} 天的补库时间：其缺口按库存可用天数补足（假设）。",
    )


def _by_sector(given: tuple[tuple[str, float], ...], codes: tuple[str, ...]) -> Numbers:
    days = dict(given)
    for code in days:
        if code not in codes:
            raise UnknownCodeError(code, "sector", codes)
    absent = [code for code in codes if code not in days]
    if absent:
        expected = f"given for every input sector (absent: {', '.join(absent[:8])})"
        raise ParameterError("stock_days", "InventoryModel", expected, f"{len(days)} sectors")
    return np.array([days[code] for code in codes], dtype=np.float64)


def _raised(codes: list[str], days: float) -> tuple[str, str]:
    shown = ", ".join(codes[:8]) + (", ..." if len(codes) > 8 else "")
    return (
        f"Target stocks of one step or less were raised to two steps ({days:g} days): {shown}.",
        f"不超过一个时间步的目标库存已提高到两个时间步（{days:g} 天）：{shown}。",
    )
